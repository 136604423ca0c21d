#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three people of whom a busy house holds all that can be held, among two thousand letters of others: each is forgotten on
another way, while pages are read and somebody holds on to what was there before; of each nothing is left within a minute, and
all of the others. Prints TAP; SNUG_BIN names the program."""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'story', 'lib')]
import house  # noqa: E402
from canary import Ada, Cage  # noqa: E402
from desk import Patient  # noqa: E402
from house import check, snug, write  # noqa: E402
from post import Sink  # noqa: E402
from visit import Visitor  # noqa: E402

READER_S, MINUTE_S = 8, 60


def by_herself(ada, desk, sink):
    sink.refuses = None
    keeper = desk.become(ada.visitor)
    desk.get('/me/forget')
    desk.press('Send me that letter')
    mail = desk.until(lambda: ada.letter('/me/by/'))
    check('she gets the letter she asked for', mail, '' if mail else desk.follow().text[:400])
    desk.get(re.search(r'http://\S+(/me/by/\S+)', mail)[1])
    page = desk.press('Forget me, for good')
    desk.become(keeper)
    return page.status == 303


def in_a_terminal(ada, desk, sink):
    """While somebody reads what was there before: it is said, and goes as soon as they are done."""
    reader = sqlite3.connect(f'{desk.house.dir}/snug.db', check_same_thread=False)
    reader.execute('BEGIN')
    reader.execute('SELECT count(*) FROM event').fetchall()
    done = threading.Timer(READER_S, reader.close)
    done.start()
    code, out, err = snug(desk.house, 'erase', '--yes', 'person', str(ada.who()))
    check('under a reader it is said that something is left', code == 1 and 'Erased.' in out and 'still reads' in err, out + err)
    done.join()
    snug(desk.house, 'people')  # the next command clears it away
    return 'Erased.' in out


def by_an_owner(ada, desk, sink):
    desk.get(f'/people/{ada.who()}/erase')
    page = desk.press('Erase for good')
    return page.status == 303


def busy(desk, stop):
    """Somebody who reads all the time."""
    visitor = Visitor()
    visitor.cookies = dict(desk.visitor.cookies)
    while not stop.is_set():
        for path in ('/', '/people?all=1', '/talk?all=1', '/search?q=thank', '/map'):
            with contextlib.suppress(OSError):  # the house closes
                visitor.go(desk.port, 'GET', path)
            stop.wait(.2)


def forget(way, ada, cage, pieces, others, desk, sink):
    words = way.__name__.replace('_', ' ')
    began = time.monotonic()
    gone = way(ada, desk, sink)
    check(f'{words} she is forgotten', gone, '' if gone else desk.visitor.page.text[:300])
    left = desk.until(lambda: not (cage.on_disk() or cage.pieces_on_disk(pieces)), MINUTE_S)
    check(f'{words}: nothing is left within a minute', left, f'{time.monotonic() - began:.1f} s')
    cage.gone(pieces, f'after that ({words})')
    for other, kept in others:
        held = other.pieces_on_disk(kept)
        check('all of the others is there', held == len(kept), (held, len(kept)))


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        os.mkdir(f'{box}/in')
        os.environ['TMPDIR'] = f'{box}/in'
        desk = Patient(f'{box}/in/house', sink.port, 'undo_s 0').open()
        stop = threading.Event()
        try:
            desk.sign_in()
            others = subprocess.run([house.SNUG, 'sample', '--mbox'], capture_output=True, text=True, check=True).stdout
            desk.house.take(write(f'{box}/sample.mbox', others))
            cages = [Cage(desk, f'{box}/in', n) for n in range(3)]
            people = [Ada(cage, desk, sink, n) for n, cage in enumerate(cages)]
            for ada in people:
                ada.is_known()
            for ada in people:
                ada.unfinished()
            pieces = [cage.look() for cage in cages]
            desk.house.run('backup', f'{box}/old')
            threading.Thread(target=busy, args=(desk, stop), daemon=True).start()
            for n, way in enumerate((by_herself, in_a_terminal, by_an_owner)):
                rest = list(zip(cages, pieces))[n + 1:]
                forget(way, people[n], cages[n], pieces[n], rest, desk, sink)
        finally:
            stop.set()
            desk.close()
        desk.judge()
        again(box, desk.house, people, cages, pieces)
    sink.close()
    house.finish()


def again(box, h, people, cages, pieces):
    live = h.digest()
    code, out, err = snug(h, 'restore', '--yes', f'{box}/old')
    check('an older backup is restored, and all three are erased again', code == 0 and '3 erasures.' in out, out + err)
    for name in os.listdir(f'{box}/in'):
        if '.before-' in name:
            shutil.rmtree(f'{box}/in/{name}')
    for cage, kept in zip(cages, pieces):
        cage.gone(kept, 'after that')
    for ada in people:
        for path in (ada.mbox, ada.folder, ada.report):
            code, out, err = snug(h, 'import', '--json', path)
            check('nothing of hers comes in again', code == 3 and '"new":0' in out, out + err)
    h.run('rebuild')
    for cage, kept in zip(cages, pieces):
        cage.gone(kept, 'after her mail came again and a rebuild')
    after = h.digest()
    other = ('takeout', 'participant')  # looking takes an export; when they went is the number of an event
    off = [t for t in after if after[t] != live[t] and t not in other]
    check('to the same tables', not off, off)


main()
