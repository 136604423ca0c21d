# SPDX-License-Identifier: GPL-3.0-or-later
"""A house made, filled and read by the built program, for the long tests.

SNUG_BIN names the program (default out/release/snug), SNUG_SHARED the folder of public sets."""
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SNUG = os.path.abspath(os.environ.get('SNUG_BIN', f'{ROOT}/out/release/snug'))
DATA = os.path.join(os.environ.get('SNUG_SHARED', f'{os.path.dirname(ROOT)}/shared'), 'data/mail')
failed, count = 0, 0


def need(*names):
    """Where the public sets are not at hand, a test of them skips; what needs none is in house_sample_test.py."""
    for name in names:
        if not os.path.exists(f'{DATA}/{name}'):
            print(f'1..0 # SKIP the mail sets are missing: no {DATA}/{name}; set SNUG_SHARED')
            sys.exit(0)
    if not os.path.exists(SNUG):
        sys.exit(f'the program is missing: no {SNUG}; make it, or set SNUG_BIN')


def check(name, good, says='', known=None):
    """One line of TAP. known: why it is known to be off; such a line doesn't fail."""
    global failed, count
    count += 1
    says = ' | '.join(str(says).strip().splitlines())
    failed += not good and not known
    print(f'{"ok" if good else "not ok"} {count} - {name}{": " + str(says) if says != "" else ""}'
          f'{" # TODO " + known if known and not good else ""}', flush=True)
    return good


def note(text):
    print('# ' + str(text), flush=True)


def finish():
    print(f'1..{count}')
    sys.exit(1 if failed else 0)


def write(path, text):
    with open(path, 'w', newline='') as file:
        file.write(text)
    return path


def call(folder, words, **more):
    """A command. Where a copy of everything has to wait for a day, the day passes."""
    done = subprocess.run([SNUG, '-C', folder, *words], capture_output=True, **more)
    if words[0] == 'export' and done.returncode == 1 and b'waits a day' in (done.stderr if isinstance(done.stderr, bytes) else
                                                                           done.stderr.encode()):
        with tempfile.NamedTemporaryFile('w') as clock:
            clock.write(str(int(time.time()) + 25 * 3600))
            clock.flush()
            done = subprocess.run([SNUG, '-C', folder, *words], capture_output=True, env={**os.environ, 'SNUG_CLOCK': clock.name}, **more)
    return done


def snug(h, *words, told=None):
    """A command as it ends, well or not: its code, what it said, what it complained of."""
    done = call(h.dir, words, text=True, input=told)
    return done.returncode, done.stdout, done.stderr


def unpack(name, to):
    os.makedirs(to, exist_ok=True)
    if name.endswith('.tar.zst'):
        raw = subprocess.Popen(['zstd', '-dc', f'{DATA}/{name}'], stdout=subprocess.PIPE)
        subprocess.run(['tar', '-xf', '-', '-C', to], stdin=raw.stdout, check=True)
    else:
        subprocess.run(['zstd', '-dqf', f'{DATA}/{name}', '-o', f'{to}/{name[:-4]}'], check=True)


def mbox_raw(path):
    """The messages of an mboxrd file: (From_ line, bytes). Every line that begins with From_ begins one."""
    found, head, lines = [], None, []

    def end():
        if head is not None:
            found.append((head, b''.join(lines[:-1] if lines and lines[-1] == b'\n' else lines)))

    with open(path, 'rb') as file:
        for line in file:
            if line.startswith(b'From '):
                end()
                head, lines = line, []
            else:
                lines.append(line[1:] if re.match(rb'>+From ', line) else line)
    end()
    return found


def body_sum(raw):
    """Names a message by its bytes; mbox gives each a last line end."""
    return hashlib.sha256(raw if raw.endswith(b'\n') else raw + b'\n').hexdigest()


def mbox_raw_of(entry):
    """The sum of one message of an mbox, given with its From_ line."""
    raw = re.sub(rb'(?m)^>(>*From )', rb'\1', entry.split(b'\n', 1)[1])
    return body_sum(raw[:-1] if raw.endswith(b'\n\n') else raw)


