#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A house is copied every few seconds while mail is brought in, notes are kept and pages are read, and while somebody is
erased; each copy is restored and proved: a beginning of the very log, whole, and without who was erased since. Some copies are
killed in the middle. Prints TAP; SNUG_BIN names the program, BACKUP_SECONDS how long it takes (60)."""
import contextlib
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'story', 'lib')]
import house  # noqa: E402
from desk import Patient  # noqa: E402
from house import House, check, note, snug, write  # noqa: E402
from visit import Visitor  # noqa: E402

SECONDS, EVERY_S, WORD = int(os.environ.get('BACKUP_SECONDS', '60')), 5, 'schaumkrautwiese'
ADA = f'''From ada@ada.example Mon Feb  2 10:00:00 2026
From: Ada Rar <ada@ada.example>
To: mia@pub.example
Subject: {WORD}
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <rar@ada.example>

Where is the {WORD}?

'''


def quietly(stop, fn):
    """Again and again, in a thread of its own."""
    def run():
        while not stop.is_set():
            with contextlib.suppress(OSError, StopIteration, AttributeError):
                fn()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def reads(desk, cookies, stop):
    visitor = Visitor()
    visitor.cookies = dict(cookies)

    def round_():
        for path in ('/', '/people?all=1', '/talk?all=1', '/search?q=the'):
            visitor.go(desk.port, 'GET', path)
            stop.wait(.1)
    return round_


def notes(desk, cookies, stop):
    hand = Patient.__new__(Patient)
    hand.house, hand.port, hand.visitor = desk.house, desk.port, Visitor()
    hand.visitor.cookies = dict(cookies)
    bo = desk.house.rows("SELECT person FROM handle WHERE uri='mailto:bo@lind.example'")[0][0]

    def round_():
        hand.get(f'/counter/{bo}')
        hand.press('Keep the note', words='Came by again.')
        stop.wait(.2)
    return round_


def brings(desk, work, stop):
    mail = subprocess.run([house.SNUG, 'sample', '--mbox'], capture_output=True, text=True, check=True).stdout
    some = re.split(r'(?m)^(?=From \S+ \w{3} \w{3} )', mail)[1:]
    random.Random(3).shuffle(some)
    numbers = iter(range(0, len(some), 60))

    def round_():
        at = next(numbers, None)
        if at is None:
            stop.wait(1)
            return
        desk.house.take(write(f'{work}/some.mbox', ''.join(some[at:at + 60])))
        stop.wait(.3)
    return round_


def copies(desk, work):
    """Copies as they are made; in the middle somebody is erased, and every third copy is preceded by one that is killed."""
    made, began, erased, dice, took = [], time.monotonic(), False, random.Random(7), []
    while time.monotonic() - began < SECONDS:
        turn = time.monotonic()
        if len(made) % 3 == 2:
            p = subprocess.Popen([house.SNUG, '-C', desk.house.dir, 'backup', '--keep', '99', f'{work}/many'],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(.01, .2))
            p.kill()
            p.wait()
        if not erased and time.monotonic() - began > SECONDS / 2:
            erased = desk.house.run('erase', '--yes', 'person', 'Rar', ok=(0, 1))
        start = time.monotonic()
        code, out, err = snug(desk.house, 'backup', '--keep', '99', f'{work}/many')
        took.append(time.monotonic() - start)
        made.append((code, out + err))
        time.sleep(max(0, EVERY_S - (time.monotonic() - turn)))
    off = [m for m in made if m[0] != 0]
    check(f'{len(made)} copies are made', not off and len(made) >= SECONDS / EVERY_S / 2, off)
    return took


def holds(folder, word):
    for root, _, names in os.walk(folder):
        for name in names:
            with open(f'{root}/{name}', 'rb') as file:
                if word.encode() in file.read():
                    return True
    return False


class At(House):
    def __init__(self, folder):
        self.dir = folder


def proved(desk, work):
    names = sorted(os.listdir(f'{work}/many'))
    check('nothing is there by halves', all(re.fullmatch(r'\d{4}-\d\d-\d\dT\d{6}Z|erased\.log', n) for n in names), names)
    before, with_her = 0, 0
    for name in names[:-1]:
        copy, back = f'{work}/many/{name}', At(f'{work}/back')
        with open(f'{copy}/backup.info') as file:
            info = dict(line.rstrip('\n').split(' ', 1) for line in file)
        events = int(info['events'])
        link = desk.house.rows('SELECT lower(hex(chain)) FROM event WHERE id=?', events)[0][0]
        with_her += holds(copy, WORD)
        code, out, err = snug(back, 'restore', copy)
        well = code == 0 and link == info['head'] and events >= before and not holds(back.dir, WORD)
        code, said, wrong = snug(back, 'doctor', '--deep', '--json')
        live = back.digest()
        back.run('rebuild')
        well = well and code == 0 and '"broken":0' in said and back.digest() == live
        check(f'{name}: {events} events, a beginning of the log, whole, without her', well, '' if well else out + err + said + wrong)
        before = events
        subprocess.run(['rm', '-rf', back.dir], check=True)
    check('there were copies with her', with_her > 0, with_her)
    check('the log grew meanwhile', before > 100, before)


def main():
    with tempfile.TemporaryDirectory() as work:
        desk = Patient(f'{work}/house', 1, 'undo_s 0')
        desk.house.take(write(f'{work}/ada.mbox', ADA))
        desk.open()
        stop = threading.Event()
        try:
            desk.sign_in()
            mine = desk.visitor.cookies
            threads = [quietly(stop, f) for f in (reads(desk, mine, stop), reads(desk, mine, stop), notes(desk, mine, stop), brings(desk, work, stop))]
            took = copies(desk, work)
            stop.set()
            for t in threads:
                t.join(30)
        finally:
            stop.set()
            desk.close()
        size = os.path.getsize(f'{desk.house.dir}/snug.db')
        note(f'a copy took {max(took):.2f} s at most, of {size >> 20} MiB')
        desk.judge()
        proved(desk, work)
    house.finish()


main()
