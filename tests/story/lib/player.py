# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the steps of a story: one house in a folder of its own, real processes, a clock that stands still."""
import json, os, queue, re, shlex, signal, subprocess, threading, time
from urllib.parse import quote, urljoin
from post import Mailbag, Sink
from script import StoryError, moment, unquote
from visit import Visitor

PATIENCE = float(os.environ.get("STORY_PATIENCE", "15"))  # seconds any event may take before it counts as missing
START = 1772442000  # 2026-03-02 09:00 UTC, a Monday


class Tap:
    def __init__(self):
        self.n, self.bad = 0, 0

    def result(self, good, name, why=()):
        self.n += 1
        self.bad += not good
        name = " ".join(name.replace("#", "").split())[:160]  # one line, and no directive
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}", flush=True)
        if not good:
            for line in why:
                print("\n".join("#   " + part for part in str(line).splitlines() or [""]), flush=True)
        return good

    def end(self):
        print(f"1..{self.n}")
        raise SystemExit(self.bad > 0)


class Said:
    """What a command printed, with the same questions as a page."""

    def __init__(self, code, out, err):
        self.code, self.source, self.err = code, out, err
        self.text = re.sub(r"\s+", " ", out).strip()


class Player:
    def __init__(self, tap, path, engine, binary, box):
        self.tap, self.name, self.engine, self.binary, self.box = tap, path.name, engine, binary, box
        self.house = box / "house"
        self.now, self.kept, self.bag = START, {}, Mailbag()
        self.visitors, self.who = {"somebody": Visitor()}, "somebody"
        self.server = self.port = self.sink = self.last = None
        self.trace, self.founded, self.boxes, self.schema = [], False, 0, None
        self.set_clock(START)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(box), "TMPDIR": str(box), "LC_ALL": "C.UTF-8",
                    "SNUG_CLOCK": str(box / "clock")}
        for k in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if k in os.environ:
                self.env[k] = os.environ[k]

    # ---- the play --------------------------------------------------------

    def play(self, steps):
        for step in steps:
            rest = self.fill(step.rest)
            try:
                getattr(self, "do_" + step.verb)(step, rest)
            except (StoryError, OSError, ValueError, subprocess.TimeoutExpired) as e:
                self.tap.result(False, self.at(step, "the story goes on"), [f"{type(e).__name__}: {e}", *self.trace[-15:]])
                return
        self.close_server()
        if self.founded:
            self.epilogue()

    def at(self, step, words):
        line = step if isinstance(step, int) else step.line
        return f"{self.name}:{line} ({self.engine}) {words}"

    def fill(self, text):
        def value(m):
            if m.group(1) not in self.kept:
                raise StoryError(f"nothing was kept as {m.group(1)}")
            return self.kept[m.group(1)]
        return re.sub(r"\$\{(\w+)\}", value, text)

    def epilogue(self):
        """Every story ends so: nothing is wrong, and all that is derived can be derived again."""
        doctor = self.run(["doctor"])
        self.tap.result(doctor.code == 0, f"{self.name} ({self.engine}) ends with a healthy house",
                        [f"exit code {doctor.code}", doctor.source, doctor.err])
        before = self.run(["doctor", "--digest"])
        rebuild = self.run(["rebuild"])
        after = self.run(["doctor", "--digest"])
        same = before.code == rebuild.code == after.code == 0 and before.source == after.source != ""
        self.tap.result(same, f"{self.name} ({self.engine}) rebuilds to the same tables",
                        [f"before: {before.source}{before.err}", f"rebuild: {rebuild.code} {rebuild.err}",
                         f"after: {after.source}{after.err}"])
        if self.trace:
            told = self.bag.told_by("\n".join(self.trace))
            self.tap.result(not told, f"{self.name} ({self.engine}) leaves nobody's words in the log of the program", told[:5])

    # ---- time, commands, processes ---------------------------------------

    def set_clock(self, at):
        self.now = at
        fresh = self.box / "clock.new"
        fresh.write_text(f"{at}\n")
        fresh.rename(self.box / "clock")

    def run(self, words):
        p = subprocess.run([self.binary, "-C", self.house, *words], env=self.env, cwd=self.box, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE * 8)
        return Said(p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace"))

    def must(self, step, words, name):
        self.last = self.run(words)
        if not self.tap.result(self.last.code == 0, self.at(step, name),
                               [f"exit code {self.last.code}", self.last.source, self.last.err]):
            raise StoryError("without that the story can't go on")

    def psql(self, sql):
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", os.environ["SNUG_TEST_PG"], "-c", "SET client_min_messages=error", "-c", sql],
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise StoryError("PostgreSQL: " + done.stderr)

    def store(self):
        """A house on PostgreSQL is a schema: one of its own for this story, named in snug.conf before init."""
        if self.engine == "sqlite":
            return
        self.schema = f"story_{os.getpid()}_{id(self) % 100000}"
        (self.house / "snug.conf").write_text(f"store {os.environ['SNUG_TEST_PG']}#{self.schema}\n")

    def close_server(self):
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
                self.tap.result(False, f"{self.name} ({self.engine}) the server ends when it is told to", self.trace[-15:])
        if self.server:
            clean = self.server.returncode in (0, -signal.SIGTERM)
            if not clean:
                self.tap.result(False, f"{self.name} ({self.engine}) the server ends well",
                                [f"exit code {self.server.returncode}", *self.trace[-40:]])
        self.server = None

    def close(self):
        self.close_server()
        if self.sink:
            self.sink.close()
        if self.schema:
            self.psql(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")

    # ---- steps -------------------------------------------------------------

    def do_story(self, _step, _rest):
        pass

    def do_clock(self, _step, rest):
        self.set_clock(moment(rest, self.now))

    def do_house(self, step, rest):
        m = re.fullmatch(r'(.*?)\s*<([^>]+)>', rest)
        self.house.mkdir()
        self.store()
        words = ["init"]
        if m:
            words += ["--name", unquote(m.group(1)), "--address", m.group(2)]
        elif rest:
            raise StoryError("write: house NAME <address>, or house alone")
        self.must(step, words, f"a house {rest}")
        self.founded = True

    def do_conf(self, _step, rest):
        with open(self.house / "snug.conf", "a", encoding="utf-8") as f:
            f.write(rest + "\n")

    def do_mail(self, step, _rest):
        self.bag.write(self.fill(step.block), self.now)

    def do_raw(self, step, _rest):
        self.bag.add(step.block.encode(), self.now)

    def do_import(self, step, rest):
        self.boxes += 1
        path = self.box / f"mail{self.boxes}.mbox"
        n = self.bag.mbox(path, again=rest == "again")
        self.must(step, ["import", str(path)], f"{n} mails are imported{' again' if rest else ''}")
        self.expect(step)

    def do_snug(self, step, rest):
        self.last = self.run(shlex.split(rest))
        wanted = next((int(w.split()[1]) for _, w in step.block if w.startswith("exit")), 0)
        self.tap.result(self.last.code == wanted, self.at(step, f"snug {rest} exits with {wanted}"),
                        [f"exit code {self.last.code}", self.last.source[-2000:], self.last.err[-2000:]])
        self.expect(step)

    def do_serve(self, step, rest):
        """Port 0: the program says which one it got, in a line that holds 127.0.0.1:PORT."""
        self.server = subprocess.Popen([self.binary, "-C", self.house, "serve", "--listen", "127.0.0.1:0",
                                        *shlex.split(rest)], env=self.env, cwd=self.box, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        port = queue.Queue()

        def listen(pipe, trace):
            for raw in pipe:
                line = raw.decode("utf-8", "replace").rstrip()
                trace.append(line)
                m = re.search(r"127\.0\.0\.1:([1-9]\d*)", line)
                if m:
                    port.put(int(m.group(1)))
            port.put(0)
        threading.Thread(target=listen, args=(self.server.stdout, self.trace), daemon=True).start()
        try:
            self.port = port.get(timeout=PATIENCE)
        except queue.Empty:
            self.port = 0
        if not self.tap.result(self.port > 0, self.at(step, "the house opens"), self.trace[-20:]):
            raise StoryError("without a server the story can't go on")
        self.kept["base"] = f"http://127.0.0.1:{self.port}"

    def do_stop(self, _step, _rest):
        self.close_server()

    def do_as(self, _step, rest):
        self.who = rest
        self.visitors.setdefault(rest, Visitor())
        self.last = self.visitors[rest].page

    def do_get(self, step, rest):
        self.visit(step, "GET", unquote(rest))

    def do_post(self, step, rest):
        v = self.visitors[self.who]
        path = unquote(rest)
        mine = self.fields(step)
        names = {k for k, _ in mine}
        self.visit(step, "POST", path, [f for f in v.tokens_for(path) if f[0] not in names] + mine)

    def do_click(self, step, rest):
        page = self.page()
        hit = next((href for href, text in page.links if text == unquote(rest)), None)
        if hit is None:
            raise StoryError(f"{page.path} has no link {rest}; it has {', '.join(repr(t) for _, t in page.links)}")
        self.visit(step, "GET", hit)

    def do_submit(self, step, rest):
        page, wanted = self.page(), unquote(rest)
        for form in page.forms:
            button = next((b for b in form.buttons if b[2] == wanted), None)
            if not button:
                continue
            mine = self.fields(step)
            names = {k for k, _ in mine}
            fields = [f for f in form.fields if f[0] not in names] + mine
            if button[0]:
                fields.append((button[0], button[1]))
            target = urljoin(page.path, form.action) if form.action else page.path
            if form.method == "post":
                return self.visit(step, "POST", target, fields)
            query = "&".join(f"{quote(k)}={quote(v)}" for k, v in fields)
            return self.visit(step, "GET", target.split("?")[0] + "?" + query)
        raise StoryError(f"{page.path} has no button {wanted!r}; it has "
                         + ", ".join(repr(b[2]) for f in page.forms for b in f.buttons))

    def do_follow(self, step, _rest):
        where = self.page().headers.get("location")
        if not where:
            raise StoryError("the last answer leads nowhere")
        self.visit(step, "GET", where)

    def do_smtp(self, _step, _rest):
        self.sink = Sink()
        self.kept["smtp"] = f"127.0.0.1:{self.sink.port}"

    def do_delivered(self, step, rest):
        address = rest.removeprefix("to ").strip()
        if not self.sink:
            raise StoryError("`smtp` comes first")
        text = self.sink.wait(address, PATIENCE)
        if self.tap.result(text is not None, self.at(step, f"mail reaches {address}"), self.trace[-15:]):
            self.last = Said(0, text, "")
            self.expect(step)

    def do_nothing(self, step, rest):
        if rest != "else delivered":
            raise StoryError("write: nothing else delivered")
        left = self.sink.unasked()
        self.tap.result(not left, self.at(step, "nothing else was delivered"), left)

    # ---- answers ---------------------------------------------------------------

    def page(self):
        page = self.visitors[self.who].page
        if page is None:
            raise StoryError(f"{self.who} is on no page yet")
        return page

    def fields(self, step):
        out = []
        for _, words in step.block:
            if words.startswith("field "):
                k, _, v = self.fill(words[6:]).partition("=")
                out.append((k.strip(), unquote(v)))
        return out

    def visit(self, step, method, target, fields=None):
        if not self.port:
            raise StoryError("`serve` comes first")
        visitor = self.visitors[self.who]
        visitor.go(self.port, method, target, fields)
        self.last = visitor.page
        said = [w.split() for _, w in step.block if w.startswith("status ")]
        wanted = [said[0][1]] if said else (["200"] if method == "GET" else ["303", "200"])
        self.tap.result(str(self.last.status) in wanted,
                        self.at(step, f"{method} {visitor.page.path} answers {' or '.join(wanted)}"),
                        [f"status {self.last.status} {self.last.headers.get('location', '')}", self.last.text[:1500],
                         *self.trace[-10:]])
        self.expect(step, again=lambda: visitor.go(self.port, method, visitor.page.path) if method == "GET" else None)

    def expect(self, step, again=None):
        for line, words in step.block:
            if words.split()[0] in ("status", "exit", "field"):
                continue
            words = self.fill(words)
            good, why = self.judge(words.removeprefix("until "))
            end = time.monotonic() + PATIENCE
            while not good and words.startswith("until ") and again and time.monotonic() < end:
                time.sleep(0.05)  # between two looks at a page; what is waited for is what the page says
                again()
                self.last = self.visitors[self.who].page
                good, why = self.judge(words.removeprefix("until "))
            self.tap.result(good, self.at(line, words), why)

    def judge(self, words):
        """-> (whether it is so, what is there instead)"""
        verb, _, rest = words.partition(" ")
        here = self.last
        shown = [here.text[:3000] or "(nothing)"]
        if verb == "says":
            return unquote(rest) in here.text, shown
        if verb == "silent":
            return unquote(rest.removeprefix("about ")) not in here.text, shown
        if verb == "source":
            return unquote(rest.removeprefix("says ")) in here.source, [here.source[:4000]]
        if verb == "matches":
            return re.search(rest.strip().strip("/"), here.text) is not None, shown
        if verb == "goes":
            return here.headers.get("location", "").removeprefix(self.kept["base"]) == rest.removeprefix("to "), \
                [f"location: {here.headers.get('location')}"]
        if verb == "header":
            name, _, value = rest.partition(":")
            return value.strip() in here.headers.get(name.strip().lower(), ""), [str(here.headers)]
        if verb == "links":
            return unquote(rest) in [t for _, t in here.links], [str(here.links)]
        if verb == "json":
            return self.judge_json(rest)
        if verb == "keep":
            return self.keep(rest)
        raise StoryError(f"{verb}?")

    def judge_json(self, rest):
        m = re.fullmatch(r"(\S+) (=|!=|>|<|has) (.*)", rest)
        if not m:
            raise StoryError("write: json a.0.b = VALUE")
        path, op, wanted = m.group(1), m.group(2), json.loads(m.group(3))
        try:
            value = look(json.loads(self.last.source), path)
        except (ValueError, KeyError, IndexError, TypeError) as e:
            return False, [f"{type(e).__name__}: {e}", self.last.source[:2000]]
        good = {"=": lambda: value == wanted, "!=": lambda: value != wanted, ">": lambda: value > wanted,
                "<": lambda: value < wanted, "has": lambda: wanted in value}[op]()
        return good, [f"{path} is {json.dumps(value)[:1000]}"]

    def keep(self, rest):
        name, _, how = rest.partition(" ")
        if how.startswith("json "):
            try:
                self.kept[name] = str(look(json.loads(self.last.source), how[5:].strip()))
                return True, []
            except (ValueError, KeyError, IndexError, TypeError) as e:
                return False, [f"{type(e).__name__}: {e}", self.last.source[:2000]]
        m = re.search(how.strip().strip("/"), self.last.source)
        if m:
            self.kept[name] = m.group(1) if m.groups() else m.group(0)
        return m is not None, [self.last.source[:3000]]


def look(value, path):
    """a.0.b in opened JSON; # is the length"""
    for part in path.split("."):
        if part == "#":
            value = len(value)
        else:
            value = value[int(part)] if isinstance(value, list) else value[part]
    return value
