#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox that stands in snug.conf: mistakes are refused with file and line; then it is read without a click, its
pages change nothing, and it goes when its lines go. Needs dovecot-imapd and openssl."""
import os
import re
import sys
import tempfile

import house
from dovecot import Dovecot, missing
from house import check, snug
from mailbox import Served, wait_for

LETTER = ('From: Ada Berg <ada@guests.example>\nTo: orders@pub.example\nSubject: Forty lamps\nMessage-ID: <l@guests.example>\n'
          'Date: Sun, 01 Mar 2026 08:00:00 +0000\n\nBy Friday, please.\n')


def lines(h, text):
    with open(f'{h.dir}/snug.conf', 'w') as file:
        file.write('# the house\n' + text)


def judge_mistakes(h):
    for text, says in (
            ('mailbox orders@pub.example\n', 'snug.conf:2: orders@pub.example needs one of mailbox_password_file'),
            ('mailbox_login x\n', 'snug.conf:2: mailbox_login stands before the line'),
            ('\nmailbox orders@pub.example\nmailbox_password_file nowhere\n', 'snug.conf:3: mailbox orders@pub.example: '),
            ('mailbox orders@pub.example\nmailbox_password_credential orders\n', 'snug.conf:2: mailbox orders@pub.example: systemd gives'),
            ('mailbox orders@pub.example\nmailbox_password_file secret\nmailbox_imap a:b\n', 'snug.conf:2: mailbox orders@pub.example: mailbox_imap is HOST')):
        lines(h, text)
        code, _, complaint = snug(h, 'mailbox')
        check(f'it is refused: {says}', code == 1 and says in complaint, complaint)


def play(work, server):
    h = Served(f'{work}/house', 'mia@pub.example', name='Pub')
    house.write(f'{h.dir}/secret', 'pass\nnot this\n')
    judge_mistakes(h)
    told = ('mailbox orders@pub.example\nmailbox_password_file secret\nmailbox_login olga\nmailbox_folders inbox\n'
            f'mailbox_imap 127.0.0.1:{server.plain}\nmailbox_plain yes\n')
    lines(h, told)
    h.serve()
    try:
        check('it is read by itself', wait_for(lambda: h.events()[0] == 1, 20), h.events())
        v = h.visitor()
        page = h.get(v, '/mailboxes/1')
        check('its page says where it stands', 'It stands in snug.conf' in page.text and 'is read' in page.text, page.text[:300])
        check('and has no form to change it', not [f.action for f in page.forms if f.action.endswith(('settings', 'folders', 'disconnect'))])
        check('the password is on no page', 'not this' not in page.source and 'secret' not in page.source
              and not re.search(r'[">\s]pass["<\s]', page.source))
        change = h.rows('SELECT change, stopped FROM mailbox')
        check('only the chosen folder is read', h.rows('SELECT name FROM mailbox_folder WHERE chosen=1') == [('INBOX',)])
        reader = h.rows('SELECT reader FROM mailbox')
        h.close()
        h.serve()
        check('another program reads it', wait_for(lambda: h.rows('SELECT reader FROM mailbox WHERE until>0') not in ([], reader), 20))
        check('nothing is changed by another start', h.rows('SELECT change, stopped FROM mailbox') == change, (change, h.rows('SELECT change, stopped FROM mailbox')))
        h.close()
        lines(h, '')
        code, said, _ = snug(h, 'mailbox')
        check('it goes with its lines', code == 0 and said == '', said)
        check('what was read stays', h.events()[0] == 1)
    finally:
        if h.process.poll() is None:
            h.close()


def main():
    if missing():
        sys.exit('missing, install: dovecot-imapd')
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        os.mkdir(f'{work}/imap')
        server = Dovecot(f'{work}/imap')
        server.start()
        server.put('1.1.x', LETTER.encode())
        try:
            play(work, server)
        finally:
            server.stop()
    house.finish()


main()
