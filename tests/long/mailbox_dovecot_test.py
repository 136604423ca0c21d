#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox is connected with forms and read from a real server: newest first, while pages answer; news within
seconds; stopped, killed, its numbers changed, its password changed: every message once.
Needs dovecot-imapd and openssl."""
import os
import random
import shutil
import signal
import tempfile
import time

from dovecot import Dovecot, missing
from house import check, finish, note
from mailbox import Served, wait_for

N, START = 3000, 1767225600
NAMES = ('Ada Berg', 'Bo Lind', 'Cleo Marsh', 'Dan Okoro', 'Eve Stone', 'Finn Vale')


def letter(n, at, subject=None, to='olga@pub.example', size=0):
    who = NAMES[n % len(NAMES)]
    address = who.lower().replace(' ', '.') + '@guests.example'
    date = time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(at))
    answers = f'In-Reply-To: <m{n - 6}@guests.example>\n' if n % 4 == 3 and n >= 6 else ''
    body = f'Could you keep table {n} for us?\n' + ''.join(random.Random(n).choice('abcdefgh ') for _ in range(300)) + '\n' + 'x' * size
    return (f'From: {who} <{address}>\nTo: {to}\nSubject: {subject or f"Table {n}"}\nDate: {date}\n'
            f'Message-ID: <m{n}@guests.example>\n{answers}\n{body}\n').encode()


def fill(server, n):
    for i in range(n):
        at = START + i * 600
        server.lay(f'{at}.{i:07d}.x', letter(i, at))
        os.utime(f'{server.work}/Maildir/cur/{at}.{i:07d}.x:2,', (at, at))


def whole(house, n):
    return lambda: house.events()[0] >= n


def judge_connecting(house, server, v):
    page = house.get(v, '/mailboxes')
    check('nothing is connected at first', 'None is connected yet' in page.text)
    check('it says which providers want an app password', 'myaccount.google.com/apppasswords' in page.text)
    here = {'imap_host': 'localhost', 'imap_port': str(server.plain), 'imap_safety': 'plain', 'login': 'olga'}
    house.connect(v, 'olga@pub.example', 'wrong', **here)
    check('a wrong password is said, with what to do', 'does not take this user and password' in v.page.text and 'app password' in v.page.text, v.page.text[:300])
    check('and no page holds it', 'wrong' not in v.page.source)
    path = v.page.path
    house.submit(v, f'{path}/settings', password='pass', imap_port=str(server.tls), imap_safety='tls', imap_host='127.0.0.1')
    house.settled(v)
    check('a certificate of another name is refused', 'not good for its name' in v.page.text, v.page.text[:300])
    house.submit(v, f'{path}/settings', imap_port='1', imap_host='localhost')
    house.settled(v)
    check('a server that is not there is said', 'Nobody answers' in v.page.text, v.page.text[:300])
    house.submit(v, f'{path}/settings', imap_port=str(server.tls))
    house.settled(v)
    check('it is connected over TLS', 'Choose which folders are read' in v.page.text, v.page.text[:300])
    ticked = v.page.source.count('checkbox'), v.page.source.count('checked')
    check('Inbox and Sent are chosen, the others are not', ticked == (4, 2), ticked)
    return path


def judge_history(house, v, path):
    start = time.monotonic()
    house.submit(v, f'{path}/folders')
    took = wait_for(lambda: 'Table' in house.get(v, '/').text, 20)
    check('Today knows people while it is read', took is not None, f'{took}')
    note(f'first lines on Today after {time.monotonic() - start:.2f} s')
    first = house.rows('SELECT e.at FROM event e WHERE e.kind=30 ORDER BY e.id LIMIT 200')
    check('the newest come first', min(at for at, in first) > START + (N - 400) * 600)
    wait_for(lambda: house.events()[0] >= 600, 30)
    house.close(signal.SIGKILL)
    check('it was killed in the middle', 200 < house.events()[0] < N, house.events())
    house.serve()
    check('all of it is read after that', wait_for(whole(house, N), 120), house.events())
    check('each once', house.events() == (N, N), house.events())


def judge_page(house, v, path):
    wait_for(lambda: f'{N:,} of {N:,}' in house.get(v, path).text, 20)
    check('where it stands', f'{N:,} of {N:,}, last today at' in v.page.text, v.page.text[:400])
    check('on the house page too', f'{N:,} of {N:,}' in house.get(v, '/health').text, v.page.text[:600])
    doctor = house.run('doctor')
    check('and in the terminal', 'olga@pub.example' in doctor and f'{N:,} of {N:,}' in doctor, doctor)
    check('Today finds nothing to say of it', 'mailbox' not in house.get(v, '/').text)


def judge_news(house, server, v):
    took = []
    for i in range(3):
        time.sleep(1)
        n = N + i
        server.put(f'{1900000000 + i}.1.x', letter(n, int(time.time()), f'Tonight {i}'))
        took.append(wait_for(whole(house, n + 1), 20, .02))
    check('news are here within two seconds', None not in took and max(took) < 2, took)
    check('and on a page', f'Tonight {i}' in house.get(v, '/talk').text)


def judge_trouble(house, server, v, path):
    total = N + 3
    server.stop()
    check('a server that went away is no end', wait_for(lambda: 'connection' in house.get(v, path).text or 'answers' in house.get(v, path).text, 20), v.page.text[:300])
    server.put('1900000100.1.x', letter(total, int(time.time()), 'While it was away'))
    server.start()
    check('it is read again when it is back', wait_for(whole(house, total + 1), 60))
    server.stop()
    server.password = 'another'
    server.start()
    check('a password that was changed stops it', wait_for(lambda: 'stopped' in house.get(v, path).text, 60), v.page.text[:300])
    today = house.get(v, '/').text
    check('Today says so', 'The mailbox olga@pub.example has stopped' in today)
    check('so does the terminal', 'has stopped' in house.run('today'))
    server.put('1900000200.1.x', letter(total + 1, int(time.time()), 'With another password'))
    house.get(v, path)
    house.submit(v, f'{path}/settings', password='another')
    check('the new one is taken', wait_for(whole(house, total + 2), 30), house.get(v, path).text[:300])
    return total + 2


def judge_renewed(house, server, v, path, total):
    """All messages get new numbers, as after a server was moved."""
    before = house.rows("SELECT validity FROM mailbox_folder WHERE name='INBOX'")
    server.stop()
    for name in os.listdir(f'{server.work}/Maildir'):
        if name.startswith('dovecot'):
            file = f'{server.work}/Maildir/{name}'
            shutil.rmtree(file) if os.path.isdir(file) else os.remove(file)
    server.put('1900000300.1.x', letter(total, int(time.time()), 'After the move'))
    time.sleep(1.1)  # the number is a time
    server.start()
    check('renewed numbers are noticed', wait_for(lambda: house.rows("SELECT validity FROM mailbox_folder WHERE name='INBOX'") != before, 60))
    check('what is new is read', wait_for(whole(house, total + 1), 60))
    wait_for(lambda: house.rows("SELECT low FROM mailbox_folder WHERE name='INBOX'") == [(1,)], 60)
    check('each once, still', house.events() == (total + 1, total + 1), house.events())
    return total + 1


def judge_stop(house, server, v, path, total):
    house.get(v, path)
    house.submit(v, f'{path}/stop')
    time.sleep(1)
    server.put('1900000400.1.x', letter(total, int(time.time()), 'While it stands still'))
    time.sleep(2)
    check('stopped by hand, nothing is read', house.events()[0] == total)
    house.get(v, path)
    house.submit(v, f'{path}/go-on')
    check('it goes on', wait_for(whole(house, total + 1), 30))
    house.get(v, path)
    house.submit(v, f'{path}/disconnect')
    check('disconnected, what was read stays', house.events()[0] == total + 1 and 'What was read stays here' in v.page.text, v.page.text[:200])
    check('and nothing of the account', house.rows('SELECT (SELECT count(*) FROM mailbox), (SELECT count(*) FROM mailbox_folder)') == [(0, 0)])


def main():
    if missing():
        print('1..0 # SKIP dovecot is missing: install dovecot-imapd')
        return
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as place:
        server = Dovecot(work)
        fill(server, N)
        server.start()
        house = Served(f'{place}/house', 'olga@pub.example')
        os.environ['SSL_CERT_FILE'] = f'{work}/crt.pem'
        house.serve()
        v = house.visitor()
        try:
            path = judge_connecting(house, server, v)
            judge_history(house, v, path)
            judge_page(house, v, path)
            judge_news(house, server, v)
            total = judge_trouble(house, server, v, path)
            total = judge_renewed(house, server, v, path, total)
            judge_stop(house, server, v, path, total)
            house.close()
            before = house.digest()
            house.run('rebuild')
            check('a rebuild gives the same house', house.digest() == before)
        finally:
            if house.process.poll() is None:
                house.close(signal.SIGKILL)
            server.stop()
            if os.environ.get('SHOW_TRACE'):
                note(open(f'{house.dir}/trace').read()[-3000:])
    finish()


main()
