# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks share: the tree they look at, its files, C text without comments, the layers."""
import re, sys
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 and not sys.argv[1].startswith("-") \
    else Path(__file__).resolve().parent.parent
DATA = ROOT / "tools"


class Report:
    """Collects breaches and ends the check."""

    def __init__(self, unit):
        self.unit, self.count, self.bad = unit, 0, []

    def breach(self, where, says):
        if isinstance(where, tuple):
            where = f"{where[0]}:{where[1]}"
        self.bad.append(f"{where}: {says}")

    def end(self):
        for line in self.bad:
            print(line)
        print(f"{self.count} {self.unit}, {len(self.bad)} breaches")
        sys.exit(bool(self.bad))


def files(*patterns, under="src"):
    """Paths relative to the root, sorted."""
    found = set()
    for pattern in patterns:
        found.update(p for p in (ROOT / under).rglob(pattern) if p.is_file())
    return [p.relative_to(ROOT) for p in sorted(found)]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.S)


def without_comments(text, strings=True):
    """C text with comments (and, if asked, the insides of strings) blanked; places stay the same."""
    def blank(m):
        s = m.group(0)
        if s[0] == "/":
            return re.sub(r"[^\n]", " ", s)
        return s if strings else s[0] + " " * (len(s) - 2) + s[-1]
    return TOKEN.sub(blank, text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def data_lines(name):
    """The lines of a data file of tools/ as (number, words), without comments."""
    for n, line in enumerate((DATA / name).read_text(encoding="utf-8").splitlines(), 1):
        words = line.split(" #")[0].split()
        if words and not words[0].startswith("#"):
            yield n, words


class Layers:
    """tools/layers: folders in order, doors of concepts, who may include which library."""

    def __init__(self):
        self.kits, self.concepts, self.all, self.libs = {}, {}, set(), []
        self.order = []
        for n, words in data_lines("layers"):
            head, rest = words[0], words[1:]
            if head.startswith("<"):
                self.libs.append((head, rest))
                continue
            folder = head.lstrip("+").rstrip(":")
            self.order.append(folder)
            rest = [w for w in rest if w != ":"]
            if head.startswith("+"):
                self.concepts[folder] = rest
            elif rest == ["*"]:
                self.all.add(folder)
            else:
                self.kits[folder] = rest

    def folder(self, path):
        """The declared folder a path below src/ lies in, or None."""
        parts = Path(path).parts
        for n in (2, 1):
            name = "/".join(parts[:n])
            if len(parts) > n and name in self.order:
                return name
        return None

    def rank(self, folder):
        return self.order.index(folder)
