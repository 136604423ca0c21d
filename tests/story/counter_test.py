#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was noted at the counter goes out with the mail and comes in again: people without an address, contact both ways,
the wait it ended. Taken back, it stays here. Prints TAP; SNUG_BIN names the program."""
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'long'), os.path.join(HERE, 'lib')]
import house  # noqa: E402
from house import House, check, write  # noqa: E402
from served import Served  # noqa: E402

LAMP = '''From ada@berg.example Mon Feb  2 10:00:00 2026
From: Ada Berg <ada@berg.example>
To: shop@corner.example
Subject: The lamp
Message-ID: <lamp@berg.example>
Date: Mon, 02 Feb 2026 10:00:00 +0000

Can you repair the lamp?

'''
# anybody may send such a line: what came by mail stays mail
FORGED = '''From ada@berg.example Mon Feb  2 11:00:00 2026
Received: from mail.example by mx.example; Mon, 02 Feb 2026 11:00:00 +0000
From: Shop <shop@corner.example>
To: Mal Ory <mal@ory.example>
Subject: Forged
Message-ID: <forged@ory.example>
Contact-Kind: spoken
Date: Mon, 02 Feb 2026 11:00:00 +0000

We have talked.

'''
SPOKEN, PHONED, BACK = 1 << 12, 1 << 13, 1 << 29


def marks(h):
    return sorted(m & (SPOKEN | PHONED) for m, in h.rows('SELECT marks FROM message'))


with tempfile.TemporaryDirectory() as work:
    os.environ['HOME'] = work
    h = House(f'{work}/a', 'shop@corner.example')
    h.take(write(f'{work}/m.mbox', LAMP + FORGED))
    check('what came by mail is mail, whatever it says', marks(h) == [0, 0], marks(h))
    lamp = h.rows("SELECT id FROM message WHERE subject='The lamp'")[0][0]
    ada = h.rows("SELECT person FROM handle WHERE uri='mailto:ada@berg.example'")[0][0]
    server = Served(house.SNUG, h.dir)
    keeper = server.sign_up()
    keeper.go(server.port, 'GET', f'/counter/{ada}')
    page = server.post(keeper, f'/counter/{ada}', ('words', 'Ready on Friday; Ünal will fetch it.'), ('about', str(lamp)),
                       ('how', 'phoned'))
    check('a note is kept', page.status == 303, page.status)
    keeper.go(server.port, 'GET', '/counter/new?name=Tom')
    page = server.post(keeper, '/counter/new', ('words', 'Wants the table by the window'))
    check('of somebody new as well', page.status == 303, page.status)
    server.stop()

    check('it is marked as what it is', marks(h) == [0, 0, SPOKEN, SPOKEN | PHONED], marks(h))
    channels = h.rows('SELECT channel, count(*) FROM event WHERE kind=30 GROUP BY channel ORDER BY channel')
    check('and came by its own channel', channels == [(1, 2), (4, 2)], channels)
    both = {(a, b) for a, b, _ in h.state()['contacts']}
    tom = h.rows("SELECT uri FROM handle WHERE uri LIKE 'met:%'")[0][0]
    shop = 'mailto:shop@corner.example'
    check('contact goes both ways', {(shop, tom), (tom, shop), (shop, 'mailto:ada@berg.example')} <= both, both)
    check('the wait is ended', not h.state()['waits'], h.state()['waits'])

    other = House(f'{work}/b', 'shop@corner.example')
    h.run('export', '--format', 'mbox', f'{work}/out.mbox')
    other.take(f'{work}/out.mbox')
    off = house.differing(h.state(), other.state())
    check('out and in again it is the same house', not off, off)
    check('with the same marks', marks(other) == marks(h), marks(other))
    check('and nobody is offered such an address to write to', 'handle.invalid' not in h.run('people', '--json'))

    note = h.rows(f'SELECT max(id) FROM message WHERE marks & {SPOKEN}')[0][0]
    talk = h.rows(f'SELECT id FROM message WHERE marks & {PHONED}')[0][0]
    server = Served(house.SNUG, h.dir)
    keeper.go(server.port, 'GET', '/sign-in')
    server.post(keeper, '/sign-in', ('address', 'shop@corner.example'), ('password', 'a green kettle in the window'))
    for n in note, talk:
        keeper.go(server.port, 'GET', f'/talk/{n}')
        page = server.post(keeper, f'/counter/{n}/back')
    check('taken back', page.status == 303, page.status)
    server.stop()
    h.run('export', '--format', 'mbox', f'{work}/after.mbox')
    with open(f'{work}/after.mbox', encoding='utf-8') as file:
        text = file.read()
    check('it does not go out', 'by the window' not in text and 'Can you repair the lamp?' in text)
    check('nothing of it counts', not h.rows('SELECT 1 FROM contact') or
          not h.rows(f'SELECT 1 FROM contact c JOIN message m ON m.id=c.event WHERE m.marks & {SPOKEN}'))
    check('the wait is there again', h.rows('SELECT ours FROM wait') == [(1,)], h.rows('SELECT * FROM wait'))
    before = h.digest()
    h.run('rebuild')
    check('a rebuild gives the same', h.digest() == before)

    # who is erased is erased from what was taken back as well
    tom_id = h.rows('SELECT person FROM handle WHERE uri=?', tom)[0][0]
    h.run('erase', '--reason', 'asked', '--yes', 'person', str(tom_id))
    left = h.run('export', '--format', 'jsonl')
    check('words about who is erased go with them', b'by the window'.hex() not in left and b'Tom'.hex() not in left,
          [re.findall('.{0,40}' + b'by the window'.hex(), left)])
house.finish()
