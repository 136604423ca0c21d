#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors of a house: devices, a second step, copies of everything, keepers who leave, and what the server says by itself.
Codes are computed here, by Python's own hmac. Prints TAP; SNUG_BIN names the program."""
import base64
import hmac
import os
import re
import socket
import sqlite3
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'long'), os.path.join(HERE, 'lib')]
import house  # noqa: E402
from house import House, check, snug, write  # noqa: E402
from served import PASSWORD, Served  # noqa: E402
from visit import Visitor  # noqa: E402

START = 1900000000
CLOCK = None
WORN = {'cross-origin-opener-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                                   "frame-ancestors 'none'; base-uri 'none'"}
LETTERS = '''From ada@berg.example Mon Feb  2 10:00:00 2026
From: Ada Berg <ada@berg.example>
To: {to}
Subject: {subject}
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <{subject}@berg.example>

Could you send me the {subject} list?

'''


def set_clock(at):
    CLOCK.seek(0)
    CLOCK.truncate()
    CLOCK.write(f'{at}\n')
    CLOCK.flush()


def code(secret, at):
    step = hmac.new(base64.b32decode(secret), struct.pack('>Q', at // 30), 'sha1').digest()
    place = step[-1] & 15
    return f'{(struct.unpack(">I", step[place:place + 4])[0] & 0x7fffffff) % 10**6:06}'


def sign_in(server, address, password=PASSWORD, **more):
    v = Visitor()
    v.go(server.port, 'GET', '/sign-in')
    page = server.post(v, '/sign-in', ('address', address), ('password', password), *more.items())
    return v, page


def get(server, v, path):
    v.go(server.port, 'GET', path)
    return v.page


def devices(server, mia):
    other, _ = sign_in(server, 'mia@pub.example')
    third, _ = sign_in(server, 'mia@pub.example')
    page = get(server, mia, '/settings/devices')
    check('a keeper sees where they are signed in', page.text.count('by password') == 3 and page.text.count('this one') == 1, page.text[:300])
    newest = re.findall(r'/settings/devices/(\d+)/end', page.source)[0]
    server.post(mia, f'/settings/devices/{newest}/end')
    check('one of them can be ended', get(server, third, '/settings').status == 303 and get(server, other, '/settings').status == 200)
    get(server, mia, '/settings/devices')
    server.post(mia, '/settings/devices/others/end')
    check('and all others', get(server, other, '/settings').status == 303 and get(server, mia, '/settings').status == 200)


def second_step(server, h, mia):
    get(server, mia, '/settings/second')
    page = server.post(mia, '/settings/second/begin', ('password', 'another one altogether'))
    check('who sits down at an open browser can not set one up', page.status == 422 and 'another one' in page.text)
    server.post(mia, '/settings/second/begin', ('password', PASSWORD))
    page = get(server, mia, '/settings/second')
    secret = re.search(r'class="secret">([A-Z2-7]{32})<', page.source)[1]
    check('it is told in letters and as a picture', '<svg class="qr"' in page.source and len(base64.b32decode(secret)) == 20)
    other, _ = sign_in(server, 'mia@pub.example')
    get(server, mia, '/settings/second')
    check('another code does not prove it', server.post(mia, '/settings/second/prove', ('code', code(secret, START + 300))).status == 422)
    page = server.post(mia, '/settings/second/prove', ('code', code(secret, START)))
    spares = re.findall(r'class="secret">([a-z2-9-]{14})<', page.source)
    check('spare codes are shown once', len(set(spares)) == 8 and not any(s in get(server, mia, '/settings/second').source for s in spares))
    check('other browsers were signed out', get(server, other, '/settings').status == 303 and get(server, mia, '/settings').status == 200)
    set_clock(START + 60)
    _, page = sign_in(server, 'mia@pub.example')
    _, unknown = sign_in(server, 'nobody@else.example')
    check('the password alone opens nothing, in the words of a wrong one', page.status == 422 and page.text == unknown.text, page.text)
    _, page = sign_in(server, 'mia@pub.example', code=code(secret, START + 60))
    check('password and code do', page.status == 303)
    _, page = sign_in(server, 'mia@pub.example', code=code(secret, START + 60))
    check('each code once', page.status == 422)
    tries = [sign_in(server, 'mia@pub.example', code=spares[0])[1].status for _ in range(2)]
    check('a spare code as well', tries == [303, 422], tries)
    with sqlite3.connect(f'file:{h.dir}/snug.db?mode=ro', uri=True) as db:
        kept = b''.join(v if isinstance(v, bytes) else str(v).encode() for t in ('second_step', 'second_spare')
                        for r in db.execute(f'SELECT * FROM {t}') for v in r)
    check('neither secret nor spare codes stand in the database',
          base64.b32decode(secret) not in kept and not any(s.replace('-', '').encode() in kept for s in spares))
    return secret


def wanted_of_all(server, h, mia):
    get(server, mia, '/settings')
    server.post(mia, '/keepers', ('name', 'Ben Ito'), ('addresses', 'ben@pub.example'), ('password', PASSWORD))
    ben, page = sign_in(server, 'ben@pub.example')
    check('each keeper decides alone', page.status == 303 and get(server, ben, '/').status == 200)
    get(server, mia, '/settings/second')
    server.post(mia, '/settings/second/require', ('on', '1'))
    page = get(server, ben, '/people')
    check('until an owner wants it of all', page.status == 303 and page.headers['location'] == '/settings/second', page.status)
    page = get(server, ben, '/settings/second')
    check('then it comes first', 'Nothing else opens' in page.text)
    get(server, mia, '/settings/second')
    server.post(mia, '/settings/second/require', ('on', '0'))
    check('and is taken back', get(server, ben, '/people').status == 200)
    code_, _, wrong = snug(h, 'keeper', 'second', 'mia@pub.example')
    _, page = sign_in(server, 'mia@pub.example')
    check('who lost it all is helped at the machine', code_ == 0 and page.status == 303, wrong)
    return ben


def copies(server, h, mia, ben):
    at = START + 1000
    set_clock(at)
    run = lambda: snug_as_is(h, 'export', '--format', 'vcard')  # noqa: E731
    code_, out, wrong = run()
    check('everything waits a day for its one owner', code_ == 1 and not out and 'waits a day' in wrong, wrong)
    code_, _, again = run()
    check('asked again it is the same', again == wrong and len(h.rows('SELECT 1 FROM takeout')) == 1)
    check('of one person it does not wait', snug_as_is(h, 'export', '--format', 'vcard', '--person', '1')[0] == 0)
    page = get(server, mia, '/takeout')
    check('the owner sees it', 'Somebody at a terminal asked for everything as vcard' in page.text and 'Stop it' in page.text, page.text[:300])
    check('who owns nothing does not', get(server, ben, '/takeout').status == 403)
    get(server, mia, '/takeout')
    server.post(mia, re.search(r'/takeout/\d+/stop', mia.page.source)[0])
    set_clock(at + 25 * 3600)
    code_, out, wrong = run()
    check('what was stopped does not come a day later', code_ == 1 and not out and 'waits a day' in wrong, wrong)
    set_clock(at + 49 * 3600 + 1)
    code_, out, _ = run()
    check('what was not stopped does', code_ == 0 and 'BEGIN:VCARD' in out)
    check('once', run()[0] == 1)
    mia, _ = sign_in(server, 'mia@pub.example')
    get(server, mia, '/settings')
    server.post(mia, '/keepers', ('name', 'Olga Ruiz'), ('addresses', 'olga@pub.example'), ('password', PASSWORD), ('owner', '1'))
    olga, _ = sign_in(server, 'olga@pub.example')
    set_clock(at + 80 * 3600)
    check('with two owners no day is long enough', 'needs the yes of two owners' in run()[2])
    for n, v in enumerate([mia, olga]):
        sign = sign_in(server, ['mia@pub.example', 'olga@pub.example'][n])[0]
        get(server, sign, '/takeout')
        server.post(sign, re.findall(r'/takeout/\d+/agree', sign.page.source)[0])
        get(server, sign, '/takeout')
        check('who agreed is not asked twice', '/agree' not in sign.page.source)
        if not n:
            check('one yes is not enough', 'one owner more' in run()[2])
    code_, _, wrong = snug_as_is(h, 'export', '--format', 'vcard', f'{h.dir}/nowhere/all.vcf')
    check('what has no place to go is not taken', code_ == 1 and "can't be made" in wrong, wrong)
    check('two are', run()[0] == 0)
    code_, _, wrong = snug_as_is(h, 'export', '--format', 'vcard', f'{h.dir}/all.vcf')
    check('what may not leave leaves no file', code_ == 1 and 'two owners' in wrong and not os.path.exists(f'{h.dir}/all.vcf'), wrong)
    kinds = [k for k, in h.rows('SELECT kind FROM event WHERE kind IN(4, 5, 6) ORDER BY id')]
    check('all of it is in the log', kinds == [4, 5, 4, 6, 4, 5, 5, 6, 4], kinds)
    page = get(server, sign, '/takeout')
    check('and on the list', page.source.count('>was taken<') == 2 and page.source.count('>stopped<') == 1, page.text[:400])


def snug_as_is(h, *words):
    done = house.subprocess.run([house.SNUG, '-C', h.dir, *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def leaves(server, h):
    mia, _ = sign_in(server, 'mia@pub.example')
    ben, _ = sign_in(server, 'ben@pub.example')
    with sqlite3.connect(f'{h.dir}/snug.db') as db:
        (who,), (boss,) = (db.execute("SELECT person FROM handle WHERE shown=?", (f'{n}@pub.example',)).fetchone() for n in ('ben', 'mia'))
        db.execute('INSERT INTO draft(keeper, name, kind, about, to_typed, cc_typed, bcc_typed, subject, words, html, saved_at, due, problem)'
                   " VALUES(?, 'x', 1, 0, '', '', '', '', 'later', '', 1, ?, '')", (who, START * 2))
    own = {m for m, in h.rows("SELECT id FROM message WHERE subject='cellar'")}
    get(server, ben, '/waiting')
    check('somebody waits on Ben', 'cellar' in ben.page.source and 'cellar' not in get(server, mia, '/waiting').source)
    page = get(server, mia, f'/keepers/{who}/leave')
    check('it is said what would be nobody\'s', 'letters that no other keeper may read 1' in page.text and 'go out later 1' in page.text
          and 'or they for one 1' in page.text, page.text[:600])
    check('and not what it says', 'cellar' not in page.source)
    check('nobody leaves by a look', get(server, ben, '/').status == 200)
    get(server, mia, f'/keepers/{who}/leave')
    page = server.post(mia, f'/keepers/{who}/leave', ('heir', str(boss)))
    check('they leave', page.status == 303 and 'What they held is with' in get(server, mia, '/settings').text, page.status)
    check('and are out at once', get(server, ben, '/').status == 303 and not h.rows('SELECT 1 FROM web_session WHERE person=?', who))
    check('with every way in', not h.rows('SELECT 1 FROM account WHERE person=?', who) and sign_in(server, 'ben@pub.example')[1].status == 422)
    check('who waited on them waits on the heir', 'cellar' in get(server, mia, '/waiting').source)
    check('what only they could read, the heir reads', get(server, mia, f'/talk/{min(own)}').status == 200)
    olga, _ = sign_in(server, 'olga@pub.example')
    check('and nobody else', get(server, olga, f'/talk/{min(own)}').status == 404)
    check('what was to go out later waits for the heir', h.rows("SELECT keeper, due FROM draft WHERE name='x'") == [(boss, 0)])
    nobody = [t for t, q in (('wait', 'SELECT 1 FROM wait WHERE keeper=?'), ('draft', 'SELECT 1 FROM draft WHERE keeper=?'),
                             ('mailbox', 'SELECT 1 FROM mailbox WHERE keeper=?')) if h.rows(q, who)]
    check('nothing is without a holder', not nobody, nobody)


def guesses(server):
    """A browser left open is no place to try passwords at."""
    olga, _ = sign_in(server, 'olga@pub.example')
    said = []
    for i in range(20):
        get(server, olga, '/settings')
        said.append(server.post(olga, '/settings/password', ('old', f'guess number {i}'), ('password', 'a yellow kettle')).text)
        if 'too often' in said[-1]:
            break
    check('a wrong password changes nothing', 'Your password is another one' in said[0], said[0][:300])
    check('tries run out', 5 <= len(said) < 20, len(said))
    get(server, olga, '/settings')
    page = server.post(olga, '/settings/password', ('old', PASSWORD), ('password', 'a yellow kettle'))
    check('then the right one is refused as well', page.status == 422 and 'too often' in page.text, page.text[:300])
    get(server, olga, '/settings/second')
    check('also where the second step is set up', 'too often' in server.post(olga, '/settings/second/begin', ('password', PASSWORD)).text)


def says(port, raw):
    """What comes back for these bytes, as status and headers."""
    with socket.create_connection(('127.0.0.1', port), timeout=20) as link:
        link.sendall(raw)
        got = b''
        while b'\r\n\r\n' not in got and (more := link.recv(65536)):
            got += more
    head, *lines = got.split(b'\r\n\r\n')[0].decode('latin-1').split('\r\n')
    return int(head.split()[1]) if head else 0, [tuple(x.split(': ', 1)) for x in lines]


def by_itself(server):
    host = f'Host: 127.0.0.1:{server.port}\r\n'.encode()
    asked = [(400, b'GET /a/../b HTTP/1.1\r\n' + host + b'\r\n'), (404, b'GET /none HTTP/1.1\r\n' + host + b'\r\n'),
             (405, b'DELETE /people HTTP/1.1\r\n' + host + b'\r\n'), (403, b'POST /sign-out HTTP/1.1\r\n' + host + b'Content-Length: 0\r\n\r\n'),
             (413, b'POST /sign-in HTTP/1.1\r\n' + host + b'Content-Length: 999999999\r\n\r\n'),
             (400, b'GET / HTTP/1.1\r\n' + host + b'X-Much: ' + b'x' * 20000 + b'\r\n\r\n'),
             (501, b'BREW / HTTP/1.1\r\n' + host + b'\r\n'), (303, b'GET /people HTTP/1.1\r\n' + host + b'\r\n')]
    for status, raw in asked:
        got, headers = says(server.port, raw)
        names = [k.lower() for k, _ in headers]
        plain = {k.lower(): v.split("; script-src")[0] for k, v in headers}
        off = {k: plain.get(k) for k, v in WORN.items() if plain.get(k) != v or names.count(k) != 1}
        check(f'what is answered by {status} is dressed', got == status and not off, f'{got} {off}' if off or got != status else '')


def anew(server, h):
    """Opened again: who came often at the door may come again."""
    server.stop()
    return Served(house.SNUG, h.dir)


def main():
    global CLOCK
    with tempfile.TemporaryDirectory() as work, tempfile.NamedTemporaryFile('w') as CLOCK:
        set_clock(START)
        os.environ['SNUG_CLOCK'] = CLOCK.name
        h = House(f'{work}/house', 'mia@pub.example', name='Pub')
        h.take(write(f'{work}/a.mbox', LETTERS.format(to='mia@pub.example', subject='kitchen')))
        with open(f'{h.dir}/snug.conf', 'a') as conf:
            conf.write('url http://pub.example\n')  # cookies keep their name when it is opened again
        server = Served(house.SNUG, h.dir)
        mia = server.sign_up()
        devices(server, mia)
        second_step(server, h, mia)
        server = anew(server, h)
        ben = wanted_of_all(server, h, mia)
        h.run('import', '--json', '--as', 'ben@pub.example', write(f'{work}/b.mbox', LETTERS.format(to='ben@pub.example', subject='cellar')))
        server = anew(server, h)
        copies(server, h, mia, ben)
        server = anew(server, h)
        leaves(server, h)
        server = anew(server, h)
        guesses(server)
        by_itself(server)
        server.stop()
        before = h.digest()
        h.run('rebuild')
        after = h.digest()
        check('rebuild equals live', before == after, [t for t in before if before[t] != after.get(t)])
        check('the house is sound', snug(h, 'doctor')[0] == 0)
    house.finish()


main()
