#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One conversation seen by mail programs that know nothing of the house: imapflow, mailparser and nodemailer at servers of
their own. Needs dovecot-imapd, openssl, node and npm."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

import house
from dovecot import Dovecot, missing
from house import check
from mailbox import Served, wait_for

sys.path.insert(0, f'{house.ROOT}/tests/story/lib')
from desk import Desk  # noqa: E402
from post import Sink  # noqa: E402

CLIENTS = f'{house.ROOT}/tests/clients'
MIA, ADA, BO = 'mia@pub.example', 'ada@berg.example', 'bo@lind.example'
SUBJECT = 'Tisch für Samstag, große Runde 🎉'
MENU, FILE = 'Speisekarte für Gäste 🍲.pdf', bytes(i * 7 % 256 for i in range(70000))
WORDS = 'Schöne Grüße, **sehr gern** 🍺\n\nFrom acht bis zehn?\n.\nMia'


class Post(Sink):
    """Hands what it is given to the servers of those it is for, as a mail server between them does."""

    def __init__(self, servers):
        self.servers = servers
        super().__init__()

    def take(self, rcpt, raw):
        for to in rcpt:
            local, domain = to.split('@')
            super().take([to], raw)
            self.servers[f'{local.split("+")[0]}@{domain}'].put(f'{1900000000 + len(self.mails)}.1.x', b'Delivered-To: %s\r\n' % to.encode() + raw)

    def all_for(self, address):
        with self.news:
            return sum(rcpt == [address] for rcpt, _, _ in self.mails)


class Outside:
    """Somebody with a mail program of their own."""

    def __init__(self, name, address, post):
        self.name, self.address, self.post = name, address, post

    def ask(self, **task):
        task.update({'smtp': self.post.port, 'imap': self.post.servers[self.address].plain, 'user': 'me', 'pass': 'pass'})
        done = subprocess.run(['node', f'{CLIENTS}/outside.mjs'], input=json.dumps(task), capture_output=True, text=True, timeout=60)
        if done.returncode:
            sys.exit(f'{self.name} could not {task["do"]}: {done.stderr[-2000:]}')
        return json.loads(done.stdout)

    def write(self, to, **mail):
        return self.ask(do='write', mail={'from': {'name': self.name, 'address': self.address}, 'to': to, **mail})['id']

    def read(self, n):
        """INBOX once it holds n mails: what the parser makes of each, and the server's threads of them as sets of ids."""
        folder = f'{self.post.servers[self.address].work}/Maildir'
        wait_for(lambda: sum(len(os.listdir(f'{folder}/{part}')) for part in ('new', 'cur')) >= n, 30)
        box = self.ask(do='read')
        ids = {m['uid']: m['id'] for m in box['mails']}
        return box['mails'], [{ids[uid] for uid in thread} for thread in box['threads']]


def faults(m):
    """What a careful reader holds against a mail."""
    once = [k for k in ('from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type', 'reply-to', 'in-reply-to',
                        'references') if m['lines'].count(k) > 1]
    wanted = [k for k in ('from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type') if k not in m['lines']]
    broken = [k for k in ('subject', 'text', 'html') if '\ufffd' in m[k] or '=?' in m[k]]
    other = [k for k in ('subject', 'id') if m['server'][k] != m[k]]
    return [x for x in (once, wanted, broken, other, [] if m['dated'] else ['date']) if x]


def lines(text):
    return [line for line in text.replace('\r\n', '\n').split('\n') if line]


def at_the_desk(h, v):
    """The browser that is signed in, with a desk's ways."""
    desk = Desk.__new__(Desk)
    desk.visitor, desk.port = v, h.port
    return desk


def opened(work, post):
    h = Served(f'{work}/house', MIA, name='Pub')
    with open(f'{h.dir}/snug.conf', 'a') as conf:
        conf.write('undo_s 0\n')
    h.serve()
    v = h.visitor()
    path = h.connect(v, MIA, 'pass', name='Mia Möwe 🌙', imap_host='127.0.0.1', imap_port=post.servers[MIA].plain, imap_safety='plain',
                     smtp_host='127.0.0.1', smtp_port=post.port, smtp_safety='plain', plus='1')
    h.submit(v, next(f.action for f in h.get(v, path).forms if f.action.endswith('/folders')))
    return h, at_the_desk(h, v)


