#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox that is read from Dovecot and sent from: an answer goes out, lies in Sent once, is one message in the house,
and what comes back of it is understood. Needs dovecot-imapd and openssl."""
import email
import os
import sys
import tempfile

import house
from dovecot import Dovecot, missing
from house import check
from mailbox import Served, wait_for

sys.path.insert(0, f'{house.ROOT}/tests/story/lib')
from post import Sink  # noqa: E402

QUESTION = b'''From: Ada Berg <ada@berg.example>\r
To: Mia Moon <mia@pub.example>\r
Subject: Saturday\r
Date: Mon, 02 Feb 2026 10:00:00 +0000\r
Message-ID: <q1@berg.example>\r
\r
Are you open on Saturday?\r
'''
REPORT = '''From: Mail Delivery <mailer-daemon@relay.example>\r
To: mia@pub.example\r
Subject: Undelivered\r
Message-ID: <r1@relay.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
Sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; relay.example\r
\r
Final-Recipient: rfc822; ada@berg.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such guest\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {}\r
\r
--b--\r
'''


def sent(server):
    folder = f'{server.work}/Maildir/.Gesendet'
    return [open(f'{folder}/{part}/{name}', 'rb').read() for part in ('cur', 'new') if os.path.isdir(f'{folder}/{part}')
            for name in os.listdir(f'{folder}/{part}')]


def play(work, server, sink):
    h = Served(f'{work}/house', 'mia@pub.example', name='Pub')
    with open(f'{h.dir}/snug.conf', 'a') as conf:
        conf.write('undo_s 0\n')
    h.serve()
    v = h.visitor()
    path = h.connect(v, 'mia@pub.example', 'pass', name='Mia Moon', imap_host='127.0.0.1', imap_port=server.plain, imap_safety='plain',
                     smtp_host='127.0.0.1', smtp_port=sink.port, smtp_safety='plain')
    form = next(f.action for f in h.get(v, path).forms if f.action.endswith('/folders'))
    h.submit(v, form)
    check('the question is read', wait_for(lambda: h.rows('SELECT 1 FROM message')))
    (message,) = h.rows('SELECT id FROM message')[0]
    h.get(v, f'/talk/{message}')
    page = h.submit(v, '/talk/write', drop=('act',), words='Until ten.', act='send')
    check('the answer is on its way', page.status == 200, page.text[:200])
    raw = wait_for(lambda: sink.mails) and sink.mails[0][1]
    check('it is handed over', raw)
    check('a copy comes into Sent', wait_for(lambda: sent(server), 30), os.listdir(f'{server.work}/Maildir'))
    check('as the same lines', [r.splitlines() for r in sent(server)] == [raw.splitlines()])
    server.put('report', REPORT.format(email.message_from_bytes(raw)['message-id']).encode())
    page = wait_for(lambda: 'came back:' in h.get(v, f'/talk/{message}').text, 30)
    check('that it came back stands below the letter', page, v.page.text[-300:])
    (who,) = h.rows("SELECT person FROM handle WHERE uri='mailto:ada@berg.example'")[0]
    check('and on the page of whom it went to', 'no such guest' in h.get(v, f'/people/{who}').text)
    check('Today says so', 'comes back' in h.get(v, '/').text)
    h.get(v, f'/people/{who}')
    h.submit(v, f'/people/{who}/address')
    check('a keeper says that it takes mail again', 'no such guest' not in h.get(v, f'/people/{who}').text)
    check('it closes well', h.close() == 0)
    h.serve()
    check('opened again it reads what lies in Sent', wait_for(lambda: h.rows(
        "SELECT 1 FROM mailbox_folder WHERE name='Gesendet' AND done=1"), 30), h.rows('SELECT name, role, chosen, done, said FROM mailbox_folder'))
    check('and has each message once', h.events() == (3, 3), h.events())
    h.close()
    check('still one copy', len(sent(server)) == 1)
    before = h.digest()
    h.run('rebuild')
    check('rebuild equals live', h.digest() == before)


def main():
    if missing():
        sys.exit('missing, install: dovecot-imapd')
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        os.mkdir(f'{work}/imap')
        server, sink = Dovecot(f'{work}/imap'), Sink()
        server.lay('question', QUESTION)
        server.start()
        try:
            play(work, server, sink)
        finally:
            server.stop()
            sink.close()
    house.finish()


main()
