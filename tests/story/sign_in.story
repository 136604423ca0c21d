# SPDX-License-Identifier: GPL-3.0-or-later
story Nobody sees the house without signing in, and a link opens it once

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

as stranger
get /
  status 303
  silent about "Cardamom"
get /people
  status 303
  silent about "Ada"

as keeper
snug signin shop@corner.example
  keep door /(http:\S+)/
get ${door}
  status 303
get /people
  says "Ada Berg"
  header cache-control: no-store

# the link has been used
as stranger
get ${door}
  status 403
get /people
  status 303

as keeper
get /
submit "Sign out"
get /people
  status 303
