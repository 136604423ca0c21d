#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keeper answers from the page: written, taken back, sent, threaded, with files; what came of it stands on the page.
Prints TAP; SNUG_BIN names the program."""
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import check  # noqa: E402
from post import Sink  # noqa: E402


def answering(desk, sink):
    page = desk.get(f'/talk/{desk.message()}')
    check('the conversation ends with a form', 'Your answer' in page.text)
    desk.press('Send', words='Yes, **until ten**.\n\nSee you!')
    page = desk.follow()
    check('it is said to be going out', 'going out in' in page.text and 'Going out in' in page.text, page.text[-300:])
    desk.press('Undo')
    page = desk.follow()
    check('taken back it is a draft', 'Taken back' in page.text and '<strong>until ten</strong>' in page.source)
    check('nothing was sent', not sink.mails)
    check('the list of drafts has it', 'Re: Saturday' in desk.get('/talk/drafts').text)
    desk.get(f'/talk/{desk.message()}')
    desk.press('Send')
    got = sink.letters(2)
    check('each gets it once, by a transaction of their own', sorted(r for r, _ in got) == ['ada@berg.example', 'bo@lind.example'], len(got))
    mail = got[0][1]
    check('no parser finds a fault', not [d for part in mail.walk() for d in part.defects])
    check('it is threaded', (mail['in-reply-to'], mail['references'].split()) ==
          ('<q2@berg.example>', ['<q0@berg.example>', '<q1@berg.example>', '<q2@berg.example>']))
    check('from the keeper, to whom it was said', (mail['from'], mail['to'], mail['cc'], mail['subject']) ==
          ('Mia Moon <mia@pub.example>', 'Ada Berg <ada@berg.example>', 'Bo Lind <bo@lind.example>', 'Re: Saturday'))
    text, _, last = mail.get_body(('plain',)).get_content().replace('\r\n', '\n').partition('\n' + 32 * '_' + '\n')
    check('as text', text.strip() == 'Yes, **until ten**.\n\nSee you!')
    check('the first to them ends with how to object', last.startswith('You may say no.'), last)
    check('as HTML', '<strong>until ten</strong>' in mail.get_body(('html',)).get_content())
    check('a person wrote it', 'auto-submitted' not in mail and 'list-unsubscribe' not in mail)
    check('both copies are the same letter', len({m['message-id'] for _, m in got}) == 1)
    page = desk.until(lambda: (p := desk.get(f'/talk/{desk.message()}')).text.count('handed over at') == 2 and p)
    check('the page says it was handed over', page)
    check('nobody waits any more', 'Nothing waits here' not in page.text)
    check('no draft is left', 'Nothing is being written' in desk.get('/talk/drafts').text)


def files(desk, sink):
    data = bytes(i * 7 % 256 for i in range(200000))
    desk.get(f'/talk/{desk.message()}/answer')
    desk.press('Keep and preview', files=[('menu of the day.pdf', 'application/pdf', data), ('', 'application/octet-stream', b'')],
               words='Here it is.', cc='')
    page = desk.follow()
    check('a file is kept with the draft', 'menu' in page.text and '200 kB' in page.text, page.text[-400:])
    desk.press('Send')
    mail = sink.letters(3)[2][1]
    found = [(a.get_filename(), a.get_content_type(), a.get_content()) for a in mail.iter_attachments()]
    check('and goes with it whole', found == [('menu of the day.pdf', 'application/pdf', data)], [f[:2] for f in found])
    desk.until(lambda: desk.house.rows("SELECT 1 FROM file WHERE name LIKE 'menu%'"))
    (message,) = desk.house.rows("SELECT message FROM file WHERE name LIKE 'menu%'")[0]
    desk.get(f'/talk/{message}/forward')
    page = desk.press('Send', to='Bo Lind', words='Have a look.', **{'pass': '2'})
    mail = sink.letters(4)[3]
    text = mail[1].get_body(('plain',)).get_content()
    check('passed on: with words, letter and file', mail[0] == 'bo@lind.example' and 'Have a look.' in text and 'Here it is.' in text
          and [a.get_content() for a in mail[1].iter_attachments()] == [data], (mail[0], text[:200]))


def refused(desk, sink):
    who = desk.house.rows("SELECT id FROM person WHERE name='Bo Lind'")[0][0]
    desk.get(f'/talk/new?to={who}')
    desk.press('Send', subject='Hello', words='How are you?', when='', to='Nobody Here')
    page = desk.follow()
    check('an unknown name is said, and the words are kept', 'Nobody here is called' in page.text and 'How are you?' in page.source)
    desk.press('Send', to='Bo Lind, new@stranger.example')
    check('corrected, it goes', len(sink.letters(6)) == 6)
    desk.get(f'/people/{who}')
    token = [f for f in desk.visitor.tokens_for(f'/people/{who}/mark') if f[0] == '_token']
    desk.visitor.go(desk.port, 'POST', f'/people/{who}/mark', token + [('mark', 'left'), ('on', '1')])
    desk.get(f'/talk/new?to={who}')
    desk.press('Send', subject='Hello', words='Still there?')
    page = desk.follow()
    check('who is marked is refused in the form, with the reason', 'Bo Lind is marked as left.' in page.text, page.text[:300])
    before = len(sink.mails)
    check('and nothing goes out', before == 6, before)


def later(desk, sink):
    desk.get('/talk/new')
    desk.press('Send then', to='ada@berg.example', subject='In a year', words='Still friends?', when='2099-01-01T10:00')
    page = desk.follow()
    check('too far away is refused', 'at most a year' in page.text, page.text[:200])


def two_at_once(desk, sink):
    """Begun in two windows: the form goes on with the newer, and the other one is not out of sight."""
    place = f'/talk/{desk.message()}/answer'
    first, second = desk.get(place), desk.get(place)
    for page, words in ((first, 'We open at eight.\nOr at nine?'), (second, 'On Sunday as well.')):
        desk.visitor.page = page
        desk.press('Keep and preview', words=words)
    page = desk.get(f'/talk/{desk.message()}')
    check('both drafts are shown', 'Also being written here We open at eight. Or at nine? an answer, kept at' in page.text
          and '>On Sunday as well.</textarea>' in page.source, page.text)
    for _ in range(2):
        desk.get('/talk/drafts')
        desk.press('Throw away')
    check('none is left', 'Also being written' not in desk.get(f'/talk/{desk.message()}').text)


def without_a_server(desk, sink):
    desk.get('/talk/new')
    desk.press('Send', to='ada@berg.example', subject='By the clock', words='Sent by cron.')
    desk.close(kill=True)
    before = len(sink.mails)
    desk.until(lambda: house.snug(desk.house, 'send') and len(sink.mails) > before)
    check('snug send sends what is due, once', len(sink.mails) == before + 1 and house.snug(desk.house, 'send')[0] == 0
          and len(sink.mails) == before + 1)


def main():
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 1').open()
        try:
            desk.sign_in()
            for part in (answering, files, refused, later, two_at_once, without_a_server):
                part(desk, sink)
        finally:
            desk.close()
        desk.judge()
    sink.close()
    house.finish()


main()
