#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mailbox.py [--messages N] [--peer N] [--rounds N]: a mailbox of N messages (20,000) at a Dovecot on loopback, read by
snug serve while somebody looks at Today; the first of them (2,000, evenly taken) are fetched by curl into files, one by
one on one connection, and all by mbsync into a Maildir and by one command on a bare socket, in turn, in the same run.
Says when Today first had something to say, how long its pages took meanwhile, and how many messages a second as a
ratio. Needs dovecot-imapd, curl and isync."""
import argparse, os, shutil, statistics, subprocess, sys, tempfile, threading, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/long"), str(ROOT / "tests/bench")]
from dovecot import Dovecot, missing
from mailbox import Served, wait_for
from table import OWNER, corpus, row

MBSYNC = """FSync {3}
IMAPAccount here
Host 127.0.0.1
Port {0}
User ada
Pass {1}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account here

MaildirStore near
Inbox {2}/inbox

Channel inbox
Far :far:INBOX
Near :near:INBOX
Sync Pull
Create Near
SyncState *
"""


def fill(server, count):
    n = size = 0
    for path in sorted(corpus(count).rglob("cur/*")):
        at = 1700000000 + n
        target = Path(f"{server.work}/Maildir/cur/{at}.{n:07d}.x:2,")
        shutil.copyfile(path, target)
        os.utime(target, (at, at))
        size += target.stat().st_size
        n += 1
    return n, size


def curl(server, n, step):
    """One connection, message by message, each into a file: seconds for one of them."""
    with tempfile.TemporaryDirectory() as to:
        began = time.monotonic()
        subprocess.run(["curl", "-s", "-u", "ada:pass", "-o", f"{to}/#1", f"imap://127.0.0.1:{server.plain}/INBOX;MAILINDEX=[1-{n}:{step}]"], check=True)
        took = time.monotonic() - began
        have = len(os.listdir(to))
    if have != len(range(1, n + 1, step)):
        sys.exit(f"curl fetched {have} of {n}, each {step}th")
    return took / have


def mbsync(server, n, sure):
    """All of INBOX into an empty Maildir: seconds. sure: on the disk, as snug has it and as mbsync does unless told not to."""
    with tempfile.TemporaryDirectory() as to:
        Path(f"{to}/conf").write_text(MBSYNC.format(server.plain, server.password, to, "yes" if sure else "no"))
        began = time.monotonic()
        subprocess.run(["mbsync", "-q", "-c", f"{to}/conf", "inbox"], check=True)
        took = time.monotonic() - began
        have = sum(len(os.listdir(f"{to}/inbox/{part}")) for part in ("new", "cur"))
    if have != n:
        sys.exit(f"mbsync fetched {have} of {n}")
    return took


class Looking(threading.Thread):
    """Somebody who looks at Today again and again."""

    def __init__(self, house, v):
        super().__init__()
        self.house, self.v, self.took, self.first, self.over = house, v, [], None, False
        self.began = time.monotonic()

    def run(self):
        while not self.over:
            start = time.monotonic()
            text = self.house.get(self.v, "/").text
            self.took.append(time.monotonic() - start)
            if self.first is None and "This house knows nobody yet" not in text:
                self.first = time.monotonic() - self.began
            time.sleep(.2)


def snug(server, n, folder):
    """Seconds until all was read, until Today knew somebody, and of its pages meanwhile; messages held."""
    house = Served(folder, OWNER).serve()
    try:
        v = house.visitor()
        began = time.monotonic()
        path = house.connect(v, OWNER, "pass", imap_host="localhost", imap_port=str(server.plain), imap_safety="plain", login="ada")
        connected = time.monotonic() - began
        look = Looking(house, house.visitor())
        began = look.began = time.monotonic()
        house.submit(v, f"{path}/folders")
        look.start()
        done = wait_for(lambda: house.rows("SELECT done, low FROM mailbox_folder WHERE name='INBOX'") == [(n, 1)], 900, .1)
        took = time.monotonic() - began
        look.over = True
        look.join()
        if done is None:
            sys.exit(f"snug has not read it: {house.rows('SELECT name, done, total, low, high FROM mailbox_folder')}")
        return took, connected + look.first, sorted(look.took)
    finally:
        house.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--messages", type=int, default=20000)
    options.add_argument("--peer", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    o = options.parse_args()
    if missing() or not shutil.which("mbsync"):
        sys.exit("dovecot or mbsync is missing: install dovecot-imapd isync")
    ratios, synced, quicks, floors, firsts, pages = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as place:
        server = Dovecot(work)
        n, size = fill(server, o.messages)
        server.start()
        try:
            server.warm()
            for i in range(o.rounds):
                began = time.monotonic()
                server.warm()
                floor = time.monotonic() - began
                peer = curl(server, n, max(1, n // o.peer)) * n
                sync, quick = mbsync(server, n, True), mbsync(server, n, False)
                took, first, looks = snug(server, n, f"{place}/house{i}")
                ratios.append(peer / took)
                synced.append(sync / took)
                quicks.append(quick / took)
                floors.append(floor / took)
                firsts.append(first)
                pages += looks
                print(f"# {n} messages, {size / 2**20:.0f} MiB: curl {peer:.1f} s, mbsync {sync:.1f} s, unsynced {quick:.1f} s, one command {floor:.1f} s, snug {took:.1f} s, Today after {first:.2f} s", flush=True)
        finally:
            server.stop()
    pages.sort()
    row("mailbox: Today knows somebody", f"{max(firsts):.2f} s", "", "10 s of connecting", max(firsts) <= 10)
    row("mailbox: Today while it is read", f"{pages[len(pages) // 2] * 1e3:.0f} ms", f"worst {pages[-1] * 1e3:.0f} ms")
    for name, of, bar in (("x curl", ratios, .5), ("x mbsync", synced, .5), ("x mbsync that syncs nothing", quicks, None),
                          ("x one command on a socket", floors, None)):
        middle = statistics.median(of)
        row(f"mailbox: reading it, {name}", f"{middle:.2f}", f"worst {min(of):.2f}", f"{bar}" if bar else "", middle >= bar if bar else None)


main()
