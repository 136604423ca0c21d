#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk is full, or fails, at each call, once and from then on: what could not be stored is never said to be, whoever is
told so is told in a sentence, what is there can be read, and when there is room again it goes on.

usage: full_test.py [--all] [ACT...]     every call instead of some; only these acts"""
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from acts import ACTS
from disk import Place, Seed
from house import check, finish

ALL = '--all' in sys.argv
FAULTS = [(fault, ever) for fault in ('full', 'eio', 'sync') for ever in (False, True)]
COMMANDS = ('import', 'rebuild', 'backup', 'erase')
WORDS = {'full': r'disk|No space left', 'eio': r'disk|Input/output error', 'sync': r'disk|Input/output error'}


def sentence(fault, text):
    """Does it say what happened, in words?"""
    return bool(re.search(WORDS[fault], re.sub(r'<[^>]*>', ' ', text)))


def after(act, p, said):
    """Room again, and a start of its own."""
    p.panel.calm()
    code, _, wrong = p.run('doctor')
    bad = [f'doctor: {wrong.strip()}'] if code else act.lost(p, said) + act.again(p)
    if not bad:
        live, _ = p.digest(), p.run('rebuild')
        bad += ['rebuilt differs'] if live != p.digest() else []
    return bad


def command(act, p, fault):
    """A command that ends well did all of it; one that does not says why."""
    told = []
    run = p.run
    p.run = lambda *words, **more: told.append(run(*words, **more)) or told[-1]
    said = act.go(p, True)
    p.run = run
    code, _, wrong = told[0]
    bad = [f'died of {-code}'] if code < 0 else []
    if code > 0 and not (re.search(r'^snug: ', wrong, re.M) and sentence(fault, wrong)):
        bad.append(f'ends with {code} and says {wrong.strip()[-300:]!r}')
    return bad + after(act, p, said)


def one_deed(s, deed, fault):
    status, text = s.ask('POST', deed.path, deed.fields)
    if status == 303:
        return status, True, []
    if status == 0 and fault == 'sync':
        return status, False, []  # nothing is sure any more: it ends, and a start looks anew
    good = status in (500, 503) and sentence(fault, text)
    return status, False, [] if good else [f'{deed.path} answers {status}: {re.sub("<[^>]*>", " ", text)[-300:]!r}']


def web(act, p, fault):
    s = p.serve(True)
    deeds = (p.seed.facts[0], p.seed.close)
    said, bad, told = [False, False], [], []
    if s.port:
        for n, deed in enumerate(deeds):
            status, said[n], more = one_deed(s, deed, fault)
            told.append(status)
            bad += more
        alive = s.process.poll() is None and fault != 'sync'
        pages = [s.get(path)[0] for path in ('/talk', '/search?q=Saturday')] if alive else []
        bad += [f'pages answer {pages}'] if any(x != 200 for x in pages) else []
        struck = p.panel.struck()
        p.panel.calm()
        for n, deed in enumerate(deeds):
            if alive and not said[n]:
                said[n] = s.do(deed)
                bad += [] if said[n] else ['it does not go on when there is room']
    refused = s.port and fault == 'sync' and struck and 500 in told
    if refused and not s.ended():
        bad.append('after a failed sync it goes on')
    code = s.stop()
    if code < 0 or (code and s.port and fault != 'sync'):
        bad.append(f'the server ends with {code}')
    return bad + after(act, p, said)


def trial(name, p, fault, ever, at):
    act = ACTS[name]
    p.fresh()
    act.ready(p)
    p.panel.calm(fresh=True)
    p.panel.arm(fault, at, ever)
    bad = command(act, p, fault) if name in COMMANDS else web(act, p, fault)
    return [f'{fault}{" for ever" if ever else ""} at {at}: {b}' for b in bad]


def sweep(name, seed, work, pool, idle):
    act = ACTS[name]
    p = Place(seed, f'{work}/measure').fresh()
    act.ready(p)
    p.panel.calm(fresh=True)
    act.go(p, True)
    todo = []
    for fault, ever in FAULTS:
        total = p.panel.count(fault)
        step = 1 if ALL else max(1, total // 2)
        todo += [(fault, ever, at) for at in range(1, total + 1, step)]

    def one(x):
        place = idle.pop()
        try:
            return trial(name, place, *x)
        finally:
            idle.append(place)

    bad = [b for more in pool.map(one, todo) for b in more]
    check(f'{name}: {len(todo)} faults, and nothing is said that is not so', not bad, (len(bad), bad[:4]) if bad else '')


def main():
    with tempfile.TemporaryDirectory(prefix='snug-full.') as work, ThreadPoolExecutor(2) as pool:
        seed = Seed(work)
        idle = [Place(seed, f'{work}/p{i}') for i in range(2)]
        for name in [w for w in sys.argv[1:] if w in ACTS] or ('deeds', *COMMANDS):
            sweep(name, seed, work, pool, idle)
        seed.end()
    finish()


main()
