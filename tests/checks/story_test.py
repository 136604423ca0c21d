#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story runner is proved: on a stand-in for snug a true story passes, each untrue line fails. Prints TAP."""
import os, subprocess, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRUE = """story It works
clock 2026-03-02 09:00
house Corner <a@corner.example>
mail
  from: Ada <ada@berg.example>
  to: a@corner.example
  subject: The kettle
  id: one

  Is it there?
mail
  from: a@corner.example
  to: ada@berg.example
  subject: Re: The kettle
  reply: one

  From here on, yes.
import
import again
snug doctor --json
  json messages = 2
  keep n json messages
snug nonsense
  exit 2
{conf}
smtp
conf smtp ${smtp}
serve
get /list
  status 303
  goes to /door
follow
submit "Go in"
  field who = Mia
  goes to /list
delivered to ada@berg.example
  says "welcome Mia"
nothing else delivered
follow
  says "The kettle"
  says "at night"
  says "Re: The kettle"
  links "The kettle"
  silent about "hidden words"
  source says "hidden words"
  until says "kettle"
  matches /kett.e/
{more}
as stranger
get /list
  status 303
get /door
post /go
  field who = Bo
  status 303
"""
CASES = [  # what is added; conf; what has to fail, or None
    ("", "", None),
    ('get /list\n  says "teapot"', "", 'says "teapot"'),
    ("get /list\n  silent about kettle", "", "silent about kettle"),
    ("get /list\n  status 404", "", "answers 404"),
    ("get /list\n  goes to /nowhere", "", "goes to /nowhere"),
    ("snug doctor --json\n  json messages = 3", "", "json messages = 3"),
    ("snug doctor\n  exit 1", "", "exits with 1"),
    ("get /list\n  until says never", "", "until says never"),
    ("nothing else delivered\npost /go\n  field who = Bo\n  field token = t1\nnothing else delivered", "", "nothing else was delivered"),
    ("post /go\n  field token = wrong", "", "answers 303 or 200"),
    ('click "No such link"', "", "the story goes on"),
    ("", "conf fault sick", "healthy house"),
    ("", "conf fault rebuild", "rebuilds to the same tables"),
    ("", "conf fault digest", "rebuilds to the same tables"),
    ("", "conf fault crash", "the house opens"),
    ("dance", "", "it can be read"),
]


def play(more, conf):
    with tempfile.TemporaryDirectory() as box:
        story = Path(box, "x.story")
        story.write_text(TRUE.replace("{more}", more).replace("{conf}", conf))
        done = subprocess.run([str(HERE.parent / "story" / "run"), "--engine", "sqlite", str(story)], text=True,
                              env={**os.environ, "SNUG_BIN": str(HERE / "fake_snug.py"), "STORY_PATIENCE": "2"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


print(f"1..{len(CASES)}", flush=True)
bad = 0
for n, (more, conf, wrong) in enumerate(CASES, 1):
    code, out = play(more, conf)
    failed = [line for line in out.splitlines() if line.startswith("not ok")]
    good = (code == 0 and not failed) if wrong is None else (code != 0 and any(wrong in line for line in failed))
    bad += not good
    print(f"{'ok' if good else 'not ok'} {n} - {'a true story passes' if wrong is None else 'a story notices: ' + wrong}", flush=True)
    if not good:
        print("\n".join("# " + line for line in out.splitlines()))
sys.exit(bad > 0)
