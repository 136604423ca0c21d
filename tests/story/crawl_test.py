#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page that links lead to, as nobody, as a guest and as the owner, by GET and HEAD, in a house whose mail is hostile:
no row of any table changes, no markup of others lives on any page, and what the program says of itself holds no word of anybody.
Prints TAP; SNUG_BIN names the program."""
import hashlib
import os
import re
import sqlite3
import sys
import tempfile
import time
import xml.dom.minidom
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from desk import PASSWORD, Desk  # noqa: E402
from house import check, write  # noqa: E402
from post import Sink, text_of  # noqa: E402
from visit import Visitor  # noqa: E402

# a tag and an attribute that no page of ours has: wherever one is found alive, something was not escaped
LIVE = ['<zqx>', '<zqx zqy=1>', '"><zqx zqy=1>', "'><zqx>", '</title><zqx>', '</textarea><zqx>', '</script><zqx>', '<!--<zqx>-->', '" zqy="1',
        "' zqy='1", '` zqy=1', '<svg zqy=1 onload=zqword()>', '<img src=x zqy onerror=zqword()>', '&lt;zqx&gt;', '{{zqword}}', ']]><zqx>']
ADDRESSES = {'href', 'src', 'action', 'formaction', 'poster', 'data', 'xlink:href', 'hx-get', 'hx-post'}
SHAPE_MOST, PAGES_MOST = 3, 300
SEEN = {'web_session': ('seen',)}  # when a session was last used is kept, in order to end it
LOOKED = 88  # which keeper looked at whom, once a day, is the one event that a page writes
NOT_LOOKS = {'look': 'WHERE 0', 'event': f'WHERE kind<>{LOOKED}'}

MAIL = '''From {n}@zqhost.example Mon Feb  2 10:00:00 2026
From: "{name}" <zqbox{n}@zqhost.example>
To: Mia Moon <mia@pub.example>
Cc: =?utf-8?q?{coded}?= <zqcopy{n}@zqhost.example>
Subject: {subject}
Date: Mon, 02 Feb 2026 1{hour}:00:00 +0000
Message-ID: <zqid{n}@zqhost.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8

Could you send the zqword list before Friday? {body} http://zqhost.example/"onclick="zqword
javascript:zqword() <a href="javascript:zqword()">zqword</a>

> {body}
--alt
Content-Type: text/html; charset=utf-8

<p onclick="zqword()">Could you send the zqword list? {body}</p><script>zqword()</script>
<a href="javascript:zqword()" style="x:expression(zqword())">zqword</a><iframe src="//zqhost.example"></iframe>
<img src="http://zqhost.example/zqpixel.png"><form action="http://zqhost.example"><input name=zqword></form>
--alt--
--cut
Content-Type: text/html; name="{file}"
Content-Disposition: attachment; filename="{file}"

<zqx zqy=1><script>zqword()</script>
--cut--

'''


class Reader(HTMLParser):
    """What lives on a page: tags and attributes that are no words."""

    def __init__(self, source):
        super().__init__()
        self.bad, self.links, self.script = [], [], False
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag.startswith('zqx') or tag in ('iframe', 'object', 'embed', 'base', 'style'):
            self.bad.append(f'<{tag}>')
        self.script = tag == 'script'
        a = dict(attrs)
        if tag == 'script' and not (a.get('src') or '').startswith('/assets/'):
            self.bad.append(f'script {a}')
        if tag == 'meta' and (a.get('http-equiv') or '').lower() == 'refresh':
            self.bad.append('refresh')
        for k, v in attrs:
            v = v or ''
            if k.startswith(('on', 'zqy', 'style')) or k == 'srcdoc':
                self.bad.append(f'{tag} {k}={v}')
            if k in ADDRESSES:
                scheme = urlsplit(v.strip()).scheme.lower()
                if scheme not in ('', 'http', 'https', 'mailto', 'tel') or v.startswith('//') or (k == 'src' and not v.startswith('/')):
                    self.bad.append(f'{tag} {k}={v}')
            if k == 'href' and tag == 'a' and v.startswith('/') and not v.startswith('//'):
                self.links.append(v.split('#')[0])

    def handle_data(self, data):
        if self.script and data.strip():
            self.bad.append(f'inline script {data[:40]}')

    def handle_endtag(self, tag):
        self.script = False


def tables(folder):
    """Of every table a sum over all its rows."""
    found = {}
    with sqlite3.connect(f'file:{folder}/snug.db?mode=ro', uri=True) as db:
        names = [n for n, in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
                                          " AND sql NOT LIKE 'CREATE VIRTUAL%'")]  # the index lies in tables of its own
        for name in names:
            columns = [c[1] for c in db.execute(f'PRAGMA table_info("{name}")') if c[1] not in SEEN.get(name, ())]
            rows = sorted(map(repr, db.execute(f'SELECT {", ".join(chr(34) + c + chr(34) for c in columns)} FROM "{name}" {NOT_LOOKS.get(name, "")}')))
            found[name] = hashlib.sha256('\n'.join(rows).encode()).hexdigest()
    return found


def shape(path):
    """Pages of one kind differ by numbers and by what is asked for."""
    parts = urlsplit(path)
    return re.sub(r'\d+', 'N', parts.path) + '?' + ','.join(sorted(re.findall(r'(\w+)=', parts.query)))


def patient(desk, visitor, method, path):
    """Who comes too often is told how long to wait, and waits."""
    visitor.page = None
    visitor.go(desk.port, method, path)
    while visitor.page.status == 429:
        time.sleep(int(visitor.page.headers['retry-after']))
        visitor.page = None
        visitor.go(desk.port, method, path)


def crawl(desk, visitor, begin):
    """All pages reached, a few of each kind; what was wrong with them."""
    todo, seen, kinds, bad, pages, escaped = deque(begin), set(begin), {}, [], 0, 0
    while todo and pages < PAGES_MOST:
        path = todo.popleft()
        kinds[shape(path)] = kinds.get(shape(path), 0) + 1
        if kinds[shape(path)] > SHAPE_MOST:
            continue
        if kinds[shape(path)] == 1:
            patient(desk, visitor, 'HEAD', path)
        patient(desk, visitor, 'GET', path)
        page, pages = visitor.page, pages + 1
        kind = page.headers.get('content-type', '')
        escaped += page.source.count('&lt;zqx')
        if page.status >= 500:
            bad.append(f'{path} {page.status}')
        elif 'html' in kind and 'attachment' not in page.headers.get('content-disposition', ''):
            read = Reader(page.source)
            bad += [f'{path}: {b}' for b in read.bad[:3]]
            for link in read.links:
                if link not in seen:
                    seen.add(link)
                    todo.append(link)
        elif 'xml' in kind:
            if xml.dom.minidom.parseString(page.source).getElementsByTagName('zqx'):
                bad.append(f'{path}: lives in the feed')
        elif kind and not kind.startswith(('text/plain', 'application/octet-stream')) and 'attachment' not in page.headers.get('content-disposition', ''):
            bad.append(f'{path} is shown as {kind}')
    return kinds, pages, bad, escaped


def fill(desk):
    mails = ''
    for n, x in enumerate(LIVE):
        quoted = x.replace('\\', '').replace('"', '\\"')
        coded = ''.join(f'={b:02X}' for b in f'zqname {x}'.encode())
        mails += MAIL.format(n=n, hour=n % 10, name=f'zqname {quoted}', coded=coded, subject=f'zqsubject {x}', body=x,
                             file=f'{quoted}.html'.replace('/', ''))
    desk.house.take(write(f'{desk.house.dir}/hostile.mbox', mails))
    cards = ''.join(f'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:zqcard {x}\r\nORG:zqorg {x}\r\nEMAIL:zqcard{n}@zqhost.example\r\nEND:VCARD\r\n'
                    for n, x in enumerate(LIVE))
    desk.house.run('import', write(f'{desk.house.dir}/hostile.vcf', cards), ok=(0, 3))


def say_all(desk):
    """What keepers may type: names, notes, searches, the house itself."""
    rows = desk.house.rows("SELECT id FROM message ORDER BY id DESC LIMIT 3")
    who, = desk.house.rows("SELECT person FROM handle WHERE shown LIKE 'zqbox3@%'")[0]
    desk.get('/settings')
    desk.press('Rename', house='zqhouse ' + LIVE[2])
    desk.get(f'/people/{who}')
    desk.press('Rename', name='zqnamed ' + LIVE[7])
    desk.get('/counter/new')
    form = next(f for f in desk.visitor.page.forms if f.action == '/counter/new')
    desk.visitor.go(desk.port, 'POST', '/counter/new', [(k, v) for k, v in form.fields if k not in ('words', 'name')]
                    + [('words', 'zqsaid ' + ' '.join(LIVE)), ('name', 'zqmet ' + LIVE[1])])
    for (message,) in rows:
        desk.get(f'/talk/{message}/public')
        if any(b[2] == 'Open it to everybody' for f in desk.visitor.page.forms for b in f.buttons):
            desk.press('Open it to everybody')
    return who


def guest_of(desk, sink):
    """Somebody who was asked in, and came by the letter's link."""
    desk.get(f'/talk/{desk.message()}/with?q=bo@lind.example')
    desk.press('Add', way='web', past='1')
    keeper = desk.become(Visitor())
    desk.get('/in?next=/with')
    desk.press('Send me the link', address='bo@lind.example')
    texts = [text_of(mail) for _, mail in sink.letters(2)]
    link = next(m[1] for t in texts if (m := re.search(r'http://[^/\s]+(/in/by/\S+)', t)))
    desk.get(link)
    desk.press('Come in')
    return desk.become(keeper), link


