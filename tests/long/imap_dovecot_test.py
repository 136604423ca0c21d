#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real IMAP server on loopback: 2,000 messages pulled byte for byte, newest first, over TLS and
STARTTLS with a checked certificate, resumed after a kill; news within a second; folder names.
Needs dovecot-imapd and openssl; runs the server as nobody when started by root, else as oneself."""
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

from dovecot import Dovecot, missing
from house import check, finish, note

PROBE = os.path.abspath('out/release/long/imap_probe')
N = 2000
def invent(n):
    """A message of 0.3 to 30 KB, lines ending in LF, as Maildir wants them."""
    dice = random.Random(n)
    lines = [b'From: Ada <ada@berg.example>', b'X-Number: %d' % n, b'Subject: =?utf-8?q?T=C3=B6pfe?= %d' % n, b'']
    for _ in range(dice.choice((3, 20, 80, 400))):
        lines.append(dice.choice((b'* BYE', b')', b'From here on', b'{12}', b'', b'\xff\xfe 8 bit', b'.', b'plain words ' * 6)))
    return b'\n'.join(lines) + b'\n'


class Probed(Dovecot):
    def command(self, safety, *words, host='localhost', ca=None):
        port = self.tls if safety == 'tls' else self.plain
        ca = f'{self.work}/crt.pem' if ca is None else ca
        return [PROBE, host, str(port), safety, ca, 'ada', *words]

    def probe(self, safety, *words, password='pass', **more):
        done = subprocess.run(self.command(safety, *words, **more), capture_output=True, text=True, timeout=300,
                              env={**os.environ, 'IMAP_PASSWORD': password})
        return done.stdout


def raw_fetch(port):
    """Seconds for the same bytes in one command, by nothing but a socket."""
    with socket.create_connection(('127.0.0.1', port)) as s:
        s.sendall(b'a LOGIN ada pass\r\nb EXAMINE INBOX\r\n')
        heard = b''
        while b'\r\nb OK' not in heard:
            heard += s.recv(65536)
        start, total, tail = time.monotonic(), 0, b''
        s.sendall(b'c UID FETCH 1:* (UID INTERNALDATE BODY.PEEK[])\r\n')
        while b'\r\nc OK' not in tail:
            got = s.recv(262144)
            total += len(got)
            tail = tail[-20:] + got
        return time.monotonic() - start, total


def pull_and_judge(server, folder, truth):
    """Pulled over TLS, killed in between, pulled again."""
    os.makedirs(folder)
    first = subprocess.Popen(server.command('tls', 'pull', 'INBOX', folder), stdout=subprocess.PIPE, text=True)
    lines = [first.stdout.readline() for _ in range(700)]
    first.send_signal(signal.SIGKILL)
    first.wait()
    lines += [x for x in first.stdout.read().splitlines(keepends=True) if x.endswith('\n')]
    check('it was killed in the middle', 700 <= len(lines) < N, f'after {len(lines)}')
    rest = server.probe('starttls', 'pull', 'INBOX', folder).splitlines()
    check('what was there is not pulled again', len(lines) + len(rest) in (N, N - 1), f'{len(lines)} and {len(rest)}')
    order = [int(x.split()[0]) for x in [*lines, *rest] if re.match(r'\d+ \d+ \d+$', x.strip())]
    check('newest first', order == sorted(order, reverse=True) and len(order) == len(lines) + len(rest))
    got = {int(x): open(f'{folder}/{x}', 'rb').read() for x in os.listdir(folder) if x.isdigit()}
    check('all are there, byte for byte', [got[u] for u in sorted(got)] == truth, f'{len(got)} of {N}')


def judge_safety(server):
    check('TLS, the certificate is believed', server.probe('tls', 'open') == 'OK\n')
    check('STARTTLS as well', server.probe('starttls', 'open') == 'OK\n')
    check('in clear on this machine', server.probe('plain', 'open') == 'OK\n')
    for safety in ('tls', 'starttls'):
        check(f'{safety}: a certificate of another name is refused', 'not good for its name' in server.probe(safety, 'open', host='127.0.0.1'))
        check(f'{safety}: one that nobody vouches for too', 'not good for its name' in server.probe(safety, 'open', ca=''))
    check('TLS at a port that speaks none', re.match('5 .*TLS', subprocess.run(
        [PROBE, 'localhost', str(server.plain), 'tls', f'{server.work}/crt.pem', 'ada', 'open'], capture_output=True, text=True).stdout))
    wrong = server.probe('tls', 'open', password='a wrong "one"')
    check('a wrong password is its own result', wrong.startswith('2 ') and 'app password' in wrong and 'wrong' not in wrong, wrong)


def judge_folders(server):
    lines = server.probe('plain', 'folders').splitlines()
    check('roles as the server says, names with umlauts', '2 Gesendet\tGesendet' in lines and '3 Entw&APw-rfe\tEntwürfe' in lines, lines)
    mail = f'{server.work}/sent.eml'
    with open(mail, 'wb') as file:
        file.write(b'From: ada@berg.example\r\nSubject: copy\r\n\r\n\xc3\xa4 {3}\r\n')
    server.probe('plain', 'append', 'Gesendet', mail)
    os.makedirs(f'{server.work}/sent')
    line = server.probe('plain', 'pull', 'Gesendet', f'{server.work}/sent').split()
    same = len(line) == 3 and open(f'{server.work}/sent/{line[0]}', 'rb').read() == open(mail, 'rb').read()
    check('a copy laid into Sent comes back, with its date', same and line[2] == '1767225600', line)


def judge_news(server):
    waiting = subprocess.Popen(server.command('tls', 'idle', 'INBOX'), stdout=subprocess.PIPE, text=True)
    ready = waiting.stdout.readline()
    time.sleep(.5)  # until IDLE has begun: nobody says so
    start = time.monotonic()
    server.put('1900000000.1.x', b'Subject: new\n\nx\n')
    select.select([waiting.stdout], [], [], 20)
    took = time.monotonic() - start
    check('news are told', (ready, waiting.stdout.readline()) == ('ready\n', 'news\n'))
    check('within a second', took < 1, f'{took:.3f} s')
    waiting.wait(20)


def judge_speed(server):
    ratios = []
    for _ in range(3):
        raw_s, size = raw_fetch(server.plain)
        n, got, us = (int(x) for x in server.probe('plain', 'speed', 'INBOX').split())
        ratios.append(raw_s / (us / 1e6))
        note(f'{n} messages, {got / 1e6:.1f} MB in {us / 1000:.0f} ms; by a bare socket {size / 1e6:.1f} MB in {raw_s * 1000:.0f} ms')
    check('at least half as fast as a bare socket', max(ratios) >= .5, f'{max(ratios):.2f} at best')


def flags(server):
    return sorted(x.split(':2,')[-1] for x in os.listdir(f'{server.work}/Maildir/cur'))


def main():
    if missing():
        print('1..0 # SKIP dovecot is missing: install dovecot-imapd')
        return
    with tempfile.TemporaryDirectory() as work:
        server = Probed(work)
        mails = [invent(n) for n in range(N)]
        for n, raw in enumerate(mails):
            with open(f'{work}/Maildir/cur/{1500000000 + n}.{n:07d}.x:2,', 'wb') as file:
                file.write(raw)
        server.start()
        try:
            judge_safety(server)
            pull_and_judge(server, f'{work}/pulled', [raw.replace(b'\n', b'\r\n') for raw in mails])
            judge_speed(server)
            check('no flag of a message was touched', flags(server) == [''] * N)
            judge_folders(server)
            judge_news(server)
        finally:
            server.stop()
    finish()


main()
