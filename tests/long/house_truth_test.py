#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A house filled with a mailbox whose truth is known (gen_shop.py), judged by that truth.

usage: house_truth_test.py [COUNT]...    default 5000
Each deviation is counted under the rule that explains it; what no rule explains fails."""
import calendar
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict

import house
from house import House, check, note

ROLE = 'hello@house.example'
STAFF = ('h1', 'h2', 'h3')
ALLOWED = {'personal': {'direct'}, 'list': {'list'}, 'auto-reply': {'auto-reply'}, 'bounce': {'bounce'},
           'notification': {'machine'}, 'newsletter': {'bulk', 'direct'}}  # some bear no mark: the gate keeps them harmless


class Truth:
    def __init__(self, folder):
        whole = json.load(open(f'{folder}/truth.json'))
        self.people, self.ties = whole['people'], whole['ties']
        by_n = {m['n']: (mid, m) for mid, m in whole['messages'].items()}
        self.of = {}     # by the sum of the bytes
        self.sum = {}    # of the id
        for n, (head, raw) in enumerate(house.mbox_raw(f'{folder}/all.mbox'), 1):
            mid, m = by_n[n]
            words = head.split(b' ', 2)[2].decode()
            m = {**m, 'mid': mid, 'raw': raw, 'when': calendar.timegm(time.strptime(words.strip(), '%a %b %d %H:%M:%S %Y'))}
            self.of[house.body_sum(raw)] = m
            self.sum[mid] = house.body_sum(raw)
        self.person = {a: k for k, p in self.people.items() for a in p['addresses']}


def judge_people(h, t):
    persons = defaultdict(set)
    for address, who in t.person.items():
        person = h.person_of.get('mailto:' + address)
        if person:
            persons[person].add(who)
    wrong = [p for p in persons.values() if len(p) > 1]
    check('no two people became one', not wrong, f'{len(persons)} persons; wrong: {wrong[:3]}')
    split = tagged = 0
    for who, p in t.people.items():
        found = {a: h.person_of['mailto:' + a] for a in p['addresses'] if 'mailto:' + a in h.person_of}
        plain = {x for a, x in found.items() if '+' not in a}
        tagged += any('+' in a and a.replace('+shop', '') in found and x != found[a.replace('+shop', '')] for a, x in found.items())
        split += len(plain) > 1
    check('a tagged address is the same person', tagged == 0, tagged)
    note(f'{split} people with two addresses stay two until somebody says so')


def parent_by_rule(t, m):
    """The truth, as far as headers can tell it: a parent without an id can't be named; then the nearest that is."""
    while m['parent'] and 'no Message-ID' in t.of[t.sum[m['parent']]]['defects']:
        if 'reply without References' in m['defects']:
            return m['parent']
        m = t.of[t.sum[m['parent']]]
    return m['parent']


def judge_tree(h, t):
    right = wrong = missed = guessed = guessed_right = hidden = alone = 0
    odd = []
    for key, m in t.of.items():
        got = h.message[key]
        loose = 'reply without References' in m['defects']
        want = t.sum.get(parent_by_rule(t, m))
        if loose:
            hidden += 1
            guessed += got['parent'] is not None
            guessed_right += got['parent'] == t.sum[m['parent']]
        elif got['parent'] == want:
            right += want is not None
        elif got['parent'] is None and b'\nReferences:' not in m['raw'].split(b'\n\n')[0]:
            alone += 1  # it names only a message that bears no id
        elif got['parent'] is None:
            missed += 1
            odd.append((m['mid'], 'no parent', m['defects']))
        else:
            wrong += 1
            odd.append((m['mid'], 'wrong parent', m['defects']))
    check('parents that ids name: precision', wrong == 0, f'{right} right, {wrong} wrong {odd[:2]}')
    check('parents that ids name: recall', missed == 0, f'{missed} missed; {alone} name only a message that has no id')
    good = guessed_right / max(guessed, 1)
    note(f'answers without ids: {hidden}, of them {guessed} joined by subject, {guessed_right} to the true parent ({good:.3f})')


