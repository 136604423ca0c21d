#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers of one house in a schema of PostgreSQL: one of them reads a mailbox, both send; each letter comes in once
and goes out once. The one that reads is killed: the other takes its place, also in what it had begun to send.
Needs dovecot-imapd, openssl and postgresql-15."""
import collections
import email
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import house
from dovecot import Dovecot, missing
from house import SNUG, check, note, snug
from mailbox import PASSWORD, Served, wait_for

sys.path.insert(0, f'{house.ROOT}/tests/story/lib')
from post import Sink  # noqa: E402

HELD, TURNS = 300, 12
PEOPLE = ('ada@berg.example', 'bo@lind.example')


class SlowSink(Sink):
    """Takes its time, so that letters are under way when a server is killed."""
    pause = .1

    def take(self, rcpt, raw):
        time.sleep(self.pause)
        super().take(rcpt, raw)


class Server(Served):
    """One more folder of the same house: its settings, its key, and no database of its own."""

    def __init__(self, folder):
        self.dir, self.address = folder, 'mia@pub.example'

    def counts(self):
        return json.loads(snug(self, 'doctor', '--json')[1])


def letter(n):
    return (f'From: Ada Berg <ada@berg.example>\nTo: mia@pub.example\nSubject: Table {n}\nMessage-ID: <t{n}@berg.example>\n'
            f'Date: Sun, 01 Mar 2026 08:{n // 60 % 60:02}:{n % 60:02} +0000\n\nIs table {n} free?\n').encode()


def found(work, imap, smtp):
    first, second = Server(f'{work}/one'), Server(f'{work}/two')
    os.mkdir(first.dir)
    house.write(f'{first.dir}/secret', 'pass\n')
    house.write(f'{first.dir}/snug.conf', f'store {os.environ["SNUG_TEST_PG"]}#two_servers\nundo_s 0\nhour_most 100000\n'
                'mailbox mia@pub.example\nmailbox_password_file secret\nmailbox_login olga\nmailbox_plain yes\n'
                f'mailbox_imap 127.0.0.1:{imap}\nmailbox_smtp 127.0.0.1:{smtp}\n')
    code, _, wrong = snug(first, 'init', '--name', 'Pub', '--address', first.address)
    check('the house is founded', code == 0, wrong)
    subprocess.run([SNUG, '-C', first.dir, 'keeper', 'password', first.address], input=f'{PASSWORD}\n', text=True, check=True,
                   stdout=subprocess.DEVNULL)
    shutil.copytree(first.dir, second.dir)
    return first, second


def reads(server):
    """Did it ever read the mailbox?"""
    return bool(re.search(r'event=mailbox .*read=[1-9]', open(f'{server.dir}/trace').read()))


def write(server, v, subject):
    server.get(v, '/talk/new')
    form = next(f for f in v.page.forms if any(b[2] == 'Send' for b in f.buttons))
    name, value = next((b[0], b[1]) for b in form.buttons if b[2] == 'Send')
    typed = {**dict(form.fields), 'to': ', '.join(PEOPLE), 'subject': subject, 'words': f'This is {subject}.'}
    v.go(server.port, 'POST', form.action, [*typed.items(), *([(name, value)] if name else [])])
    return v.page.status == 303 and '/drafts/' not in v.page.headers.get('location', '')


def arrived(sink):
    mails = [(email.message_from_bytes(raw)['subject'], rcpt[0], raw) for rcpt, raw, _ in list(sink.mails)]
    return collections.Counter((s, to) for s, to, _ in mails), mails


def both_work(servers, sink, imap):
    check('all of the mailbox is read', wait_for(lambda: servers[0].counts()['messages'] == HELD, 60, .3), servers[0].counts())
    check('by one of them', sum(map(reads, servers)) == 1)
    visitors = [s.visitor() for s in servers]
    promised = [f'letter {i}' for i in range(TURNS) if write(servers[i % 2], visitors[i % 2], f'letter {i}')]
    check('both take letters', len(promised) == TURNS, promised)
    wanted = {(s, to) for s in promised for to in PEOPLE}
    wait_for(lambda: set(arrived(sink)[0]) == wanted, 60)
    time.sleep(1)  # what would go out a second time does so now
    count, _ = arrived(sink)
    check('each goes out once', set(count) == wanted and max(count.values()) == 1, count.most_common(2))
    imap.put('1900000000.1.x', letter(HELD))
    total = HELD + 1 + TURNS
    check('what is new is here once', wait_for(lambda: servers[1].counts()['messages'] == total, 20, .3), servers[1].counts())
    return visitors, promised


def one_is_killed(servers, visitors, promised, sink, imap):
    dead = 0 if reads(servers[0]) else 1
    left, v = servers[1 - dead], visitors[1 - dead]
    sink.pause = .6
    before = len(sink.mails)
    for i in range(TURNS, 2 * TURNS):
        if write(left, v, f'letter {i}'):
            promised.append(f'letter {i}')
    wait_for(lambda: len(sink.mails) > before, 20, .02)
    servers[dead].close(signal.SIGKILL)
    sink.pause = 0
    imap.put('1900000001.1.x', letter(HELD + 1))
    total = HELD + 2 + len(promised)
    took = wait_for(lambda: left.counts()['messages'] == total, 150, 1)
    check('the other one reads on', took is not None and reads(left), left.counts())
    note(f'it took over within {took or 0:.0f} s')
    wanted = {(s, to) for s in promised for to in PEOPLE}
    check('everything goes out', wait_for(lambda: set(arrived(sink)[0]) == wanted, 120, .5), len(wanted - set(arrived(sink)[0])))
    check('nothing waits', wait_for(lambda: left.counts()['queued'] == 0, 90, .5), left.counts())
    count, mails = arrived(sink)
    bytes_of = collections.defaultdict(set)
    for s, to, raw in mails:
        bytes_of[s, to].add(raw)
    note(f'{sum(count.values()) - len(count)} deliveries were repeated')
    check('what went out twice was cut off, and is the same letter', max(count.values()) <= 2 and all(len(b) == 1 for b in bytes_of.values()))
    check('no more than were under way', sum(count.values()) - len(count) <= 2, count.most_common(3))
    return left


def play(work, imap):
    sink = SlowSink('pass')
    servers = found(work, imap.plain, sink.port)
    for s in servers:
        s.serve()
    try:
        left = one_is_killed(servers, *both_work(servers, sink, imap), sink, imap)
        check('the house is sound', snug(left, 'doctor')[0] == 0, snug(left, 'doctor')[1])
        before = left.digest()
        left.run('rebuild')
        check('rebuild equals live', left.digest() == before)
    finally:
        for s in servers:
            if s.process.poll() is None:
                s.close()
        sink.close()


def main():
    if missing():
        sys.exit('missing, install: dovecot-imapd')
    if 'SNUG_TEST_PG' not in os.environ:
        os.execv(f'{house.ROOT}/tools/with-postgres', ['with-postgres', os.path.abspath(__file__)])
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        os.mkdir(f'{work}/imap')
        imap = Dovecot(f'{work}/imap')
        for i in range(HELD):
            imap.lay(f'{1772352000 + i}.{i}.x', letter(i))
        imap.start()
        try:
            play(work, imap)
        finally:
            imap.stop()
    house.finish()


main()
