#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts in, seen before, taken back, out and in again; mail out and in again: the same house.
Prints TAP; SNUG_BIN names the program."""
import json
import os
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'long'))
import house  # noqa: E402
from house import House, check, snug, write  # noqa: E402

CARDS = '''BEGIN:VCARD\r
VERSION:3.0\r
N:Berg;Ada;;;\r
FN:Ada Berg\r
item1.EMAIL;TYPE=INTERNET:ada@berg.example\r
item1.X-ABLabel:home\r
EMAIL:Ada@Studio.example\r
TEL;TYPE=CELL:+49 30 901820\r
item2.URL:https://ada.example/\r
ORG:Berg Studio;Glazes\r
NOTE:likes green\r
BDAY:1980-02-03\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
KIND:individual\r
FN:Olaf Dahl\r
EMAIL:olaf@gmx.example\r
DEATHDATE:20240105\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
FN:Nobody Reachable\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
KIND:group\r
FN:The Choir\r
END:VCARD\r
'''
TABLE = '''Notes:,,
First Name;Last Name;URL;Email Address;Company;Position;Connected On
Cem;Costa;https://net.example/in/cem;cem@costa.example;Costa Tiles;Owner;03 Mar 2020
'''
MAIL = '''From ada@berg.example Mon Feb  2 10:00:00 2026
From: {ada} <ada@berg.example>
To: shop@corner.example
Subject: The kettle
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <1@berg.example>

Do you still have it?
>From the window, I mean.

From shop@corner.example Mon Feb  2 12:00:00 2026
From: Corner Shop <shop@corner.example>
To: ada@berg.example
Subject: Re: The kettle
Date: Mon, 02 Feb 2026 12:00:00 +0000
Message-ID: <2@corner.example>
In-Reply-To: <1@berg.example>

We do.

From ada@berg.example Tue Feb  3 09:00:00 2026
From: {ada} <ada@berg.example>
To: shop@corner.example
Subject: Re: The kettle
Date: Tue, 03 Feb 2009 09:00:00 +0000
Message-ID: <3@berg.example>
References: <1@berg.example> <2@corner.example>

Will you keep it until Saturday?

'''


def persons(h):
    """Name, kind, dead, organisation, handles of all who are there."""
    rows = h.rows('SELECT p.id, p.name, p.kind, p.dead_at>0, o.name FROM person p LEFT JOIN person o ON o.id=p.org WHERE p.merged=0')
    return {(n, k, d, o, frozenset(u for u, in h.rows('SELECT uri FROM handle WHERE person=?', i))) for i, n, k, d, o in rows}


def same_after_rebuild(h, when):
    live = h.digest()
    h.run('rebuild')
    after = h.digest()
    check(f'rebuilt = live {when}', after == live, [k for k in live if after[k] != live[k]])


WORDS = ('Berg', 'studio.example', '901820', 'ada.example', 'Dahl', 'gmx.example')


def words_in(h, *words):
    """Those that stand in a file of the house, in a packed record, or in a derived table."""
    found = set()
    for name in (n for n in os.listdir(h.dir) if n.startswith('snug.db')):
        with open(os.path.join(h.dir, name), 'rb') as f:
            data = f.read()
        found |= {w for w in words if w.encode() in data or w.lower().encode() in data}
    return found | {w for w in words if w in h.run('export', '--format', 'jsonl')}


def cards(work):
    h = House(f'{work}/h', 'shop@corner.example')
    path, before, empty = write(f'{work}/c.vcf', CARDS), persons(h), h.digest()
    code, out, err = snug(h, 'import', '--preview', path)
    check('a preview says what would be done', code == 3 and 'new: Ada Berg' in out and 'refused: Nobody Reachable' in out, out)
    check('and changes nothing', h.digest() == empty)
    code, out, err = snug(h, 'import', '--json', path)
    got = json.loads(out)
    check('cards are taken in', (got['new'], got['joined'], got['refused']) == (2, 0, 1), out)
    for line, what in ((11, 'NOTE'), (12, 'BDAY'), (10, 'ORG'), (21, 'Nobody Reachable'), (25, 'The Choir')):
        check(f'{what} is left out with file, line and reason', f'{path}:{line}: {what} left out: ' in err, '' if f'{path}:{line}: {what} left out: ' in err else err)
    ada = frozenset(('mailto:ada@berg.example', 'mailto:ada@studio.example', 'tel:+4930901820', 'https://ada.example'))
    check('Ada has all her handles', any(p[0] == 'Ada Berg' and p[3] == 'Berg Studio' and p[4] == ada for p in persons(h)), persons(h))
    check('Olaf is marked as deceased', any(p[0] == 'Olaf Dahl' and p[2] for p in persons(h)))
    live = h.digest()
    again = json.loads(snug(h, 'import', '--json', path)[1])
    check('twice = once', again['seen'] == 2 and not again['new'] + again['joined'] and h.digest() == live, again)
    same_after_rebuild(h, 'with cards')
    code, out, err = snug(h, 'export', '--format', 'vcard')
    other = House(f'{work}/other', 'shop@corner.example')
    code, _, err = snug(other, 'import', write(f'{work}/out.vcf', out))
    check('an exported vCard comes in without loss', persons(other) == persons(h) and not err.strip(), (persons(other) ^ persons(h), err))
    check('its words are in the house', words_in(h, *WORDS), WORDS)
    live = h.digest()
    code, out, err = snug(h, 'import', '--revert', str(got['import']))
    check('what would go is said before, and that it is for good', code == 0 and "can't be undone" in out and h.digest() == live, (out, err))
    code, out, err = snug(h, 'import', '--yes', '--revert', str(got['import']))
    check('taken back as one', code == 0 and persons(h) == before, (out, err, persons(h) ^ before))
    check('its words are in no file', not words_in(h, *WORDS), words_in(h, *WORDS))
    same_after_rebuild(h, 'after taking back')
    check('the chain holds', h.doctor()['broken'] == 0 and not h.doctor()['ledger_missing'], h.doctor())
    check('once only', snug(h, 'import', '--yes', '--revert', str(got['import']))[0] == 1)
    check('and can come again', json.loads(snug(h, 'import', '--json', path)[1])['new'] == 2)


def cards_and_mail(work):
    """Who occurs in mail stays when the card goes; the name they sign with is the better one."""
    h = House(f'{work}/m', 'shop@corner.example')
    path = write(f'{work}/c.vcf', CARDS)
    first = json.loads(snug(h, 'import', '--json', path)[1])
    h.take(write(f'{work}/m.mbox', MAIL.format(ada='Ada B. Berg')))
    mine = next(p for p in persons(h) if 'mailto:ada@berg.example' in p[4])
    check('mail finds the person of the card', 'tel:+4930901820' in mine[4] and mine[0] == 'Ada B. Berg', mine)
    code, out, err = snug(h, 'import', '--yes', '--revert', str(first['import']))
    mine = next(p for p in persons(h) if 'mailto:ada@berg.example' in p[4])
    check('the handle in mail stays, the others go', mine[4] == {'mailto:ada@berg.example'}, (mine, out, err))
    same_after_rebuild(h, 'with mail')
    h = House(f'{work}/m', 'shop@corner.example')
    h.take(write(f'{work}/n.mbox', MAIL.format(ada='')))
    check('without a name the address is the name', any(p[0] == 'ada' for p in persons(h)), persons(h))
    first = json.loads(snug(h, 'import', '--json', path)[1])
    check('a card joins whom mail brought and names them', first['joined'] == 1 and any(p[0] == 'Ada Berg' for p in persons(h)), first)
    snug(h, 'import', '--yes', '--revert', str(first['import']))
    check('taken back, the name goes as well', any(p[0] == 'ada' and p[4] == {'mailto:ada@berg.example'} for p in persons(h)), persons(h))
    same_after_rebuild(h, 'with a name taken back')


def tables(work):
    h = House(f'{work}/t', 'shop@corner.example')
    code, out, err = snug(h, 'import', write(f'{work}/c.csv', TABLE))
    check('the mapping is printed', 'Email Address: mail address' in out and 'Position: left out' in out, out)
    check('notes above the header do no harm', any(p[0] == 'Cem Costa' and p[4] == {'mailto:cem@costa.example', 'https://net.example/in/cem'}
                                                   for p in persons(h)), persons(h))
    check('cells are left out with line and reason', f'{work}/c.csv:3: Position left out: it is no address: note it on their page' in err, err)
    code, out, err = snug(h, 'export', '--format', 'csv')
    other = House(f'{work}/t2', 'shop@corner.example')
    snug(other, 'import', write(f'{work}/out.csv', out))
    humans = [{p for p in persons(x) if p[1] == 1} for x in (h, other)]
    check('an exported table comes in again', humans[0] == humans[1], humans[0] ^ humans[1])
    check('mail is no table', 'messages a second' in h.run('import', write(f'{work}/x.mbox', MAIL.format(ada='Ada'))))


DOUBTFUL = 'Name,Name,Email\nCem,Costa,cem@costa.example\n'


def beside_mail(work):
    """Address books in a folder or an archive are taken in with the mail, as one act; a path that is no UTF-8 is no
    hindrance."""
    folder = os.fsdecode(os.fsencode(f'{work}/mixed-') + b'\xff')
    os.mkdir(folder)
    files = {'Takeout/Mail/All mail.mbox': MAIL.format(ada='Ada'), 'Takeout/Contacts/All/All.vcf': CARDS,
             'Takeout/Contacts/Friends/Friends.vcf': CARDS.split('BEGIN:VCARD\r\nVERSION:4.0')[0], 'Takeout/Contacts/t.CSV': TABLE,
             'Takeout/Contacts/doubtful.csv': DOUBTFUL}
    for name, text in files.items():
        os.makedirs(os.path.dirname(f'{folder}/{name}'), exist_ok=True)
        write(f'{folder}/{name}', text)
    archive = f'{work}/all.zip'
    with zipfile.ZipFile(archive, 'w') as z:
        for name in files:
            z.write(f'{folder}/{name}', name)
    for kind, path, what in (('folder', folder, 'import'), ('archive', archive, 'unpack it and import')):
        def take(*words):
            done = subprocess.run([house.SNUG, '-C', h.dir, 'import', *words], capture_output=True)
            return done.returncode, done.stdout.decode(), done.stderr.decode('utf-8', 'replace')
        h = House(f'{work}/beside-{kind}', 'shop@corner.example')
        before = h.digest()
        code, out, err = take('--preview', path)
        check(f'{kind}: a preview says what would be done with contacts', code == 3 and 'new: Ada Berg' in out and 'new: Cem Costa' in out
              and 'Nothing was changed' in out, (code, out, err))
        check(f'{kind}: and changes nothing', h.digest() == before and not h.rows('SELECT id FROM message'))
        code, out, err = take('--json', path)
        got = json.loads(out)
        book = got['contacts']
        check(f'{kind}: mail and contacts are taken in', got['new'] == 3 and (book['new'], book['seen'], book['refused']) == (3, 1, 1), out)
        check(f'{kind}: what is left out is named with its file', 'All.vcf:11: NOTE left out: ' in err and 't.CSV:3: Position left out: ' in err, err)
        check(f'{kind}: a table of doubtful columns is named, with what to do',
              f'doubtful.csv: It is a table: if it holds contacts, {what} it by itself.' in err and err.count('by itself') == 1, err)
        mine = next(p for p in persons(h) if 'mailto:ada@berg.example' in p[4])
        check(f'{kind}: a card and a letter are of one person', 'tel:+4930901820' in mine[4] and len(h.rows('SELECT id FROM message')) == 3, mine)
        live, after = h.digest(), persons(h)
        code, out, err = take('--json', path)
        got = json.loads(out)
        check(f'{kind}: twice = once', got['new'] == 0 and got['contacts']['seen'] == 4 and h.digest() == live, out)
        same_after_rebuild(h, f'with contacts beside mail ({kind})')
        code, out, err = take('--yes', '--revert', str(book['import']))
        gone = persons(h)
        check(f'{kind}: the contacts are taken back as one, the mail stays', code == 0 and not any(p[0] in ('Olaf Dahl', 'Cem Costa') for p in gone)
              and any(p[4] == {'mailto:ada@berg.example'} for p in gone) and len(h.rows('SELECT id FROM message')) == 3, (out, err, gone))
        take(path)
        check(f'{kind}: and can come again', persons(h) == after, persons(h) ^ after)
        paths = [p.decode() for p, in h.rows('SELECT CAST(path AS BLOB) FROM source')]
        check(f'{kind}: paths are kept as text', kind == 'archive' or any('\ufffd' in p for p in paths), paths)
    h = House(f'{work}/books', 'shop@corner.example')
    done = subprocess.run([house.SNUG, '-C', h.dir, 'import', f'{folder}/Takeout/Contacts'], capture_output=True)
    check('also where there is no mail', done.returncode == 3 and b'5 cards: 3 new people' in done.stdout, (done.stdout, done.stderr))
    os.mkdir(f'{work}/doubt')
    done = subprocess.run([house.SNUG, '-C', h.dir, 'import', write(f'{work}/doubt/d.csv', DOUBTFUL)[:-6]], capture_output=True)
    check('nothing that is certain is a failure, with what to do', done.returncode == 1 and b'd.csv: It is a table: if it holds contacts, import it'
          in done.stderr, done.stderr)
    done = subprocess.run([house.SNUG, '-C', h.dir, 'import', f'{work}/doubt/d.csv'], capture_output=True)
    check('by itself it is taken in', b'1 new people' in done.stdout or b'1 joined' in done.stdout, (done.stdout, done.stderr))
    mail = write(f'{work}/only.mbox', MAIL.format(ada='Ada'))
    done = subprocess.run([house.SNUG, '-C', h.dir, 'import', '--preview', mail], capture_output=True)
    check('mail has no preview, and is not read', done.returncode == 1 and b'stays in the log' in done.stderr and not h.rows('SELECT id FROM message'), done.stderr)


def mail_again(work):
    """Out as mbox, into a new house: the same people, conversations, ties, and bytes."""
    h, other = House(f'{work}/a', 'shop@corner.example'), House(f'{work}/b', 'shop@corner.example')
    h.take(write(f'{work}/m.mbox', MAIL.format(ada='Ada Berg')))
    h.run('export', '--format', 'mbox', f'{work}/out.mbox')
    other.take(f'{work}/out.mbox')
    off = house.differing(h.state(), other.state())
    check('exported mail makes the same house', not off, off)
    check('of the same bytes', h.raw == other.raw and len(h.raw) == 3)
    check('with one conversation of three and a tie', len(h.talks()) == 1 and len(h.ties()) == 2, (h.talks(), h.ties()))
    check('a wrong clock stays corrected', {m['at'] for m in other.message.values()} == {1770026400, 1770033600, 1770109200},
          [m['at'] for m in other.message.values()])


with tempfile.TemporaryDirectory() as folder:
    cards(folder)
    cards_and_mail(folder)
    tables(folder)
    beside_mail(folder)
    mail_again(folder)
house.finish()
