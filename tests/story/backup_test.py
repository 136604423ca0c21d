#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A house is copied while it is open, by hand and by itself, and comes back from a copy: proved, without what was erased
meanwhile, and never over another house. Prints TAP; SNUG_BIN names the program."""
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import House, check, snug, write  # noqa: E402

MAIL = '''From {who}@x.example Mon Feb  2 10:00:00 2026
From: {name} <{who}@x.example>
To: shop@corner.example
Subject: {words}
Message-ID: <{who}@x.example>
Date: Mon, 02 Feb 2026 10:00:00 +0000

{words}, please.

'''


def mail(path, *people):
    return write(path, ''.join(MAIL.format(who=n.lower(), name=n + ' Zaun', words=w) for n, w in people))


class At(House):
    """A house where it stands, or the place for one."""

    def __init__(self, folder):
        self.dir = folder


def holds(folder, word):
    for root, _, names in os.walk(folder):
        for name in names:
            with open(f'{root}/{name}', 'rb') as file:
                if word.encode() in file.read():
                    return True
    return False


def names(folder):
    return sorted(n for n in os.listdir(folder) if re.fullmatch(r'\d{4}-\d\d-\d\dT\d{6}Z', n))


def there_and_back(box):
    h = House(f'{box}/h', 'shop@corner.example')
    h.take(mail(f'{box}/a.mbox', ('Ada', 'Regenpfeife'), ('Bo', 'Kettle')))
    first = h.digest()
    code, out, err = snug(h, 'backup', f'{box}/b')
    check('a copy is made and proved', code == 0 and 'proved' in out and not os.path.exists(f'{box}/b.part'), out + err)
    check('it is one file, with the keys', sorted(os.listdir(f'{box}/b')) == ['backup.info', 'keys', 'snug.conf', 'snug.db'], os.listdir(f'{box}/b'))
    check('for nobody else', not [n for n in os.listdir(f'{box}/b/keys') if stat.S_IMODE(os.stat(f'{box}/b/keys/{n}').st_mode) & 0o77])
    check('a taken name is refused', snug(h, 'backup', f'{box}/b')[0] == 1)
    h.take(mail(f'{box}/c.mbox', ('Cy', 'Later')))
    later = h.digest()
    code, out, err = snug(h, 'restore', f'{box}/b')
    check('a house that stands there is not touched', code == 1 and '--yes' in err and h.digest() == later, err)
    code, out, err = snug(At(f'{box}/new'), 'restore', f'{box}/b')
    check('into a new place', code == 0 and At(f'{box}/new').digest() == first, out + err)
    snug(h, 'erase', '--yes', 'person', 'Ada')
    code, out, err = snug(h, 'restore', '--yes', f'{box}/b')
    aside = [n for n in os.listdir(box) if n.startswith('h.before-')]
    check('with --yes the one that stood there is set aside', code == 0 and len(aside) == 1 and aside[0] in out, out + err)
    check('what was erased since is said to be erased again', '1 erasure.' in out and 'The backup itself still holds it' in out, out)
    check('and is', not holds(h.dir, 'Regenpfeife') and not h.rows("SELECT 1 FROM person WHERE name LIKE 'Ada%'") and holds(f'{box}/b', 'Regenpfeife'))
    check('the copy was not changed', len(os.listdir(f'{box}/b')) == 4)
    check('what stood there holds all that came later', At(f'{box}/{aside[0]}').digest().keys() == later.keys() and holds(f'{box}/{aside[0]}', 'Later'))
    code, out, err = snug(h, 'doctor', '--deep')
    check('it is a whole house', code == 0 and 'holds' in out and not err, out + err)
    check('usage', snug(h, 'restore')[0] == 2 and snug(h, 'backup', '--keep', '0', f'{box}/x')[0] == 2)
    return h


def not_fit(box, h):
    """What is damaged, or is no backup, or is another's, does not take a place."""
    def refused(name, words, folder, to=None, *more):
        code, out, err = snug(At(to or f'{box}/none'), 'restore', *more, folder)
        check(name, code == 1 and words in err and not os.path.exists(f'{box}/none') and not os.path.exists(f'{box}/none.restoring'), out + err)

    def damaged(name, words, change):
        shutil.rmtree(f'{box}/bad', ignore_errors=True)
        shutil.copytree(f'{box}/b', f'{box}/bad')
        change(f'{box}/bad')
        refused(name, words, f'{box}/bad')

    def flip(path, at):
        with open(path, 'r+b') as file:
            file.seek(at)
            old = file.read(1)
            file.seek(at)
            file.write(bytes([old[0] ^ 64]))

    def in_body(folder):
        with open(f'{folder}/snug.db', 'rb') as file:
            at = file.read().index(b'Regenpfeife')
        flip(f'{folder}/snug.db', at)

    refused('no folder', 'there is no backup', f'{box}/nothing')
    damaged('a page is damaged', 'could not be made', lambda f: open(f'{f}/snug.db', 'r+b').truncate(os.path.getsize(f'{f}/snug.db') - 8192))
    damaged('a word is changed', 'differ', in_body)
    damaged('no database', 'no snug.db', lambda f: os.remove(f'{f}/snug.db'))
    damaged('another key', 'does not hold', lambda f: flip(f'{f}/keys/house.key', 3))
    damaged('half a key', '32 bytes', lambda f: os.truncate(f'{f}/keys/house.key', 16))
    damaged('in PostgreSQL', 'pg_restore', lambda f: write(f'{f}/snug.conf', 'store postgresql://a@b/c#d\n'))
    other = House(f'{box}/other', 'else@else.example')
    refused('over another house', 'its key differs', f'{box}/b', other.dir, '--yes')
    os.mkdir(f'{box}/full')
    write(f'{box}/full/letter', 'mine')
    refused('over something else', 'something else', f'{box}/b', f'{box}/full', '--yes')
    refused('onto itself', 'same folder', f'{box}/b', f'{box}/b', '--yes')
    snug(h, 'backup', f'{box}/after')
    check('the ledger goes along', os.path.exists(f'{box}/after/erased.log'))
    os.remove(f'{box}/after/erased.log')
    refused('things were erased, and no ledger says what', 'no ledger', f'{box}/after')
    code, out, err = snug(At(f'{box}/told'), 'restore', '--ledger', f'{h.dir}/erased.log', f'{box}/after')
    check('unless one is given', code == 0, out + err)
    write(f'{box}/broken.log', 'nonsense\n')
    refused('a damaged one', 'damaged in line 1', f'{box}/b', None, '--ledger', f'{box}/broken.log')
    code, out, err = snug(At(f'{box}/lost'), 'restore', f'{box}/b')
    check('where none can be found it is said', code == 0 and 'what was erased after it is back' in out, out + err)


