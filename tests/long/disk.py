# SPDX-License-Identifier: GPL-3.0-or-later
"""A house on a disk that fails: what crash_test.py, power_test.py and full_test.py share. disk.c is the disk."""
import http.client
import os
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'story', 'lib'))
import house  # noqa: E402
from desk import Desk  # noqa: E402
from house import SNUG  # noqa: E402
from post import Sink  # noqa: E402

NOW = 1772442000  # the clock stands still: two ways to one house must come to the same tables
FAULTS = ('none', 'kill', 'torn', 'full', 'eio', 'sync')
EVER = (1 << 63) - 1
PATIENCE = 60


def library(work):
    """disk.c, to be preloaded."""
    path = f'{work}/disk.so'
    subprocess.run(['gcc', '-std=gnu17', '-D_GNU_SOURCE', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', path, f'{HERE}/disk.c'],
                   check=True)
    return path


def read_notes(path):
    """(operation, inode, place, name, bytes) of each change, see disk.c."""
    raw, at = open(path, 'rb').read(), 0
    while at < len(raw):
        end = raw.index(b'\n', at)
        op, inode, place, size, name = raw[at:end].split(b' ', 4)
        body = raw[end + 1:end + 1 + int(size)]
        at = end + 2 + int(size)
        yield op.decode(), int(inode), int(place), name.decode(), body


class Panel:
    """The switches of a disk; they work at any moment."""
    SIZE = 8 * (len(FAULTS) + 4)

    def __init__(self, path):
        self.path = path
        self.calm(fresh=True)

    def calm(self, fresh=False):
        if fresh:
            with open(self.path, 'wb') as f:
                f.write(bytes(self.SIZE))
        self.arm('none', EVER)

    def arm(self, fault, at, ever=False):
        """From the at-th call on that it could strike; by what was counted so far."""
        with open(self.path, 'r+b') as f:
            f.seek(8 * len(FAULTS))
            f.write(struct.pack('4q', FAULTS.index(fault), at, EVER if ever else at, 0))

    def count(self, fault):
        with open(self.path, 'rb') as f:
            return struct.unpack(f'{len(FAULTS)}q', f.read(8 * len(FAULTS)))[FAULTS.index(fault)]

    def struck(self):
        with open(self.path, 'rb') as f:
            return struct.unpack(f'{len(FAULTS) + 4}q', f.read())[-1]


class Place:
    """Where one trial happens: a copy of the seed, and the disk below it."""

    def __init__(self, seed, folder):
        self.seed, self.folder, self.live = seed, folder, f'{folder}/live'
        os.makedirs(folder, exist_ok=True)
        self.panel, self.notes = Panel(f'{folder}/panel'), None
        self.base = {**os.environ, 'SNUG_CLOCK': f'{folder}/clock', 'DISK_DIR': folder + '/live', 'DISK_PANEL': self.panel.path}

    def fresh(self):
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self.seed.dir, f'{self.live}/house')
        self.panel.calm(fresh=True)
        return self.at(NOW)

    def at(self, moment):
        with open(f'{self.folder}/clock', 'w') as f:
            f.write(f'{moment}\n')
        return self

    @property
    def house(self):
        return f'{self.live}/house'

    def env(self, faulty, notes=None):
        more = {'LD_PRELOAD': self.seed.library} if faulty else {}
        notes = notes or self.notes
        return {**self.base, **more, **({'DISK_NOTES': notes} if notes else {})}

    def run(self, *words, faulty=False, of=None, notes=None):
        p = subprocess.run([SNUG, '-C', of or self.house, *words], env=self.env(faulty, notes), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, cwd=self.folder)
        return p.returncode, p.stdout.decode(), p.stderr.decode()

    def rows(self, sql, *values, db=None):
        with closing(sqlite3.connect(db or f'{self.house}/snug.db', timeout=20, isolation_level=None)) as link:
            return link.execute(sql, values).fetchall()

    def one(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    def serve(self, faulty=False, notes=None):
        return Server(self, faulty, notes)

    def digest(self):
        code, said, wrong = self.run('doctor', '--digest')
        return said if code == 0 else f'{code} {wrong}'


class Server:
    """None of its answers is waited for longer than it lives."""

    def __init__(self, place, faulty, notes):
        self.place, self.port = place, 0
        self.log = open(f'{place.folder}/trace', 'ab')
        self.process = subprocess.Popen([SNUG, '-C', place.house, 'serve', '--listen', '127.0.0.1:0'], env=place.env(faulty, notes),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=place.folder)
        found = re.search(r':(\d+)$', self.process.stdout.readline().strip())
        self.port = int(found[1]) if found else 0

    def ask(self, method, path, fields=None):
        """The status and the text of the answer, or 0 where there was none."""
        seed = self.place.seed
        head = {'Host': f'127.0.0.1:{self.port}', 'Accept': 'text/html', 'Cookie': seed.cookie}
        body = urlencode(fields).encode() if fields is not None else None
        if body is not None:
            head.update({'Content-Type': 'application/x-www-form-urlencoded', 'Origin': f'http://127.0.0.1:{self.port}',
                         'Sec-Fetch-Site': 'same-origin'})
        link = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE)
        try:
            link.request(method, path, body, head)
            answer = link.getresponse()
            return answer.status, answer.read().decode('utf-8', 'replace')
        except (OSError, http.client.HTTPException):
            return 0, ''
        finally:
            link.close()

    def get(self, path):
        return self.ask('GET', path)

    def do(self, deed):
        """A deed of the seed; whether the house said that it is done."""
        status, _ = self.ask('POST', deed.path, deed.fields)
        return status == 303

    def ended(self, seconds=10):
        """By itself."""
        try:
            return self.process.wait(seconds) is not None
        except subprocess.TimeoutExpired:
            return False

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        self.log.close()
        return code


