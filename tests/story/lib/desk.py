# SPDX-License-Identifier: GPL-3.0-or-later
"""A keeper at the desk: a house that is open, a mailbox that sends to a sink, and a visitor signed in."""
import os, queue, re, sqlite3, subprocess, threading, time, uuid
from house import SNUG, House, check, snug, write
from visit import Visitor

PASSWORD = "a green kettle in the window"
PATIENCE = 20
LETTER = """From ada@berg.example Mon Feb  2 10:00:00 2026
From: Ada Berg <ada@berg.example>
To: Mia Moon <mia@pub.example>
Cc: Bo Lind <bo@lind.example>
Subject: Saturday
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <q2@berg.example>
In-Reply-To: <q1@berg.example>
References: <q0@berg.example> <q1@berg.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Are you open on Saturday?

"""


class Desk:
    def __init__(self, folder, smtp_port, *settings, keeps_sent=True, imap_port=0):
        self.house = House(folder, "mia@pub.example", name="Pub")
        with open(f"{folder}/snug.conf", "a") as f:
            f.write("".join(f"{s}\n" for s in settings))
        self.house.take(write(f"{folder}/in.mbox", LETTER))
        self.connect(smtp_port, keeps_sent, imap_port)
        self.server, self.port, self.visitor, self.trace = None, 0, Visitor(), []

    def connect(self, smtp_port, keeps_sent, imap_port):
        """An account without a password, as a relay on this machine may have."""
        with sqlite3.connect(f"{self.house.dir}/snug.db") as db:
            (keeper,) = db.execute("SELECT person FROM keeper").fetchone()
            row = {"keeper": keeper, "address": "mia@pub.example", "name": "Mia Moon", "imap_host": "127.0.0.1" if imap_port else "",
                   "imap_port": imap_port, "imap_safety": 2, "smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_safety": 2,
                   "login": "", "secret": b"", "keeps_sent": int(keeps_sent), "plus": 0, "made": 1, "stopped": 0, "said": "",
                   "tried_at": 1, "read_at": 1, "change": 0, "reader": 1, "until": 1 << 40}  # another program reads it
            db.execute(f"INSERT INTO mailbox({', '.join(row)}) VALUES({', '.join('?' * len(row))})", list(row.values()))

    def open(self):
        self.server = subprocess.Popen([SNUG, "-C", self.house.dir, "serve", "--listen", "127.0.0.1:0"],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = queue.Queue()

        def listen(pipe):
            for line in pipe:
                self.trace.append(line.decode("utf-8", "replace").rstrip())
                found = re.search(r"127\.0\.0\.1:([1-9]\d*)", self.trace[-1])
                if found:
                    said.put(int(found[1]))
        threading.Thread(target=listen, args=(self.server.stdout,), daemon=True).start()
        self.port = said.get(timeout=PATIENCE)
        return self

    def close(self, kill=False):
        (self.server.kill if kill else self.server.terminate)()
        self.server.wait(timeout=PATIENCE)

    def get(self, path):
        self.visitor.go(self.port, "GET", path)
        return self.visitor.page

    def follow(self):
        return self.get(self.visitor.page.headers.get("location", "/"))

    def press(self, button, files=(), **fields):
        """The form with that button, its fields changed. Files go as a browser sends them."""
        page = self.visitor.page
        form, chosen = next((f, b) for f in page.forms for b in f.buttons if b[2] == button)
        typed = [(k, fields.pop(k, v)) for k, v in form.fields] + list(fields.items())
        typed += [(chosen[0], chosen[1])] if chosen[0] else []
        if files:
            return self.upload(form.action, typed, files)
        self.visitor.go(self.port, form.method.upper(), form.action, typed)
        return self.visitor.page

    def upload(self, action, typed, files):
        mark = uuid.uuid4().hex
        parts = [(f'name="{k}"', v.encode()) for k, v in typed if k != "file"]
        parts += [(f'name="file"; filename="{name}"\r\nContent-Type: {kind}', data) for name, kind, data in files]
        body = b"".join(f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
                        for head, data in parts) + f"--{mark}--\r\n".encode()
        self.visitor.go(self.port, "POST", action, raw=(f"multipart/form-data; boundary={mark}", body))
        return self.visitor.page

    def sign_in(self):
        self.get("/setup")
        self.press("Open the house", password=PASSWORD)
        return self

    def become(self, visitor):
        """The desk's ways, for another visitor; who it was before."""
        self.visitor, before = visitor, self.visitor
        return before

    def judge(self):
        """The end of every story."""
        code, said, wrong = snug(self.house, "doctor", "--json")
        check("the house is sound", code == 0, said + wrong)
        before = self.house.digest()
        self.house.run("rebuild")
        check("rebuild equals live", self.house.digest() == before)

    def message(self):
        """The number of Ada's question."""
        return self.house.rows("SELECT id FROM message ORDER BY id LIMIT 1")[0][0]

    def until(self, look, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not (found := look()) and time.monotonic() < end:
            time.sleep(0.05)  # between two looks; what is waited for is what they see
        return found


class Patient(Desk):
    """Does what it is told when it was too fast for the house."""

    def get(self, path):
        before = dict(self.visitor.cookies)  # a refusal shows what the last deed has to say, and it is said once

        def once():
            self.visitor.cookies = dict(before)
            return (p := super(Patient, self).get(path)).status != 429 and p
        return self.until(once)

    def press(self, button, **fields):
        before = self.visitor.page

        def once():
            self.visitor.page = before
            return (p := super(Patient, self).press(button, **fields)).status != 429 and p
        return self.until(once)
