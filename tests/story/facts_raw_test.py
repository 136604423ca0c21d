#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables themselves refuse a fact without origin, purpose, basis, audience or end, one on consent without a grant,
and a special one without explicit consent: 10,000 rows past the program, by plain SQL. Prints TAP; SNUG_BIN names the program."""
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from house import check  # noqa: E402

ROWS, NOW, DAY = 10000, 1780000000, 86400
TOLD, INTRODUCED, OBSERVED = 1, 2, 3


def sound(rng, number):
    """A row that has all it needs."""
    origin, basis = rng.choice([TOLD, INTRODUCED, OBSERVED, 4, 5, 6]), rng.choice(['6-1-a', '6-1-b', '6-1-c', '6-1-f', '9-2-a'])
    return {'id': number, 'person': 1, 'about': 1, 'key': 'likes', 'value': '' if origin == OBSERVED else 'tea', 'vtype': 1, 'origin': origin,
            'source': 5 if origin == OBSERVED else 0, 'span_at': 0, 'span_n': 9 if origin == OBSERVED else 0, 'introducer': 1 if origin == INTRODUCED else 0,
            'recorder': 1, 'noticed_at': NOW, 'recorded_at': NOW, 'valid_from': 0, 'valid_to': 0, 'purposes': rng.randint(1, 63), 'basis': basis,
            'consent': 1 if basis in ('6-1-a', '9-2-a') else None, 'assessment': -1 if basis == '6-1-f' else None, 'audience': 77,
            'class': 3 if basis == '9-2-a' else rng.randint(1, 2), 'minor': 0, 'state': rng.randint(1, 5), 'asked_at': 0, 'words': '',
            'review_by': NOW, 'expires_at': NOW + rng.randint(1, 700) * DAY, 'supersedes': 0}


def without_end(row, rng):
    row['expires_at'] = rng.choice([None, 0, -1, NOW, NOW - DAY, 1 << 60, 'never'])


def without_grant(row, rng):
    row.update(basis=rng.choice(['6-1-a', '9-2-a']), consent=rng.choice([None, 2, 0]))


BREACHES = [
    lambda r, rng: r.update(origin=rng.choice([None, 0, 7, 99, 'told'])),
    lambda r, rng: r.update(purposes=rng.choice([None, 0, -1, 'care'])),
    lambda r, rng: r.update(basis=rng.choice([None, '', '6-1-e', '6-1-g', 'consent'])),
    lambda r, rng: r.update(audience=rng.choice([None, 0, 78])),
    without_end,
    without_grant,
    lambda r, rng: r.update({'class': 3, 'basis': rng.choice(['6-1-a', '6-1-b', '6-1-c', '6-1-f']), 'consent': 1, 'assessment': -1}),
    lambda r, rng: r.update(basis='6-1-f', assessment=rng.choice([None, 0]), consent=None, **{'class': 1}),
    lambda r, rng: r.update(minor=1, consent=None, basis='6-1-b', **{'class': 1}),
    lambda r, rng: r.update(origin=OBSERVED, value='a copy of the words', source=5, span_n=9),
    lambda r, rng: r.update(origin=OBSERVED, value='', source=rng.choice([0, None]), span_n=9),
    lambda r, rng: r.update(origin=TOLD, value=''),
    lambda r, rng: r.update(state=rng.choice([None, 0, 6, 7])),
]


def put(db, row):
    names = ', '.join(row)
    try:
        db.execute(f"INSERT INTO fact({names}) VALUES({', '.join('?' * len(row))})", list(row.values()))
        return True
    except sqlite3.IntegrityError:
        return False


def main():
    rng = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([os.environ['SNUG_BIN'], '-C', folder, 'init', '--name', 'Raw', '--address', 'mia@pub.example'], capture_output=True, text=True)
        check('a house is made', done.returncode == 0, done.stderr)
        db = sqlite3.connect(os.path.join(folder, 'snug.db'), isolation_level=None)
        db.create_function('greatest', 2, max)
        db.execute('PRAGMA foreign_keys=ON')
        db.execute("INSERT INTO audience(key, text) VALUES(77, '3:0')")
        db.execute(f"INSERT INTO consent VALUES(1, 1, 1, 2, 1, {NOW}, {NOW}, {NOW + DAY}, {DAY}, 1, '', 0, 1, 0, 77, 'p', 'en', '', '')")
        db.execute('BEGIN')
        good = sum(put(db, sound(rng, n)) for n in range(1, 1001))
        check('a thousand sound ones are taken', good == 1000, good)
        db.execute('ROLLBACK')
        stored = 0
        for number in range(ROWS):
            row = sound(rng, number + 1)
            for breach in rng.sample(BREACHES, rng.choice([1, 1, 1, 2])):
                breach(row, rng)
            taken = put(db, row)
            stored += taken
            if taken:
                print('#', row)
        check(f'of {ROWS} with a breach none is', stored == 0, stored)
        check('nothing is left', db.execute('SELECT count(*) FROM fact').fetchone()[0] == 0)
        db.close()
    house.finish()


main()