class House:
    def __init__(self, folder, *addresses, name='Shop', copy_of=None):
        self.dir = folder
        shutil.rmtree(folder, ignore_errors=True)
        if copy_of:  # the same key: numbers made of addresses and ids are alike
            shutil.copytree(copy_of.dir, folder)
        else:
            self.run('init', '--name', name, *[w for a in addresses for w in ('--address', a)])

    def run(self, *words, ok=(0,)):
        done = call(self.dir, words)
        if done.returncode not in ok:
            sys.exit(f'snug {" ".join(words)}: {done.returncode}: {done.stderr.decode()[-500:]}')
        return done.stdout.decode('utf-8', 'replace')

    def take(self, path):
        return json.loads(self.run('import', '--json', path, ok=(0, 3)))

    def digest(self):
        return dict(line.split(' ', 1) for line in self.run('doctor', '--digest').splitlines())

    def doctor(self):
        return json.loads(self.run('doctor', '--json'))

    def rows(self, sql, *values):
        with sqlite3.connect(f'file:{self.dir}/snug.db?mode=ro', uri=True) as db:
            return db.execute(sql, values).fetchall()

    def ids(self):
        """Of each event that brought a message: its id, or the sum it was given; what came again has the first one's."""
        found = {}
        for line in self.run('export', '--format', 'jsonl').splitlines():
            e = json.loads(line)
            if e['kind'] == 'mail.received':
                found[e['id']] = next(bytes.fromhex(f['hex']).decode('utf-8', 'replace') for f in e['data'] if f['tag'] == 1)
            elif e['kind'] == 'mail.sighted':
                found[e['id']] = found[e['subject']]
        return found

    def read(self, by_id=False):
        """Everything the tests look at, keyed by what doesn't depend on the order of arrival: the sums of the
        bytes, or the ids, where copies of one message may come first or last."""
        mbox = f'{self.dir}/out.mbox'
        if os.path.exists(mbox):
            os.remove(mbox)
        self.run('export', '--format', 'mbox', mbox)
        raws = mbox_raw(mbox)
        os.remove(mbox)
        events = [e for e, in self.rows('SELECT id FROM event WHERE kind IN(30, 31, 32) AND body IS NOT NULL ORDER BY id')]
        if len(events) != len(raws):
            sys.exit(f'the export holds {len(raws)} messages, the log {len(events)}')
        self.name = {e: body_sum(r) for e, (_, r) in zip(events, raws)}
        self.raw = {self.name[e]: r for e, (_, r) in zip(events, raws)}
        if by_id:
            self.name.update(self.ids())
        self.message = {}
        for e, talk, parent, guessed, at, author, kind, mark in self.rows(
                'SELECT m.id, m.conversation, m.parent, m.guessed, m.at, h.uri, m.class, m.marks'
                ' FROM message m LEFT JOIN handle h ON h.key=m.author'):
            self.message[self.name[e]] = {'event': e, 'talk': talk, 'parent': self.name.get(parent), 'guessed': guessed, 'at': at,
                                          'from': (author or '')[7:], 'class': CLASSES[kind], 'marks': mark}
        self.person_of = {u: p for u, p in self.rows('SELECT uri, person FROM handle')}
        return self

    def talks(self):
        """The conversations as a set of sets of messages."""
        sets = {}
        for name, m in self.message.items():
            sets.setdefault(m['talk'], set()).add(name)
        return {frozenset(s) for s in sets.values()}

    def parents(self):
        return {name: (m['parent'], m['guessed']) for name, m in self.message.items()}

    def people(self):
        """Persons as sets of their addresses."""
        sets = {}
        for uri, person in self.person_of.items():
            sets.setdefault(person, set()).add(uri)
        return {frozenset(s) for s in sets.values()}

    def labels(self):
        return {p: min(u for u, q in self.person_of.items() if q == p) for p in set(self.person_of.values())}

    def contacts(self):
        """(from, to, message): who addressed whom."""
        label = self.labels()
        return {(label[b if side else a], label[a if side else b], self.name[e])
                for a, b, e, side in self.rows('SELECT a, b, event, side FROM contact')}

    def ties(self):
        """Both directions of each pair, without what rounding may change."""
        label, found = self.labels(), {}
        for a, b, days, n0, n1, last0, last1, first in self.rows('SELECT a, b, days, n0, n1, last0, last1, first FROM tie'):
            found[label[a], label[b]] = (n0, last0, days, first)
            found[label[b], label[a]] = (n1, last1, days, first)
        return found

    def state(self, by_id=False):
        self.read(by_id)
        return {'people': self.people(), 'talks': self.talks(), 'parents': self.parents(), 'contacts': self.contacts(),
                'ties': self.ties(), 'times': {n: m['at'] for n, m in self.message.items()},
                'classes': {n: m['class'] for n, m in self.message.items()},
                'waits': {(self.labels().get(k, ''), self.labels().get(p, ''), ours, since, self.name[m]) for k, p, ours, since, m in
                          self.rows('SELECT keeper, person, ours, since, message FROM wait')},
                'met': {self.labels()[p] for p, in self.rows('SELECT id FROM person WHERE met>0') if p in self.labels()}}


CLASSES = ('bounce', 'auto-reply', 'calendar', 'machine', 'list', 'bulk', 'direct')


def differing(a, b):
    """In which parts two states differ, and by how much."""
    out = {}
    for part in a:
        if a[part] == b[part]:
            continue
        if isinstance(a[part], dict):
            out[part] = sum(a[part].get(k) != b[part].get(k) for k in set(a[part]) | set(b[part]))
        else:
            out[part] = len(a[part] ^ b[part])
    return out
