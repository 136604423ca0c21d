# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that nobody else has said, put by the product's own ways into every place that holds something of one person, and
looked for in every byte of the house: as they stand, in lower and upper case, UTF-16, base64, hex, percent-encoded; in what is
stored compressed by reading it through the program, and by 24-byte pieces of how it was stored."""
import base64
import email
import email.policy
import json
import os
import random
import re
import sqlite3
import time
import urllib.parse

from house import check, snug, write
from post import text_of
from visit import Visitor

LETTERS = 'abcdefghijklmnopqrstuvwxyz'
PIECE = 24
TAKEN_BACK = 1 << 29  # of a message


def forms(word):
    raw = word.encode()
    out = {raw, raw.lower(), raw.upper(), word.encode('utf-16-le'), raw.hex().encode(), raw.hex().upper().encode(),
           urllib.parse.quote(word).encode()}
    for shift in range(3):
        coded = base64.b64encode(b'\0' * shift + raw)
        out.add(coded[(0, 2, 3)[shift]:len(coded) - (4 if (shift + len(raw)) % 3 else 0)])
    return out


class Cage:
    """One person's words by the place each was put into."""

    def __init__(self, desk, box, seed):
        self.desk, self.box, self.dice, self.words = desk, box, random.Random(seed), {}
        self.seen = set()  # on a page, of what no export tells

    def __call__(self, place):
        assert place not in self.words, place
        self.words[place] = ''.join(self.dice.choice(LETTERS) for _ in range(26))
        return self.words[place]

    # ---- where they are --------------------------------------------------

    def files(self):
        yield 'trace', '\n'.join(self.desk.trace).encode()
        for root, _, names in os.walk(self.box):
            for name in names:
                if os.path.relpath(os.path.join(root, name), self.box).startswith('given'):
                    continue  # what the test itself brings in
                with open(os.path.join(root, name), 'rb') as file:
                    data = file.read()
                yield os.path.relpath(os.path.join(root, name), self.box), data + b'\0' + data.replace(b'=\r\n', b'')  # quoted-printable

    def on_disk(self):
        """{place: files}, byte by byte."""
        found = {}
        for name, data in self.files():
            for place, word in self.words.items():
                if any(form in data for form in forms(word)):
                    found.setdefault(place, []).append(name)
        return found

    def unpacked(self):
        """All that is stored compressed, as the program reads it, by event; of what is said in circles, which no export
        tells, only what stands in the tables."""
        house, out = self.desk.house, {}
        for line in snug(house, 'export', '--format', 'jsonl')[1].splitlines():
            e = json.loads(line)
            out[e['id']] = b'\0'.join(bytes.fromhex(f['hex']) for f in e.get('data', []))
        bodies = house.rows('SELECT id FROM event WHERE body IS NOT NULL AND kind IN(30, 31, 32) AND id NOT IN(SELECT message FROM '
                            'message_for UNION SELECT id FROM message WHERE marks & ?) ORDER BY id', TAKEN_BACK)
        raws = snug(house, 'export', '--format', 'mbox')[1].encode()
        mails = re.split(rb'(?m)^From [^\n]* \d{4}\n', raws)[1:]
        assert len(mails) == len(bodies), (len(mails), len(bodies))
        for (event,), mail in zip(bodies, mails):
            out[event] += mail
        return out

    def stored(self, events):
        """The compressed bytes of these events and their bodies."""
        out = {}
        for event, data, body in self.desk.house.rows(
                'SELECT e.id, e.data, substr(k.bytes, b.at + 1, b.room) FROM event e LEFT JOIN blob b ON b.id=e.body LEFT JOIN shelf k ON k.id=b.shelf'):
            if events is None or event in events:
                out[event] = [x for x in (data, body) if x]
        return out

    def pieces(self, events):
        """What only these events are stored as, cut into pieces."""
        mine, rest = set(), b''.join(b for e, list_ in self.stored(None).items() if e not in events for b in list_)
        for list_ in self.stored(events).values():
            for b in list_:
                mine |= {b[i:i + PIECE] for i in range(0, len(b) - PIECE + 1, PIECE)}
        return {p for p in mine if p not in rest}

    def pieces_on_disk(self, pieces):
        data = [d for _, d in self.files()]
        return sum(any(p in d for d in data) for p in pieces)

    def look(self):
        """Before: every word is somewhere. Gives the pieces of what is compressed."""
        plain, read = self.on_disk(), self.unpacked()
        holding = {e for e, text in read.items() if any(form in text for w in self.words.values() for form in forms(w))}
        everything = b'\0'.join(read.values())
        holding |= {m for m, in self.desk.house.rows('SELECT id FROM message WHERE subject=?', self.words['circle subject'])}
        missing = [p for p, w in self.words.items() if p not in plain and p not in self.seen and not any(f in everything for f in forms(w))]
        check(f'all {len(self.words)} words are in the house before', not missing and len(self.words) >= 50, missing)
        pieces = self.pieces(holding)
        check('and the compressed pieces of what holds them', len(pieces) > 50 and self.pieces_on_disk(pieces) == len(pieces), len(pieces))
        return pieces

    def gone(self, pieces, when):
        found = self.on_disk()
        check(f'no word in any file {when}', not found, found)
        left = self.pieces_on_disk(pieces)
        check(f'no compressed piece {when}', not left, left)
        read = self.unpacked()
        held = {p: [e for e, text in read.items() if any(f in text for f in forms(w))] for p, w in self.words.items()}
        held = {p: e for p, e in held.items() if e}
        check(f'nothing compressed holds one {when}', not held, held)