class Deed:
    def __init__(self, path, fields):
        self.path, self.fields = path, fields


def letter(n, words, parent=None):
    answers = f'In-Reply-To: <c{parent}@berg.example>\nReferences: <c{parent}@berg.example>\n' if parent is not None else ''
    return (f'From ada@berg.example Mon Feb  2 10:00:00 2026\nFrom: Ada Berg <ada@berg.example>\nTo: Mia Moon <mia@pub.example>\n'
            f'Cc: Bo Lind <bo@lind.example>\nSubject: Evening {n}\nDate: Tue, 03 Feb 2026 10:{n % 60:02}:00 +0000\n'
            f'Message-ID: <c{n}@berg.example>\n{answers}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n')


class Seed:
    """A small house with a keeper who is signed in, and what they are about to do."""

    def __init__(self, work, facts=1):
        self.library, self.clock, self.dir = library(work), f'{work}/clock', f'{work}/seed'
        with open(self.clock, 'w') as f:
            f.write(f'{NOW}\n')
        os.environ['SNUG_CLOCK'] = self.clock
        self.sink = Sink()
        self.sink.server.handle_error = lambda *_: None  # whoever sends may be killed
        self.mbox = house.write(f'{work}/more.mbox', ''.join(letter(n, f'Shall we have {n} chairs?', n - 1 if n % 3 else None) for n in range(12)))
        desk = Desk(self.dir, self.sink.port, 'undo_s 0', 'hour_most 100000').open().sign_in()
        self.question = desk.message()
        self.ada, self.bo = (desk.house.rows('SELECT person FROM handle WHERE shown=?', f'{a}@{b}.example')[0][0]
                             for a, b in (('ada', 'berg'), ('bo', 'lind')))
        self.cookie = '; '.join(f'{k}={v}' for k, v in desk.visitor.cookies.items() if not k.endswith('_say'))
        self.facts = [self.deed(desk, f'/people/{self.bo}', f'/people/{self.bo}/facts', words=f'collects cup {n}') for n in range(facts)]
        self.close = self.deed(desk, f'/talk/{self.question}', f'/talk/{self.question}/close')
        self.letters = [self.deed(desk, '/talk/new', '/talk/write', act='send', to='Bo Lind <bo@lind.example>', subject=f'Table {n}',
                                  words=f'This is table {n}.') for n in range(3)]
        desk.close()

    def deed(self, desk, page, action, **typed):
        fields = dict(next(f for f in desk.get(page).forms if f.action == action).fields)
        return Deed(action, {**fields, **typed})

    def fact(self, words):
        """One more of the same kind."""
        return Deed(self.facts[0].path, {**self.facts[0].fields, 'words': words})

    def end(self):
        self.sink.close()