def messages(h, n):
    """Once the house holds n messages, their conversations, each with how many it has."""
    wait_for(lambda: len(h.rows('SELECT 1 FROM message')) >= n, 30)
    return sorted(k for k, in h.rows('SELECT count(*) FROM message GROUP BY conversation'))


def judge_answer(h, desk, ada):
    """Ada asks, the keeper answers from the page, Ada's program reads it and answers."""
    asked = ada.write(MIA, subject=SUBJECT, text='Habt ihr Platz für zwölf? 🎂\n', html='<p>Habt ihr Platz für <b>zwölf</b>? 🎂</p>')
    check('the house reads what she writes', messages(h, 1) == [1])
    (first,), = h.rows('SELECT id FROM message')
    page = desk.get(f'/talk/{first}')
    check('with subject, name and words', all(x in page.text for x in (SUBJECT, 'Ada Bergström', 'Platz für zwölf? 🎂')), page.text[:300])
    check('to whom it went stands there once', page.text.count('to mia') == 1 and 'mia and mia' not in page.text, page.text[:300])
    desk.get(f'/talk/{first}/answer')
    desk.press('Send', files=[(MENU, 'application/pdf', FILE)], words=WORDS)
    mails, threads = ada.read(2)
    check('the answer is one mail', len(mails) == 2, len(mails))
    m = mails[1]
    check('the parser finds no fault', faults(m) == [], faults(m))
    check('subject', m['subject'] == f'Re: {SUBJECT}', m['subject'])
    check('names', (m['from'], m['to']) == ([['Mia Möwe 🌙', MIA]], [['Ada Bergström', ADA]]), (m['from'], m['to']))
    words, _, last = m['text'].partition('_' * 32)
    check('text, each line of it', lines(words) == lines(WORDS), m['text'])
    check('and in its language how to object, as it is the first', last.strip().startswith('Sie dürfen Nein sagen.'), last)
    check('HTML', '<strong>sehr gern</strong> 🍺' in m['html'] and 'Schöne Grüße' in m['html'], m['html'])
    check('the file, its name and its bytes', [(f['name'], f['type'], base64.b64decode(f['bytes']) == FILE) for f in m['files']] ==
          [(MENU, 'application/pdf', True)], [(f['name'], f['type'], len(f['bytes'])) for f in m['files']])
    check('the server sees the same parts', m['parts'] == ['text/plain', 'text/html', 'application/pdf'], m['parts'])
    check('it names what it answers', (m['inReplyTo'], m['references']) == (asked, [asked]), (m['inReplyTo'], m['references']))
    check('both are one thread', threads == [{asked, m['id']}], threads)
    again = ada.write(MIA, subject=m['subject'], text='Wunderbar, bis Samstag! 🥳', inReplyTo=m['id'], references=[*m['references'], m['id']])
    check('one conversation of three', messages(h, 3) == [3], messages(h, 3))
    page = desk.get(f'/talk/{first}')
    at = [page.text.find(x) for x in ('Platz für zwölf?', 'Schöne Grüße', 'Wunderbar, bis Samstag! 🥳')]
    check('on one page, in order', -1 < at[0] < at[1] < at[2], at)
    return first, [asked, m['id'], again]


