# SPDX-License-Identifier: GPL-3.0-or-later
story Who is known only from the mail of others is announced, and then forgotten

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Cy Plover <cy@plover.example>
  to: shop@corner.example
  cc: Dot Smew <dot@smew.example>, Eve Teal <eve@teal.example>
  subject: The raft race
  date: 2025-07-01 12:00
  id: race

  Dot and Eve row as well this year.

import
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /people/strangers
  says "Nobody is about to be forgotten"
stop

# it counts from the day the house heard of them, not from the day of the letter
clock +26 days
serve
as keeper
get /sign-in
submit "Sign in"
  field address = "shop@corner.example"
  field password = "a green kettle in the window"
get /
  until says "2 people are known only from others’ mail: forgotten from 1 April 2026 on."
  links "See who"
get /people/strangers
  says "dot@smew.example"
  says "eve@teal.example"
  silent about "cy@plover.example"
submit "I know them"
stop

clock +5 days
serve
as keeper
get /sign-in
submit "Sign in"
  field address = "shop@corner.example"
  field password = "a green kettle in the window"
get /people/strangers
  until says "Nobody is about to be forgotten"
get /search?q=raft
  says "The raft race"
get /people?all=1
  says "Cy Plover"