def judge_talks(h, t):
    """Each conversation within one true thread; a thread in pieces only where ids are missing."""
    talks, threads = defaultdict(set), defaultdict(set)
    for key, m in t.of.items():
        talks[h.message[key]['talk']].add(m['thread'])
        threads[m['thread']].add(h.message[key]['talk'])
    mixed = sum(len(x) > 1 for x in talks.values())
    broken = {x for x, pieces in threads.items() if len(pieces) > 1}
    excused = {m['thread'] for m in t.of.values() if set(m['defects']) & {'reply without References', 'no Message-ID'}}
    check('threads in pieces only where ids are missing', broken <= excused, f'{len(broken)} of {len(threads)}, unexplained '
          f'{len(broken - excused)} {sorted(broken - excused)[:2]}')
    guesses = {h.message[k]['talk'] for k, m in h.message.items() if m['guessed']}
    unexplained = [c for c, x in talks.items() if len(x) > 1 and c not in guesses]
    check('threads are mixed only by a guess that is marked', not unexplained, f'{mixed} mixed, unexplained {len(unexplained)}')


def unmarked(m):
    """Automatic, but no header and no subject says so: the header that speaks of our answers is no evidence."""
    head = m['raw'].split(b'\n\n')[0]
    return m['kind'] == 'auto-reply' and b'X-Auto-Response-Suppress' in head and b'\nSubject: Re: ' in head


def judge_classes(h, t):
    found, off = Counter(), Counter()
    for key, m in t.of.items():
        got = h.message[key]['class']
        odd = 'bulk without any marker' in m['defects'] or unmarked(m)
        found[m['kind'], got, odd] += 1
        if got not in ALLOWED[m['kind']] and not (odd and got == 'direct') or m['kind'] == 'newsletter' and got == 'direct' and not odd:
            off[m['kind'], got] += 1
    check('classes', not off, dict(off) or {f'{a} -> {b}{" (unmarked)" if c else ""}': n for (a, b, c), n in sorted(found.items())})


def judge_authors(h, t):
    munged = [(k, m) for k, m in t.of.items() if 'From munged by list' in m['defects']]
    right = sum(t.person.get(h.message[k]['from']) == m['from'] for k, m in munged)
    check('people behind a list are found', right == len(munged), f'{right} of {len(munged)}')
    wrong = [(m['mid'], h.message[k]['from']) for k, m in t.of.items() if m['from'] and t.person.get(h.message[k]['from']) != m['from']]
    check('authors', not wrong, f'{len(wrong)} wrong {wrong[:2]}')


def judge_times(h, t, mbox):
    late = [(m['mid'], m['defects'], h.message[k]['at'] - m['when']) for k, m in t.of.items() if abs(h.message[k]['at'] - m['when']) > 1]
    clock = sum('wrong clock' in m['defects'] or 'bad Date' in m['defects'] for m in t.of.values())
    check(f'wrong clocks and broken dates placed by {"their From_ line" if mbox else "the name of their file"}', not late,
          f'{clock} of them; off {len(late)} {late[:3]}')


def passed(h, t):
    """Of each message: who addressed whom, as people of the truth."""
    got = defaultdict(list)
    who = {p: t.person.get(u[7:]) for u, p in h.person_of.items() if t.person.get(u[7:])}
    for a, b, e, side in h.rows('SELECT a, b, event, side FROM contact'):
        got[h.name[e]].append((who.get(b), who.get(a)) if side else (who.get(a), who.get(b)))
    return got


def judge_ties(h, t):
    """Who passed what to whom. A door (role address) belongs to the human who answers; where nobody
    of the house ever did in that conversation, nobody is known. Gives back the pairs doors cost."""
    got, why, bad, lost = passed(h, t), Counter(), [], Counter()
    threads = defaultdict(list)
    for m in t.of.values():
        threads[m['thread']].append(m)
    for key, m in t.of.items():
        pairs, pair = got.get(key, []), (m['from'], m['to'][0])
        if m['kind'] != 'personal':
            if pairs and m['kind'] != 'list' and not unmarked(m) and 'bulk without any marker' not in m['defects']:
                bad.append((m['kind'], m['mid'], pairs))
            continue
        if pairs == [pair]:
            why['as in truth'] += 1
            continue
        door = ROLE.encode() in m['raw'].split(b'\n\n')[0]
        mates = threads[m['thread']]
        lost[pair] += 1
        if door and not pairs and not any(x['from'] in STAFF for x in mates):
            why['to the door, nobody answered'] += 1
        elif door and not pairs and any(set(x['defects']) & {'reply without References', 'no Message-ID'} for x in mates):
            why['to the door, the answer lies in another piece'] += 1
        elif door and len(pairs) == 1 and pairs[0][0] == m['from'] and pairs[0][1] in STAFF:
            why['to the door, in a conversation joined by a guess'] += 1
            lost[pairs[0]] -= 1
        else:
            bad.append((m['mid'], m['from'], m['to'], pairs, m['defects'], door))
    check('who addressed whom, per message', not bad, f'{dict(why)}; unexplained {len(bad)} {bad[:2]}')
    return lost


