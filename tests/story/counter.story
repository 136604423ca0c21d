# SPDX-License-Identifier: GPL-3.0-or-later
story What was said at the counter counts like a letter, and can be taken back

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: Corner Shop <shop@corner.example>
  subject: The lamp
  date: 2026-02-27 10:00

  Can you repair the lamp I bought in December? It flickers.

mail
  from: Cy Plover <cy@plover.example>
  to: Corner Shop <shop@corner.example>
  subject: Kettles
  date: 2026-02-27 11:00

  Do you have kettles in green?

import
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /
  says "Can you repair the lamp"
  says "Do you have kettles in green"
snug doctor --json
  json ties = 0

# somebody who waits comes in (two clicks from Today); a note says so and ends the wait
get /counter?q=ada
click "Ada Berg"
  says "No, it is something new"
get /
click "Talked"
  says "A talk with Ada Berg"
  says "Can you repair the lamp"
  says "You may say no to that."
submit "Keep the note"
  field words = "Came in with the lamp, thanks us for last time? Ready on Friday."
  field told = "1"
follow
  says "Noted: you talked with Ada Berg."
  says "The lamp"
get /counter?q=ada
click "Ada Berg"
  silent about "You may say no to that."
get /waiting
  silent about "Can you repair the lamp"
get /talk
  says "The lamp"
  says "spoken"
click "The lamp"
  says "talked with Ada Berg"
  says "Ready on Friday"
snug doctor --json
  json ties = 1
  json messages = 3
snug search ready on friday
  says "Ready on Friday"

# taken back it is as if it had not been noted
submit "Take this note back"
follow
  says "Taken back"
get /waiting
  says "Can you repair the lamp"
get /talk
  silent about "spoken"
get /search?q=friday
  says "Nothing fits"
snug doctor --json
  json ties = 0

# by telephone, about nothing that waits: it ends no wait
get /people?q=ada&all=1
click "Ada Berg"
click "Note a talk"
submit "Keep the note"
  field words = "Rang about the summer fair."
  field how = "phoned"
  field at = "2026-03-01T18:30"
follow
  says "Rang about the summer fair."
  says "by telephone"
get /waiting
  says "Can you repair the lamp"
snug doctor --json
  json ties = 1

# somebody without any address
get /counter?q=Tom
  says "Nobody of that name is known here"
click "Somebody new, called Tom"
submit "Keep the note"
  field words = ""
  status 422
  says "write down what was said"
submit "Keep the note"
  field words = "Met at the bar, wants the table by the window"
  field others = "Cy Plover"
follow
  says "Tom"
  says "met in person"
  says "Met at the bar, wants the table by the window"
get /counter?q=tom
  links "Tom"
click "Tom"
submit "Keep the note"
  field words = "Came again."
  field at = "2026-04-01T18:30"
  status 422
  says "still to come"
submit "Keep the note"
  field others = "Nobody Known"
  field at = ""
  status 422
  says "Nobody, or more than one, is called Nobody Known here"
snug doctor --json
  json ties = 3

# a colleague who was not there sees nothing of it, nor may anybody else take it back
snug keeper add --name "Bea Holt" bea@corner.example
snug people tom
  says "Tom"