# ---- putting them there -------------------------------------------------------


def envelope(sender, head, body):
    return f'From {sender} Mon Feb  2 10:00:00 2026\n{head}\n\n{body}\n\n'


class Ada:
    """Somebody of whom the house comes to hold all it can hold of anybody."""

    def __init__(self, cage, desk, sink, number=0):
        self.put, self.desk, self.sink, self.n = cage, desk, sink, number
        self.address = f'{cage("address")}@{cage("domain")}.example'
        self.old = f'{cage("old address")}@old{number}.example'
        self.guest = f'{cage("guest address")}@guest{number}.example'
        self.name = f'Ada {cage("name").capitalize()}'
        self.visitor = Visitor()

    # by mail

    def letters(self):
        put, me = self.put, self.address
        coded = base64.encodebytes(b'\0\1\2' + put('file in base64').encode() + b'\3' * 40).decode()
        first = envelope(me, f'''From: {self.name} <{me}>
To: Mia Moon <mia@pub.example>
Cc: Lou {put("somebody only she names")} <lou@{put("their domain")}.example>
Reply-To: {put("reply name")} <{me}>
Subject: {put("subject")} in March
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <{put("message id")}@x{self.n}.example>
X-Mood: {put("header")}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b''', f'''--b
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

Is the {put("body")} still there? We could plant a {put("idea words")} tree.

--a
Content-Type: text/html

<p>Is the <b>{put("html")}</b> still there?</p>

--a--
--b
Content-Type: text/plain; name=list.txt
Content-Disposition: attachment; filename={put("file name")}.txt

{put("file as text")}
--b
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=data.bin

{coded}--b--''')
        copy = first.replace('X-Mood: ', f'X-Way: {put("further copy")}\nX-Mood: ')
        quoted = envelope(me, f'''From: {self.name} <{me}>
To: mia@pub.example
Subject: =?utf-8?B?{base64.b64encode(("Grüße " + put("encoded subject")).encode()).decode()}?=
Date: Tue, 03 Feb 2026 10:00:00 +0000
Message-ID: <b@x{self.n}.example>
MIME-Version: 1.0
Content-Transfer-Encoding: base64
Content-Type: text/plain; charset=utf-8''', base64.encodebytes(('Schöne ' + put("body in base64") + ' für dich?').encode()).decode())
        from_old = envelope(self.old, f'''From: {put("old name")} <{self.old}>
To: mia@pub.example
Subject: {put("old subject")}
Date: Wed, 04 Feb 2026 10:00:00 +0000
Message-ID: <c@x{self.n}.example>''', f'A {put("old body")} of mine.')
        answer = envelope('mia@pub.example', f'''From: Mia Moon <mia@pub.example>
To: {put("name as the house writes it")} <{me}>
Subject: Re: {put("subject of the house")}
Date: Thu, 05 Feb 2026 10:00:00 +0000
Message-ID: <d@x{self.n}.example>''', f'It is, with the {put("words of the house")}.')
        self.mbox = write(f'{self.put.box}/given{self.n}.mbox', first + copy + quoted + from_old + answer)
        got = self.desk.house.take(self.mbox)
        check('her letters are taken', (got['new'], got['copies']) == (4, 1), got)
        # as mail programs write single letters: named by who wrote, and of what
        self.folder = f'{self.put.box}/given{self.n}'
        os.mkdir(self.folder)
        write(f'{self.folder}/{self.name} - {put.words["subject"]}.eml', first.split('\n', 1)[1])
        self.card = write(f'{self.put.box}/given{self.n}.vcf', f'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{self.n}\r\nFN:Ada {put("card name")}\r\n'
                          f'EMAIL:{self.address}\r\nEMAIL:{put("card address")}@card{self.n}.example\r\nTEL:+49 30 55501{self.n}\r\n'
                          f'ORG:{put("card organisation")}\r\nNICKNAME:Addie\r\nEND:VCARD\r\n')
        self.desk.house.run('import', self.card, ok=(0, 3))

    def who(self, address=None):
        return self.desk.house.rows('SELECT person FROM handle WHERE uri=?', f'mailto:{address or self.address}')[0][0]

    def message(self, subject):
        return self.desk.house.rows('SELECT id FROM message WHERE subject LIKE ?', f'%{subject}%')[0][0]

    # by a keeper

    def noted(self):
        put, desk, who = self.put, self.desk, self.who()
        bo = desk.house.rows("SELECT person FROM handle WHERE uri='mailto:bo@lind.example'")[0][0]
        for words in (['likes the table by the ' + put('fact')], ['--from', str(bo), 'wants a ' + put('fact by another')],
                      ['--noticed', 'drinks ' + put('fact noticed')]):
            options = words[:-1]
            desk.house.run('note', *options, str(who), words[-1])
        fact = desk.house.rows('SELECT max(id) FROM fact WHERE person=? AND origin=1', who)[0][0]
        desk.get(f'/facts/{fact}')
        desk.press('Keep that', words=put('fact as it is now'), why='now')
        letter = self.message(put.words['subject'])
        desk.get(f'/talk/{letter}/remember?words={put.words["body"]}')
        span = re.search(r'name="span" value="(\d+-\d+)"', desk.visitor.page.source)[1]
        desk.press('Remember it', span=span, line=put('sentence remembered'), **{'as': 'said'})
        check('a sentence is remembered', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])
        desk.get(f'/people/{who}')
        desk.press('Rename', name='Ada ' + put('name by the keeper'))
        self.become_one(self.old)

    def become_one(self, other):
        self.desk.get(f'/people/{self.who()}/merge?q={other}')
        self.desk.press('The same person')
        check('two addresses are one person', self.who(other) == self.who(), self.desk.visitor.page.text[-300:])

    def at_the_counter(self):
        put, desk, who = self.put, self.desk, self.who()
        for words in ('note', 'note taken back'):
            desk.get(f'/counter/{who}')
            desk.press('Keep the note', words='Came in about the ' + put(words))
            check('a talk is noted', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])
        note = desk.house.rows('SELECT max(id) FROM message')[0][0]
        desk.get(f'/talk/{note}')
        desk.press('Take this note back')

    def followed(self):
        put, desk = self.put, self.desk
        letter = self.message(put.words['subject'])
        desk.get(f'/talk/{letter}/idea?words={put.words["idea words"]}')
        span = re.search(r'name="span" value="(\d+-\d+)"', desk.visitor.page.source)[1]
        desk.press('Follow it', span=span, name=put('idea'))
        check('an idea of hers is followed', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])

    def asked_in(self):
        """By an address nobody knew, into a conversation of others, as a guest; who she is is said later."""
        put, desk = self.put, self.desk
        place = f'/talk/{desk.message()}/with?q={self.guest}'
        desk.get(place)
        desk.press('Add', name=put('guest name'), way='web', past='1')
        check('she is asked in', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])
        self.become_one(self.guest)
        desk.get('/circles/new')
        page = desk.press('Make it', name=f'Table {self.n}', why='To sit down.', size='5')
        self.circle = re.search(r'/circles/(\d+)', page.headers['location'])[1]
        desk.follow()
        desk.press('Ask them in', address=self.address, name=put('name on an invitation'))
        check('and into a circle', desk.visitor.page.status in (200, 303), desk.visitor.page.text[-300:])

    # by herself

    def comes_in(self):
        desk = self.desk
        keeper = desk.become(self.visitor)
        desk.get('/in?next=/me')
        desk.press('Send me the link', address=self.address)
        mail = desk.until(lambda: self.letter('/in/by/'))
        desk.get(re.search(r'http://\S+(/in/by/\S+)', mail)[1])
        desk.press('Come in')
        come = 'keeps about you' in desk.follow().text
        check('she comes in', come, '' if come else desk.visitor.page.text[:200])
        return keeper

    def letter(self, part):
        """The newest letter to her, at whichever address, that says that."""
        for rcpt, raw, _ in reversed(self.sink.mails):
            text = text_of(email.message_from_bytes(raw, policy=email.policy.default))
            if part in text and any(w in a for a in rcpt for p, w in self.put.words.items() if 'address' in p):
                return text
        return None

    def says(self):
        put, desk = self.put, self.desk
        keeper = self.comes_in()
        desk.press('Tell the house', words='likes ' + put('told on her page'))
        desk.follow()
        desk.press('Keep my words', words=put('own words'))
        desk.get(f'/with/{desk.message()}')
        desk.press('Say it', words='From ten, says ' + put('said as a guest'))
        check('a guest says something', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])
        link = desk.until(lambda: self.letter('/circles/join/'))
        desk.get(re.search(r'http://\S+(/circles/join/\S+)', link)[1])
        desk.press('Come in')
        desk.get(f'/circles/{self.circle}')
        desk.press('Say it', subject=put('circle subject'), words='Between us: ' + put('said in a circle'))
        check('and in a circle', put.words['said in a circle'] in desk.follow().text, desk.visitor.page.text[-300:])
        put.seen.add('said in a circle')
        desk.become(keeper)

    # on their way

    def returned(self):
        """A letter that went out and came back, with what a server said of it."""
        put, desk = self.put, self.desk
        desk.get('/talk/new')
        desk.press('Send', to=self.address, subject=put('returned subject'), words='Where is the ' + put('returned words') + '?')
        raw = desk.until(lambda: next((r for to, r, _ in self.sink.mails if put.words['returned subject'].encode() in r), None))
        id_ = re.search(rb'Message-ID: *\s*(<[^>]+>)', raw, re.I)[1].decode()
        report = envelope('MAILER-DAEMON', f'''From: Mail Delivery <MAILER-DAEMON@pub.example>
To: mia@pub.example
Subject: Undelivered Mail Returned to Sender
Date: Fri, 06 Feb 2026 10:00:00 +0000
Message-ID: <e@x{self.n}.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=r''', f'''--r
Content-Type: text/plain

{self.address}: user {put("report")} unknown

--r
Content-Type: message/delivery-status

Reporting-MTA: dns; pub.example

Final-Recipient: rfc822; {self.address}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox of {put("reason of a server")} is full

--r
Content-Type: text/rfc822-headers

From: Mia Moon <mia@pub.example>
To: {self.address}
Subject: {put.words["returned subject"]}
Message-ID: {id_}

--r--''')
        self.report = write(f'{put.box}/given{self.n}.report.mbox', report)
        desk.house.take(self.report)
        check('a letter is known to have come back', desk.house.rows("SELECT 1 FROM returned WHERE said LIKE '%full%'"))

    def unfinished(self):
        put, desk = self.put, self.desk
        desk.get('/talk/new')
        desk.press('Keep and preview', files=[(put('draft file name') + '.txt', 'text/plain', put('draft file').encode() * 20)],
                   to=self.address, subject=put('draft subject'), words='I meant the ' + put('draft words'))
        desk.get('/talk/new')
        desk.press('Keep and preview', to='Ada ' + put.words['name by the keeper'], subject=put('subject of a draft to a name'), words='I meant you.')
        check('a draft is to somebody by name alone', desk.visitor.page.status == 303, desk.visitor.page.text[-300:])
        desk.get(f'/talk/{self.message(put.words["encoded subject"])}/answer')
        desk.press('Keep and preview', words='Thank you for the ' + put('answer begun'))
        desk.get('/talk/new')
        later = time.strftime('%Y-%m-%dT10:00', time.gmtime(time.time() + 30 * 86400))
        desk.press('Send then', to=self.address, subject=put('subject for later'), words='Then ' + put('words for later'), when=later)
        self.sink.busy_with[self.address] = put('sentence of a server')
        self.sink.refuses = lambda line: ' '.join(['busy with'] + [s for a, s in self.sink.busy_with.items() if a in line])
        desk.get('/talk/new')
        desk.press('Send', to=self.address, subject=put('waiting subject'), words='Soon ' + put('waiting words'))
        ok = desk.until(lambda: desk.house.rows("SELECT 1 FROM outbox WHERE state=0 AND said LIKE '%busy%'"))
        check('a letter waits', ok, desk.house.rows('SELECT state, said FROM outbox'))
        waiting = "SELECT count(*) FROM outbox WHERE raw IS NOT NULL AND state=0"
        before = desk.house.rows(waiting)[0][0]
        keeper = desk.become(self.visitor)
        desk.get(f'/circles/{self.circle}')
        desk.press('Ask them in', address=f'cy{self.n}@plover.example', name='Cy')
        desk.become(keeper)
        self.morning()
        waits = desk.until(lambda: desk.house.rows(waiting)[0][0] == before + 2)
        check('and so does the letter of the morning, and one in which she asks somebody in', waits, desk.house.rows(waiting))

    def morning(self):
        """A keeper's own letter of the day, which says who waits, with their words."""
        desk = self.desk
        desk.get('/settings')
        form = next(f for f in desk.visitor.page.forms if f.action == '/settings/morning')
        desk.visitor.go(desk.port, 'POST', form.action, [f for f in form.fields if f[0] != 'hour'] + [('hour', '7')])
        with sqlite3.connect(f'{desk.house.dir}/snug.db') as db:
            db.execute('UPDATE morning SET hour=0, sent=0')  # at whatever hour this is run

    def is_known(self):
        self.letters()
        for step in (self.noted, self.at_the_counter, self.followed, self.asked_in, self.says, self.returned):
            step()

    def all(self):
        self.is_known()
        self.unfinished()
