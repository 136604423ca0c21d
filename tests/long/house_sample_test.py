#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The invented pub as somebody's mail, for machines without the public sets: in any order, twice, killed
anywhere and run again it is the same house, and rebuilt as well.

usage: house_sample_test.py [KILLS]     default 10"""
import subprocess
import sys
import tempfile

import house
from house import House, check
from house_ways import any_order, cut, killed, put

KEEPERS = ('marta@lantern.example', 'tom@lantern.example')


def main():
    house.need()
    with tempfile.TemporaryDirectory() as work:
        with open(f'{work}/sample.mbox', 'wb') as file:
            subprocess.run([house.SNUG, 'sample', '--mbox'], stdout=file, check=True)
        messages = cut(f'{work}/sample.mbox', 10**9)
        seed = House(f'{work}/seed', *KEEPERS, name='Pub')
        h = any_order(work, seed, messages)
        live = h.digest()
        h.run('rebuild')
        check('rebuilt = live', h.digest() == live, [k for k in live if h.digest()[k] != live[k]])
        check('there is something to compare', len(h.talks()) > 500 and len(h.ties()) > 50, (len(h.talks()), len(h.ties())))
        killed(work, seed, put(f'{work}/all.mbox', messages), len(messages), int(sys.argv[1]) if len(sys.argv) > 1 else 10)
    house.finish()


main()
