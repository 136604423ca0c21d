#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pages_test.py [--renew]: pages of the sample house, as somebody reads them, against tests/golden/pages. Prints TAP.

The house, its clock and its key are always the same. A page is reduced to its words, headings, links and form fields;
class names, order of attributes and numbers in addresses are left out. --renew writes the files anew: look at the
difference before it is committed. SNUG_BIN names the program (out/debug/snug).
"""
import difflib, html, os, re, subprocess, sys, tempfile, threading, urllib.request
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SNUG = Path(os.environ.get("SNUG_BIN", ROOT / "out/debug/snug")).resolve()
LINES = 120
CLOCK = 1795255200  # 2026-11-21 10:00 UTC
PAGES = [
    # file, where, what to click there, and there
    ("today", "/"),
    ("people", "/people"),
    ("person", "/people", "Agnes Pell"),
    ("waiting", "/waiting"),
    ("conversation", "/people", "Agnes Pell", "4:12 this morning"),
    ("search", "/search?q=bread+from:agnes"),
    ("tracks", "/tracks?as=list"),
    ("tracks_idea", "/ideas", "Children singing in the yard", "On the tracks", "As a list"),
    ("idea", "/ideas", "Children singing in the yard"),
    ("map", "/map"),
    ("health", "/health"),
]


class Reader(HTMLParser):
    """What stands on a page, a line a block."""

    BLOCKS = {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "aside", "header", "footer", "nav", "main",
              "form", "table", "tr", "blockquote", "details", "summary", "label", "fieldset", "figure", "option", "pre"}
    SILENT, VOID = {"script", "style", "head", "svg", "template"}, {"br", "hr", "img", "input", "link", "meta", "wbr"}
    MARKS = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "blockquote": "> ", "summary": "+ "}

    def __init__(self, source):
        super().__init__()
        self.lines, self.line, self.mark, self.link, self.links = [], "", "", None, []
        self.silent = []  # open tags inside of what nobody reads
        self.feed(source)
        self.end_line()

    def end_line(self):
        words = re.sub(r"\s+", " ", self.line).strip()
        if words:
            self.lines.append(self.mark + words)
        if words or not self.line:
            self.mark = ""
        self.line = ""

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if self.silent or tag in self.SILENT or a.get("aria-hidden") == "true":
            self.silent += [tag] if tag not in self.VOID else []
            return
        if tag in self.BLOCKS or tag in self.MARKS:
            self.end_line()
        if tag in self.MARKS:
            self.mark = self.MARKS[tag]
        elif tag == "br":
            self.line += " / "
        elif tag == "a" and "href" in a:
            self.link = [a["href"], len(self.line), " (here)" if "aria-current" in a else ""]
        elif tag == "form":
            self.line += f"{{{a.get('method', 'get')} {plain(a.get('action', ''))}}} "
        elif tag == "button":
            self.line += "("
        elif tag in ("input", "select", "textarea") and a.get("name") != "_token":
            on = "x" if "checked" in a else "" if a.get("type") in ("checkbox", "radio") else a.get("value", "")
            self.line += f" <{a.get('name', '')}: {plain(on) if a.get('type') == 'hidden' else on}>"
        elif tag == "option":
            self.mark = "  * " if "selected" in a else "  - "

    def handle_endtag(self, tag):
        if self.silent:
            while self.silent.pop() != tag and self.silent:
                pass
            return
        if tag == "a" and self.link:
            href, at, here = self.link
            words = re.sub(r"\s+", " ", self.line[at:]).strip()
            self.links.append((href, words))
            self.line = f"{self.line[:at]}[{words}]({plain(href)}){here}"
            self.link = None
        elif tag == "button":
            self.line = self.line.rstrip() + ")"
        if tag in self.BLOCKS or tag in self.MARKS:
            self.end_line()

    def handle_data(self, data):
        if not self.silent:
            self.line += data


def plain(text):
    """Without the numbers of persons and messages: yes and no stay."""
    return re.sub(r"\d+", "N", text) if text.startswith(("/", "#")) or text.isdigit() and text not in "01" else text


class House:
    def __init__(self, box):
        (box / "clock").write_text(f"{CLOCK}\n")
        (box / "house/keys").mkdir(parents=True)
        (box / "house/keys/house.key").write_bytes(bytes(range(32)))
        self.env = {"PATH": os.environ["PATH"], "SNUG_CLOCK": str(box / "clock"), "LC_ALL": "C.UTF-8"}
        words = [SNUG, "-C", str(box / "house")]
        made = subprocess.run([*words, "sample"], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            sys.exit(f"Bail out! snug sample: {made.stdout}")
        self.server = subprocess.Popen([*words, "serve", "--listen", "127.0.0.1:0"], env=self.env, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        late = threading.Timer(15, self.server.kill)
        late.start()
        self.base = next((m[0] for line in self.server.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line))), None)
        late.cancel()
        if not self.base:
            sys.exit("Bail out! snug serve did not open the house")

    def page(self, path):
        with urllib.request.urlopen(self.base + path, timeout=15) as answer:
            return answer.read().decode()

    def close(self):
        self.server.terminate()
        self.server.wait(15)


def reading(house, where, *clicks):
    """The page as text; clicks: the page behind the link of those words, and so on. Long ones only as far as LINES."""
    source = house.page(where)
    for click in clicks:
        links = [href for href, words in Reader(source).links if words == click]
        if not links:
            return f"there is no link {click}\n"
        source = house.page(links[0])
    title = html.unescape(re.search(r"<title>(.*?)</title>", source, re.S)[1])
    frame = where == "/"  # once is enough
    from_, to = ("<body", "</body>") if frame else ("<main", "</main>")
    lines = Reader(source[source.index(from_):source.index(to)]).lines
    more = [f"... and {len(lines) - LINES} lines more"] if len(lines) > LINES else []
    return "\n".join([" ".join(title.split()), "", *lines[:LINES], *more]) + "\n"


def main():
    renew, bad = "--renew" in sys.argv[1:], 0
    with tempfile.TemporaryDirectory(prefix="snug-golden.") as name:
        house = House(Path(name))
        try:
            for n, (file, *where) in enumerate(PAGES, 1):
                golden, now = HERE / "pages" / f"{file}.txt", reading(house, *where)
                if renew:
                    golden.parent.mkdir(exist_ok=True)
                    golden.write_text(now)
                before = golden.read_text() if golden.exists() else ""
                bad += before != now
                print(f"{'ok' if before == now else 'not ok'} {n} - the page {file} reads as it did", flush=True)
                if before != now:
                    for line in difflib.unified_diff(before.splitlines(), now.splitlines(), "as it was", "as it is", lineterm=""):
                        print("# " + line)
                    print("# if that is meant: tests/golden/pages_test.py --renew")
        finally:
            house.close()
    print(f"1..{len(PAGES)}")
    return bad > 0


sys.exit(main())
