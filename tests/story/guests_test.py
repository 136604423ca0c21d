#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody is asked into a conversation: comes in by a letter without account or password, reads what was given, answers,
and everybody who takes part gets it on their own way, once.
Prints TAP; SNUG_BIN names the program."""
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


def asked_in(desk, sink):
    page = desk.get(f'/talk/{desk.message()}/with?q=Lind')
    check('somebody is found by name', 'Bo Lind' in page.text and 'in the browser, by a link' in page.text)
    desk.press('Add', way='web', past='1')
    page = desk.follow()
    check('it is said what they get', 'Bo Lind takes part and was given what was said before.' in page.text, page.text[:300])
    check('who stood in its mail takes part as well', 'Ada Berg (by mail)' in page.text and 'Bo Lind (in the browser)' in page.text)
    to, mail = sink.letters(1)[0]
    check('they are told where', to == 'bo@lind.example' and '/with' in text_of(mail) and 'Saturday' in mail['subject'])
    check('by a machine, which says so', mail['auto-submitted'] == 'auto-generated')
    check('without a secret in it', '/in/by/' not in text_of(mail))


def comes_in(desk, sink):
    here, elsewhere = Visitor(), Visitor()
    keeper = desk.become(here)
    page = desk.get('/with')
    check('a stranger is led to the door', page.status == 303 and page.headers['location'].startswith('/in?next='))
    desk.follow()
    desk.press('Send me the link', address='nobody@else.example')
    unknown = desk.follow().text
    desk.get('/in?next=/with')
    desk.press('Send me the link', address='bo@lind.example')
    known = desk.follow().text
    code = re.search(r'\d{6}', known)[0]
    check('known and unknown see the same', re.sub(r'\d{6}', '', known) == re.sub(r'\d{6}', '', unknown))
    to, mail = sink.letters(2)[1]
    link = re.search(r'http://\S+(/in/by/\S+)', text_of(mail))[1]
    check('only the known one gets a letter', to == 'bo@lind.example' and len(sink.mails) == 2)
    desk.become(elsewhere)
    page = desk.get(link)
    check('elsewhere it asks for the code', 'six digits' in page.text)
    desk.press('Come in', code='000000' if code != '000000' else '000001')
    page = desk.follow()
    check('a wrong one is refused', 'another code' in page.text)
    desk.become(here)
    desk.get(link)
    desk.press('Come in')
    page = desk.follow()
    check('where it was asked a click is enough', 'Conversations with you' in page.text and 'Saturday' in page.text, page.text[:200])
    desk.become(elsewhere)
    check('it works once', desk.get(link).status == 404)
    desk.become(here)
    return keeper


def answers(desk, sink, keeper):
    first = desk.message()
    page = desk.get(f'/with/{first}')
    check('a guest reads what was given', 'Are you open on Saturday?' in page.text)
    check('no address stands there', '@' not in page.text)
    for path in ('/talk', f'/talk/{first}', '/people', '/search?q=open', '/settings', '/mailboxes'):
        check(f'{path} is not for guests', desk.get(path).status == 403)
    desk.get('/')
    check('the front room leads to theirs', desk.visitor.page.headers.get('location') == '/with')
    desk.get(f'/with/{first}')
    desk.press('Say it', words='From ten, as always.')
    page = desk.follow()
    check('what they say stands there', 'From ten, as always.' in page.text)
    both = sorted(sink.letters(4)[2:], key=lambda x: 'You may say no.' not in text_of(x[1]))  # two carry letters out
    to, mail = both[0]
    check('with the first copy Ada is told how to object', to == 'ada@berg.example' and 'You may say no.' in text_of(mail))
    to, mail = both[1]
    check('Ada gets it by mail, by way of the house', to == 'ada@berg.example' and mail['from'] == 'Bo Lind via Pub <mia@pub.example>', mail['from'])
    check('in her thread', mail['in-reply-to'] == '<q2@berg.example>' and text_of(mail).strip() == 'From ten, as always.')
    check('addressed to her alone', mail['to'] == 'Ada Berg <ada@berg.example>' and b'bo@lind' not in mail.as_bytes())
    check('nobody else gets anything', len(sink.mails) == 4, len(sink.mails))
    here = desk.become(keeper)
    page = desk.get(f'/talk/{first}')
    check('the keeper reads it', 'From ten, as always.' in page.text)
    desk.press('Send', words='Thank you, Bo!', to='Bo Lind', cc='')
    got = sink.letters(5)
    check('what the keeper says reaches Ada by mail', [t for t, _ in got[4:]] == ['ada@berg.example'], [t for t, _ in got[4:]])
    desk.become(here)
    page = desk.until(lambda: (p := desk.get(f'/with/{first}')).text.count('Thank you, Bo!') == 1 and p)
    check('and the guest reads it, and gets no mail besides', page and len(sink.mails) == 5, len(sink.mails))


def not_met(desk, sink, keeper):
    here = desk.become(keeper)
    first = desk.message()
    page = desk.get(f'/talk/{first}/with?q=dee@')
    check('what is no address is nobody', 'Nobody else is called so' in page.text and 'name="address"' not in page.text)
    page = desk.get(f'/talk/{first}/with?q=dee@dorn.example')
    check('an address nobody was met by can be added', 'has not met anybody by this address' in page.text)
    desk.press('Add', name='Dee Dorn', way='web')
    page = desk.follow()
    check('by the name that was typed', 'Dee Dorn takes part from now on.' in page.text and 'Dee Dorn (in the browser)' in page.text)
    to, mail = sink.letters(6)[5]
    check('and is told where', to == 'dee@dorn.example' and text_of(mail).startswith('Hello Dee Dorn,'))
    page = desk.get(f'/talk/{first}/with?q=dee@dorn.example')
    check('once', 'Nobody else is called so' in page.text)
    desk.become(here)


def leaves(desk, sink, keeper):
    first = desk.message()
    desk.get(f'/with/{first}')
    desk.press('Leave this conversation')
    desk.follow()
    check('what was given stays', 'From ten' in desk.get(f'/with/{first}').text)
    desk.press('Sign out')
    desk.follow()
    check('signed out nothing is left', desk.get(f'/with/{first}').status == 303)
    here = desk.become(keeper)
    check('the keeper sees that they left', 'Bo Lind (in the browser)' not in desk.get(f'/talk/{first}').text)


    return here


def asks_again(desk, sink, keeper, here):
    """Who wants no mail may ask for the way in all the same: it is theirs to see what is kept."""
    who = desk.house.rows("SELECT person FROM handle WHERE uri='mailto:bo@lind.example'")[0][0]
    desk.get(f'/people/{who}')
    desk.press('Do not contact')
    n = len(sink.mails)
    desk.become(here)
    desk.get('/in?next=/with')
    desk.press('Send me the link', address='bo@lind.example')
    to, mail = sink.letters(n + 1)[n]
    check('who is not to be contacted still gets the link they ask for', to == 'bo@lind.example' and '/in/by/' in text_of(mail))
    check('which is no mail to be stopped', mail['list-unsubscribe'] is None)
    desk.become(keeper)


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0').open()
        try:
            desk.sign_in()
            asked_in(desk, sink)
            keeper = comes_in(desk, sink)
            answers(desk, sink, keeper)
            not_met(desk, sink, keeper)
            here = leaves(desk, sink, keeper)
            asks_again(desk, sink, keeper, here)
        finally:
            desk.close()
        desk.judge()
        trace = '\n'.join(desk.trace)
        check('no link and no address in the trace', '/in/by/' not in trace.replace('/in/by/:token', '') and '@' not in trace)
    sink.close()
    house.finish()


main()
