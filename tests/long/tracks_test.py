#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks of 500 conversations and 20,000 messages: processor time of the server, size of the page, first paint.

A fifth of the conversations goes on for three years, the others for days or months. SNUG_PICTURE names a file for a picture
of it. Prints TAP."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from house import ROOT, SNUG, check, finish, note

TALKS, EACH, END = 500, 40, 1780000000
WORDS = 'bread tin roof song river lamp chair kettle garden letter boat stove window bench yard plum'.split()
MOST_CPU_MS, MOST_BYTES, MOST_PAINT_MS, VISITS = 50, 1000000, 1000, 20


def letters(dice):
    """(time, bytes) of each, in no order"""
    for n in range(TALKS):
        length = 3 * 365 * 86400 if n % 5 == 0 else dice.choice((2, 9, 30, 90, 200)) * 86400
        start = END - length - (0 if n % 5 == 0 else dice.randrange(3 * 365 * 86400 - length))
        times = sorted(start + dice.randrange(length) for _ in range(EACH))
        them = [f'P{dice.randrange(400)}' for _ in range(dice.choice((1, 1, 1, 2, 3)))]
        subject = ' '.join(dice.sample(WORDS, 3)).capitalize()
        for k, at in enumerate(times):
            other = dice.choice(them)
            a, b = (other, 'Olga') if k % 2 == 0 else ('Olga', other)
            box = lambda who: f'{who} <{who.lower()}@{"pub" if who == "Olga" else "far"}.example>'
            answers = f'In-Reply-To: <{n}.{dice.randrange(max(0, k - 3), k)}@x.example>\r\n' if k else ''
            head = (f'From: {box(a)}\r\nTo: {box(b)}\r\nSubject: {"Re: " * (k > 0)}{subject}\r\nMessage-ID: <{n}.{k}@x.example>\r\n{answers}'
                    f'Date: {time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))}\r\n\r\n')
            yield at, f'{head}{" ".join(dice.choices(WORDS, k=12)).capitalize()}.\r\n'


def fill(folder):
    os.environ['SNUG_CLOCK'] = f'{folder}/clock'
    with open(f'{folder}/clock', 'w') as file:
        file.write(str(END + 3600))
    with open(f'{folder}/all.mbox', 'w', newline='') as file:
        for at, text in sorted(letters(random.Random(7))):
            file.write(f'From x@x.example {time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(at))}\n{text}\n'.replace('\r', ''))
    house = f'{folder}/house'
    subprocess.run([SNUG, '-C', house, 'init', '--name', 'The Pub', '--address', 'olga@pub.example', '--keeper', 'Olga'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([SNUG, '-C', house, 'import', f'{folder}/all.mbox'], check=True, stdout=subprocess.DEVNULL)
    return house


def enter(base):
    """-> opener of a keeper, and the cookie"""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = opener.open(f'{base}/setup').read().decode()
    token = re.search(r'name="_token" value="([^"]+)"', form)[1]
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form), _token=token, password='a green kettle in the window')
    opener.open(f'{base}/setup', urllib.parse.urlencode(fields).encode())
    return opener, '; '.join(f'{c.name}={c.value}' for c in jar)


def cpu_ms(pid):
    with open(f'/proc/{pid}/stat') as file:
        user, system = file.read().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf('SC_CLK_TCK')


def measure(server, opener, address):
    body = opener.open(address).read()
    before = cpu_ms(server.pid)
    for _ in range(VISITS):
        body = opener.open(address).read()
    return body, (cpu_ms(server.pid) - before) / VISITS


def paint(address, cookie):
    if not shutil.which('chromium') or not os.path.isdir(f'{ROOT}/tests/browser/node_modules'):
        return None
    done = subprocess.run(['node', f'{ROOT}/tests/browser/paint.mjs', address, cookie, *filter(None, [os.environ.get('SNUG_PICTURE')])],
                          capture_output=True, text=True, timeout=120)
    return int(done.stdout) if done.returncode == 0 else done.stderr[-300:]


def main():
    with tempfile.TemporaryDirectory(prefix='snug-tracks-') as folder:
        house = fill(folder)
        server = subprocess.Popen([SNUG, '-C', house, 'serve', '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        try:
            base = next(m[0] for line in server.stdout if (m := re.search(r'http://127\.0\.0\.1:\d+', line)))
            opener, cookie = enter(base)
            for name, query in (('conversations', 'all=1&by=talk'), ('people', 'all=1&by=people'), ('list', 'all=1&as=list&by=talk')):
                body, cpu = measure(server, opener, f'{base}/tracks?{query}')
                text = body.decode()
                if name == 'conversations':
                    check('all of it is drawn', '500 conversations, 20000 messages' in text, re.search(r'aria-live="polite">(.*)', text)[1][:60])
                # figures are measured by benchmarks: here they are told, and what is far from them fails
                note(f'{name}: the server takes {cpu:.1f} ms (bar {MOST_CPU_MS})')
                check(f'{name}: the server is not many times slower than its bar', cpu < 5 * MOST_CPU_MS, f'{cpu:.1f} ms')
                check(f'{name}: the page is smaller than 1 MB', len(body) < MOST_BYTES, f'{len(body):,} bytes, {text.count("<circle")} marks')
                took = paint(f'{base}/tracks?{query}', cookie)
                if took is None:
                    note('no browser here: its first paint is not measured')
                else:
                    note(f'{name}: first paint after {took} ms (bar {MOST_PAINT_MS})')
                    check(f'{name}: it is painted', isinstance(took, int) and took < 10 * MOST_PAINT_MS, f'{took} ms')
        finally:
            server.terminate()
            server.wait(15)
    finish()


if __name__ == '__main__':
    main()
