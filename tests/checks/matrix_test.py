#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""src/app/matrix_test.c is proved: with one planted breach each, it fails and says where. Prints TAP.

Needs what `make BUILD=debug lib units` makes. A changed copy of one file is linked before the library.
"""
import re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = [
    # file, what stands there, what is planted, what must be said
    ("talk/read.c", '" WHERE m.id=$1 AND s.message=m.id AND s.who=$2"', '" WHERE m.id=$1 AND s.message=m.id AND s.who>0*$2"',
     r"/\d+ answers Cleo by 200, not 404"),
    ("talk/talk_web.c", 'PAGE("/talk/:message/raw", NEED_KEEPER', 'PAGE("/talk/:message/raw", NEED_NOBODY',
     r"/talk/\d+/raw answers nobody by 404, not 303"),
    ("talk/talk_web.c", 'PAGE("/talk", NEED_KEEPER', 'PAGE("/new", NEED_KEEPER, show_talk, "new"),\n    PAGE("/talk", NEED_KEEPER',
     r"GET /new is not in the table"),
    ("app/door_web.c", 'page_title(p, "Come in");', 'EACH (r, c, SQL("SELECT name FROM person WHERE ours=0 AND kind=1 LIMIT 1"))\n'
     '        page_title(p, "%.*s", STR(row_str(&r, 0)));', r"/sign-in tells nobody: zqnam"),
    ("app/door_web.c", 'DEED("/settings/house", NEED_OWNER', 'DEED("/settings/house", NEED_KEEPER',
     r"/settings/house without the right answers Ben by 303, not 403"),
    ("talk/view.c", "v.whole = talk_sees_whole(c, one.conversation);", "v.whole = true;", r"/talk/\d+ tells Ben: zqnam"),
    ("talk/seen.c", "if (n == l->messages)", "if (n)", r"/talk tells Ben: zqnam"),
    ("talk/read.c", '"x.id") "', '"0*x.id+$2") "', r"tells Ben who stands in late3"),
    ("talk/talk_web.c", "    drop_unseen(c, t);\n", "    (void)drop_unseen;\n", r"leads Ben to late2"),
    ("talk/deeds.c", "if (open && !talk_sees_whole(&t->c, m.conversation))", "if (0 * open)", r"Ben opens a conversation"),
    ("talk/deeds.c", "TRY(may_unite(t, a.conversation, b.conversation));", "", r"Ben opens it by joining"),
    ("today/today_web.c", "!today_brought(c, e.actor))", "e.actor < 0)", r"/health/unreadable/\d+ answers Cleo by 200, not 404"),
    ("app/serve_house.c", "? ROLE_REGULAR : ROLE_NOBODY;", "? ROLE_REGULAR : ROLE_KEEPER;", r"answers a former keeper by 200"),
    ("circles/circle.c", '(k.told=1 OR " IS_IN ")', '(k.told=0 OR " IS_IN ")', r"/circles/\d+ answers Cleo by 200, not 404"),
    ("talk/circle_talk.c", "JOIN circle_member k ON k.circle=f.circle AND k.until=0 WHERE", "JOIN (SELECT person AS who FROM keeper) k ON true WHERE",
     r"tells Cleo: zqcir"),
    ("kit/web/session.c", '"seen+idle>$2 AND since+total>$2 LIMIT 1"', '"seen>0*$2 AND since>0*$2 LIMIT 1"', r"answers an old session by 200"),
    ("kit/web/web.c", "if (!token_good(", "if (0 && !token_good(", r"without a token answers"),
    ("kit/web/web.c", "if (!origin_good(p->web, p->rq, false))", "if (!p)", r"from another site answers"),
    ("kit/web/web.c", "10.0 / 60, 10);", "10.0 / 60, 1000);", r"not ok \d+ - who_comes_too_often_waits"),
]


def run(*command):
    done = subprocess.run(command, cwd=ROOT, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={"PATH": "/usr/bin:/bin", "CMOCKA_MESSAGE_OUTPUT": "tap"})
    return done.returncode, done.stdout


def play(case, box, flags, libs):
    """-> (it was found, what to say when it was not)"""
    name, old, new, words = case
    text = (ROOT / "src" / name).read_text()
    if text.count(old) != 1:
        return False, f"stands {text.count(old)} times in {name}: {old}"
    (box / "breach.c").write_text(text.replace(old, new))
    code, said = run("gcc", *flags, "-Wno-error", "-c", "-o", str(box / "breach.o"), str(box / "breach.c"))
    if code == 0:
        code, said = run("gcc", *flags, "-o", str(box / "matrix"), "src/app/matrix_test.c", str(box / "breach.o"),
                         "out/debug/libsnug.a", *libs)
    if code:
        return False, said
    code, said = run(str(box / "matrix"))
    said = "\n".join(line for line in said.splitlines() if not line.startswith("level="))
    return code != 0 and re.search(words, said) is not None, said


def main():
    if not (ROOT / "out/debug/libsnug.a").exists():
        print("not ok 1 - out/debug/libsnug.a is there\n# make BUILD=debug lib\n1..1")
        return 1
    make = ["make", "-s", "--no-print-directory", "BUILD=debug", "flags"]
    flags = subprocess.run(make, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout.split()
    flags = [f for f in flags if f not in ("-MMD", "-MP")]
    libs = re.search(r"^PKGS\s*:= (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    libs = subprocess.run(["pkg-config", "--libs", *libs], text=True, stdout=subprocess.PIPE, check=True).stdout.split()
    libs += ["-lm", "-lz", "-lcmocka"]
    with tempfile.TemporaryDirectory(prefix="snug-breach.") as name, ThreadPoolExecutor(2) as pool:
        boxes = [Path(name) / str(n) for n in range(len(CASES))]
        for box in boxes:
            box.mkdir()
        results = pool.map(lambda x: play(x[0], x[1], flags, libs), zip(CASES, boxes))
        bad = 0
        for n, (case, (found, said)) in enumerate(zip(CASES, results), 1):
            bad += not found
            print(f"{'ok' if found else 'not ok'} {n} - found: {case[0]}: {case[3]}", flush=True)
            if not found:
                print("\n".join("# " + line for line in said.splitlines()[:20]), flush=True)
    print(f"1..{len(CASES)}")
    return bad > 0


sys.exit(main())