def no_room(box, h):
    """Files can't grow beyond so much, as on a disk that is full."""
    def little():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for words in (['backup', f'{box}/small'], ['backup', '--keep', '3', f'{box}/smalls']):
        done = subprocess.run([house.SNUG, '-C', h.dir, *words], capture_output=True, text=True, preexec_fn=little)
        check('a copy for which there is no room fails', done.returncode == 1 and 'could not be made' in done.stderr, done.stdout + done.stderr)
    check('and leaves nothing', not [n for n in os.listdir(box) if n.startswith('small.') or n == 'small'] and not os.listdir(f'{box}/smalls'))
    done = subprocess.run([house.SNUG, '-C', f'{box}/none', 'restore', f'{box}/b'], capture_output=True, text=True, preexec_fn=little)
    check('nor does a restore', done.returncode == 1 and not [n for n in os.listdir(box) if n.startswith('none')], done.stdout + done.stderr)
    os.makedirs(f'{box}/cut.part')
    check('what was cut short is not taken for one', 'cut short' in snug(h, 'backup', f'{box}/cut')[2])
    shutil.copytree(h.dir, f'{box}/pg')
    write(f'{box}/pg/snug.conf', 'store postgresql://a@b/c#d\n')
    code, out, err = snug(At(f'{box}/pg'), 'restore', '--yes', f'{box}/b')
    check('a house in PostgreSQL is not replaced by files', code == 1 and 'pg_restore' in err, err)


