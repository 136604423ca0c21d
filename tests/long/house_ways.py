# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not matter to a house: in which order mail comes, how often, and where an import ended."""
import os
import random
import signal
import subprocess
import time

import house
from house import House, check


def cut(path, most):
    """Messages of the file as they stand in it, From_ line and all."""
    found = []
    with open(path, 'rb') as file:
        for line in file:
            if line.startswith(b'From '):
                if len(found) == most:
                    break
                found.append([])
            found[-1].append(line)
    return [b''.join(m) for m in found]


def put(path, messages):
    with open(path, 'wb') as file:
        for m in messages:
            file.write(m)
    return path


def any_order(work, seed, messages):
    """As they come, again, reversed, shuffled, and half of them first: the same house. Gives the first one back."""
    forward = put(f'{work}/forward.mbox', messages)
    h = House(f'{work}/forward', copy_of=seed)
    got = h.take(forward)
    check('every message is an event', got['new'] + got['copies'] + got['seen'] == len(messages) and not got['unreadable'], got)
    whole = h.state(True)
    live = h.digest()
    again = h.take(forward)
    check('twice = once', again['new'] == again['copies'] == 0 and h.digest() == live, again)
    for order in ('reversed', 'shuffled'):
        mixed = list(messages)
        if order == 'reversed':
            mixed.reverse()
        else:
            random.Random(1).shuffle(mixed)
        other = House(f'{work}/other', copy_of=seed)
        other.take(put(f'{work}/other.mbox', mixed))
        off = house.differing(whole, other.state(True))
        check(f'{order} = as it came', not off, off)
    half = House(f'{work}/other', copy_of=seed)
    half.take(put(f'{work}/other.mbox', random.Random(3).sample(messages, len(messages) // 2)))
    half.take(forward)
    off = house.differing(whole, half.state(True))
    check('half, then whole = whole', not off, off)
    return h


def killed(work, seed, mbox, messages, kills):
    """Undisturbed, and killed at random moments until it gets through; the same tables."""
    calm = House(f'{work}/calm', copy_of=seed)
    began = time.monotonic()
    calm.take(mbox)
    took = time.monotonic() - began
    want = calm.digest()
    chance, hits, off = random.Random(5), 0, {}
    h = House(f'{work}/killed', copy_of=seed)
    held = [0]
    while hits < kills:
        p = subprocess.Popen([house.SNUG, '-C', h.dir, 'import', mbox], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
        try:
            p.wait(chance.uniform(.02, took * chance.choice((.1, .3, 1))))
        except subprocess.TimeoutExpired:
            os.kill(p.pid, signal.SIGKILL)
            p.wait()
            hits += 1
            held.append(h.doctor()['messages'])
            if held[-1] < messages:
                continue
        h.take(mbox)
        off.update({k: (want[k], v) for k, v in h.digest().items() if v != want[k]})
        h = House(f'{work}/killed', copy_of=seed)
    h.take(mbox)
    off.update({k: (want[k], v) for k, v in h.digest().items() if v != want[k]})
    check(f'killed {hits} times and run again: the same tables', not off, off or f'messages held after each: {held[1:]}')
    check('the log is whole', not h.doctor()['broken'])
