#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes, thousands of times: what a house writes while it serves, imports, sends, erases and is copied is noted
call by call, and from that many states are made in which a disk could be left: what was not synced is there, or not, or half
of it, in any order. In each the house is sound, and holds all it had said it holds.

The model: what was written to a file before its last sync is there. Of what came later there is nothing, a beginning, or any
half of it in any order, each write whole or cut at a sector. Names (made, renamed, gone) come in their order: those before
the last sync of their folder, or also of the file itself (as ext4 does; every second state does without), and a beginning of
the later ones.

usage: power_test.py [--all | --states N]     10000 states, or N (300), and some more at every answer"""
import collections
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing

from disk import SNUG, Place, Seed, read_notes
import house
from house import check, note

STATES = 10000 if '--all' in sys.argv else int(sys.argv[sys.argv.index('--states') + 1]) if '--states' in sys.argv else 300
SECTOR, FACTS, AT_ANSWER = 512, 6, 16
WAITS = 'SELECT (SELECT count(*) FROM outbox WHERE state=0) + (SELECT count(*) FROM draft WHERE due>0)'


# ---- the disk ------------------------------------------------------------------


def put(file, op, place, body):
    if len(file) < place:
        file.extend(bytes(place - len(file)))
    if op == 'T':
        del file[place:]
    else:
        file[place:place + len(body)] = body


class Disk:
    def __init__(self, folder):
        """What lies there is on the disk."""
        self.synced, self.waiting, self.names, self.renames = {}, {}, {}, []  # a folder's name leads to no file: 0
        for base, folders, files in os.walk(folder):
            self.names.update({os.path.relpath(os.path.join(base, f), folder): 0 for f in folders})
            for name in files:
                path = os.path.join(base, name)
                inode = os.stat(path).st_ino
                self.names[os.path.relpath(path, folder)] = inode
                self.synced[inode] = bytearray(open(path, 'rb').read())

    def step(self, op, inode, place, name, body):
        if op in 'WT':
            self.waiting.setdefault(inode, []).append((op, place, body))
        elif op == 'S':
            for w in self.waiting.pop(inode, []):
                put(self.synced.setdefault(inode, bytearray()), *w)
            if any(r[1] == inode for r in self.renames):
                self.renames = [(*r[:3], True) for r in self.renames]  # where files bring their names
        elif op == 'D':
            self.settle(name)
        elif op != 'A':
            if op == 'C':
                self.synced[inode], self.waiting[inode] = bytearray(), []
            self.renames.append((op, inode, name, False))

    def settle(self, folder):
        """Names of that folder, and what came before any of them."""
        mine = [i for i, r in enumerate(self.renames) if (os.path.dirname(r[2].split('\t')[-1]) or '.') == folder]
        for r in self.renames[:mine[-1] + 1 if mine else 0]:
            self.name(self.names, *r[:3])
        del self.renames[:mine[-1] + 1 if mine else 0]

    @staticmethod
    def name(names, op, inode, name):
        if op in 'CM':
            names[name] = inode
        elif op == 'U':
            names.pop(name, None)
        elif op in 'RL':
            old, new = name.split('\t')
            for path in [n for n in names if n == old or n.startswith(old + '/')]:  # a folder takes along what is in it
                names[new + path[len(old):]] = names[path] if op == 'L' else names.pop(path)

    def cut(self, dice):
        """One state it could be found in: name -> bytes."""
        sure = 0 if dice.random() < .5 else max((i + 1 for i, r in enumerate(self.renames) if r[3]), default=0)
        names = dict(self.names)
        for r in self.renames[:dice.randint(sure, len(self.renames))]:
            self.name(names, *r[:3])
        return {n: self.found(i, dice) for n, i in names.items() if i and not n.endswith('-shm') and self.leads_to(names, n)}

    @staticmethod
    def leads_to(names, name):
        """A file in a folder that was never written down is not found again."""
        up = os.path.dirname(name)
        return not up or (up in names and Disk.leads_to(names, up))

    def found(self, inode, dice):
        waiting, way = self.waiting.get(inode, []), dice.randrange(3)
        if not waiting or way == 0:
            return self.synced.get(inode, bytearray())
        file = bytearray(self.synced.get(inode, b''))
        if way == 1:
            waiting = waiting[:dice.randint(0, len(waiting))]
        else:
            waiting = dice.sample(waiting, dice.randint(0, len(waiting)))
        for op, place, body in waiting:
            if op == 'W' and len(body) > SECTOR and dice.random() < .3:
                body = body[:SECTOR * dice.randint(0, len(body) // SECTOR)]
            put(file, op, place, body)
        return file


def lay(files, folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = f'{folder}/{name}'
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)


# ---- what a house does ------------------------------------------------------------


def say(notes, words):
    """A command has ended well: that is its answer."""
    with open(notes, 'ab') as f:
        f.write(b'A 0 0 %d -\n%s\n' % (len(words), words))


def play(p, seed, notes):
    """-> what was asked for by the web, in its order."""
    order = []
    s = p.serve(True, notes)

    def deed(name, what):
        order.append(name)
        if not s.do(what):
            sys.exit(f'{name} went wrong on a sound disk')

    def command(*words):
        code, out, wrong = p.run(*words, faulty=True, notes=notes)
        if code or (words[0] == 'import' and '12 new' not in out):
            sys.exit(f'{words[0]}: {out}{wrong}')
        say(notes, b'done ' + words[0].encode())

    for n in range(3):
        deed(f'cup {n}', seed.fact(f'collects cup {n}'))
    deed('close', seed.close)
    command('import', seed.mbox)
    deed('Table 0', seed.letters[0])
    deed('cup 3', seed.fact('collects cup 3'))
    end = time.monotonic() + 20
    while p.one(WAITS) and time.monotonic() < end:
        time.sleep(.05)
    deed('cup 4', seed.fact('collects cup 4'))
    command('backup', f'{p.live}/copy')
    command('erase', '--yes', 'person', str(seed.ada))
    deed('cup 5', seed.fact('collects cup 5'))
    s.stop()
    command('rebuild')
    return order


# ---- what must hold ----------------------------------------------------------------


def rows(link, sql):
    return link.execute(sql).fetchall()


def look(folder, said):
    """Complaints about a house."""
    bad = []
    if 'done erase' in said:  # before anything else touches these files
        raw = b''.join(open(f'{folder}/{n}', 'rb').read() for n in os.listdir(folder) if n.startswith('snug.db'))
        bad += ['erased words are back'] if b'ada@berg' in raw or b'Ada Berg' in raw else []
        bad += ['the ledger is lost'] if not os.path.exists(f'{folder}/erased.log') or not open(f'{folder}/erased.log').read().endswith('\n') else []
    with closing(sqlite3.connect(f'file:{folder}/snug.db?mode=rw', uri=True, isolation_level=None)) as db:
        db.execute('PRAGMA synchronous=OFF')  # of what is looked at here nothing is kept
        if rows(db, 'PRAGMA integrity_check(1)') != [('ok',)]:
            return ['corrupt']
        facts = collections.Counter(m[0] for v, w in rows(db, 'SELECT value, words FROM fact') for m in [re.search(r'cup \d', v + w)] if m)
        bad += [f'doubled {n}' for n, k in facts.items() if k > 1]
        bad += [f'lost {n}' for n in said if n.startswith('cup') and not facts[n]]
        letters = rows(db, "SELECT (SELECT count(*) FROM message WHERE subject='Table 0') + (SELECT count(*) FROM draft WHERE subject='Table 0' AND due>0)")[0][0]
        bad += ['lost letter'] if 'Table 0' in said and letters != 1 else []
        came, words = rows(db, "SELECT count(*), count(DISTINCT subject) FROM message WHERE subject LIKE 'Evening %'")[0]
        gone = 'done erase' in said or rows(db, 'SELECT 1 FROM erased LIMIT 1') != []
        bad += ['lost mail'] if 'done import' in said and not gone and came != 12 else []
        bad += ['doubled mail'] if came != words else []
        bad += ['lost close'] if 'close' in said and not gone and rows(db, 'SELECT count(*) FROM closed') != [(1,)] else []
    return bad


def judge(box, said, p, thorough):
    folder = f'{box}/house'
    try:
        bad = look(folder, said)
        bad += [] if os.path.getsize(f'{folder}/keys/house.key') == 32 and os.path.getsize(f'{folder}/snug.conf') else ['its key or its settings']
        copy = f'{box}/copy'
        if 'done backup' in said:
            bad += [f'copy: {b}' for b in look(copy, [s for s in said if s.startswith('cup') and s < 'cup 5'])]
            bad += [] if os.path.getsize(f'{copy}/keys/house.key') == 32 else ['copy: its key']
    except (OSError, sqlite3.DatabaseError) as e:
        return [f'unreadable {type(e).__name__} {e}']
    if thorough and not bad:
        done = subprocess.run([SNUG, '-C', folder, 'doctor', '--deep'], env=p.base, capture_output=True, text=True)
        bad += [f'doctor {done.stderr.strip()[:200]}'] if done.returncode else []
    return bad


def main():
    dice, bad, first = random.Random(5), collections.Counter(), None
    with tempfile.TemporaryDirectory(prefix='snug-power.') as work:
        seed, notes, box = Seed(work), f'{work}/notes', f'{work}/state'
        p = Place(seed, f'{work}/p').fresh()
        disk = Disk(p.live)
        order = play(p, seed, notes)
        seed.end()
        ops = list(read_notes(notes))
        cuts = collections.Counter(dice.choices(range(len(ops)), k=STATES))
        for n, op in enumerate(ops):
            cuts[n] += AT_ANSWER if op[0] == 'A' else 0  # when something was said just now
        said, states, began = [], 0, time.monotonic()
        for n, op in enumerate(ops):
            disk.step(*op)
            if op[0] == 'A' and op[4].startswith(b'HTTP/1.1 303'):
                said.append(order.pop(0))
            elif op[0] == 'A' and op[4].startswith(b'done '):
                said.append(op[4].decode())
            for _ in range(cuts[n]):
                lay(disk.cut(dice), box)
                states += 1
                for b in judge(box, said, p, states % 25 == 0):
                    bad[b] += 1
                    first = first or f'after {n} of {len(ops)}, {op[0]} {op[3]}: {b}'
        check('all that was asked for was answered', not order and len(said) == FACTS + 2 + 4, said)
        note(f'{len(ops)} calls, {states} states, {states / (time.monotonic() - began):.0f} a second')
        check(f'{states} times without power: nothing that was said is lost, nothing is broken', not bad, f'{dict(bad)} {first}' if bad else '')
    house.finish()


main()
