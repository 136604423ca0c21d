#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two who never wrote get a letter with a way out in its head: the one's mail program takes it with one click, the other
opens the page and presses the button; looking alone changes nothing, and Today says who it was.
Prints TAP; SNUG_BIN names the program."""
import http.client
import os
import re
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import PASSWORD, Desk  # noqa: E402
from house import check  # noqa: E402
from post import Sink  # noqa: E402
from visit import Visitor  # noqa: E402


def mails(sink, n):
    return dict(sink.letters(n))


def write(desk, to, subject):
    desk.get('/talk/new')
    return desk.press('Send', to=to, subject=subject, words='The new menu is here.')


def way_out(mail):
    return re.search(r'<https://pub\.example(/stop/\w+)>', re.sub(r'\s', '', str(mail['list-unsubscribe'])))[1]


def click(desk, path, fields=b'List-Unsubscribe=One-Click'):
    """As the server of a mail program does it: no cookie, no origin, no form before."""
    link = http.client.HTTPConnection('127.0.0.1', desk.port, timeout=30)
    link.request('POST', path, fields, {'Host': 'pub.example', 'Content-Type': 'application/x-www-form-urlencoded'})
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


def sign_in(desk):
    desk.visitor = Visitor()
    desk.get('/sign-in')
    desk.press('Sign in', address='mia@pub.example', password=PASSWORD)


def letters(desk, sink):
    write(desk, 'uma@far.example, vic@away.example', 'The new menu')
    got = mails(sink, 2)
    uma, vic = got['uma@far.example'], got['vic@away.example']
    check('one click is offered', uma['list-unsubscribe-post'] == vic['list-unsubscribe-post'] == 'List-Unsubscribe=One-Click')
    check('and an address', '<mailto:mia@pub.example?subject=unsubscribe>' in uma['list-unsubscribe'])
    check('each has a way of their own', way_out(uma) != way_out(vic))
    check('nothing is said by the one of the other', 'vic' not in uma['list-unsubscribe'])
    return way_out(uma), way_out(vic)


def clicked(desk, path):
    for _ in range(2):  # programs that look at links
        page = desk.get(path)
    check('the page says what the button does', page.status == 200 and 'about anything' in page.text and 'far.example' not in page.text)
    check('looking alone changes nothing', 'asked for no more mail' not in desk.get('/').text)
    check('one click does it, where it is sent', click(desk, path) == 200 and click(desk, path) == 200)
    check('and the page says so', 'writes to you any more' in desk.get(path).text)
    check('Today says who it was', 'uma asked for no more mail' in desk.get('/').text, desk.get('/').text)
    page = write(desk, 'uma@far.example', 'Once more')
    page = desk.follow() if page.status == 303 else page
    check('and nobody can write to them', 'not to be contacted' in page.text, page.text)


def pressed(desk, path, keeper):
    desk.visitor = Visitor()
    desk.get(path)
    desk.press('No more letters')
    check('the button does the same', 'writes to you any more' in desk.follow().text)
    other = path[:-1] + ('a' if path[-1] != 'a' else 'b')
    check('what this house has not made leads nowhere', desk.get(other).status == 404 and click(desk, other) == 404)
    desk.visitor = keeper
    check('once each', desk.get('/').text.count('asked for no more mail') == 2)


def in_the_morning(desk, sink, clock):
    """A keeper's own letter of the day has a way out as well, which ends that letter and nothing else."""
    desk.get('/settings')
    form = next(f for f in desk.visitor.page.forms if f.action == '/settings/morning')
    desk.visitor.go(desk.port, 'POST', form.action, [f for f in form.fields if f[0] != 'hour'] + [('hour', '7')])
    desk.close()
    with open(clock, 'w') as f:
        f.write(f'{(int(time.time()) // 86400 + 1) * 86400 + 8 * 3600}\n')
    os.environ['SNUG_CLOCK'] = clock
    house.snug(desk.house, 'send')
    del os.environ['SNUG_CLOCK']
    mail = mails(sink, 3).get('mia@pub.example')
    check('the letter in the morning has a page to end it, and no address', mail and 'mailto' not in mail['list-unsubscribe']
          and mail['list-unsubscribe-post'] == 'List-Unsubscribe=One-Click', mail and mail['list-unsubscribe'])
    path = way_out(mail)
    desk.open()
    check('which says so', 'and nothing else' in desk.get(path).text)
    check('one click ends it', click(desk, path) == 200 and 'does not come any more' in desk.get(path).text)
    (hours,) = desk.house.rows('SELECT count(*) FROM morning')[0]
    (mute,) = desk.house.rows("SELECT count(*) FROM person p JOIN keeper k ON k.person=p.id WHERE p.mute<>0")[0]
    check('that and nothing else', hours == 0 and mute == 0)


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0').open()
        desk.sign_in()
        desk.close()
        with open(f'{box}/house/snug.conf', 'a') as f:
            f.write('url https://pub.example\n')
        desk.open()
        try:
            sign_in(desk)
            first, second = letters(desk, sink)
            clicked(desk, first)
            pressed(desk, second, desk.visitor)
            check('no letter says it back', len(sink.mails) == 2)
            in_the_morning(desk, sink, f'{box}/clock')
        finally:
            desk.close()
        desk.judge()
        trace = '\n'.join(desk.trace)
        check('no token in the trace', first.split('/')[-1] not in trace)
    sink.close()
    house.finish()


main()
