#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a house must bear: spam and bounces make no ties, broken files make one event or one named failure
each, and an import killed anywhere and run again gives the same house.

usage: house_hard_test.py [KILLS]     default 10"""
import os
import subprocess
import sys
import tempfile

import house
from house import House, check, note
from house_ways import killed

KEEPER = 'keeper@house.example'


def files_below(folder):
    return sorted(os.path.join(d, f) for d, _, names in os.walk(folder) for f in names)


def no_ties(work, seed):
    for name, least in (('spamassassin', 4450), ('bounces-sisimai', 756)):
        house.unpack(f'{name}.tar.zst', f'{work}/{name}')
        h = House(f'{work}/h', copy_of=seed)
        got = h.take(f'{work}/{name}')
        check(f'{name}: everything is an event', got['read'] >= least and not got['unreadable'], got)
        ties = h.rows('SELECT count(*) FROM tie')[0][0]
        check(f'{name}: no ties', ties == 0 and h.doctor()['ties'] == 0, ties)
        waits = h.rows('SELECT count(*) FROM wait')[0][0]
        check(f'{name}: nobody waits', waits == 0, waits)


def broken_files(work, seed):
    """Each file by itself is read or named; all of them together as well."""
    for name in ('torture-mimekit', 'notmuch-corpora', 'imaptest'):
        folder = f'{work}/{name}'
        house.unpack(f'{name}.tar.zst', folder)
        files = [f for f in files_below(folder) if os.path.getsize(f)]
        h = House(f'{work}/h', copy_of=seed)
        done = subprocess.run([house.SNUG, '-C', h.dir, 'import', '--json', folder], capture_output=True)
        check(f'{name}: ends by itself', done.returncode in (0, 3), done.stderr.decode('utf-8', 'replace')[-200:] if done.returncode not in (0, 3) else '')
        skipped = h.rows('SELECT path, why FROM skipped')
        check(f'{name}: what is left out has a name and a reason', all(p and w for p, w in skipped), f'{len(files)} files, {done.stdout.decode().strip()}')
        events, bodies = h.doctor()['events'], h.doctor()['messages']
        note(f'{events} events, {bodies} messages, {len(skipped)} left out')
        live = h.digest()
        h.run('rebuild')
        check(f'{name}: rebuilt = live', h.digest() == live)
        total = sum(house_files(seed, f'{work}/one', files[::20]))
        check(f'{name}: single files: one event, one failure or a refusal with a reason', total == len(files[::20]), f'{total} of {len(files[::20])}')


def house_files(seed, folder, files):
    h = House(folder, copy_of=seed)
    for path in files:
        before = h.doctor()
        done = subprocess.run([house.SNUG, '-C', h.dir, 'import', '--json', path], capture_output=True)
        after = h.doctor()
        more = after['events'] - before['events']
        yield done.returncode in (0, 3) or done.returncode == 1 and more == 0 and len(done.stderr) > 10


def main():
    house.need('spamassassin.tar.zst', 'bounces-sisimai.tar.zst', 'torture-mimekit.tar.zst', 'notmuch-corpora.tar.zst', 'imaptest.tar.zst')
    with tempfile.TemporaryDirectory() as work:
        seed = House(f'{work}/seed', KEEPER)
        no_ties(work, seed)
        broken_files(work, seed)
        subprocess.run([sys.executable, f'{house.DATA}/gen_shop.py', '2500', f'{work}/gen', '7'], check=True, stdout=subprocess.DEVNULL)
        killed(work, seed, f'{work}/gen/all.mbox', 2500, int(sys.argv[1]) if len(sys.argv) > 1 else 10)
    house.finish()


main()
