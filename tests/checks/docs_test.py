#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents say of the code is true. Prints TAP.

The worked example of CONTRIBUTING.md compiles against this tree, and its test passes; the functions and files
that ARCHITECTURE.md names are there.

Needs what `make BUILD=debug lib` makes. The example's headers stand before the tree's, so nothing here is changed.
"""
import re, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
page = (ROOT / "CONTRIBUTING.md").read_text()
files = {m[1]: m[2] for m in re.finditer(r"^`((?:src|tests)/[\w./]+)`:\n\n```\w+\n(.*?)^```$", page, re.M | re.S)}
count, bad = 0, 0


def ok(good, name, said=""):
    global count, bad
    count, bad = count + 1, bad + (not good)
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good:
        print("\n".join("# " + line for line in said.splitlines()[:20]), flush=True)


def run(*command):
    done = subprocess.run(command, cwd=ROOT, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout


def kinds_with(events):
    """event.h with the example's rows behind the last one"""
    text = (ROOT / "src/log/event.h").read_text()
    end = text.index("typedef enum {\n#define X(number, name, word)")
    rows = " \\\n".join(line.rstrip() for line in events.rstrip().splitlines())
    return text[:end].rstrip() + " \\\n" + rows + "\n" + text[end:]


def build(box):
    src = box / "src"
    for name, text in files.items():
        (box / name).parent.mkdir(parents=True, exist_ok=True)
        (box / name).write_text(text)
    (src / "log").mkdir()
    (src / "log/event.h").write_text(kinds_with(re.search(r"^```events\n(.*?)^```$", page, re.M | re.S)[1]))
    quoted = (src / "notes/note.sql").read_text().replace("\\", "\\\\").replace('"', '\\"')
    (src / "notes/note_sql.inc").write_text("".join(f'"{line}\\n"\n' for line in quoted.splitlines()))
    flags = [f"-I{src}"] + subprocess.run(["make", "-s", "--no-print-directory", "BUILD=debug", "flags"], cwd=ROOT, text=True,
                                          stdout=subprocess.PIPE, check=True).stdout.split()
    flags = [f for f in flags if f not in ("-MMD", "-MP")]
    for option, out in ((["-h"], "note_html.h"), ([], "note_html.c")):
        done = subprocess.run(["out/debug/tools/tpl", *option, "src/notes/note.html"], cwd=box, text=True,
                              executable=str(ROOT / "out/debug/tools/tpl"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        ok(done.returncode == 0, f"the template gives {out}", done.stdout)
        (src / "notes" / out).write_text(done.stdout)
    objects = []
    for c in sorted((src / "notes").glob("*.c")):
        extra = ["-Wno-unused-parameter"] if c.name.endswith("_html.c") else []
        good, said = run("gcc", *flags, *extra, "-c", "-o", f"{c}.o", str(c))
        ok(good, f"{c.name} compiles", said)
        if c.name in ("note.c", "note_test.c"):
            objects.append(f"{c}.o")
    libs = re.search(r"^PKGS\s*:= (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    libs = subprocess.run(["pkg-config", "--libs", *libs], text=True, stdout=subprocess.PIPE, check=True).stdout.split()
    good, said = run("gcc", "-pthread", "-o", str(box / "note_test"), *objects, "out/debug/libsnug.a", *libs, "-lm", "-lz", "-lcmocka")
    ok(good, "the test links", said)
    good, said = run(str(box / "note_test"))
    ok(good, "the test passes", said)


def strangers(text):
    """what a text names in backticks as a function or file and src, or the root, does not have"""
    code = {p: p.read_text(errors="replace") for p in (ROOT / "src").rglob("*.[ch]") if not p.name.endswith("_test.c")}
    defined = set(re.findall(r"^(?:[a-z]\w*[\w *]*?[ *]|#define )(\w+)\(", "\n".join(code.values()), re.M))
    known = {p.name for p in (ROOT / "src").rglob("*")}
    for word in sorted(set(re.findall(r"`([^`\n]+)`", text))):
        if m := re.fullmatch(r"(\w+)\(\)", word):
            if m[1] not in defined:
                yield word
        elif re.fullmatch(r"[\w/.-]+\.(?:[ch]|html|sql|py)|[\w/]+/", word):
            there = (ROOT / word).exists() or (ROOT / "src" / word).exists() or (ROOT / "tests" / word).exists()
            if not there and not ("/" not in word.rstrip("/") and (word.rstrip("/") in known or word.startswith("x"))):
                yield word


text = (ROOT / "ARCHITECTURE.md").read_text()
lost = list(strangers(text))
ok(not lost, "ARCHITECTURE.md names what is there", "not found: " + ", ".join(lost))
ok(list(strangers("`no_such()` `src/no.c` `log/no.h` `no.c` `log_note()` `log/log.c` `log.c`")) ==
   ["log/no.h", "no.c", "no_such()", "src/no.c"], "and what is not there would be found")
ok({"note.h", "note.c", "note.sql", "note_web.h", "note_web.c", "note.html", "note_test.c"} <= {Path(f).name for f in files},
   "the page has all files", " ".join(files))
if not (ROOT / "out/debug/libsnug.a").exists():
    ok(False, "out/debug/libsnug.a is there", "make BUILD=debug lib")
else:
    with tempfile.TemporaryDirectory(prefix="snug-example.") as name:
        build(Path(name))
print(f"1..{count}")
sys.exit(bad > 0)