def judge_pairs(h, t, lost):
    """The pairs of truth.json: how often, first, last and on how many days; and table tie against what passed."""
    got, times = passed(h, t), defaultdict(list)
    for key, pairs in got.items():
        if t.of[key]['kind'] == 'personal':
            for x, y in pairs:
                times[f'{x}>{y}'].append(h.message[key]['at'])
    off, equal = [], 0
    for pair, tie in t.ties.items():
        gone = lost[tuple(pair.split('>'))]
        mine = times.pop(pair, [])
        if len(mine) + gone != tie['n']:
            off.append((pair, tie, len(mine), gone))
        elif mine and not gone and (abs(min(mine) - tie['first']) > 1 or abs(max(mine) - tie['last']) > 1):
            off.append((pair, tie, min(mine), max(mine)))
        equal += not gone
    left = [p for p in times if lost[tuple(p.split('>'))] >= 0]
    check('pairs of the truth: counts, first and last', not off and not left,
          f'{len(t.ties)} pairs, {equal} whole, the others less what lies at doors; off {len(off)} {off[:2]} {left[:2]}')
    judge_table(h)


def judge_table(h):
    """Table tie is what passed between those who met: counted anew here."""
    open_to = {p for p, in h.rows('SELECT id FROM person WHERE (met>0 OR ours=1) AND engine_off=0')}
    want = {}
    for a, b, at, side in h.rows('SELECT a, b, at, side FROM contact'):
        if a in open_to and b in open_to:
            w = want.setdefault((a, b), {'days': set(), 'n': [0, 0], 'last': [0, 0]})
            w['days'].add(at // 86400)
            w['n'][side] += 1
            w['last'][side] = max(w['last'][side], at)
    held = {(a, b): r for a, b, *r in h.rows('SELECT a, b, days, n0, n1, last0, last1 FROM tie')}
    check('ties stand exactly where the gate is open', set(held) == set(want), f'{len(held)} ties, {len(set(held) ^ set(want))} differ')
    off = [p for p, r in held.items() if p in want and r != [len(want[p]['days']), *want[p]['n'], *want[p]['last']]]
    check('days, counts and last times of ties', not off, f'{len(off)} off {[held[p] for p in off[:1]]}')


def run(count, work):
    folder = f'{work}/gen{count}'
    subprocess.run([sys.executable, f'{house.DATA}/gen_shop.py', str(count), folder], check=True, stdout=subprocess.DEVNULL)
    truth = Truth(folder)
    seed = House(f'{work}/seed', 'marta@house.example', ROLE)
    states = []
    for what in ('all.mbox', 'Maildir'):
        note(f'{count} messages, {what}')
        h = House(f'{work}/{count}-{what}', copy_of=seed)
        got = h.take(f'{folder}/{what}')
        check('every message is an event', got['new'] == count and not got['unreadable'] and not got['skipped'], got)
        h.read()
        check('every raw message lies in the house', set(h.raw) == set(truth.of), len(set(h.raw) ^ set(truth.of)))
        judge_people(h, truth)
        judge_tree(h, truth)
        judge_talks(h, truth)
        judge_classes(h, truth)
        judge_authors(h, truth)
        judge_times(h, truth, what == 'all.mbox')
        judge_pairs(h, truth, judge_ties(h, truth))
        states.append(h.state())
        live = h.digest()
        h.run('rebuild')
        check('rebuilt = live', h.digest() == live, [k for k in live if h.digest()[k] != live[k]])
        if what == 'all.mbox':
            h.run('export', '--format', 'mbox', f'{work}/{count}.mbox')
            other = House(f'{work}/{count}-again', copy_of=seed)
            other.take(f'{work}/{count}.mbox')
            off = house.differing(h.state(), other.state())
            check('exported and imported elsewhere: the same house', not off, off)
            check('exported and imported elsewhere: the same bytes', h.raw == other.raw, len(h.raw))
    off = house.differing(*states)
    check('mbox and Maildir give the same house', not off, off)


def main():
    house.need('gen_shop.py')
    with tempfile.TemporaryDirectory() as work:
        for count in [int(x) for x in sys.argv[1:]] or [5000]:
            run(count, work)
    house.finish()


main()
