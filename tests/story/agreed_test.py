#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keeper asks for a yes in a letter, somebody gives it on their own page, for half a year, longer, and no more; what is
about health takes their own word, and what is told to a circle stays in it. Prints TAP; SNUG_BIN names the program."""
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import check  # noqa: E402
from post import Sink, text_of  # noqa: E402
from visit import Visitor  # noqa: E402


def asked(desk, sink, who):
    desk.get(f'/people/{who}')
    check('the way there stands on the page of a person', any(text == 'What they agreed to' for _, text in desk.visitor.page.links))
    page = desk.get(f'/people/{who}/agreed')
    check('an empty page says why', 'was not asked for anything' in page.text)
    page = desk.press('Go on', **{'how': 'letter', 'seen': 'me'})
    check('what it is for has to be said', page.status == 422 and 'please say what it is for' in page.text, page.text[:300])
    desk.get(f'/people/{who}/agreed')
    desk.press('Go on', **{'for-1': '1', 'for-6': '1', 'key-wants': '1', 'seen': 'me', 'days': '182', 'how': 'letter'})
    page = desk.follow()
    check('the letter says all of it', all(x in page.text for x in ('May we?', 'Wants', 'for 6 months', 'You may say no.')), page.text[:900])
    desk.press('Send')
    page = desk.follow()
    check('it waits for an answer', 'requested' in page.text and 'asked by mia' in page.text, page.text[:600])
    desk.get(f'/people/{who}/agreed')
    page = desk.press('Go on', **{'for-1': '1', 'for-6': '1', 'key-wants': '1', 'seen': 'me', 'how': 'letter'})
    check('nobody is asked for the same twice', 'have not answered yet' in page.text)
    to, mail = sink.letters(1)[0]
    check('it goes to her alone', to == 'ada@berg.example')
    return re.search(r'http://[^/\s]+(/me/grants/\d+)', text_of(mail))[1]


def answers(desk, sink, link):
    page = desk.get(link)
    check('the link alone says nothing', page.status == 303 and page.headers['location'].startswith('/in'))
    desk.follow()
    desk.press('Send me the link', address='ada@berg.example')
    _, mail = sink.letters(2)[1]
    desk.get(re.search(r'http://\S+(/in/by/\S+)', text_of(mail))[1])
    desk.press('Come in')
    page = desk.follow()
    check('what is asked, where the letter led', 'May we?' in page.text and 'for 6 months' in page.text and 'Seen by Mia Moon' in page.text, page.text[:400])
    desk.press('Yes')
    page = desk.follow()
    check('yes', 'Thank you.' in page.text and 'given' in page.text)
    until = desk.house.rows('SELECT (until-changed)/86400 FROM consent')[0][0]
    check('for as long as was asked', until == 182, until)
    desk.press('As long again')
    check('longer', 'It holds for 6 months from today' in desk.follow().text)


def noted_on_it(desk, who):
    page = desk.get(f'/people/{who}/agreed')
    check('the keeper sees each step', 'yes, on their page' in page.text and 'yes again' in page.text, page.text[:800])
    grant = desk.house.rows('SELECT id FROM consent')[0][0]
    receipt = desk.get(f'/agreed/{grant}/receipt')
    ways = [e['indication_method'] for e in json.loads(receipt.source)['payload']['events']]
    check('which says who did what where', ways == ['a button on a page of the house, by Mia Moon'] + 2 * ['a button on their own page'], ways)
    check('and the receipt', 'RenewedConsentGiven' in json.dumps(json.loads(receipt.source)), receipt.source[:300])
    desk.get(f'/people/{who}/facts')
    desk.press('Note it', words='wants a table by the window', how='told')
    desk.follow()
    basis = desk.house.rows('SELECT basis, consent IS NOT NULL FROM fact')
    check('what is noted now rests on it', basis == [('6-1-a', 1)], basis)


def takes_it_back(desk, keeper, who):
    desk.get('/me')
    desk.press('Take it back')
    desk.follow()
    check('with the yes goes what rested on it', not desk.house.rows('SELECT 1 FROM fact'))
    ada = desk.become(keeper)
    desk.get(f'/people/{who}/agreed')
    page = desk.press('Go on', **{'for-1': '1', 'key-likes': '1', 'key-allergy': '1', 'seen': 'house', 'how': 'word'})
    check('health is asked for on its own', page.status == 422 and 'agreed to on its own' in page.text)
    desk.get(f'/people/{who}/agreed')
    desk.press('Go on', **{'for-1': '1', 'key-allergy': '1', 'how': 'word', 'days': '365'})
    page = desk.follow()
    check('and waits for their own word', 'waits for their own word' in page.text, page.text[:600])
    desk.get(f'/people/{who}/facts')
    page = desk.press('Note it', words='allergic to nuts', how='told')
    check('until then nothing is noted', page.status == 422)
    desk.become(ada)
    page = desk.get('/me')
    check('which they are asked for', 'A keeper wrote down that you said yes' in page.text)
    desk.press('No')
    check('no is no', 'No it is.' in desk.follow().text)
    check('nothing permits', not desk.house.rows('SELECT 1 FROM consent WHERE permits=1'))


def says_it_herself(desk):
    desk.get('/me')
    page = desk.press('Tell the house', words='I am allergic to nuts')
    check('what sounds like health is asked about', page.status == 422 and 'Please tick' in page.text)
    page = desk.press('Tell the house', words='I am allergic to nuts', explicit='1')
    check('and kept by a word of their own', page.status == 303, page.text[:300])
    page = desk.follow()
    check('on that ground', desk.house.rows("SELECT basis FROM fact WHERE key='allergy'") == [('9-2-a',)])
    fact = desk.house.rows("SELECT id, expires_at FROM fact WHERE key='allergy'")[0]
    desk.press('Keep it two years from today')
    check('kept longer', 'Kept until' in desk.follow().text and desk.house.rows(f'SELECT expires_at FROM fact WHERE id={fact[0]}')[0][0] >= fact[1])


def in_a_circle(desk, keeper):
    desk.get('/circles/new')
    page = desk.press('Make it', name='Tuesday table', why='To sit down without a menu.', size='3')
    circle = re.search(r'/circles/(\d+)', page.headers['location'])[1]
    desk.get('/me')
    desk.press('Tell the house', words='likes the table by the window', seen=f'circle:{circle}')
    check('told to a circle', 'Noted' in desk.follow().text, desk.visitor.page.text[:300])
    page = desk.get(f'/circles/{circle}')
    check('it stands on the page of the circle', 'Told to this circle' in page.text and 'likes the table by the window' in page.text)
    page = desk.get('/me')
    fact = desk.house.rows("SELECT id FROM fact WHERE key='likes'")[0][0]
    desk.get(f'/me/facts/{fact}')
    page = desk.press('Only they', seen='circle:99')
    check('not to a circle of others', page.status == 422 and 'no such circle of yours' in page.text, page.text[:300])
    ada = desk.become(keeper)
    check('and nowhere else', desk.get(f'/facts/{fact}').status == 404)
    desk.become(ada)
    desk.get(f'/me/facts/{fact}')
    desk.press('Only they', seen='house')
    desk.follow()
    desk.become(keeper)
    check('until she says so', 'by the window' in desk.get(f'/facts/{fact}').text)
    desk.become(ada)
    check('and then not in the circle', 'Told to this circle' not in desk.get(f'/circles/{circle}').text)


def why(desk, keeper, who):
    ada = desk.become(keeper)
    page = desk.get('/settings/why')
    check('why it may be kept stands there', 'To look after people who come here as they like it.' in page.text)
    desk.press('Keep these words', interest='To lay the right table.', necessity='It is laid before they come.', balance='')
    check('all three are needed', desk.visitor.page.status == 422 and 'To lay the right table.' in desk.visitor.page.source)
    desk.press('Keep these words', interest='To lay the right table.', necessity='It is laid before they come.', balance='They know us.')
    check('in own words', 'your own words' in desk.follow().text)
    desk.get(f'/people/{who}/facts')
    desk.press('Note it', words='likes the blue cup', how='told')
    desk.become(ada)
    page = desk.get('/me')
    check('which she reads beside what rests on them', 'To lay the right table.' in page.text and page.text.index('To lay') > page.text.index('the blue cup'))


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0', 'url http://pub.example').open()
        try:
            keeper = desk.sign_in().visitor
            who = desk.house.rows("SELECT person FROM handle WHERE uri='mailto:ada@berg.example'")[0][0]
            link = asked(desk, sink, who)
            ada = Visitor()
            desk.become(ada)
            answers(desk, sink, link)
            desk.become(keeper)
            noted_on_it(desk, who)
            desk.become(ada)
            takes_it_back(desk, keeper, who)
            desk.become(ada)
            says_it_herself(desk)
            in_a_circle(desk, keeper)
            why(desk, keeper, who)
        finally:
            desk.close()
        desk.judge()
    sink.close()
    house.finish()


main()
