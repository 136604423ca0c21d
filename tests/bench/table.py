#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py [--messages N] [--rounds N] [--only WORD...] [--keep]: what `make bench` prints.

Imports a Maildir of N messages (100,000) with snug, notmuch and mu in turn, and says of each figure what
it is as a ratio to the best peer or to a floor of the same run, and what it should be. The messages are
the public archive in $SNUG_SHARED/data/mail (../shared) and a generated mailbox beside it, or
where there is none the invented pub alone. Sections: import, size, fresh, search, memory, pages,
ties. Nothing here is a test: machines are noisy, so the table is read by people.
"""
import argparse, os, re, shutil, sqlite3, statistics, subprocess, sys, threading, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "out/release"
SNUG = OUT / "snug"
SHARED = Path(os.environ.get("SNUG_SHARED", ROOT.parent / "shared")) / "data/mail"
WORK = ROOT / "out/bench"
OWNER = "marta@house.example"
QUERIES = [("raid5", "raid5"), ("raid5 rebuild", "raid5 rebuild"), ("from:neilb", "from:neilb"),
           ('"bad block"', '"bad block"'), ("after:2023-01-01 before:2023-07-01", "date:2023-01-01..2023-06-30")]


def row(name, value, ratio="", bar="", met=None):
    mark = "" if met is None else "  ok" if met else "  MISSED"
    print(f"{name:<44} {value:>16}  {ratio:<22} {bar:<24}{mark}", flush=True)


def tree(pid):
    """pid and all that it started."""
    found, children = [pid], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rsplit(")", 1)[1].split()
            children.setdefault(int(words[1]), []).append(int(stat.parent.name))
        except (OSError, IndexError):
            pass
    for p in found:
        found += children.get(p, [])
    return found


def memory(pid):
    """Bytes of all processes below pid; what they share counts once."""
    total = 0
    for p in tree(pid):
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{p}/smaps_rollup").read_text(), re.M).group(1)) * 1024
        except (OSError, AttributeError):
            pass
    return total


def measured(words, **more):
    """Runs it: seconds, processor seconds, the most memory."""
    before, began, most = os.times(), time.monotonic(), 0
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **more)
    said = []
    reader = threading.Thread(target=lambda: said.append(child.stderr.read()))
    reader.start()
    while child.poll() is None:
        most = max(most, memory(child.pid))
        time.sleep(.1)
    took, after = time.monotonic() - began, os.times()
    reader.join()
    if child.returncode:
        sys.exit(f"{words[0]} failed: {said[0][-2000:]}")
    return took, after.children_user + after.children_system - before.children_user - before.children_system, most


# ---- the corpus -------------------------------------------------------------------------

def split(lines, to):
    """An mboxrd as Maildir."""
    n, out = 0, []

    def end():
        if out:
            (to / f"cur/{1200000000 + n}.m{n}.bench:2,S").write_bytes(b"".join(out[1:-1] if out[-1] == b"\n" else out[1:]))

    for folder in ("cur", "new", "tmp"):
        (to / folder).mkdir(parents=True)
    for line in lines:
        if line.startswith(b"From "):
            end()
            n, out = n + 1, []
        out.append(line[1:] if re.match(rb">+From ", line) else line)
    end()
    return n


def corpus(count):
    box, whole = WORK / f"mail-{count}", WORK / f"mail-{count}.whole"
    if whole.exists():
        return box
    shutil.rmtree(box, ignore_errors=True)
    have, archive, made = 0, SHARED / "linux-raid.mbox.zst", SHARED / "gen_shop.py"
    if archive.exists() and count >= 50000:
        with subprocess.Popen(["zstd", "-dcq", archive], stdout=subprocess.PIPE) as raw:
            have = split(raw.stdout, box / "archive")
    if made.exists():
        subprocess.run([sys.executable, made, str(count - have), WORK / "gen", "7"], check=True, stdout=subprocess.DEVNULL)
        (WORK / "gen/Maildir").rename(box / "made") if have else (box.mkdir(parents=True), (WORK / "gen/Maildir").rename(box / "made"))
        shutil.rmtree(WORK / "gen")
    else:
        with subprocess.Popen([OUT / "bench/sample_mbox", "--messages", str(count)], stdout=subprocess.PIPE) as raw:
            split(raw.stdout, box / "made")
    whole.touch()
    return box


def read_all(box):
    """So that nobody waits for the disk; how many messages, how many bytes."""
    n = size = 0
    for path in box.rglob("cur/*"):
        size += len(path.read_bytes())
        n += 1
    return n, size


# ---- the three ---------------------------------------------------------------------------

def snug_import(box, house):
    shutil.rmtree(house, ignore_errors=True)
    subprocess.run([SNUG, "-C", house, "init", "--name", "Bench", "--address", OWNER], check=True, stdout=subprocess.DEVNULL)
    return measured([SNUG, "-C", house, "import", box])


def notmuch_env():
    """Its database stands beside the mail: it insists on keeping paths below it."""
    return dict(os.environ, NOTMUCH_CONFIG=str(WORK / "notmuch.conf"))


def notmuch_new(box):
    shutil.rmtree(WORK / "notmuch", ignore_errors=True)
    (WORK / "notmuch").mkdir()
    (WORK / "notmuch.conf").write_text(
        f"[database]\npath={WORK / 'notmuch'}\nmail_root={box}\n[user]\nname=b\nprimary_email={OWNER}\n[new]\ntags=\nignore=\n"
        "[search]\nexclude_tags=\n[maildir]\nsynchronize_flags=false\n")
    return measured(["notmuch", "new", "--quiet"], env=notmuch_env())


def mu_index(box):
    shutil.rmtree(WORK / "mu", ignore_errors=True)
    subprocess.run(["mu", "init", f"--muhome={WORK / 'mu'}", f"--maildir={box}"], check=True, stdout=subprocess.DEVNULL)
    return measured(["mu", "index", "--quiet", f"--muhome={WORK / 'mu'}"])


def size_of(folder):
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


# ---- sections ------------------------------------------------------------------------------

def importing(box, house, rounds, n, size):
    best = {}
    for _ in range(rounds):
        for name, run in (("snug", lambda: snug_import(box, house)), ("notmuch", lambda: notmuch_new(box)), ("mu", lambda: mu_index(box))):
            got = run()
            best[name] = min(best.get(name, got), got)
    took, cpu, most = best["snug"]
    for name in ("notmuch", "mu"):
        row(f"import: {name}", f"{best[name][0]:.1f} s", f"{n / best[name][0]:.0f} messages/s, {best[name][2] / 2**20:.0f} MiB")
    row("import: snug", f"{took:.1f} s", f"{n / took:.0f} messages/s", "1,500 messages/s", n / took >= 1500)
    ratio = took / best["notmuch"][0]
    row("import: snug / notmuch", f"{ratio:.3f}", f"{cpu:.1f} s of processor", "0.10 (goal 0.07)", ratio <= .10)
    row("import: snug / mu", f"{took / best['mu'][0]:.3f}")
    row("import: memory of all processes", f"{most / 2**20:.0f} MiB", f"{most / best['notmuch'][2]:.2f} of notmuch", "200 MiB", most <= 200 * 2**20)


def sizes(house, size):
    with sqlite3.connect(house / "snug.db") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    index = sum(v for k, v in pages.items() if k.startswith("search"))
    whole = size_of(house)
    row("size: the mail", f"{size / 1e6:.1f} MB")
    row("size: search index", f"{index / 1e6:.1f} MB", f"{index / size:.2f} of the mail", "0.35", index <= .35 * size)
    row("size: whole house, raws kept", f"{whole / 1e6:.1f} MB", f"{whole / size:.2f} of the mail", "0.80", whole <= .8 * size)
    for name in ("notmuch", "mu"):
        if (WORK / name).exists():
            row(f"size: {name}, without the mail", f"{size_of(WORK / name) / 1e6:.1f} MB", f"{size_of(WORK / name) / size:.2f} of the mail")
    largest = sorted(pages.items(), key=lambda x: -x[1])[:6]
    print("  " + ", ".join(f"{k} {v / 1e6:.1f}" for k, v in largest))


def fresh(house):
    """100 new messages, from the command to the first search that finds them."""
    box = WORK / "fresh"
    shutil.rmtree(box, ignore_errors=True)
    (box / "cur").mkdir(parents=True)
    for folder in ("new", "tmp"):
        (box / folder).mkdir()
    for i in range(100):
        (box / f"cur/{1795000000 + i}.f{i}:2,S").write_text(
            f"From: Wren <wren{i % 9}@fresh.example>\nTo: {OWNER}\nSubject: Fresh {i}\nMessage-ID: <fresh{i}.{time.time()}@fresh.example>\n"
            f"Date: Sat, 14 Nov 2026 {i // 60:02}:{i % 60:02}:00 +0000\n\nThe freshly{i} painted door of number {i} is dry by now.\n")
    began = time.monotonic()
    subprocess.run([SNUG, "-C", house, "import", box], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    found = subprocess.run([SNUG, "-C", house, "search", "freshly42"], capture_output=True, text=True).stdout
    if "Fresh 42" not in found:
        sys.exit("what was just imported is not found")
    start = min(timeit([SNUG, "-C", house, "search", "nobodywrotethat"]) for _ in range(5))
    row("fresh: 100 messages searchable", f"{took * 1e3:.0f} ms", f"{start * 1e3:.0f} ms of it to start", "100 ms", took <= .1)


def timeit(words, **more):
    began = time.monotonic()
    subprocess.run([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    return time.monotonic() - began


def served(house):
    """Processor time of each page, in the server: (name, ms)."""
    said = subprocess.run([OUT / "bench/pages", house], capture_output=True, text=True, check=True).stdout
    return [(line.split()[0].removeprefix("page_"), float(line.split()[1])) for line in said.splitlines()]


def searching(house):
    """The whole page against notmuch, warm: the best of five, its start taken off."""
    ours = dict(served(house))
    start = min(timeit(["notmuch", "--version"]) for _ in range(10)) if (WORK / "notmuch").exists() else 0
    for words, theirs in QUERIES:
        ms, peer, ratio = ours["search_" + re.sub(r"[^A-Za-z0-9]", "_", words)], "", None
        if start:
            best = min(timeit(["notmuch", "search", "--limit=20", theirs], env=notmuch_env()) for _ in range(5)) - start
            peer, ratio = f"notmuch {best * 1e3:.1f} ms", ms < best * 1e3
        row(f"search: {words}", f"{ms:.2f} ms", peer, "5 ms, less than notmuch", ms <= 5 and ratio is not False)


def serving(house):
    import socket, urllib.request
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([str(SNUG), "-C", str(house), "serve", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    for i in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5).read()
        except OSError:
            time.sleep(.05)
        if i % 20 == 0:
            most = max(most, memory(server.pid))
    server.terminate()
    server.wait()
    row("memory: snug serve on that house", f"{most / 2**20:.0f} MiB", "", "64 MiB", most <= 64 * 2**20)


def pages(house):
    for name, ms in served(house):
        if name.startswith("search"):
            continue
        barred = re.match("today|person|conversation$|typed", name) is not None
        row(f"page: {name}", f"{ms:.2f} ms", "", "5 ms of processor" if barred else "", ms <= 5 if barred else None)


def ties():
    print(subprocess.run([OUT / "bench/ties_speed", "10000000"], capture_output=True, text=True, check=True).stdout, end="")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--messages", type=int, default=100000)
    a.add_argument("--rounds", type=int, default=1)
    a.add_argument("--only", nargs="*", default=["import", "size", "fresh", "search", "memory", "pages", "ties"])
    a.add_argument("--keep", action="store_true", help="leave the house and the peers' databases for the next run")
    o = a.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    box, house = corpus(o.messages), WORK / "house"
    n, size = read_all(box)
    print(f"{n:,} messages, {size / 1e6:.1f} MB, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if "import" in o.only:
        importing(box, house, o.rounds, n, size)
    elif not house.exists() and set(o.only) - {"ties"}:
        snug_import(box, house)
    for word, run in (("size", lambda: sizes(house, size)), ("fresh", lambda: fresh(house)), ("search", lambda: searching(house)),
                      ("memory", lambda: serving(house)), ("pages", lambda: pages(house)), ("ties", ties)):
        if word in o.only:
            run()
    if not o.keep:
        for name in ("house", "notmuch", "mu", "fresh"):
            shutil.rmtree(WORK / name, ignore_errors=True)


if __name__ == "__main__":
    main()
