#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any messages and people erased out of the invented house, in any order, some of them with cards: after each the tables
are those of a rebuild, and at the end the log holds, no body is left that nothing names, and an older copy comes to the
same. Prints TAP; SNUG_BIN names the program."""
import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import house  # noqa: E402
from house import House, check  # noqa: E402

STEPS, ERASED = 12, 1 << 30


def cards(h, work, dice):
    """For some of them, with a second address, tagged or not, and an employer, shared or not."""
    people = h.rows('SELECT p.name, h.shown FROM person p JOIN handle h ON h.person=p.id WHERE p.merged=0 AND p.kind=1 AND p.ours=0 '
                    'AND h.shown LIKE \'%@%\' ORDER BY p.id')
    path = f'{work}/cards.vcf'
    with open(path, 'w', newline='') as file:
        for i, (name, address) in enumerate(dice.sample(people, 12)):
            employer = dice.choice(('Tannwerk', 'Rothaus', f'Haus {i}'))
            second = dice.choice((f'one+tag{i}@second{i % 3}.example', f'two{i}@second{i % 3}.example'))
            file.write(f'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEMAIL:{second}\r\nEMAIL:{address}\r\nORG:{employer}\r\nEND:VCARD\r\n')
    h.run('import', path, ok=(0, 3))


def one(h, dice):
    if dice.random() < .5:
        who = dice.choice(h.rows('SELECT id FROM person WHERE merged=0 AND kind<>2 AND id NOT IN(SELECT person FROM keeper)'))[0]
        return 'person', str(who)
    message = dice.choice(h.rows('SELECT s.message FROM sight s JOIN message m ON m.id=s.message WHERE m.marks<? AND s.who='
                                 '(SELECT person FROM keeper ORDER BY role DESC, person LIMIT 1)', ERASED))[0]
    return 'message', str(message)


def many(work, seed):
    dice = random.Random(seed)
    h = House(f'{work}/seed{seed}', 'nobody@here.example')
    shutil.rmtree(h.dir)
    h.run('sample', '--seed', str(seed))
    cards(h, work, dice)
    h.run('backup', f'{work}/old{seed}')
    off = []
    for _ in range(STEPS):
        what = one(h, dice)
        h.run('erase', '--yes', *what)
        live = h.digest()
        h.run('rebuild')
        after = h.digest()
        off += [(what, k) for k in live if after.get(k) != live[k]]
    check(f'seed {seed}: rebuilt = live after each of {STEPS}', not off, off)
    check(f'seed {seed}: the log holds', 'chain of the log holds' in h.run('doctor', '--deep'))
    left = h.rows('SELECT count(*) FROM blob WHERE size>=0 AND id NOT IN(SELECT body FROM event WHERE body IS NOT NULL)')[0][0]
    check(f'seed {seed}: no body that nothing names', left == 0, left)
    shutil.copy(f'{h.dir}/erased.log', f'{work}/old{seed}/erased.log')
    old = House(f'{work}/copy{seed}', copy_of=type('Old', (), {'dir': f'{work}/old{seed}'}))
    live, again = h.digest(), old.digest()
    check(f'seed {seed}: an older copy comes to the same', live == again, [k for k in live if again.get(k) != live[k]])


with tempfile.TemporaryDirectory() as folder:
    for seed in (1, 2):
        many(folder, seed)
house.finish()
