#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open pages: what another process writes, and what a deed of this one does, is said to whoever may see it, by a number.
Prints TAP; SNUG_BIN names the program."""
import os
import queue
import re
import socket
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'long'), os.path.join(HERE, 'lib')]
import house  # noqa: E402
from house import check, write  # noqa: E402
from served import Served  # noqa: E402
from visit import Visitor  # noqa: E402

PATIENCE = 15


def letter(n, sender, to):
    return f'''From {sender} Mon Feb  2 10:00:00 2026
From: {sender}
To: {to}
Subject: Letter {n}
Message-ID: <{n}@berg.example>
Date: Mon, 02 Feb 2026 10:{n:02}:00 +0000

Is it ready, number {n}?

'''


class Ear:
    """Listens to /live as a browser does; every number with the moment it came."""

    def __init__(self, port, visitor, since):
        self.heard, self.status = queue.Queue(), queue.Queue()
        self.link = socket.create_connection(('127.0.0.1', port))
        cookies = '; '.join(f'{k}={v}' for k, v in visitor.cookies.items())
        self.link.sendall(f'GET /live?since={since} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies}\r\n\r\n'.encode())
        threading.Thread(target=self.listen, daemon=True).start()
        self.code, self.head = self.status.get(timeout=PATIENCE)

    def listen(self):
        file = self.link.makefile('rb')
        code, head = int(file.readline().split()[1]), ''
        while (line := file.readline().strip()):
            head += line.decode() + '\n'
        self.status.put((code, head))
        for line in file:
            if line.startswith(b'data: '):
                self.heard.put((int(line[6:]), time.monotonic()))
        self.heard.put((None, time.monotonic()))

    def next(self, seconds=PATIENCE):
        try:
            return self.heard.get(timeout=seconds)
        except queue.Empty:
            return None, None

    def nothing(self, seconds=1.5):
        try:
            return self.heard.get(timeout=seconds) and False
        except queue.Empty:
            return True


def number_of(page):
    return int(re.search(r'data-live="(\d+)"', page.source).group(1))


with tempfile.TemporaryDirectory() as box:
    os.environ['HOME'] = box
    h = type('H', (), {'dir': f'{box}/house'})
    house.snug(h, 'init', '--name', 'Corner Shop', '--address', 'shop@corner.example')
    house.snug(h, 'import', write(f'{box}/1.mbox', letter(1, 'ada@berg.example', 'shop@corner.example')))
    server = Served(house.SNUG, h.dir)
    port, keeper = server.port, server.sign_up()
    keeper.go(port, 'GET', '/talk')
    at = number_of(keeper.page)
    ear = Ear(port, keeper, at)
    check('who is signed in may listen', ear.code == 200 and 'text/event-stream' in ear.head and 'no-store' in ear.head, ear.head)
    number, _ = ear.next(1.5)
    check('nothing new is said while nothing happens', not number or number <= at, (at, number))

    began = time.monotonic()
    house.snug(h, 'import', write(f'{box}/2.mbox', letter(2, 'ada@berg.example', 'shop@corner.example')))
    ended = time.monotonic()
    number, came = ear.next()
    keeper.go(port, 'GET', '/talk')
    check('what another process took in is said', number and at < number <= number_of(keeper.page), (at, number))
    late = max(0.0, (came or 99) - ended)
    check('within a second of its end', late < 1.0, f'{late:.2f} s, the command itself {ended - began:.2f} s')
    check('the page shows it by then', 'Letter 2' in keeper.page.text)

    while not ear.nothing(0.6):
        pass
    talk = re.search(r'/talk/(\d+)', keeper.page.source).group(0)
    keeper.go(port, 'GET', talk)
    deed = f'{talk}/close'
    fields = keeper.tokens_for(deed)
    began = time.monotonic()
    keeper.go(port, 'POST', deed, fields)
    number, came = ear.next()
    check('a deed is said to the other pages of who did it', number and came - began < 1.0, number)

    again = Ear(port, keeper, at)
    first, _ = again.next(3)
    check('who comes back after a pause hears it at once', first and first > at, first)
    stranger = Ear(port, Visitor(), 0)
    check('nobody else may listen', stranger.code == 403, stranger.code)

    began = time.monotonic()
    code = server.stop()
    check('the server ends although pages are open', code == 0 and time.monotonic() - began < 4,
          (code, f'{time.monotonic() - began:.1f} s'))
    while ear.next(3)[0]:
        pass
house.finish()
