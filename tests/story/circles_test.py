#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A circle: asked in by a letter and by a link, one under a mask; what is said in it stays in it, also for who owns the house.
Prints TAP; SNUG_BIN names the program."""
import os
import re
import sqlite3
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import check  # noqa: E402
from post import Sink, text_of  # noqa: E402
from visit import Visitor  # noqa: E402

SECRET = 'zqlease'


def come_in(desk, sink, link, address, n):
    """By the link of an invitation, and the letter that lets somebody in; the n-th letter there is."""
    page = desk.get(link)
    door = next(href for href, text in page.links if text == 'Come in')
    desk.get(door)
    desk.press('Send me the link', address=address)
    to, mail = sink.letters(n)[n - 1]
    check(f'{address} gets a way in', to == address and '/in/by/' in text_of(mail))
    desk.get(re.search(r'http://\S+(/in/by/\S+)', text_of(mail))[1])
    desk.press('Come in')
    return desk.follow()


def made(desk, sink, ada):
    desk.get('/circles/new')
    page = desk.press('Make it', name='Tuesday table', why='To sit down without a menu.', size='3')
    circle = re.search(r'/circles/(\d+)', page.headers['location'])[1]
    desk.follow()
    desk.press('Ask them in', address='ada@berg.example', name='Ada Berg')
    to, mail = sink.letters(1)[0]
    link = re.search(r'http://\S+(/circles/join/\S+)', text_of(mail))[1]
    check('Ada is asked by a letter', to == 'ada@berg.example' and 'Tuesday table' in text_of(mail))
    keeper = desk.become(ada)
    page = desk.get(link)
    check('who is not signed in is not shown who sits there', 'Tuesday table' in page.text and 'mia' not in page.text)
    page = come_in(desk, sink, link, 'ada@berg.example', 2)
    check('and comes back to the invitation', 'You are asked to sit with a few others' in page.text, page.text[:200])
    desk.press('Come in')
    page = desk.follow()
    check('Ada sits in it', 'Who sits in it' in page.text and 'Ada Berg' in page.text and re.search('Who sits in it.*mia', page.text), page.text)
    check('the link works once', desk.get(link).status == 404)
    desk.become(keeper)
    desk.get(f'/circles/{circle}/leave')
    desk.press('Leave')
    desk.follow()
    check('Mia, who owns the house, has left', desk.get(f'/circles/{circle}').status == 404)
    return circle


def masked(desk, sink, circle, ada, bo):
    desk.become(ada)
    desk.get(f'/circles/{circle}')
    page = desk.press('Ask them in', address='', name='')
    link = re.search(r'value="http://\S+(/circles/join/[^"]+)"', page.source)[1]
    check('a link is shown once', 'works once' in page.text)
    desk.become(bo)
    page = come_in(desk, sink, link, 'bo@lind.example', 3)
    check('what a mask hides is said, and what it does not', 'hides the link' in page.text and 'does not hide' in page.text)
    page = desk.press('Come in', masked='1', mask='Ada Berg')
    check('nobody is taken for somebody else', page.status == 422 and 'is called so' in page.text)
    desk.press('Come in', masked='1', mask='Heron')
    page = desk.follow()
    check('Bo sits there as Heron', 'You sit here as Heron' in page.text and 'Bo Lind' not in re.sub(r'^.*?Sign out', '', page.text))
    desk.become(ada)
    page = desk.get(f'/circles/{circle}')
    check('the others see a mask', 'Heron a mask' in page.text and 'Lind' not in page.source)
    check('and only those', 'mia' not in page.source.split('class="chips"')[1].split('</ul>')[0])
    page = desk.press('Get it by mail')
    page = desk.follow()
    check('Ada gets letters', 'You get what is said by mail' in page.text)


def said(desk, sink, circle, ada, bo):
    desk.become(bo)
    desk.get(f'/circles/{circle}')
    desk.press('Say it', subject='The lease', words=f'Between us: the {SECRET} ends in May.')
    page = desk.follow()
    message = re.search(r'/talk/(\d+)', page.path)[1]
    check('Heron has said it', SECRET in page.text and 'Heron' in page.text)
    to, mail = sink.letters(4)[3]
    raw = mail.as_string()
    check('Ada has it by mail', to == 'ada@berg.example' and mail['from'].startswith('Heron via Pub <'), mail['from'])
    check('with nothing of Bo in it', 'lind' not in raw.lower() and 'Bo ' not in raw)
    check('and an address of her own to answer to', re.search(r'mia\+[a-z2-7]{26}@pub\.example', mail['reply-to'] or ''), mail['reply-to'])
    desk.become(ada)
    desk.get(f'/circles/{circle}/talk/{message}')
    desk.press('Say it', words='I will ask.')
    page = desk.follow()
    check('Ada answers', 'I will ask.' in page.text and 'Lind' not in page.source)
    page = desk.get(f'/with/{message}')
    check('elsewhere leads there', page.headers.get('location', '').startswith(f'/circles/{circle}/talk/{message}'))
    check('whoever is masked gets no letter', len(sink.mails) == 4, [m[0] for m in sink.mails])
    return message


def leaks(desk, circle, message, keeper):
    desk.become(keeper)
    who = dict(desk.house.rows("SELECT h.uri, h.person FROM handle h WHERE h.uri LIKE 'mailto:%'"))
    people = [who['mailto:ada@berg.example'], who['mailto:bo@lind.example']]
    paths = ['/', '/talk?all=1', '/people?all=1', '/people?q=heron', '/search?q=lease', f'/search?q={SECRET}', '/search?q=from:heron',
             '/tracks?all=1', '/tracks?all=1&by=people&as=list', '/map', '/map?house=1', '/ideas', '/health', '/waiting', '/drifting',
             '/people/alike', '/talk/recipients?to=heron', '/talk/drafts', '/mailboxes', '/circles', '/settings', '/public', '/public/feed.atom',
             '/counter?q=heron'] + [f'/people/{p}' for p in people]
    for path in paths:
        page = desk.get(path)
        told = [w for w in ('ends in May', 'Heron', 'Tuesday table', 'The lease') if w in page.source]
        check(f'{path} tells the owner nothing', page.status in (200, 404) and not told, (told, page.status))
    for path in (f'/talk/{message}', f'/talk/{message}/raw', f'/with/{message}', f'/circles/{circle}', f'/circles/{circle}/talk/{message}',
                 f'/talk/{message}/with', f'/talk/{message}/answer', f'/talk/{message}/idea', f'/talk/{message}/public'):
        check(f'{path} is not there for the owner', desk.get(path).status == 404)
    face = desk.house.rows("SELECT face FROM persona")[0][0]
    check('a mask has no page', desk.get(f'/people/{face}').status == 404)
    for words in (['search', SECRET], ['people', 'Heron'], ['today'], ['circle'],
                  *(['export', '--format', form] for form in ('mbox', 'csv', 'vcard', 'jsonl'))):
        code, out, err = house.snug(desk.house, *words)
        hexed = out + ''.join(bytes.fromhex(h).decode('utf-8', 'replace') for h in re.findall(r'"hex":"((?:[0-9a-f]{2})*)"', out))
        if words[0] == 'export':
            check(f'snug {" ".join(words)} gives the rest', code == 0 and 'berg.example' in hexed, (code, err[:200], out[:200]))
        check(f'snug {" ".join(words)} tells nothing', not any(w in hexed for w in (SECRET, 'Heron', 'Tuesday')), hexed[:200])


def main():
    sink = Sink()
    ada, bo = Visitor(), Visitor()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0')
        with sqlite3.connect(f'{desk.house.dir}/snug.db') as db:
            db.execute('UPDATE mailbox SET plus=1')
        desk.open()
        try:
            desk.sign_in()
            keeper = desk.visitor
            circle = made(desk, sink, ada)
            masked(desk, sink, circle, ada, bo)
            message = said(desk, sink, circle, ada, bo)
            leaks(desk, circle, message, keeper)
            desk.become(bo)
            desk.get(f'/circles/{circle}/leave')
            desk.press('Leave')
            desk.follow()
            check('who left sees it no more', desk.get(f'/circles/{circle}/talk/{message}').status in (303, 403, 404))
            desk.become(ada)
            check('what Heron said stays with the others', 'Heron' in desk.get(f'/circles/{circle}/talk/{message}').text)
        finally:
            desk.close()
        desk.judge()
        trace = '\n'.join(desk.trace)
        check('no link, name or word in the trace', not any(w in trace for w in (SECRET, 'Heron', 'Tuesday', '@')) and
              '/circles/join/' not in trace.replace('/circles/join/:token', ''))
    sink.close()
    house.finish()


main()