def judge_added(h, desk, bo, first, ids):
    """Bo, whom the house knows, is added by mail, with what was said before."""
    bo.write(MIA, subject='Hallo', text='Ich bin Bo.')
    check('a stranger\'s mail is a conversation of its own', messages(h, 4) == [1, 3])
    desk.get(f'/talk/{first}/with?q=Lind')
    desk.press('Add', way=f'mailto:{BO}', past='1')
    check('he takes part', 'takes part and was given' in desk.follow().text)
    mails, threads = bo.read(5)
    told = [m for m in mails if 'You may say no.' in (m['text'] or '') or 'Sie dürfen Nein sagen.' in (m['text'] or '')]
    told = [m for m in told if m['id'] not in ids]
    check('first he is told that, and how to object', len(told) == 1, [m['subject'] for m in mails])
    copies = [m for m in mails[1:] if m not in told]
    check('he gets each message once', sorted(m['id'] for m in copies) == sorted(ids), [m['id'] for m in copies])
    check('the parser finds no fault in a copy', [faults(m) for m in copies] == [[]] * 3, [faults(m) for m in copies])
    by = {m['id']: m for m in copies}
    check('by way of the house, in the name of who wrote', [by[i]['from'] for i in ids] ==
          [[['Ada Bergström via Pub', MIA]], [['Mia Möwe 🌙', MIA]], [['Ada Bergström via Pub', MIA]]], [by[i]['from'] for i in ids])
    check('to him alone', all(m['to'] == [['Bo Lind ☕', BO]] for m in copies), [m['to'] for m in copies])
    check('the file is whole', [base64.b64decode(f['bytes']) == FILE and f['name'] == MENU for f in by[ids[1]]['files']] == [True])
    check('his thread is theirs', set(ids) in threads and len(threads) == 3, threads)
    own = {m['replyTo'][0][1] for m in copies if m['replyTo']}
    token = own and next(iter(own)).split('@')[0][len('mia+'):]
    check('he answers to an address of his own', len(own) == 1 and len(token) == 26 and all(m['replyTo'] for m in copies), own)
    return next(iter(own))


def judge_bare(h, desk, post, ada, bo, own, first, ids):
    """An answer to that address which names nothing it answers."""
    before = post.all_for(ADA)
    said = bo.write(own, subject='Noch eine Frage', text='Darf ich Kuchen mitbringen? 🍰')
    check('it lands in the conversation', messages(h, 5) == [1, 4], messages(h, 5))
    check('and on its page', 'Kuchen mitbringen? 🍰' in desk.get(f'/talk/{first}').text)
    mails, threads = ada.read(4)
    m = mails[-1]
    check('Ada gets it', len(mails) == 4 and m['text'].strip() == 'Darf ich Kuchen mitbringen? 🍰', len(mails))
    check('in the name of who wrote', m['from'] == [['Bo Lind ☕ via Pub', MIA]] and m['id'] == said, m['from'])
    check('without fault', faults(m) == [], faults(m))
    check('his address of his own stays his', own.encode() not in post.mails[-1][1] and m['replyTo'][0][1] != own, m['replyTo'])
    check('in her thread', threads == [{*ids, said}], threads)
    last = ada.write(m['replyTo'][0][1], subject=f'Re: {m["subject"]}', text='Ja, gern!', inReplyTo=m['id'], references=[*m['references'], m['id']])
    check('her answer as well', messages(h, 6) == [1, 5], messages(h, 6))
    mails, threads = bo.read(7)
    check('Bo gets it once, in his thread', [x['id'] for x in mails[6:]] == [last] and {*ids, said, last} in threads,
          ([x['id'] for x in mails[6:]], threads))
    wait_for(lambda: not h.rows('SELECT 1 FROM outbox WHERE done_at=0'), 20)
    check('nobody gets anything twice', (post.all_for(ADA) - before, post.all_for(BO), len(post.mails)) == (1, 5, 6 + 4 + 2),
          (post.all_for(ADA) - before, post.all_for(BO), [r for r, _, _ in post.mails]))


def play(work, post):
    ada, bo = Outside('Ada Bergström', ADA, post), Outside('Bo Lind ☕', BO, post)
    h, desk = opened(work, post)
    try:
        first, ids = judge_answer(h, desk, ada)
        own = judge_added(h, desk, bo, first, ids)
        judge_bare(h, desk, post, ada, bo, own, first, ids)
    finally:
        h.close()
    before = h.digest()
    h.run('rebuild')
    check('rebuild equals live', h.digest() == before)


def main():
    wrong = [name for name in ('node', 'npm') if not shutil.which(name)] + ['dovecot-imapd'] * missing()
    if wrong:
        sys.exit(f'missing, install: {" ".join(wrong)}')
    done = subprocess.run([f'{CLIENTS}/install'], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'the node packages of tests/clients are missing: {done.stderr[-500:]}')
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        servers = {}
        for address in (MIA, ADA, BO):
            os.mkdir(f'{work}/{address[:3]}')
            servers[address] = Dovecot(f'{work}/{address[:3]}')
            servers[address].start()
        post = Post(servers)
        try:
            play(work, post)
        finally:
            for server in servers.values():
                server.stop()
            post.close()
    house.finish()


main()
