#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox that can be read but not sent from, because its SMTP server takes another password: its keeper is told so where
the folders are chosen, and no letter is begun to find it out. Needs dovecot-imapd and openssl."""
import os
import sys
import tempfile

import house
from dovecot import Dovecot, missing
from house import check
from mailbox import Served, wait_for

sys.path.insert(0, f'{house.ROOT}/tests/story/lib')
from post import Sink  # noqa: E402

SAYS = "Reading works, but sending doesn't: Not from Snug. Choose which folders are read."


def play(work, server, sink):
    h = Served(f'{work}/house', 'mia@pub.example', name='Pub').serve()
    try:
        v = h.visitor()
        path = h.connect(v, 'mia@pub.example', 'pass', name='Mia Moon', imap_host='127.0.0.1', imap_port=server.plain,
                         imap_safety='plain', smtp_host='127.0.0.1', smtp_port=sink.port, smtp_safety='plain')
        page = h.get(v, path).text
        check('what works is said, and what does not', SAYS in page.replace('\u2019', "'"), repr(page[:230]))
        check('the folders are there to be chosen', 'Read these' in page)
        h.submit(v, f'{path}/folders')
        unsent = lambda: "Reading works, but sending doesn't" in h.get(v, path).text.replace('\u2019', "'")
        read = wait_for(lambda: h.rows('SELECT read_at FROM mailbox WHERE read_at>0') != [], 20)
        check('it stays said when the folders are read', read is not None and unsent(), repr(h.get(v, path).text[:230]))
        check('and on Today', "can't be sent from" in h.get(v, '/').text.replace('\u2019', "'"))
        h.get(v, path)
        sink.password = 'pass'
        h.submit(v, f'{path}/settings')
        h.settled(v)
        page = h.get(v, path).text
        check('tried again it is fine', not unsent(), repr(page[:230]))
        check('it signed in each time', sink.commands.count('AUTH') == 3, sink.commands)
        check('and began no letter', not {'MAIL', 'RCPT', 'DATA'} & set(sink.commands), sink.commands)
    finally:
        h.close()


def main():
    if missing():
        sys.exit('missing, install: dovecot-imapd')
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        os.mkdir(f'{work}/imap')
        server, sink = Dovecot(f'{work}/imap'), Sink(password='another')
        server.start()
        try:
            play(work, server, sink)
        finally:
            server.stop()
            sink.close()
    house.finish()


main()
