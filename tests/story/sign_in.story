# SPDX-License-Identifier: GPL-3.0-or-later
story Nobody sees the house without signing in; leaving leaves nothing behind

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: A secret recipe
  date: 2026-03-01 10:00

  Cardamom, and nobody knows.

import
serve

# the first who comes sets the password, and only the first
as keeper
get /setup
  silent about "Cardamom"
submit "Open the house"
  field password = "short"
  status 422
submit "Open the house"
  field password = "a green kettle in the window"
  goes to /
get /people?all=1
  says "Ada Berg"
  header cache-control: no-store

as stranger
get /setup
  status 404
get /
  status 303
  silent about "Cardamom"
get /people
  status 303
  silent about "Ada"
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a blue kettle in the window"
  status 422
get /people
  status 303

# a page of the past must not work for a stranger: no token, no deed
post /sign-out
  status 403

as keeper
get /
submit "Sign out"
get /people
  status 303
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /people?all=1
  says "Ada Berg"
