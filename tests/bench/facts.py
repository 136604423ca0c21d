#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""facts.py: what it costs that a fact is shown to nobody but its audience.

A sample house in which 50 facts of mixed audiences are known of one person: their page is served under callgrind, once as
it is, and once by a program whose query of facts leaves the audience out. Both show the same. Says the ratio, which should
be at most 1.5. Needs valgrind and what `make bench-programs` makes.
"""
import re, sqlite3, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/bench")]
from budgets import COUNTED, NOW, PAGES, run, sample_house
from table import row

FACTS, AUDIENCES, BAR = 50, 10, 1.5
JOINED = 'REACHED("f.audience", viewer_) ")"'
WITHOUT = '"0<>" viewer_ ")"'


def without_audiences(box):
    """The program that serves pages, with one file of it changed."""
    text = (ROOT / "src/facts/fact_read.c").read_text()
    if text.count(JOINED) != 1:
        sys.exit(f"fact_read.c says {JOINED} no more, or more than once")
    (box / "fact_read.c").write_text(text.replace(JOINED, WITHOUT))
    flags = run(["make", "-s", "--no-print-directory", "BUILD=release", "flags"], cwd=ROOT).split()
    libs = re.search(r"^PKGS\s*:= (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    libs = run(["pkg-config", "--libs", *libs]).split()
    flags = [f for f in flags if f not in ("-MMD", "-MP")]
    run(["gcc", *flags, "-o", box / "pages", ROOT / "tests/bench/pages.c", box / "fact_read.c", ROOT / "out/release/libsnug.a", *libs, "-lm", "-lz"],
        cwd=ROOT)
    return box / "pages"


def note_facts(house):
    """Of whom the first keeper has most to do with: for the keeper alone, with others, but not for some."""
    with sqlite3.connect(house / "snug.db") as db:
        (keeper,) = db.execute("SELECT min(person) FROM keeper WHERE gone=0").fetchone()
        (who,) = db.execute("SELECT p.id FROM (SELECT a, b, days FROM tie UNION ALL SELECT b, a, days FROM tie) t JOIN person p"
                            " ON p.id=t.b WHERE t.a=? AND p.ours=0 ORDER BY t.days DESC, p.id LIMIT 1", (keeper,)).fetchone()
        others = [n for (n,) in db.execute("SELECT id FROM person WHERE id NOT IN(?, ?) LIMIT 40", (keeper, who))]
        for n in range(AUDIENCES):
            key, parts = 7000 + n, [(1, 1, keeper)] + [(1, 1, x) for x in others[n:n + 4]] + [(0, 1, x) for x in others[20 + n:23 + n]]
            db.execute("INSERT INTO audience(key, text) VALUES(?, ?)", (key, f"bench {n}"))
            db.executemany("INSERT INTO audience_part(audience, yes, kind, who) VALUES(?, ?, ?, ?)", [(key, *x) for x in parts])
            db.executemany("INSERT INTO reach(audience, who, yes) VALUES(?, ?, ?)", [(key, x, yes) for yes, _, x in parts if yes])
        for n in range(FACTS):
            f = {"id": 9_000_000 + n, "person": who, "about": who, "key": "likes", "value": f"the chair number {n}", "vtype": 1, "origin": 1,
                 "source": 0, "span_at": 0, "span_n": 0, "introducer": 0, "recorder": keeper, "noticed_at": NOW, "recorded_at": NOW,
                 "valid_from": 0, "valid_to": 0, "purposes": 1, "basis": "6-1-f", "consent": None, "assessment": -1,
                 "audience": 7000 + n % AUDIENCES, "class": 1, "minor": 0, "state": 3, "asked_at": 0, "words": "", "review_by": NOW + 86400,
                 "expires_at": NOW + 86400 * 300, "supersedes": 0}
            db.execute(f"INSERT INTO fact({', '.join(f)}) VALUES({', '.join('?' * len(f))})", list(f.values()))


def served(program, house, box):
    out, shown = box / "counts", box / "shown"
    shown.mkdir(exist_ok=True)
    run(["valgrind", "--tool=callgrind", "--toggle-collect=bench_page", "--dump-after=bench_page", f"--callgrind-out-file={out}",
         program, house, "--rounds", 1, "--only", "person", "--dump", shown])
    text = (shown / "person.html").read_text()
    if text.count("the chair number") < FACTS:
        sys.exit("the page does not show all of them")
    return int(COUNTED.search(Path(f"{out}.1").read_text()).group(1)), text


def main():
    with tempfile.TemporaryDirectory(prefix="snug-facts-") as name:
        box = Path(name)
        house = sample_house(box)
        note_facts(house)
        changed = box / "other"
        changed.mkdir()
        plain, one = served(without_audiences(changed), house, changed)
        whole, other = served(PAGES, house, box)
        if one != other:
            sys.exit("the two pages differ")
    row("facts: a page with 50 of mixed audiences", f"{whole / 1e6:.2f} M instr.", f"{whole / plain:.3f} of it without", f"{BAR}", whole <= BAR * plain)


if __name__ == "__main__":
    main()
