#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the public mail sets with the mail kit and judges what comes out.

usage: mail_sets_test.py [whole]    whole: every file cut and flipped, not every tenth
The programs are made from mail_probe.c and mail_torture.c (the latter with sanitizers) by `make long-programs`.
The sets are in $SNUG_SHARED/data/mail, default ../shared/data/mail beside the project."""
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

import house
import mail_judge

SETS = ('bounces-sisimai', 'imaptest', 'notmuch-corpora', 'reply', 'spamassassin', 'torture-mimekit')
PROBE, TORTURE = f'{house.ROOT}/out/release/long/mail_probe', f'{house.ROOT}/out/asan/long/mail_torture'


def bar(name, value, ok):
    house.check(name, ok, value)


def run(*args, out=None):
    return subprocess.run(args, check=True, stdout=out or subprocess.PIPE).stdout


def files_below(folder):
    return sorted(os.path.join(d, f) for d, _, files in os.walk(folder) for f in files)


def unpack(data, work):
    for name in SETS:
        os.makedirs(f'{work}/{name}', exist_ok=True)
        raw = subprocess.Popen(['zstd', '-dc', f'{data}/{name}.tar.zst'], stdout=subprocess.PIPE)
        subprocess.run(['tar', '-xf', '-', '-C', f'{work}/{name}'], stdin=raw.stdout, check=True)
    subprocess.run(['zstd', '-dqf', f'{data}/linux-raid.mbox.zst', '-o', f'{work}/linux-raid.mbox'], check=True)
    subprocess.run([sys.executable, f'{data}/gen_shop.py', '8000', f'{work}/gen', '1'], check=True, stdout=subprocess.DEVNULL)


def rows(probe, mode, *files):
    """name, class, why, author, subject, how of each message"""
    for line in run(probe, mode, *files).decode('utf-8', 'replace').splitlines():
        yield (line.split('\t') + [''] * 6)[:6]


def judge_mbox(probe, work):
    listed = [tuple(map(int, l.split())) for l in run(probe, 'offsets', f'{work}/linux-raid.mbox').decode().splitlines()]
    bar('linux-raid messages', len(listed), len(listed) == 19526)
    folder = f'{work}/torture-mimekit/torture-mimekit/mbox/'
    for name in ('content-length', 'issue1189'):
        whole = open(folder + name + '.mbox.txt', 'rb').read().replace(b'\r\n', b'\n')
        for kind, data in (('unix', whole), ('dos', whole.replace(b'\n', b'\r\n'))):
            wanted = json.load(open(f'{folder}{name}.{kind}-offsets.json'))
            with open(f'{work}/x.mbox', 'wb') as f:
                f.write(data)
            got = [tuple(map(int, l.split()))[:3] for l in run(probe, 'offsets', f'{work}/x.mbox').decode().splitlines()]
            equal = [(a, b, b + n) for a, b, n in got] == [(e['mboxMarkerOffset'], e['beginOffset'], e['endOffset']) for e in wanted]
            bar(f'mbox offsets {name} {kind}', len(got), equal)


def judge_classes(probe, work):
    found = Counter(r[1] for r in rows(probe, 'classes', *files_below(f'{work}/bounces-sisimai/bounces-sisimai/maildir')))
    automatic = found['bounce'] + found['auto-reply']
    bar('bounces-sisimai bounce or auto-reply', f'{automatic} of {sum(found.values())}', automatic >= 733)
    raid = list(rows(probe, 'each', f'{work}/linux-raid.mbox'))
    bar('linux-raid classed bulk', Counter(r[1] for r in raid), not any(r[1] == 'bulk' for r in raid))
    behind = Counter(r[3] for r in raid if r[5] == '1')
    bar('linux-raid un-munged, b4 relay', behind['j.granados@samsung.com'], behind['j.granados@samsung.com'] == 20)
    bar('linux-raid author unknown', sum(r[5] == '2' for r in raid), not any(r[5] == '2' for r in raid))
    for name in ('easy-ham-1', 'hard-ham-1', 'spam'):
        found = Counter(r[1] for r in rows(probe, 'classes', *files_below(f'{work}/spamassassin/spamassassin/{name}')))
        house.note(f'spamassassin {name} {dict(found)}')


def judge_generator(probe, work):
    truth = json.load(open(f'{work}/gen/truth.json'))
    by_n = {m['n']: m for m in truth['messages'].values()}
    address = {k: set(v['addresses']) for k, v in truth['people'].items()}
    found = list(rows(probe, 'each', f'{work}/gen/all.mbox'))
    bar('generator messages', len(found), len(found) == len(by_n))
    munged = wrong = authors = 0
    kinds = Counter()
    for n, row in enumerate(found, 1):
        m = by_n[n]
        kinds[m['kind'], row[1]] += 1
        if m['from'] is None:
            continue
        authors += 1
        right = row[3] in address[m['from']]
        wrong += not right
        if 'From munged by list' in m['defects']:
            munged += right
    total = sum('From munged by list' in m['defects'] for m in by_n.values())
    bar('generator un-munged', f'{munged} of {total}', munged == total)
    bar('generator authors wrong', f'{wrong} of {authors}', wrong == 0)
    personal = {k[1]: v for k, v in kinds.items() if k[0] == 'personal'}
    bar('generator personal mail', personal, set(personal) == {'direct'})
    house.note({f'{a} -> {b}': n for (a, b), n in sorted(kinds.items())})


def judge_quotes(probe, work):
    with open(f'{work}/q', 'wb') as out:
        run(probe, 'quotes', f'{work}/linux-raid.mbox', '5', out=out)
    kept, new, leaked, proven, _ = mail_judge.judge_list(f'{work}/q')
    bar('linux-raid new lines kept', f'{kept / new:.4f} of {new}', kept >= .99 * new)
    bar('linux-raid quoted lines leaked', f'{leaked / proven:.4f} of {proven}', leaked <= .02 * proven)
    with open(f'{work}/q', 'wb') as out:
        run(probe, 'quotes', f'{work}/gen/all.mbox', '1', out=out)
    kept, new, leaked, proven, _, _ = mail_judge.judge_generator(f'{work}/q', f'{work}/gen/truth.json')
    bar('generator new lines kept', f'{kept / new:.4f} of {new}', kept >= .995 * new)
    bar('generator quoted lines leaked', f'{leaked / proven:.4f} of {proven}', leaked <= .01 * proven)


def judge_broken(torture, work, quick):
    small = [f for name in SETS for f in files_below(f'{work}/{name}') if os.path.getsize(f) < 3_000_000]
    small = small[::10] if quick else small
    for at in range(0, len(small), 200):
        got = subprocess.run([torture, '1', '3', *small[at:at + 200]], capture_output=True)
        if got.returncode:
            bar('hostile and broken', re.sub(r'\s+', ' ', got.stderr.decode('utf-8', 'replace'))[-300:], False)
    bar('hostile and broken: files read whole, cut, flipped', len(small), True)


def main():
    house.need('linux-raid.mbox.zst', 'gen_shop.py', *(f'{name}.tar.zst' for name in SETS))
    with tempfile.TemporaryDirectory() as work:
        unpack(house.DATA, work)
        judge_mbox(PROBE, work)
        judge_classes(PROBE, work)
        judge_generator(PROBE, work)
        judge_quotes(PROBE, work)
        judge_broken(TORTURE, work, 'whole' not in sys.argv[1:])
    house.finish()


main()
