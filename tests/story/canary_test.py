#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""More than fifty words of one person, one in each place that can hold something of her: all are found in the house, she asks
to be forgotten, and none is left in any byte; not after the same mail came again, a rebuild, or an older backup either.
Prints TAP; SNUG_BIN names the program."""
import os
import re
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from canary import Ada, Cage  # noqa: E402
from desk import Desk  # noqa: E402
from house import check, snug  # noqa: E402
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
        began = forget(ada, desk, sink)
        cage.gone(pieces, 'after it')
        check('within a minute', time.monotonic() - began < 60, time.monotonic() - began)
    finally:
        desk.close()
    desk.judge()
    sink.close()


main()
