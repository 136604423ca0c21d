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
from house import check, finish, note, snug
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
    check('Inbox and Sent are chosen, the others are not', ticked == (5, 2), ticked)  # one says that tagged addresses arrive
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


def judge_sharing(place, work):
    """Two keepers, two servers on one house, a message that is too big, a folder that is opened and shut."""
    server = Dovecot(f'{work}/second', 'kettle77')
    fill(server, 40)
    server.lay('1900000000.9.x', letter(41, START, 'A whole film', size=1200000))
    server.start()
    house = Served(f'{place}/second', 'olga@pub.example')
    with open(f'{house.dir}/snug.conf', 'a') as file:
        file.write('message_mib 1\n')
    house.run('keeper', 'add', '--name', 'Pat', 'pat@pub.example')
    wrong = snug(house, 'mailbox', 'add', 'olga@pub.example', '--imap', f'localhost:{server.plain}', '--plain', '--login', 'olga', told='no\n')
    check('snug mailbox add: a wrong password is said, nothing is kept', wrong[0] == 1 and house.rows('SELECT count(*) FROM mailbox') == [(0,)], wrong)
    done = snug(house, 'mailbox', 'add', '--imap', f'localhost:{server.plain}', '--plain', '--login', 'olga', 'olga@pub.example', told='kettle77\n')
    check('snug mailbox add', done[0] == 0, done)
    files = b''.join(open(f'{house.dir}/{x}', 'rb').read() for x in os.listdir(house.dir) if x.startswith('snug.db'))
    check('its password is not in the database', b'localhost' in files and b'kettle77' not in files)
    house.serve()
    other = Served.__new__(Served)
    other.dir, other.address = house.dir, 'olga@pub.example'
    other.serve()
    try:
        check('it is read', wait_for(whole(house, 40), 30), house.events())
        time.sleep(3)
        check('by one of two servers', house.events() == (40, 40) and connections(house.process) + connections(other.process) == 1,
              (house.events(), connections(house.process), connections(other.process)))
        v = house.visitor()
        page = house.get(v, '/mailboxes/1')
        check('what is too big is listed', 'larger than 1 MiB' in page.text and '41 of 41' in page.text and '1 skipped' in page.text, page.text[:300])
        pat = "SELECT count(*) FROM sight s JOIN keeper k ON k.person=s.who WHERE k.role=1"
        check('it is nobody else\'s', house.rows(pat) == [(0,)])
        folder = house.rows("SELECT id FROM mailbox_folder WHERE name='INBOX'")[0][0]
        house.submit(v, f'/mailboxes/folders/{folder}/open')
        check('an opened folder is every keeper\'s', wait_for(lambda: house.rows(pat) == [(40,)], 20), house.rows(pat))
        server.put('1900000100.1.x', letter(50, int(time.time()), 'For all of us'))
        check('what comes too', wait_for(lambda: house.rows(pat) == [(41,)], 20), house.rows(pat))
        house.get(v, '/mailboxes/1')
        house.submit(v, f'/mailboxes/folders/{folder}/shut')
        check('shut, it is nobody else\'s again', wait_for(lambda: house.rows(pat) == [(0,)], 20), house.rows(pat))
    finally:
        house.close()
        other.close()
        server.stop()
    before = house.digest()
    house.run('rebuild')
    check('a rebuild gives the same sight', house.digest() == before)
    gone = snug(house, 'mailbox', 'remove', 'olga@pub.example')
    check('snug mailbox remove', gone[0] == 0 and house.run('mailbox') == '', gone)


def connections(process):
    """How many IMAP connections a server holds, as its threads say."""
    return sum(open(f'/proc/{process.pid}/task/{t}/comm').read().strip() == 'snug-mailbox' for t in os.listdir(f'/proc/{process.pid}/task'))


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
            judge_sharing(place, work)
        finally:
            if house.process.poll() is None:
                house.close(signal.SIGKILL)
            server.stop()
            if os.environ.get('SHOW_TRACE'):
                note(open(f'{house.dir}/trace').read()[-3000:])
    finish()


main()
