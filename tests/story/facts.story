# SPDX-License-Identifier: GPL-3.0-or-later
story What a keeper notes of somebody: one line, who said it, who sees it, and how it goes again

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: Corner Shop <shop@corner.example>
  subject: The green kettle
  date: 2026-02-27 10:00
  id: kettle

  Do you still have the green kettle? I stopped drinking coffee in 1998.
  Bo Stern says that the blue one leaks.

mail
  from: Bo Stern <bo@stern.example>
  to: Corner Shop <shop@corner.example>
  subject: The blue one
  date: 2026-02-27 11:00

  It leaks.

import
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
follow
get /people?all=1
click "Ada Berg"
  keep ada /people\/([0-9]+)\/facts/
  says "What you know of Ada"
  says "Nothing yet. What Ada tells you"

# one line, understood, and taken back
get /people/${ada}/facts?words=no+alcohol+since+2012
  status 200
submit "Note it"
  field words = "no alcohol since 2012"
follow
  says "Noted under “Eats and drinks”: eats and drinks: no alcohol, from 2012."
  says "told you on 2 March 2026"
  says "only you see it"
  says "kept until 1 March 2028"
submit "Undo"
follow
  says "Taken back: nothing of it is kept."
  says "Nothing yet. What Ada tells you"

# for the house, until a day
get /people/${ada}/facts
submit "Note it"
  field words = "likes the table by the window"
  field until = 2026-12-31
follow
  says "likes the table by the window"
  says "kept until 31 December 2026"

# what is otherwise now, and was so until then
get /people/${ada}/facts
submit "Note it"
  field words = "drinks coffee"
follow
click "usually has coffee"
  says "you may speak of it"
  says "weighed: who comes here wants to be known here"
  keep coffee /facts\/([0-9]+)\/change/
submit "Keep that"
  field words = "drinks tea since 1998"
follow
  says "usually has tea, from 1998"
  says "was: usually has coffee, until 1998"
  keep tea /facts\/([0-9]+)\/change/
submit "Undo"
follow
  says "usually has coffee"
  silent about "usually has tea"
get /facts/${tea}
  status 404

# a doubt, and its end
get /facts/${coffee}
submit "I doubt it"
follow
  says "in doubt"
submit "Undo"
follow
  silent about "in doubt"

# from somebody else: asked about, never spoken of
get /people/${ada}/facts
submit "Note it"
  field words = "birthday 3 May"
  field how = other
  status 422
  says "Please say who told you."
submit "Note it"
  field words = "birthday 3 May"
  field how = other
  field whom = "Bo Stern"
follow
  says "has a birthday on 3 May"
  says "told you by Bo Stern on 2 March 2026"
  says "kept until 1 April 2026"
click "has a birthday on 3 May"
  says "you may only ask about it"
submit "They told me that it is right"
follow
  says "you may speak of it"
  says "kept until 1 March 2028"

# what the law keeps apart, and what would allow it
get /people/${ada}/facts
submit "Note it"
  field words = "is allergic to nuts"
  status 422
  says "this is kept only if they agreed to it themselves, in so many words"

# forgotten for good
get /facts/${coffee}
submit "Forget it"
follow
  says "Forgotten: its words are gone from everywhere."
  silent about "coffee, until"
get /facts/${coffee}
  status 404

# asked by a letter
get /people/${ada}/facts
submit "Note it"
  field words = "hates lilies"
  field how = noticed
follow
  says "noticed by you on 2 March 2026"
click "Ask"
  says "does not like lilies"
  says "Answer this letter with the one word YES or NO."
submit "Change it first"
follow
  says "does not like lilies"
  links "connect one"

# found by its words, and by nobody else
get /people?q=window
  says "By what is noted of them"
  says "likes the table by the window"
get /search?q=window+tab
  says "likes the table by the window"
get /people?q=wind+owl
  silent about "By what is noted of them"

# in a terminal
stop
snug keeper add --name Pat pat@corner.example
snug facts --json ${ada}
  json # = 3
  json 0.group = "spoken"
  json 0.key = "birthday"
snug facts "Ada Berg"
  says "You may speak of it:"
  says "likes the table by the window"
snug facts --as pat@corner.example "Ada Berg"
  says "Nothing that you may see is noted of Ada Berg."
snug note --as pat@corner.example --json "Ada Berg" delivery to the pool
  json 0.says = "delivery: to the pool"
  json 0.speakable = true
snug note --noticed ${ada} wears a blue hat
  says "Ada Berg: wears a blue hat"
snug facts ${ada}
  silent about "to the pool"
  says "You may only ask about it:"
snug note ${ada} is allergic to nuts
  exit 1
snug facts "Nobody Known"
  exit 1
