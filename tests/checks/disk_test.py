#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/long/crash_test.py, power_test.py and full_test.py are proved: with one planted fault of the program each, they fail
and say what. Prints TAP. Words choose cases.

Needs what `make BUILD=debug all` makes. A changed copy of one file is linked before the library.
"""
import os, re, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = [
    # file, what stands there, what is planted, the test, what must be said
    ("kit/store/db_sqlite.c", "PRAGMA synchronous=FULL;", "PRAGMA synchronous=NORMAL;", "power_test.py --states 150", "lost"),
    ("kit/store/work.c", 'if (well && sql_ok(db, "COMMIT")) return true;', 'if (well) return (void)sql_ok(db, "COMMIT"), true;',
     "full_test.py deeds", r"\d+ was said, \d are there|True was said|answers"),
    ("kit/store/db_sqlite.c", "else if (!(ok = sync_log(d->h)))", "else if (!(ok = sync_log != NULL))", "power_test.py --states 200",
     "erased words are back"),
    ("kit/store/work.c", "    look_at_disk(s);\n", "", "full_test.py deeds", "after a failed sync it goes on"),
    ("kit/store/work.c", "    case DISK_FULL:\n", "    case DISK_FULL: break;\n", "full_test.py deeds", "answers 500"),
    ("app/ledger.c", "r.text = str_upto(r.text, str_rchr(r.text, '\\n') + 1);", "", "crash_test.py --random 1 erase", "damaged in line"),
    ("app/import.c", "    return f->wrote;\n", "    return OK;\n", "full_test.py import", r"messages|answers|rebuilt differs|died"),
]


def run(*command, **more):
    done = subprocess.run(command, cwd=ROOT, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    return done.returncode, done.stdout


def play(case, box, flags, libs):
    """-> (it was found, what to say when it was not)"""
    name, old, new, test, words = case
    text = (ROOT / "src" / name).read_text()
    if text.count(old) != 1:
        return False, f"stands {text.count(old)} times in {name}: {old}"
    (box / "fault.c").write_text(text.replace(old, new))
    code, said = run("gcc", *flags, "-Wno-error", "-w", "-c", "-o", str(box / "fault.o"), str(box / "fault.c"))
    if code == 0:
        code, said = run("gcc", "-o", str(box / "snug"), "out/debug/obj/app/main.o", str(box / "fault.o"), "out/debug/libsnug.a", *libs)
    if code:
        return False, said
    program, *more = test.split()
    code, said = run(sys.executable, f"tests/long/{program}", *more, env={**os.environ, "SNUG_BIN": str(box / "snug")})
    return code != 0 and re.search(words, said) is not None, said


def main():
    make = ["make", "-s", "--no-print-directory", "BUILD=debug", "flags"]
    flags = [f for f in subprocess.run(make, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout.split() if f not in ("-MMD", "-MP")]
    text = (ROOT / "Makefile").read_text()
    libs = re.search(r"^PKGS\s*:= (.*)$", text, re.M)[1].split()
    libs = subprocess.run(["pkg-config", "--libs", *libs], text=True, stdout=subprocess.PIPE, check=True).stdout.split()
    libs += re.search(r"^PKG_LIBS .*\) (.*)$", text, re.M)[1].split() + ["-pthread"]
    chosen, bad = [c for c in CASES if all(w in " ".join(c) for w in sys.argv[1:])], 0
    for n, case in enumerate(chosen, 1):
        with tempfile.TemporaryDirectory(prefix="snug-fault.") as box:
            found, said = play(case, Path(box), flags, libs)
        bad += not found
        print(f"{'ok' if found else 'not ok'} {n} - {case[3]} finds in {case[0]}: {' '.join((case[2] or 'without ' + case[1]).split())}", flush=True)
        if not found:
            print("\n".join("# " + line for line in said.splitlines()[-20:]), flush=True)
    print(f"1..{len(chosen)}")
    return bad > 0


sys.exit(main())
