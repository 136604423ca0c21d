#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is killed at each call that changes its files, during an import, deeds on the web, a letter on its way, a
rebuild, a backup, an erasure and a start after a crash: it starts again by itself and answers within two seconds, nothing
it said it did is lost or there twice, the log holds, what was cut short can be done again, and rebuilt equals live. And it
is killed at random moments while several people keep it busy.

usage: crash_test.py [--all [--every K]] [--random N] [ACT...]     every call, or every K-th, instead of some; random
kills (20); only these acts"""
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from acts import ACTS
from disk import Place, Seed, read_notes
import house
from house import check, note

ALL = '--all' in sys.argv
EVERY = int(sys.argv[sys.argv.index('--every') + 1]) if '--every' in sys.argv else 1
RANDOM = int(sys.argv[sys.argv.index('--random') + 1]) if '--random' in sys.argv else 20
SOON_S = 2


def serves(p):
    """Seconds from its start to its first page. This machine may be busy with other things: the best of three from the same state."""
    best, kept = 99, f'{p.folder}/kept'
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(p.house, kept)
    for _ in range(3):
        began = time.monotonic()
        s = p.serve()
        ok = s.port and s.get('/talk')[0] == 200
        best = min(best, time.monotonic() - began if ok else 99)
        s.stop(signal.SIGKILL)
        if best <= SOON_S:
            break
        shutil.rmtree(p.house)
        shutil.copytree(kept, p.house)
    return best


def trial(act, p, fault, at, thorough):
    """Struck at that call: whether it was, and complaints."""
    p.fresh()
    act.ready(p)
    p.panel.calm(fresh=True)
    p.panel.arm(fault, at)
    said = act.go(p, True)
    if not p.panel.struck():
        return False, []
    p.panel.calm()
    took = serves(p)
    bad = [f'it takes {took:.1f} s'] if took > SOON_S else []
    code, _, wrong = p.run('doctor')
    bad += [f'doctor: {wrong.strip()}'] if code else []
    if not bad:
        bad += act.lost(p, said) + act.again(p)
    if not bad and thorough:
        live, _ = p.digest(), p.run('rebuild')
        bad += ['rebuilt differs'] if live != p.digest() else []
    return True, [f'{fault} at {at}: {b}' for b in bad]


def points_of(total, most):
    return list(range(1, total + 1, EVERY)) if ALL else sorted({1 + i * total // most for i in range(most)} | {total})


def sweep(name, seed, work, pool, idle):
    act = ACTS[name]
    p = Place(seed, f'{work}/measure').fresh()
    act.ready(p)
    p.panel.calm(fresh=True)
    p.notes = f'{work}/notes-{name}'
    if not act.go(p, True):
        check(f'{name}: it goes well on a disk that does', False)
        return
    total = {fault: p.panel.count(fault) for fault in ('kill', 'torn')}
    small = [n for n, w in enumerate((w for w in read_notes(p.notes) if w[0] == 'W'), 1) if 'snug.db' not in w[3]]  # files without a log
    points = [('kill', at) for at in points_of(total['kill'], act.some)]
    points += [('torn', at) for at in sorted({*points_of(total['torn'], 2), *small})]

    def one(point):
        place = idle.pop()
        try:
            return trial(act, place, *point, thorough=not ALL or point[1] % 5 == 0)
        finally:
            idle.append(place)

    done = list(pool.map(one, points))
    bad = [b for _, more in done for b in more]
    check(f'{name}: struck at {sum(hit for hit, _ in done)} of {sum(total.values())} places, and nothing is lost', not bad, bad[:3] or '')


# ---- at any moment, under load --------------------------------------------------


class Crowd:
    """Three people who note facts as fast as they may."""

    def __init__(self, server, facts, said):
        self.threads = [threading.Thread(target=self.one, args=(server, facts[i::3], said)) for i in range(3)]
        for t in self.threads:
            t.start()

    @staticmethod
    def one(server, facts, said):
        for n, deed in facts:
            status, _ = server.ask('POST', deed.path, deed.fields)
            said[n] = said.get(n, 0) or (status == 303)
            if status == 0:
                return
            time.sleep(.16)  # more often than 20 times a second nobody may come

    def wait(self):
        for t in self.threads:
            t.join()


def at_random(seed, p, times):
    dice, said, bad, slow = random.Random(7), {}, [], 0
    p.fresh()
    for turn in range(times):
        p.panel.calm(fresh=True)
        s = p.serve()
        batch = [(f'cup {turn}-{n}', seed.fact(f'collects cup {turn}-{n}')) for n in range(12)]
        crowd = Crowd(s, batch, said)
        time.sleep(dice.random() * .5)
        s.stop(signal.SIGKILL)
        crowd.wait()
        began = time.monotonic()
        s = p.serve()
        ok = s.port and s.get('/talk')[0] == 200
        slow = max(slow, time.monotonic() - began)
        s.stop(signal.SIGKILL if dice.random() < .5 else signal.SIGTERM)
        bad += [] if ok else [f'turn {turn}: it does not serve']
    there = {}
    for value, in p.rows("SELECT value || words FROM fact"):
        for name in said:
            if value.endswith(name) or f'{name}\n' in value or f'{name} ' in value:
                there[name] = there.get(name, 0) + 1
    lost = [n for n, yes in said.items() if yes and not there.get(n)]
    twice = [n for n, k in there.items() if k > 1]
    note(f'{sum(map(bool, said.values()))} facts promised, {len(there)} there; the slowest start took {slow:.1f} s')
    check(f'killed {times} times at any moment: nothing that was promised is lost', sum(map(bool, said.values())) > times / 4 and not lost, lost[:3])
    check('and nothing is there twice', not twice, twice[:3])
    code, _, wrong = p.run('doctor', '--deep')
    live, _ = p.digest(), p.run('rebuild')
    check('the house is sound, and rebuilt equals live', code == 0 and live == p.digest() and not bad, wrong or bad[:3])


def main():
    with tempfile.TemporaryDirectory(prefix='snug-crash.') as work, ThreadPoolExecutor(2) as pool:
        seed = Seed(work)
        idle = [Place(seed, f'{work}/p{i}') for i in range(2)]
        for name in [w for w in sys.argv[1:] if w in ACTS] or ACTS:
            sweep(name, seed, work, pool, idle)
        at_random(seed, Place(seed, f'{work}/random'), RANDOM)
        seed.end()
    house.finish()


main()
