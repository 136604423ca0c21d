# SPDX-License-Identifier: GPL-3.0-or-later
"""A house that is served while it reads a mailbox: its keeper's browser, for the tests of that."""
import json
import os
import re
import signal
import subprocess
import sys
import time

from house import ROOT, SNUG, House

sys.path.insert(0, f'{ROOT}/tests/story/lib')
from visit import Visitor  # noqa: E402

PASSWORD = 'a green kettle in the window'


def wait_for(what, seconds=60, every=.05):
    """Seconds until it is true, or None."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if what():
            return time.monotonic() - start
        time.sleep(every)
    return None


class Served(House):
    def __init__(self, folder, address, store=None, **more):
        self.address = address
        super().__init__(folder, address, **more)
        subprocess.run([SNUG, '-C', folder, 'keeper', 'password', address], input=f'{PASSWORD}\n', text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def serve(self, ca=None):
        env = {**os.environ, **({'SSL_CERT_FILE': ca} if ca else {})}
        self.trace = open(f'{self.dir}/trace', 'a')
        self.process = subprocess.Popen([SNUG, '-C', self.dir, 'serve', '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE, stderr=self.trace,
                                        text=True, env=env)
        line = self.process.stdout.readline()
        self.port = int(re.search(r':(\d+)', line.split('//')[1]).group(1))
        return self

    def close(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.trace.close()
        return code

    def visitor(self):
        v = Visitor()
        v.go(self.port, 'GET', '/sign-in')
        self.submit(v, '/sign-in', address=self.address, password=PASSWORD)
        return v

    def get(self, v, path):
        v.go(self.port, 'GET', path)
        return v.page

    def submit(self, v, action, drop=(), **fields):
        """The form of that action on the page that is open, as a browser sends it; the page it leads to."""
        form = next((f for f in v.page.forms if f.action == action), None)
        if not form:
            sys.exit(f'{v.page.path} has no form for {action}, only for {[f.action for f in v.page.forms]}')
        sent = [(k, x) for k, x in form.fields if k not in fields and k not in drop] + list(fields.items())
        v.go(self.port, 'POST', action, sent)
        while v.page.status == 303:
            v.go(self.port, 'GET', v.page.headers['location'])
        return v.page

    def connect(self, v, address, password, **more):
        """Until its servers were asked: the address of its page."""
        self.get(v, '/mailboxes')
        self.submit(v, '/mailboxes', address=address, password=password, **more)
        return self.settled(v)

    def settled(self, v, seconds=30):
        path = v.page.path
        wait_for(lambda: 'refresh' not in self.get(v, path).headers, seconds)
        return path

    def counts(self):
        return json.loads(self.run('doctor', '--json'))

    def events(self):
        return self.rows('SELECT count(*), count(DISTINCT body) FROM event WHERE kind=30')[0]
