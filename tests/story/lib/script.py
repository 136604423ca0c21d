# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a .story file into steps: (line number, verb, rest, block), where block is what was indented
below it: for mail and raw the text, else (line number, words) of each expectation or field."""
import calendar, re, textwrap, time
from pathlib import Path
from typing import NamedTuple

TEXT_BLOCKS = {"mail", "raw"}
STEPS = {"story", "clock", "house", "conf", "mail", "raw", "import", "snug", "serve", "stop", "as", "get", "post",
         "click", "submit", "follow", "smtp", "delivered", "nothing"}
BELOW = {"status", "exit", "goes", "says", "silent", "source", "json", "keep", "matches", "header", "field", "until",
         "links"}


class StoryError(Exception):
    pass


class Step(NamedTuple):
    line: int
    verb: str
    rest: str
    block: object


def read_story(path):
    steps, lines = [], Path(path).read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t":
            raise StoryError(f"{path}:{number}: an indented line belongs to a step above it; there is none")
        below = []
        while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t"):
            below.append((at + 1, lines[at]))
            at += 1
        verb, _, rest = line.partition(" ")
        if verb not in STEPS:
            raise StoryError(f"{path}:{number}: no step is called {verb!r}; README.md names them")
        steps.append(Step(number, verb, rest.strip(), block_of(path, verb, below)))
    if not steps or steps[0].verb != "story":
        raise StoryError(f"{path}: the first step is `story TITLE`")
    return steps


def block_of(path, verb, below):
    if verb in TEXT_BLOCKS:
        return textwrap.dedent("\n".join(line for _, line in below)).strip("\n") + "\n"
    block = []
    for number, line in below:
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if words.split()[0] not in BELOW:
            raise StoryError(f"{path}:{number}: {words.split()[0]!r} can't stand below a step; README.md says what can")
        block.append((number, words))
    return block


SPANS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}


def moment(words, now):
    """`2026-03-02 09:00`, `2026-03-02`, `+3 days`, `+2 hours` as unix seconds, UTC"""
    m = re.fullmatch(r"([+-])(\d+) (second|minute|hour|day|week)s?", words)
    if m:
        return now + int(m.group(1) + m.group(2)) * SPANS[m.group(3)]
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return calendar.timegm(time.strptime(words, form))
        except ValueError:
            pass
    raise StoryError(f"{words!r} is no moment: write 2026-03-02 09:00 or +3 days")


def unquote(words):
    """The text of "..." or the words as they stand."""
    words = words.strip()
    return words[1:-1] if len(words) > 1 and words[0] == words[-1] == '"' else words
