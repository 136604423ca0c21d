#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot judges the conversations: on linux-raid the partition must equal its THREAD=REFS.
Needs dovecot-imapd and root (it reads the mail as nobody).

usage: house_dovecot_test.py [MOST]"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import house
from house import House, check, note

CONF = '''base_dir = {0}/run
state_dir = {0}/run
log_path = {0}/log
ssl = no
mail_location = maildir:{0}/Maildir
first_valid_uid = 1
mail_fsync = never
'''


def put_maildir(folder, raws):
    for part in ('cur', 'new', 'tmp'):
        os.makedirs(f'{folder}/Maildir/{part}')
    for n, raw in enumerate(raws, 1):
        with open(f'{folder}/Maildir/cur/{1500000000 + n}.{n:07d}.x:2,', 'wb') as file:
            file.write(raw)


def asked(folder, commands):
    """What Dovecot answers as * THREAD. Its input stays open until it has said all: at the end of it a slow answer is cut."""
    judge = subprocess.Popen(['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', 'USER=nobody', f'HOME={folder}',
                              'doveadm', '-c', f'{folder}/conf', 'exec', 'imap'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    found, heard = None, b''
    for command in commands:
        judge.stdin.write(command + b'\r\n')
        judge.stdin.flush()
        for heard in judge.stdout:
            if heard.startswith(b'* THREAD '):
                found = heard[len(b'* THREAD '):]
            if heard.startswith(command.split()[0] + b' '):
                break
    judge.communicate(b'3 LOGOUT\r\n')
    if found is None or b' OK ' not in heard:
        sys.exit(f'dovecot said nothing of threads: {heard[-300:]}')
    return found


def threads(folder):
    """The threads as sets of places, in the order of the names of the files."""
    with open(f'{folder}/conf', 'w') as file:
        file.write(CONF.format(folder))
    os.makedirs(f'{folder}/run')
    subprocess.run(['chown', '-R', 'nobody', folder], check=True)
    os.chmod(folder, 0o755)
    line = asked(folder, [b'1 SELECT INBOX', b'2 UID THREAD REFS UTF-8 ALL'])
    found, depth, start = [], 0, 0
    text = line.decode().strip()
    for i, letter in enumerate(text):
        if letter == '(':
            start = i if depth == 0 else start
            depth += 1
        elif letter == ')':
            depth -= 1
            if depth == 0:
                found.append({int(x) for x in re.findall(r'\d+', text[start:i])})
    return found


def main():
    house.need('linux-raid.mbox.zst')
    if not shutil.which('doveadm') or not os.path.exists('/usr/lib/dovecot/imap'):
        sys.exit('dovecot is missing: install dovecot-imapd')
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 10**9
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        house.unpack('linux-raid.mbox.zst', work)
        messages = house.mbox_raw(f'{work}/linux-raid.mbox')[:most]
        first = {}  # one copy of each id: Dovecot leaves the others out of the threads
        for head, raw in messages:
            mid = re.search(rb'(?im)^Message-ID:\s*<([^>]*)>', raw.split(b'\n\n')[0])
            if mid:
                first.setdefault(mid.group(1).decode('utf-8', 'replace'), raw)
        os.makedirs(f'{work}/judge')
        put_maildir(f'{work}/judge', first.values())
        ids = list(first)
        judged = {frozenset(ids[n - 1] for n in t) for t in threads(f'{work}/judge')}
        h = House(f'{work}/h', 'keeper@house.example', name='List')
        h.take(f'{work}/judge/Maildir')
        h.read(by_id=True)
        guessed = sum(m['guessed'] for m in h.message.values())
        mine = h.talks()
        same = sum(len(t) for t in mine & judged)
        note(f'{len(ids)} messages: {len(judged)} threads by Dovecot, {len(mine)} conversations here, {guessed} joined by a guess')
        apart = without_guesses(h)
        for t in sorted((apart | judged) - (apart & judged), key=sorted)[:12]:
            note(f'{"here" if t in apart else "Dovecot"}: {len(t)} {sorted(t)[:3]}')
        equal = sum(len(t) for t in apart & judged)
        check('the sets of the tree are the threads of Dovecot, on every message', equal == len(ids), f'{equal} of {len(ids)}')
        check('so are the conversations, but for unions by id and guesses', same >= .99 * len(ids), f'{same} of {len(ids)}')
    house.finish()


def without_guesses(h):
    """The sets that the tree alone makes: each message under its topmost node."""
    nodes = {n: (p, m) for n, p, m in h.rows('SELECT id, parent, message FROM node')}
    guessed = {e for e, in h.rows('SELECT id FROM message WHERE guessed=1')}
    sets = {}
    for node, (parent, message) in nodes.items():
        if not message:
            continue
        top = node
        while nodes[top][0] in nodes and nodes[top][1] not in guessed:
            top = nodes[top][0]
        sets.setdefault(top, set()).add(h.name[message])
    return {frozenset(s) for s in sets.values()}


main()
