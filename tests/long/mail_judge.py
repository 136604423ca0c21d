# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges quote marks by its own idea of what was quoted, and the generator's by its truth."""
import json
import re

NEW = 0


def letters(text):
    return ''.join(c for c in text.lower() if c.isalnum())


def read_quotes(path):
    """Records of `mail_probe quotes`: id, parent, author, text, kinds of lines or None."""
    with open(path, 'rb') as f:
        while head := f.readline():
            mid, parent, author, size, runs = head.decode('utf-8', 'replace').rstrip('\n').split('\t')
            text = f.read(int(size)).decode()
            f.readline()
            kinds = None
            if int(runs) >= 0:
                kinds = []
                for _ in range(int(runs)):
                    lines, kind, _source, _line = f.readline().split()
                    kinds += [int(kind)] * int(lines)
            yield mid, parent, author, text, kinds


def ancestors(by_id, mid, limit=10):
    seen = []
    parent = by_id[mid][0]
    while parent in by_id and parent not in seen and len(seen) < limit:
        seen.append(parent)
        parent = by_id[parent][0]
    return seen


def judge_list(path):
    """New lines kept and proven quoted lines leaked, of lines with 15 letters or more."""
    records = list(read_quotes(path))
    by_id = {}
    for mid, parent, _a, text, _k in records:
        by_id.setdefault(mid, (parent, text))
    kept = new = leaked = proven = 0
    lost = []
    for mid, parent, _author, text, kinds in records:
        if kinds is None or parent not in by_id:
            continue
        up = [by_id[a][1] for a in ancestors(by_id, mid)]
        lines = {letters(l) for t in up for l in t.split('\n')}
        runs = [letters(t) for t in up]
        own = text.split('\n')
        stop = len(own)
        for i, line in enumerate(own):
            if line == '-- ':
                stop = i
                break
        for i, line in enumerate(own):
            key = letters(line)
            if len(key) < 15 or i >= len(kinds):
                continue
            if key in lines or any(key in r for r in runs):
                proven += 1
                leaked += kinds[i] == NEW
            elif not re.match(r'\s{0,2}>|[A-Z]{2,3}> ', line) and i < stop and not re.search(
                    r'(wrote|writes|said|schrieb|crit|Message-+|Sent:|^(From|To|Cc|Subject|Date|Sent): )', line):
                new += 1
                kept += kinds[i] == NEW
                if kinds[i] != NEW:
                    lost.append((mid, kinds[i], line))
    return kept, new, leaked, proven, lost


def judge_generator(path, truth):
    """The same against what the generator says was new."""
    messages = json.load(open(truth))['messages']
    texts = {}
    kept = new = leaked = proven = judged = 0
    lost = []
    for mid, parent, _author, text, kinds in read_quotes(path):
        texts[mid] = text
        info = messages.get(mid)
        if kinds is None or not info or 'new_text' not in info:
            continue
        judged += 1
        own = text.split('\n')
        said = letters('\n'.join(l for l, k in zip(own, kinds) if k == NEW))
        truly = letters(info['new_text'])
        for line in info['new_text'].split('\n'):
            key = letters(line)
            if len(key) < 15 or key not in letters(text):
                continue
            new += 1
            kept += key in said
            if key not in said:
                lost.append((mid, line))
        for line in texts.get(parent, '').split('\n'):
            key = letters(line)
            if len(key) < 15 or key in truly or key not in letters(text):
                continue
            proven += 1
            leaked += key in said
            if key in said:
                lost.append((mid, 'LEAK', line))
    return kept, new, leaked, proven, judged, lost