def rotates(box, h):
    folder = f'{box}/many'
    for i in range(3):
        with open(f'{box}/clock', 'w') as clock:
            clock.write(f'+{i * 60}')
        os.environ['SNUG_CLOCK'] = f'{box}/clock'
        os.makedirs(f'{folder}/2020-01-01T000000Z.part/keys', exist_ok=True)
        code, out, err = snug(h, 'backup', '--keep', '2', folder)
        check(f'copy {i + 1} of many', code == 0, out + err)
    del os.environ['SNUG_CLOCK']
    check('two stay, what was cut short is gone', len(names(folder)) == 2 and sorted(os.listdir(folder)) == names(folder) + ['erased.log'], os.listdir(folder))
    code, out, err = snug(At(f'{box}/none'), 'restore', folder)
    check('one of them has to be chosen', code == 1 and f'the newest is {folder}/{names(folder)[-1]}' in err, err)
    other = At(f'{box}/other')
    code, out, err = snug(other, 'backup', '--keep', '2', folder)
    check('no other house turns there', code == 1 and 'another house' in err, err)


def by_itself(box):
    desk = Desk(f'{box}/self', 1, f'backup {box}/by every hour keep 2', 'undo_s 0')
    desk.open()
    try:
        desk.sign_in()
        check('a house copies itself', desk.until(lambda: os.path.isdir(f'{box}/by') and names(f'{box}/by')))
        page = desk.until(lambda: 'The house was copied' in desk.get('/health').text)
        check('and says so', page)
        code, out, err = snug(desk.house, 'restore', '--yes', f'{box}/by/{names(f"{box}/by")[-1]}')
        check('nothing is restored under a house in use', code == 1 and 'in use' in err, err)
        desk.get('/talk/new')
        desk.press('Send', to='bo@lind.example', subject='Kettles', words='We have new ones.')
        check('a letter waits', desk.until(lambda: desk.house.rows('SELECT 1 FROM outbox WHERE state=0')))
        again = desk.until(lambda: snug(desk.house, 'backup', '--keep', '2', f'{box}/by')[0] == 0)  # one a second
        check('by hand into the same folder', again and len(names(f'{box}/by')) == 2)
        code, out, err = snug(desk.house, 'erase', '--yes', 'person', 'Ada')
        with open(f'{desk.house.dir}/erased.log') as own, open(f'{box}/by/erased.log') as there:
            check('an erasure is noted beside the copies at once', own.read() == there.read(), out + err)
    finally:
        desk.close()
    desk.judge()
    code, out, err = snug(At(f'{box}/anew'), 'restore', f'{box}/by/{names(f"{box}/by")[-1]}')
    check('so that it holds where the house is lost', code == 0 and '1 erasure.' in out, out + err)
    anew = At(f'{box}/anew')
    check('everybody signs in anew', 'sign in again' in out and anew.rows('SELECT count(*) FROM web_session') == [(0,)], out)
    check('the letter that waited is not sent again', '1 letter was about to go out' in out and
          anew.rows('SELECT count(*) FROM outbox WHERE state=0') == [(0,)] and
          anew.rows("SELECT count(*) FROM outbox WHERE said LIKE '%restored from a backup%'") == [(1,)], out)


def fails(box):
    write(f'{box}/taken', 'no folder')
    desk = Desk(f'{box}/fails', 1, f'backup {box}/taken every hour keep 2')
    desk.open()
    try:
        desk.sign_in()
        check('a copy that fails is on Today', desk.until(lambda: 'The house could not be copied' in desk.get('/').text), desk.visitor.page.text[-300:])
        check('and at House', 'The house was never copied. The last try' in desk.get('/health').text, desk.visitor.page.text[:400])
    finally:
        desk.close()
    write(f'{box}/fails/snug.conf', 'backup somewhere\n')
    code, out, err = snug(desk.house, 'doctor')
    check('a plan that is none is refused', code == 1 and 'every hour|day|week keep NUMBER' in err, err)


began = time.monotonic()
with tempfile.TemporaryDirectory() as folder:
    not_fit(folder, there_and_back(folder))
    no_room(folder, At(f'{folder}/h'))
    rotates(folder, At(f'{folder}/h'))
    by_itself(folder)
    fails(folder)
house.note(f'{time.monotonic() - began:.1f} s')
house.finish()
