#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who only ever wrote one letter comes in by another one, sees what the house keeps of them, changes it where it
stands, takes it along, and is forgotten. Prints TAP; SNUG_BIN names the program."""
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import Patient  # noqa: E402
from house import check, write  # noqa: E402
from post import Sink, text_of  # noqa: E402
from visit import Visitor  # noqa: E402

TO_A_LIST = """From cy@list.example Mon Feb  2 10:00:00 2026
From: Cy Cole <cy@list.example>
To: gardeners@list.example
Cc: mia@pub.example
Subject: Seeds
List-Id: <gardeners.list.example>
List-Post: <mailto:gardeners@list.example>
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <s1@list.example>

Who has beans?

"""


def letter(sink, n):
    """The text of the n-th letter that went out, counted from one, and to whom."""
    to, mail = sink.letters(n)[n - 1]
    return to, text_of(mail)


def comes_in(desk, sink):
    page = desk.get('/me')
    check('nobody is led to the door', page.status == 303 and page.headers['location'] == '/in?next=%2Fme', page.headers)
    kind = desk.house.rows("SELECT p.kind FROM handle h JOIN person p ON p.id=h.person WHERE h.uri='mailto:gardeners@list.example'")
    check('a list is known as one', kind == [(4,)], kind)
    said = {}
    for who in ('nobody@else.example', 'gardeners@list.example', 'ada@berg.example'):
        desk.get('/in?next=/me')
        desk.press('Send me the link', address=who)
        said[who] = re.sub(r'\d{6}', '', desk.follow().text)
    check('known, unknown and a list see the same', len(set(said.values())) == 1, said)
    to, text = letter(sink, 1)
    check('only the known one gets a letter', to == 'ada@berg.example' and len(sink.mails) == 1, to)
    desk.get(re.search(r'http://\S+(/in/by/\S+)', text)[1])
    desk.press('Come in')
    page = desk.follow()
    check('who takes part in nothing comes in as well', page.status == 200 and 'Ada Berg, this is what Pub keeps about you' in page.text, page.text[:200])


def reads(desk):
    page = desk.get('/me')
    check('an empty part says that it is', 'No keeper has noted anything about you.' in page.text)
    check('letters', 'Saturday' in page.text and '1 of yours or to you' in page.text)
    check('who waits, with the words', 'You wait for mia, since' in page.text and 'Are you open on Saturday?' in page.text)
    check('addresses', 'ada@berg.example' in page.text)
    check('nobody else', 'bo@lind' not in page.text and 'Bo Lind' not in page.text)
    check('nobody has looked', 'No keeper has opened anything' in page.text)
    check('this browser', '1 browser.' in page.text and 'this one' in desk.get('/settings/devices').text)
    for path in ('/people', '/talk', '/settings', f'/talk/{desk.message()}'):
        check(f'{path} is not theirs', desk.get(path).status == 403)
    check('what is not there and what is not theirs are one', desk.get('/me/facts/1').text == desk.get('/me/facts/99999').text)


def tells(desk):
    desk.get('/me')
    desk.press('Tell the house', words='likes the table by the window')
    page = desk.follow()
    check('told', 'Noted, for those you chose.' in page.text and 'What you told us' in page.text and 'likes the table by the window' in page.text)
    check('with its end', 'Gone on' in page.text)
    fact = re.search(r'/me/facts/(\d+)/wrong', page.source)[1]
    desk.press('Wrong')
    page = desk.follow()
    check('wrong: hidden at once', 'you said that it is wrong: hidden' in page.text)
    desk.press('No, it is right')
    page = desk.follow()
    check('and back', 'right, by your own word' in page.text)
    desk.press('Keep my words', words='The one to the left.')
    page = desk.follow()
    check('their own words', 'The one to the left.' in page.text)
    desk.press('Undo')
    check('taken back', 'The one to the left.' not in desk.follow().text)
    check('one thing has a page', 'Is this right?' in desk.get(f'/me/facts/{fact}').text)
    desk.press('Forget this')
    page = desk.follow()
    check('forgotten', 'Forgotten' in page.text and 'table by the window' not in page.text)
    check('from the tables too', not desk.house.rows(f'SELECT 1 FROM fact WHERE id={fact}'))
    desk.get('/me')
    desk.press('Tell the house', words='I am allergic to nuts, diabetic too')
    check('what is special wants more than that', desk.visitor.page.status == 422, desk.visitor.page.text[:300])
    check('and what was typed is still there', 'allergic to nuts' in desk.visitor.page.source)


def switches(desk):
    desk.get('/me')
    desk.press('Stop scoring me')
    page = desk.follow()
    check('nothing is worked out', 'Nothing is worked out about you any more' in page.text and 'you asked for that' in page.text)
    check('nothing is left of it', not desk.house.rows('SELECT 1 FROM tie'))
    desk.press('Work it out again')
    desk.follow()
    desk.press('Not for a month')
    check('peace for a month', 'Left in peace until' in desk.follow().text)
    desk.press('Write to me again')
    desk.follow()
    desk.press('Never write to me')
    page = desk.follow()
    check('never', 'Nobody here writes to you' in page.text)
    desk.press('Undo')
    check('undone', 'Nobody here writes to you:' not in desk.follow().text)


def agrees(desk):
    desk.get('/me')
    desk.press('Say yes')
    page = desk.follow()
    check('yes in one click', 'yes, until' in page.text)
    receipt = re.search(r'/me/receipts/\d+', page.source)[0]
    got = json.loads(desk.get(receipt).source)
    check('a receipt', 'payload' in got and 'signature' in got)
    desk.get('/me')
    desk.press('Take it back')
    page = desk.follow()
    check('and back in one', 'yes, until' not in page.text and 'withdrawn' in page.text)
    desk.press('Keep to these', name='SD-BASE-DP')
    page = desk.follow()
    check('terms', 'Those are your terms.' in page.text and 'you asked for that' in page.text)
    check('a way out on top', page.text.index('Take it with me') < page.text.index('What is noted about you'))
    desk.press('Undo')
    desk.follow()


def reads_facts(desk, ada):
    """As a list, one alone, and in a terminal; each of somebody else."""
    def of(name):
        return desk.house.rows(f"SELECT id FROM person WHERE name='{name}' AND merged=0")[0][0]
    bo, cy = of('Bo Lind'), of('Cy Cole')
    fact = re.search(r'\[(\d+)\]', house.snug(desk.house, 'note', str(bo), 'likes the corner table')[1])[1]
    read = "SELECT person FROM look WHERE kind=3 ORDER BY event"
    check('noting is not reading', not desk.house.rows(read), desk.house.rows(read))
    for _ in range(2):
        desk.get(f'/people/{ada}/facts')
        check('one fact', 'the corner table' in desk.get(f'/facts/{fact}').text)
        house.snug(desk.house, 'facts', 'Cy Cole')
    check('reading is noted, once a day', desk.house.rows(read) == [(ada,), (bo,), (cy,)], desk.house.rows(read))


def looked_at(desk, keeper):
    ada = desk.visitor
    desk.visitor = keeper
    who = desk.house.rows("SELECT person FROM handle WHERE uri='mailto:ada@berg.example'")[0][0]
    for _ in range(3):
        check('a keeper looks', desk.get(f'/people/{who}').status == 200)
    desk.get(f'/counter/{who}')
    reads_facts(desk, who)
    own = desk.get('/me')
    check('keepers have a page as well', 'this is what Pub keeps about you' in own.text, own.text[:300])
    check('but can not be forgotten', "can't be done here" in desk.get('/me/forget').text)
    desk.visitor = ada
    page = desk.get('/me')
    check('who looked, once a day', page.text.count('opened the page about you') == 1 and 'had you up at the counter' in page.text)
    check('who read what is noted', page.text.count('read what is noted about you') == 1)


def takes(desk, sink):
    check('the card at once', 'ada@berg.example' in desk.get('/me/take/card.vcf').source)
    for path in ('/me/take/all.json', '/me/take/letters.mbox?last=99'):
        check(f'{path} not without a second letter', desk.get(path).status == 403)
    desk.get('/me/take')
    desk.press('Send me that letter')
    n = len(sink.mails)
    to, text = letter(sink, 2)
    check('it comes', to == 'ada@berg.example' and 'take everything along' in text, (n, text))
    link = re.search(r'http://\S+(/me/by/\S+)', text)[1]
    check('it is no way in', desk.get(link.replace('/me/by/', '/in/by/')).status == 404)
    desk.get(link)
    desk.press('Open it')
    page = desk.follow()
    check('all of it is there', page.status == 200 and 'All of it' in page.text and 'The letters you wrote' in page.text)
    mbox = [href for href, words in page.links if 'letters' in words][0]
    all_of_it = json.loads(desk.get('/me/take/all.json').source)
    check('for a program', all_of_it['name'] == 'Ada Berg' and all_of_it['conversations'][0]['subject'] == 'Saturday')
    check('each kind of record is counted', {r['table'] for r in all_of_it['records']} >= {'person', 'handle', 'message', 'recipient', 'look', 'event'})
    check('her letter as it came', 'Are you open on Saturday?' in desk.get(mbox).source and 'Message-ID: <q2@berg.example>' in desk.visitor.page.source)
    check('counted', 'Letters you wrote' in desk.get('/me/held').text and 'Not shown, and why' in desk.visitor.page.text)


def is_forgotten(desk, sink):
    page = desk.get('/me/forget')
    check('it is said what goes', "it can't be taken back" in page.text and 'Goes' in page.text, page.text[:400])
    desk.press('Send me that letter')
    to, text = letter(sink, 3)
    check('nothing before the letter is opened', 'Ada Berg' in desk.get('/me').text and 'be forgotten' in text)
    link = re.search(r'http://\S+(/me/by/\S+)', text)[1]
    elsewhere, here = Visitor(), desk.visitor
    desk.visitor = elsewhere
    page = desk.get(link)
    check('elsewhere it asks for the code', 'six digits' in page.text)
    desk.press('Forget me, for good', code='')
    check('and does nothing without', 'type the code' in desk.follow().text and desk.house.rows("SELECT 1 FROM handle WHERE uri='mailto:ada@berg.example'"))
    desk.visitor = here
    desk.get(link)
    page = desk.press('Forget me, for good')
    check('where it was asked a click is enough', page.status == 303, desk.trace[-5:])
    page = desk.follow()
    check('forgotten', 'You are forgotten here.' in page.text, (page.status, page.text[:600]))
    check('signed out', desk.get('/me').status == 303)
    check('no name, no address, no words',
          not desk.house.rows("SELECT 1 FROM handle WHERE uri LIKE '%berg%'") and not desk.house.rows("SELECT 1 FROM person WHERE name LIKE '%Ada%'"))
    desk.get('/in?next=/me')
    desk.press('Send me the link', address='ada@berg.example')
    desk.follow()
    check('and nobody comes in as them', len(sink.mails) == 3, len(sink.mails))


def on_paper(desk, keeper):
    desk.visitor = keeper
    desk.get('/counter/new?name=Tom')
    desk.press('Keep the note', name='Tom Tinker', words='Wants a table on Friday.')
    check('a talk with somebody new is noted', desk.visitor.page.status == 303, desk.visitor.page.text[:400])
    desk.follow()
    who = desk.house.rows("SELECT id FROM person WHERE name='Tom Tinker'")[0][0]
    desk.get(f'/people/{who}')
    page = desk.press('A code on paper')
    code = re.search(r'\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b', page.text)[0]
    desk.visitor = Visitor()
    desk.get('/in/paper')
    desk.press('Come in', code='aaaa-aaaa-aaaa')
    check('another code opens nothing', desk.visitor.page.status == 422)
    desk.press('Come in', code=code.upper().replace('-', ' '))
    page = desk.follow()
    check('a code on paper lets in who has no address', 'Tom Tinker, this is what' in page.text, page.text[:200])
    check('what was noted is theirs to see', 'Wants a table on Friday.' in page.text or '1 of yours or to you' in page.text)
    check('and it is said who made it', 'made you a code on paper' in page.text)
    desk.visitor = Visitor()
    desk.get('/in/paper')
    desk.press('Come in', code=code)
    check('it works once', desk.visitor.page.status == 422)


def of_a_keeper(desk, sink, keeper):
    """A letter alone is no password: it opens nothing for who works here and is not signed in."""
    desk.visitor = keeper
    desk.get('/me/take')
    n = len(sink.mails)
    desk.press('Send me that letter')
    to, text = letter(sink, n + 1)
    link = re.search(r'http://\S+(/me/by/\S+)', text)[1]
    code = re.search(r'\d{6}', desk.follow().text)[0]
    desk.visitor = Visitor()
    desk.get(link)
    page = desk.press('Open it', code=code)
    check('a keeper is not signed in by a letter', to == 'mia@pub.example' and page.status == 403 and 'Sign in first' in page.text, page.text[:300])
    check('and reads nothing', desk.get('/me').status == 303 and desk.get('/').status == 303)
    desk.visitor = keeper
    desk.get(link)
    desk.press('Open it')
    check('it was not used up', 'The letters you wrote' in desk.follow().text, desk.visitor.page.text[:300])


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Patient(f'{box}/house', sink.port, 'undo_s 0')
        desk.house.take(write(f'{box}/list.mbox', TO_A_LIST))
        desk.open()
        try:
            keeper = desk.sign_in().visitor
            desk.visitor = Visitor()
            comes_in(desk, sink)
            reads(desk)
            tells(desk)
            switches(desk)
            agrees(desk)
            looked_at(desk, keeper)
            takes(desk, sink)
            is_forgotten(desk, sink)
            on_paper(desk, keeper)
            of_a_keeper(desk, sink, keeper)
        finally:
            desk.close()
        desk.judge()
        trace = '\n'.join(desk.trace)
        check('no link and no address in the trace', '/by/' not in trace.replace('/by/:token', '') and '@' not in trace)
    sink.close()
    house.finish()


main()