def judge_trace(desk, secrets):
    trace = '\n'.join(line for line in desk.trace if 'The house is open' not in line)
    found = sorted(set(re.findall(r'zq\w+', trace)) | set(re.findall(r'\S*@\S*', trace)))
    check('no name, address or word of anybody is in the log of the program', trace.count('event=page') > 100 and not found, found[:5])
    told = [s[:6] for s in secrets if s and s in trace]
    check('nor a password, a cookie, a link or a token', not told and all(secrets), told)
    check('it names routes, not addresses', not re.search(r'route=\S*\d', trace) and '?' not in trace)


def main():
    alive = ['<p><zqx>', '<p zqy=1>', '<a href="javascript:x">', '<img src="//else">', '<script>x</script>', '<b onclick=x>']
    check('what lives is seen', all(Reader(x).bad for x in alive) and not Reader('<p>&lt;zqx&gt;</p>').bad)
    sink = Sink()
    with tempfile.TemporaryDirectory() as box:
        desk = Desk(f'{box}/house', sink.port, 'undo_s 0').open()
        try:
            desk.sign_in()
            fill(desk)
            who = say_all(desk)
            guest, link = guest_of(desk, sink)
            hostile = '/search?q=%3Czqx%20zqy%3D1%3E%22%20zqy%3D%221'
            owner = ['/', '/help', '/settings', '/settings/devices', '/settings/second', '/takeout', '/people?all=1', f'/people/{who}', '/people/alike', '/talk?all=1',
                     '/talk/new', '/talk/drafts', '/tracks?all=1&by=talk', '/map', '/map?house=1', '/ideas', '/health', '/waiting', '/drifting', '/counter', '/public',
                     '/public/feed.atom', '/mailboxes', hostile, hostile.replace('search', 'people'), '/counter/new?name=%22%20zqy%3D%221',
                     '/sign-in?next=%22%20zqy%3D%221', f'/tracks?who={who}', '/talk/recipients?to=%3Czqx%3E', '/robots.txt']
            for name, visitor, begin, least in (('nobody', Visitor(), owner + ['/in', '/in/asked', link], 10), ('a guest', guest, ['/with'] + owner, 10),
                                                ('the owner', desk.visitor, owner, 60)):
                before = tables(desk.house.dir)
                kinds, pages, bad, escaped = crawl(desk, visitor, begin)
                after = tables(desk.house.dir)
                changed = [t for t in before if before[t] != after[t]]
                check(f'looking around as {name} changes no row of {len(before)} tables', not changed and len(kinds) >= least and len(before) > 40,
                      changed or f'{pages} pages of {len(kinds)} kinds')
                check(f'nothing of others lives on what {name} sees', not bad and (escaped > 200 or name != 'the owner'), bad[:5] or f'{escaped} times it was escaped')
            secrets = [PASSWORD, *desk.visitor.cookies.values(), *guest.cookies.values(), link.rsplit('/', 1)[1]]
        finally:
            desk.close()
        judge_trace(desk, secrets)
    sink.close()
    house.finish()


main()
