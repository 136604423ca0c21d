#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A public list (linux-raid) imported in several orders, twice, and in halves: the house must be the same.
With its ids hidden, the guesses by subject are judged.

usage: house_order_test.py [MOST]     of the messages, the first so many; default 4000"""
import os
import random
import re
import sys
import tempfile

import house
from house import House, check
from house_ways import any_order, cut, put

KEEPER = 'song@kernel.org'  # somebody who answers much, so that gates open


def without_ids(m):
    head, sep, body = m.partition(b'\n\n')
    return re.sub(rb'(?im)^(References|In-Reply-To):.*\n([ \t].*\n)*', b'', head + b'\n') [:-1] + sep + body


def judge_guesses(work, seed, messages, whole):
    """Answers whose ids were taken away, a fifth of them, so that there is something to find."""
    chosen = random.Random(2)
    hidden, kept = set(), []
    sums = {}
    for m in messages:
        raw = m.split(b'\n', 1)[1]
        if re.search(rb'(?im)^(References|In-Reply-To):', raw.split(b'\n\n')[0]) and re.search(
                rb'(?im)^Subject: *(\[[^]]*\] *)?re:', raw.split(b'\n\n')[0]) and chosen.random() < .2:
            bare = without_ids(m)
            old, new = (house.mbox_raw_of(x) for x in (m, bare))
            hidden.add(new)
            sums[new] = old
            m = bare
        kept.append(m)
    h = House(f'{work}/guess', copy_of=seed)
    h.take(put(f'{work}/guess.mbox', kept))
    h.read()
    back = {new: old for new, old in sums.items()}
    talk_of = {n: x['talk'] for n, x in whole.message.items()}
    right = joined = findable = 0
    for name in hidden & set(h.message):
        m, old = h.message[name], back[name]
        truth = whole.message.get(old)
        if not truth:
            continue
        findable += truth['parent'] is not None
        if not m['guessed'] or not m['parent']:
            continue
        joined += 1
        parent = back.get(m['parent'], m['parent'])
        right += talk_of.get(parent) == truth['talk']
    precision, recall = right / max(joined, 1), right / max(findable, 1)
    check('guessed joins: precision at least .975', precision >= .975, f'{precision:.3f} of {joined}')
    check('guessed joins: recall at least .95', recall >= .95, f'{recall:.3f} of {findable}')
    far = h.rows('SELECT count(*) FROM message m JOIN message p ON p.id=m.parent WHERE m.guessed=1 AND m.at - p.at>30*86400')[0][0]
    check('none joined across 30 days', far == 0, far)


def main():
    house.need('linux-raid.mbox.zst')
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with tempfile.TemporaryDirectory() as work:
        house.unpack('linux-raid.mbox.zst', work)
        messages = cut(f'{work}/linux-raid.mbox', most)
        os.remove(f'{work}/linux-raid.mbox')
        seed = House(f'{work}/seed', KEEPER, name='List')
        h = any_order(work, seed, messages)
        judge_guesses(work, seed, messages, h.read())
    house.finish()


main()
