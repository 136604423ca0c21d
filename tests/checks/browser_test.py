#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser tests are proved: pages that are right pass, each planted fault fails where it should. Prints TAP.
Needs the group browser of tools/packages and the node packages of tests/browser."""
import os, subprocess, sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = [  # fault, the test that fails, what it says; None: all pass
    ("", None, ""), ("label", "/ wide", "axe label"), ("console", "/ wide", "console: broken"),
    ("missing", "/ wide", "404 for /none.png"), ("wide", "/ phone", "px wide in 390"),
    ("focus", "/ keyboard", "focus can't be seen"), ("trap", "/ keyboard", "Tab reaches"),
    ("heading", "/ wide", "2 first headings"), ("script", "/ plain", "0 first headings"),
    ("error", "/people wide", "answered 404"), ("orphan", "/people/:who can be reached", "no page links to it"),
]
bad = 0
print(f"1..{len(CASES)}", flush=True)
for n, (fault, test, says) in enumerate(CASES, 1):
    done = subprocess.run(["node", str(HERE.parent / "browser" / "run.mjs")], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          env={**os.environ, "SNUG_BIN": str(HERE / "fake_pages.py"), "PAGE_FAULT": fault})
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    good = (done.returncode == 0 and not failed) if test is None else \
        done.returncode != 0 and any(line.endswith(test) for line in failed) and says in done.stdout
    bad += not good
    print(f"{'ok' if good else 'not ok'} {n} - {'pages that are right pass' if test is None else 'a fault is noticed: ' + fault}", flush=True)
    if not good:
        print("\n".join("# " + line for line in done.stdout.splitlines()))
sys.exit(bad > 0)
