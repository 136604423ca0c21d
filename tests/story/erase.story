# SPDX-License-Identifier: GPL-3.0-or-later
story What is erased is gone from every page, and does not come back

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>
snug keeper add --name Bo bo@corner.example

mail
  from: Ada Kestrel <ada@kestrel.example>
  to: shop@corner.example
  subject: The zwetschge lamp
  date: 2026-02-20 10:00
  id: lamp

  Can you repair the lamp I bought in December? My quincepassword is on the label.

mail
  from: shop@corner.example
  to: ada@kestrel.example
  subject: Re: The zwetschge lamp
  date: 2026-02-20 12:00
  id: yes
  reply: lamp

  Yes, bring it on Wednesday.

mail
  from: Ada Kestrel <ada@kestrel.example>
  to: shop@corner.example
  subject: Re: The zwetschge lamp
  date: 2026-02-21 12:00
  id: thanks
  reply: yes

  Then I come at nine, with plumcake.

mail
  from: Cy Plover <cy@plover.example>
  to: shop@corner.example
  cc: Ada Kestrel <ada@kestrel.example>
  subject: The raft race
  date: 2026-02-22 12:00

  Will you be there again this year?

import
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"

# one message
get /search?q=quincepassword
  says "The zwetschge lamp"
  keep lamp /\/talk\/(\d+)/
get /talk/${lamp}
  says "quincepassword"
  links "Erase it"
get /talk/${lamp}/erase
  says "Goes: the subject, the words"
  says "It can't be undone"
submit "Erase for good"
  field reason = mistake
follow
  says "The message is erased."
  says "This message was erased."
  says "Ada Kestrel"
  says "Yes, bring it on Wednesday"
  silent about "quincepassword"
get /search?q=quincepassword
  silent about "lamp"
get /talk/${lamp}/raw
  status 404
get /talk/${lamp}/erase
  status 409

# a person
get /people?all=1
  keep ada /\/people\/(\d+)">\s*Ada Kestrel/
get /people/${ada}
  links "Erase for good"
get /people/${ada}/erase
  says "2 messages they wrote"
  says "1 message the house wrote to them alone"
  says "Stays: 1 message of others"
submit "Erase for good"
follow
  says "The person is erased."
get /people?all=1
  silent about "Ada"
  says "Cy Plover"
get /people/${ada}
  status 404
get /search?q=kestrel
  silent about "raft"
get /search?q=plumcake
  silent about "lamp"
get /talk/${lamp}
  says "somebody who was erased"
  silent about "Ada"
  silent about "Wednesday"
get /search?q=raft
  says "The raft race"
get /
  silent about "Ada"
get /talk?all=1
  silent about "Ada"
get /map
  silent about "Ada"
stop

snug doctor --json
  json erased > 3
  json broken = 0
# of the four that were brought in first, three are left out
snug import mail1.mbox
  exit 3
  says "0 new, 1 seen before"
  says "3 skipped"
snug people
  silent about "Ada"

# who writes again comes back, as somebody new
clock 2026-03-05 09:00
mail
  from: Ada Kestrel <ada@kestrel.example>
  to: shop@corner.example
  subject: Hello again
  date: 2026-03-04 12:00

  May I ask something?

import
snug people
  says "Ada Kestrel"
snug search plumcake
  says "Nothing found."
