#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""budgets.py [--renew]: what each page may cost, in instructions.

Makes a sample house of 5,000 messages and a talk of 100, the same every time, serves each page once under callgrind
(tests/bench/pages.c) and compares with tests/golden/budgets/pages: more than a tenth above fails,
more than a tenth below is said. --renew writes the table anew; look at its difference before it is
committed. Instructions don't depend on how busy the machine is, only on compiler and libraries:
the table holds for Debian 12 on x86-64 and a release build. Needs valgrind; speaks TAP.
"""
import os, re, shutil, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SNUG, PAGES = ROOT / "out/release/snug", ROOT / "out/release/bench/pages"
TABLE = ROOT / "tests/golden/budgets/pages"
MESSAGES, NOW, SLACK = 5000, 1795219200 + 10 * 3600, 0.10
QUERIES = ["week", "good night", '"of the"', "from:ida", "after:2026-01-01 before:2026-07-01", "mar*"]
COUNTED = re.compile(r"^(?:summary|totals): (\d+)", re.M)


def run(words, **more):
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        sys.exit(f"{words[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def long_talk(path):
    """A conversation of 100 letters among four, each quoting some of the one before."""
    names, said, whole = ["Marta", "Tom", "Ida", "Bram"], [], []
    for n in range(100):
        who, to = names[n % 4], names[(n + 1) % 4]
        at = time.gmtime(NOW - (200 - n) * 3600)
        words = [f"Line {k} of letter {n}: the cellar, the roof & <beams> of the north wall, part {n * k % 17}." for k in range(12)]
        whole += [f"From bench@lantern.example {time.strftime('%a %b %d %H:%M:%S %Y', at)}",
                  f"From: {who} Bench <{who.lower()}.bench@lantern.example>", f"To: {to} Bench <{to.lower()}.bench@lantern.example>",
                  f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', at)}", f"Subject: {'Re: ' * (n > 0)}Mending the north wall",
                  f"Message-ID: <wall{n}@lantern.example>", *([f"In-Reply-To: <wall{n - 1}@lantern.example>"] if n else []), "",
                  *(f"> {line}" for line in said[:8]), *([""] if said else []), *words, "", "-- ", who, ""]
        said = words
    path.write_text("\n".join(whole))


def sample_house(folder):
    """The key decides the order of hashed rows, so it is the same one, too."""
    (folder / "clock").write_text(str(NOW))
    os.environ["SNUG_CLOCK"] = str(folder / "clock")
    house = folder / "house"
    (house / "keys").mkdir(parents=True)
    (house / "keys/house.key").write_bytes(bytes(range(32)))
    (house / "keys/house.key").chmod(0o600)
    run([SNUG, "-C", house, "sample", "--messages", MESSAGES])
    long_talk(folder / "talk.mbox")
    run([SNUG, "-C", house, "import", folder / "talk.mbox"])
    return house


def measure(folder):
    """-> {page: instructions}; callgrind writes a file after each call of bench_page()"""
    house, out = sample_house(folder), folder / "counts"
    asked = [w for q in QUERIES for w in ("--query", q)]
    said = run(["valgrind", "--tool=callgrind", "--toggle-collect=bench_page", "--dump-after=bench_page",
                f"--callgrind-out-file={out}", PAGES, house, "--rounds", 1, *asked])
    names = [line.split(" ")[0] for line in said.splitlines()]
    return {name: int(COUNTED.search(Path(f"{out}.{n}").read_text()).group(1)) for n, name in enumerate(names, 1)}


def read_table():
    rows = (line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    return {name: int(most) for name, most in rows}


def write_table(counts):
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    head = "# SPDX-License-Identifier: GPL-3.0-or-later\n# Instructions of each page; written by tests/bench/budgets.py --renew\n"
    TABLE.write_text(head + "".join(f"{name} {n}\n" for name, n in counts.items()))


def judge(number, name, counts, table):
    had, got = table.get(name), counts.get(name)
    if had is None or got is None:
        print(f"not ok {number} - {name}: {'not in the table' if had is None else 'not measured'}")
        return False
    off = got / had - 1
    print(f"{'ok' if off <= SLACK else 'not ok'} {number} - {name}: {got:,} of {had:,} instructions ({off:+.1%})")
    if off < -SLACK:
        print(f"# {name} could be lowered: tests/bench/budgets.py --renew")
    return off <= SLACK


def main():
    if sys.argv[1:] not in ([], ["--renew"]):
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        sys.exit("not ok - valgrind is missing: tools/install bench")
    with tempfile.TemporaryDirectory(prefix="snug-budgets-") as folder:
        counts = measure(Path(folder))
    if sys.argv[1:]:
        return write_table(counts)
    table = read_table()
    names = sorted(table.keys() | counts.keys())
    print(f"1..{len(names)}")
    good = [judge(n, name, counts, table) for n, name in enumerate(names, 1)]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
