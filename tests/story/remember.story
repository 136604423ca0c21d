# SPDX-License-Identifier: GPL-3.0-or-later
story A sentence of a letter is remembered: told, said by another, or only noticed

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: Corner Shop <shop@corner.example>
  subject: The green kettle
  date: 2026-02-27 10:00

  I like the table by the window. Do you still have the green kettle?

mail
  from: Bo Stern <bo@stern.example>
  to: Corner Shop <shop@corner.example>, Ada Berg <ada@berg.example>
  subject: A surprise
  date: 2026-02-27 11:00

  Ada hates lilies. Please do not tell her that I said so.

mail
  from: Cy Moon <cy@moon.example>
  to: Corner Shop <shop@corner.example>
  subject: Sunday
  date: 2026-02-27 12:00

  We could come by after the concert.

import
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
follow

# their own words about themselves
get /talk
click "The green kettle"
click "Remember something of it"
  says "I like the table by the window."
  says "Do you still have the green kettle?"
  keep span /name="span" value="([0-9]+-[0-9]+)"/
submit "Remember it"
  status 422
  says "Please choose a sentence."
submit "Remember it"
  field span = ${span}
follow
  says "Remembered: it stands with what you may speak of."
  says "remembered: likes the table by the window"
click "remembered: likes the table by the window"
  says "said by them; you may speak of it"
  says "I like the table by the window."
  links "The letter"
  keep window /facts\/([0-9]+)\/change/

# before one answers, writes, or notes a talk
get /talk
click "The green kettle"
  matches /Ada Berg\s+likes the table by the window/
get /people?all=1
click "Ada Berg"
  says "likes the table by the window"
  keep ada /people\/([0-9]+)\/facts/
get /counter/${ada}
  says "likes the table by the window"
get /talk/new?to=${ada}
  says "likes the table by the window"

# said of them by somebody else
get /talk
click "A surprise"
click "Remember something of it"
  keep span /name="span" value="([0-9]+-[0-9]+)"/
submit "Remember it"
  field span = ${span}
  field about = ${ada}
  field line = "hates lilies"
follow
  says "Remembered: it stands with what you may ask about."
  says "remembered: does not like lilies"
get /people/${ada}
  says "told you by Bo Stern on 2 March 2026"
  says "ask, don't tell"

# noticed only: a place, no copy
get /talk
click "Sunday"
click "Remember something of it"
  keep span /name="span" value="([0-9]+-[0-9]+)"/
submit "Remember it"
  field span = ${span}
  field as = noticed
follow
  says "remembered: “We could come by after the concert.”"
submit "Undo"
follow
  silent about "remembered:"

# nobody else sees it
get /settings
post /keepers
  field name = Pat Low
  field addresses = pat@corner.example
  field password = "a red kettle in the window"
as pat
get /sign-in
submit "Sign in"
  field address = pat@corner.example
  field password = "a red kettle in the window"
get /people/${ada}
  says "Nothing yet. What Ada tells you"
  silent about "the table by the window"
get /facts/${window}
  status 404
get /counter/${ada}
  silent about "the table by the window"

# but whom it is shown to
as keeper
get /facts/${window}
submit "Show it to them"
  field seen = house
follow
  says "everybody who keeps this house sees it"
as pat
get /people/${ada}
  says "likes the table by the window"
get /facts/${window}
  says "Who noted it, whom it is about, or an owner of the house can change it."
