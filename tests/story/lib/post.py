# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail of stories: written from short-hand, put into mbox files, and caught by a small SMTP server."""
import base64, email, email.policy, re, socketserver, threading
from email.utils import formatdate
from script import StoryError, moment

DOMAIN = "story.example"


class Mailbag:
    """What was written in the story so far, as (unix time, sender, bytes)."""

    def __init__(self):
        self.mails, self.taken, self.chains = [], 0, {}

    def write(self, text, now):
        """One message from headers in short-hand, an empty line and words."""
        head, _, body = text.partition("\n\n")
        fields = re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)$", head, re.M)
        known = {k.lower(): v for k, v in fields}
        for needed in ("from", "to"):
            if needed not in known and "list-id" not in known:
                raise StoryError(f"a mail says {needed}:")
        at = moment(known["date"], now) if "date" in known else now
        name = known.get("id", f"m{len(self.mails) + 1}")
        own = f"<{name}@{DOMAIN}>"
        chain = self.chains.get(known.get("reply"), [])
        if "reply" in known and not chain:
            raise StoryError(f"reply: {known['reply']} is the id of no mail above")
        self.chains[name] = chain + [own]
        out = [f"{k.title() if k.islower() else k}: {v}" for k, v in fields
               if k.lower() not in ("date", "id", "reply")]
        out += [f"Date: {formatdate(at)}", f"Message-ID: {own}"]
        if chain:
            out += [f"In-Reply-To: {chain[-1]}", "References: " + " ".join(chain)]
        if "mime-version" not in known and "content-type" not in known:
            out += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
        self.add(("\n".join(out) + "\n\n" + body).encode(), at, sender=known.get("from", ""))

    def add(self, raw, at, sender=""):
        found = re.search(r"[\w.+-]+@[\w.-]+", sender)
        self.mails.append((at, found.group(0) if found else "MAILER-DAEMON", raw))

    def told_by(self, text):
        """What of these mails stands in a text: addresses, names, subjects, lines."""
        said = set()
        for _, sender, raw in self.mails:
            head, _, body = raw.decode("utf-8", "replace").partition("\n\n")
            said |= {sender, *re.findall(r"[\w.+-]+@[\w.-]+", head)}
            said |= {w.strip() for w in re.findall(r"^(?:From|To|Cc): *\"?([^<\n\"]{6,})", head, re.M)}
            said |= {w.strip() for w in re.findall(r"^Subject: *(.{6,})$", head, re.M)}
            said |= {w.strip() for w in body.split("\n") if len(w.strip()) >= 12}
        return sorted(w for w in said if w and w != "MAILER-DAEMON" and w in text)

    def mbox(self, path, again=False):
        """Writes those not imported yet (or all) as mboxrd."""
        chosen = self.mails if again else self.mails[self.taken:]
        self.taken = len(self.mails)
        with open(path, "wb") as f:
            for at, sender, raw in chosen:
                day = formatdate(at)  # Mon, 02 Mar 2026 09:00:00 -0000
                w = re.match(r"(\w+), (\d+) (\w+) (\d+) ([\d:]+)", day).groups()
                f.write(f"From {sender} {w[0]} {w[2]} {w[1].rjust(2)} {w[4]} {w[3]}\n".encode())
                f.write(re.sub(rb"^(>*From )", rb">\1", raw, flags=re.M).rstrip(b"\n") + b"\n\n")
        return len(chosen)


class _Talk(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand over mail."""

    def handle(self):
        self.say("220 story.example")
        rcpt = []
        for line in self.rfile:
            word = line.split(None, 1)[0].upper().rstrip(b":") if line.strip() else b""
            self.server.sink.commands.append(word.decode("ascii", "replace"))
            if word == b"RCPT" and self.server.sink.refuses:
                self.say("451 4.3.0 " + self.server.sink.refuses(line.decode()))
            elif word == b"RCPT":
                rcpt.append(re.search(rb"<([^>]*)>", line).group(1).decode())
                self.say("250 yes")
            elif word == b"DATA":
                self.say("354 go on")
                self.server.sink.take(rcpt, self.body())
                rcpt = []
                self.say("250 taken")
            elif word == b"EHLO":
                self.say("250-story.example")
                if self.server.sink.password:
                    self.say("250-AUTH PLAIN")
                self.say("250 8BITMIME")
            elif word == b"AUTH":
                self.say("334 ")
                said = base64.b64decode(self.rfile.readline()).split(b"\0")[-1]
                right = said == self.server.sink.password.encode()
                self.say("235 welcome" if right else "535 5.7.8 Not from Snug")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def body(self):
        out = []
        for line in self.rfile:
            if line.rstrip(b"\r\n") == b".":
                break
            out.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(out)

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


class Sink:
    """An SMTP server on 127.0.0.1 that keeps what it gets. With a password it offers a sign-in."""

    def __init__(self, password=""):
        self.password, self.commands = password, []
        self.refuses = None  # what it says to a recipient, given the line, instead of taking the letter
        self.busy_with = {}
        self.mails, self.news = [], threading.Condition()
        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        self.server.sink = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, rcpt, raw):
        with self.news:
            self.mails.append((rcpt, raw, False))
            self.news.notify_all()

    def wait(self, address, seconds):
        """The next mail to that address nobody asked for yet, as one text; None when none comes."""
        def place():
            return next((i for i, m in enumerate(self.mails) if not m[2] and address in m[0]), None)
        with self.news:
            if not self.news.wait_for(lambda: place() is not None, seconds):
                return None
            i = place()
            rcpt, raw, _ = self.mails[i]
            self.mails[i] = (rcpt, raw, True)
        return as_text(raw)

    def letters(self, n, seconds=20):
        """All there are once there are n (or none came for so long): to whom it went by its envelope, all of
        them in one text, and the mail."""
        with self.news:
            self.news.wait_for(lambda: len(self.mails) >= n, seconds)
            return [(", ".join(rcpt), email.message_from_bytes(raw, policy=email.policy.default)) for rcpt, raw, _ in self.mails]

    def unasked(self):
        with self.news:
            return [", ".join(m[0]) for m in self.mails if not m[2]]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def text_of(mail):
    """What it says as plain text."""
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def as_text(raw):
    """Headers and the words of all text parts, decoded."""
    m = email.message_from_bytes(raw, policy=email.policy.default)
    out = [f"{k}: {v}" for k, v in m.items()]
    for part in m.walk():
        if part.get_content_maintype() == "text":
            out.append(part.get_content())
    return "\n".join(out)
