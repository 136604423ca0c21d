#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A house that sends is killed at random moments, over and over: no letter is lost, and none goes out twice in a way that
its Message-ID does not tell. SNUG_ROUNDS: how often (20); SNUG_SEED: which moments."""
import collections
import email
import http.client
import os
import random
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'story', 'lib'))
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import check, note  # noqa: E402
from post import Sink  # noqa: E402

ROUNDS = int(os.environ.get('SNUG_ROUNDS', '20'))
SEED = int(os.environ.get('SNUG_SEED', '1'))
PEOPLE = ('ada@berg.example', 'bo@lind.example', 'cy@plover.example')


class SlowSink(Sink):
    """Takes a letter, and its time until it says so: a house that dies then does not know."""

    def __init__(self, dice):
        self.dice = dice
        super().__init__()
        self.server.handle_error = lambda *_: None  # whoever delivers is killed

    def take(self, rcpt, raw):
        super().take(rcpt, raw)
        time.sleep(self.dice.random() * .15)


def write(desk, subject):
    """Whether the house said that it goes out."""
    try:
        desk.get('/talk/new')
        page = desk.press('Send', to=', '.join(PEOPLE), subject=subject, words=f'This is {subject}.')
        return page.status == 303 and '/drafts/' not in page.headers.get('location', '')
    except (OSError, http.client.HTTPException, StopIteration):
        return False  # it died under our hands


def main():
    dice = random.Random(SEED)
    sink, promised, tried = SlowSink(dice), [], []
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0', 'hour_most 100000').open().sign_in()
        for turn in range(ROUNDS):
            end = time.monotonic() + dice.random() * 1.5
            while time.monotonic() < end:
                tried.append(f'letter {len(tried)}')
                if write(desk, tried[-1]):
                    promised.append(tried[-1])
                time.sleep(.05)  # more often than 20 times a second nobody may come
            desk.close(kill=True)
            desk.open()
        left = desk.until(lambda: not desk.house.rows('SELECT 1 FROM outbox WHERE state=0 UNION ALL SELECT 1 FROM draft WHERE due>0'), 120)
        desk.close()
        code, said, _ = house.snug(desk.house, 'doctor')
        before = desk.house.digest()
        desk.house.run('rebuild')
        after = desk.house.digest()
        known = collections.Counter(s for s, in desk.house.rows("SELECT subject FROM message WHERE subject LIKE 'letter %'"))
    sink.close()
    copies = collections.defaultdict(list)
    for rcpt, raw, _ in sink.mails:
        copies[email.message_from_bytes(raw)['subject'], rcpt[0]].append(raw)
    note(f'{len(tried)} letters tried, {len(promised)} promised, {len(sink.mails)} deliveries, killed {ROUNDS} times')
    check('in the end nothing waits', left)
    lost = [(s, p) for s in promised for p in PEOPLE if (s, p) not in copies]
    check('no letter that was promised is lost', not lost, lost[:3])
    check('each is in the log once', all(known[s] == 1 for s in promised) and max(known.values()) == 1, known.most_common(2))
    check('whoever got one twice got the same bytes', all(len(set(c)) == 1 for c in copies.values()))
    ids = collections.defaultdict(set)
    for (subject, _), raws in copies.items():
        ids[subject] |= {email.message_from_bytes(raw)['message-id'] for raw in raws}
    check('a letter has one Message-ID for all', all(len(i) == 1 for i in ids.values()))
    check('what went out is in the log', all(known[s] == 1 for s, _ in copies))
    check('everybody got what one of them got', all((s, p) in copies for s, _ in copies for p in PEOPLE))
    note(f'{sum(len(c) - 1 for c in copies.values())} deliveries were repeated')
    check('the house is sound', code == 0, said)
    check('rebuild equals live', before == after)
    house.finish()


main()
