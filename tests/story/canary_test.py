#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""More than fifty words of one person, one in each place that can hold something of her: all are found in the house, she asks
to be forgotten, and none is left in any byte; not after the same mail came again, a rebuild, or an older backup either.
Prints TAP; SNUG_BIN names the program."""
import json
import os
import re
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from canary import Ada, Cage  # noqa: E402
from desk import LETTER, Desk  # noqa: E402
from house import House, check, snug, write  # noqa: E402
from post import Sink  # noqa: E402


def forget(ada, desk, sink):
    """As she does it herself: a letter, and a click."""
    sink.refuses = None
    keeper = desk.become(ada.visitor)
    desk.get('/me/forget')
    desk.press('Send me that letter')
    mail = desk.until(lambda: ada.letter('/me/by/'))
    sink.refuses = lambda line: 'busy'
    desk.get(re.search(r'http://\S+(/me/by/\S+)', mail)[1])
    began = time.monotonic()
    page = desk.press('Forget me, for good')
    check('she is forgotten', page.status == 303 and 'You are forgotten here.' in desk.follow().text, desk.visitor.page.text[:300])
    desk.become(keeper)
    return began


def main():
    with tempfile.TemporaryDirectory() as box:
        run(box)
    house.finish()


def run(box):
    sink = Sink()
    os.mkdir(f'{box}/in')
    os.environ['TMPDIR'] = f'{box}/in'
    desk = Desk(f'{box}/in/house', sink.port, 'undo_s 0').open()
    try:
        desk.sign_in()
        cage = Cage(desk, f'{box}/in', 1)
        ada = Ada(cage, desk, sink)
        ada.all()
        pieces = cage.look()
        desk.house.run('backup', f'{box}/old')
        began = forget(ada, desk, sink)
        cage.gone(pieces, 'after it')
        check('within a minute', time.monotonic() - began < 60, time.monotonic() - began)
    finally:
        desk.close()
    desk.judge()
    again(box, cage, ada, desk.house, pieces)
    sink.close()


def again(box, cage, ada, h, pieces):
    """What would bring her back does not."""
    live = tables(h)
    for path in (ada.mbox, ada.folder, ada.report):
        code, out, err = snug(h, 'import', '--json', path)
        check('her mail comes again, and is left out', code == 3 and json.loads(out)['new'] == 0, out + err)
    snug(h, 'import', ada.card)
    cage.gone(pieces, 'after the same mail and card came again')
    after = tables(h)
    check('to the same tables', after == live, [t for t in live if after[t] != live[t]])
    h.run('rebuild')
    cage.gone(pieces, 'after a rebuild')
    held = pieces_in(f'{box}/old', pieces)
    check('the older backup has it all', held == len(pieces), (held, len(pieces)))
    code, out, err = snug(h, 'restore', '--yes', f'{box}/old')
    check('it is restored, and she is erased again', code == 0 and '1 erasure.' in out, out + err)
    aside = next(f'{box}/in/{n}' for n in os.listdir(f'{box}/in') if '.before-' in n)
    shutil.rmtree(aside)
    cage.gone(pieces, 'after restoring an older backup')
    restored = tables(h)
    check('and the tables are those that were', restored == live, [(t, live[t], restored.get(t)) for t in live if restored.get(t) != live[t]])
    like_new(box, h)


def tables(h):
    return {t: rows for t, rows in h.digest().items() if t != 'takeout'}  # looking takes an export


def like_new(box, h):
    """All that leaves the house is what leaves one that never had her; but for whom she had asked in herself."""
    twin = House(f'{box}/twin', 'mia@pub.example', name='Pub')
    twin.take(write(f'{box}/twin.mbox', LETTER))
    for form in ('mbox', 'vcard', 'csv'):
        one, two = snug(h, 'export', '--format', form)[1], snug(twin, 'export', '--format', form)[1]
        check(f'as {form} it is a house that never had her', plain(one) == plain(two), plain(one) ^ plain(two))


def plain(text):
    """Its lines, without numbers and moments, whom she asked in, and what the house learned of itself by writing."""
    lines = {re.sub(r'\d+', '0', line) for line in text.splitlines()}
    return {line for line in lines if not re.search(r'^(UID|REV):|plover|^F?N:;?Cy|mailer-daemon|Mail Delivery|Mia|^F?N:;?mia|"mia"', line)}


def pieces_in(folder, pieces):
    data = b''
    for root, _, names in os.walk(folder):
        for name in names:
            with open(f'{root}/{name}', 'rb') as file:
                data += file.read()
    return sum(p in data for p in pieces)


main()
