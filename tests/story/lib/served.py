# SPDX-License-Identifier: GPL-3.0-or-later
"""A house that is being served, and its first keeper at the door: for the stories in Python."""
import re
import signal
import subprocess

from visit import Visitor

PASSWORD = 'a green kettle in the window'


class Served:
    def __init__(self, snug, folder):
        self.process = subprocess.Popen([snug, '-C', folder, 'serve', '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = int(re.search(r'127\.0\.0\.1:(\d+)', self.process.stdout.readline()).group(1))

    def sign_up(self):
        v = Visitor()
        v.go(self.port, 'GET', '/setup')
        v.go(self.port, 'POST', '/setup', [(k, w or PASSWORD) for k, w in v.tokens_for('/setup')])
        return v

    def post(self, visitor, path, *fields):
        """The form that leads there, on the page that stands there or where the visitor is."""
        given = dict(fields)
        mine = [(k, v) for k, v in visitor.tokens_for(path) if k not in given]
        visitor.go(self.port, 'POST', path, mine + list(fields))
        return visitor.page

    def stop(self, patience=15):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(patience)
        return self.process.returncode
