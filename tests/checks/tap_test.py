#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TAP runner and with-postgres are proved: what fails is counted, shown and returned. Prints TAP."""
import os, re, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = [  # shell, passed, failed, what is shown
    ("echo 1..2; echo ok 1 - a; echo ok 2 - b", 2, 0, "ok "),
    ("echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b", 2, 0, "ok "),
    ("echo ok 1 - a; echo ok 2; echo 1..2", 2, 0, "ok "),
    ("echo 1..2; echo ok 1 - a; echo not ok 2 - bad; echo '# because'; exit 1", 1, 1, "# because"),
    ("echo 1..2; echo ok 1 - a; echo ok 2 - b '# SKIP nothing here'", 1, 1, "skipping is not passing"),
    ("echo 1..3; echo ok 1 - a", 1, 1, "it planned 3 tests and ran 1"),
    ("echo ok 1 - a", 1, 1, "it printed no plan"),
    ("echo 1..1; echo ok 1 - a; exit 7", 1, 1, "exit code 7"),
    ("echo 1..1; echo ok 1 - a; kill -SEGV $$", 1, 1, "SIGSEGV"),
    ("echo 1..1; sleep 60; echo ok 1 - a", 0, 1, "ran longer than 1 s"),
    ("echo 1..1; echo not ok 1 - a; echo words >&2; exit 1", 0, 1, "stderr: words"),
    ("true", 0, 1, "no plan"),
    ("echo '1..0 # SKIP no data'", 0, 1, "skipping is not passing: no data"),
]
results = []


def check(name, good, out=""):
    results.append(good)
    print(f"{'ok' if good else 'not ok'} {len(results)} - {name.replace('#', '')}", flush=True)
    if not good:
        print("\n".join("# " + line for line in out.splitlines()))


def run(*words, **env):
    clean = {k: v for k, v in os.environ.items() if k != "SNUG_TEST_PG"}
    done = subprocess.run(words, text=True, env={**clean, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def tap_runner(box):
    for i, (shell, good, bad, shown) in enumerate(CASES):
        program = Path(box, f"p{i}.sh")
        program.write_text("#!/bin/sh\n" + shell + "\n")
        program.chmod(0o755)
        tally = Path(box, f"tally{i}")
        code, out = run(str(ROOT / "tools/tap"), "--limit", "1", "--tally", str(tally), str(program))
        last = out.splitlines()[-1]
        check(f"tap: {shell[:50]}", last == f"{good} passed, {bad} failed" and shown in out
              and (code != 0) == (bad > 0 or good == 0) and tally.read_text() == f"{good} {bad}\n", out)
    two = Path(box, "two.sh")
    two.write_text("#!/bin/sh\necho not ok 1 - a; echo '# of a'; echo not ok 2 - b; echo '# of b'; echo 1..2; exit 1\n")
    two.chmod(0o755)
    _, out = run(str(ROOT / "tools/tap"), str(two))
    check("tap: each failure is explained once", out.count("# of a") == out.count("# of b") == 1
          and out.index("# of a") < out.index("not ok: b") < out.index("# of b"), out)
    skips = Path(box, "skips.sh")
    skips.write_text("#!/bin/sh\necho '1..0 # SKIP no data'\n")
    skips.chmod(0o755)
    _, out = run(str(ROOT / "tools/tap"), "--may-skip", str(skips), str(Path(box, "p0.sh")))
    check("tap: what may skip is shown and counts as nothing", "skips.sh: no data" in out and "2 passed, 0 failed" in out, out)
    code, out = run(str(ROOT / "tools/tap"), str(Path(box, "nothing")))
    check("tap: a program that is not there fails", code != 0 and "did not start" in out, out)
    code, out = run(str(ROOT / "tools/tap"))
    check("tap: no program at all fails", code != 0, out)


def postgres():
    tool = str(ROOT / "tools/with-postgres")
    code, out = run(tool, "sh", "-c", 'psql -X -At "$SNUG_TEST_PG" -c "SHOW server_version" -c "SHOW fsync"; exit 5')
    check("with-postgres: version 15, unsynced, and the command's exit code",
          code == 5 and re.match(r"15\.\d+ .*\noff\n", out), out)
    code, out = run(tool, "sh", "-c", f'{tool} sh -c \'echo "$SNUG_TEST_PG"\'; echo "$SNUG_TEST_PG"')
    check("with-postgres: inside another it starts none", len(set(out.split())) == 1, out)
    code, out = run(tool, "/nonexistent/command")
    check("with-postgres: a command that is not there is 127", code == 127, out)
    code, out = run(tool, "sh", "-c", 'echo "$SNUG_TEST_PG"; kill -TERM $PPID; exec sleep 20')
    folder = re.search(r"host=(\S+)%2Fsock", out).group(1).replace("%2F", "/")
    check("with-postgres: a signal ends it and leaves no folder", code != 0 and not Path(folder).exists(), out)


with tempfile.TemporaryDirectory() as box:
    tap_runner(box)
postgres()
print(f"1..{len(results)}")
sys.exit(not all(results))
