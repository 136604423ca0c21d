# SPDX-License-Identifier: GPL-3.0-or-later
story Mail was brought in before anybody said whose it is

clock 2026-03-02 09:00
house

mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: The lamp
  date: 2026-02-27 10:00

  Can you repair the lamp I bought in December?

mail
  from: Corner Shop <shop@corner.example>
  to: Cy Plover <cy@plover.example>
  subject: The chair
  date: 2026-02-26 10:00

  The chair is ready.

mail
  from: Bo Lind <bo@lind.example>
  to: shop@corner.example
  subject: The table
  date: 2026-02-25 10:00

  Is the table there?

mail
  from: News <news@lists.example>
  to: shop@corner.example
  List-Id: News <news.lists.example>
  subject: What is new?
  date: 2026-02-24 10:00

  Our spring list.

import
serve
as keeper
get /setup
  says "is in most of the mail that was brought in"
  source says name="addresses" value="shop@corner.example"
submit "Open the house"
  field house = "Corner Shop"
  field password = "a green kettle in the window"
  goes to /
get /waiting
  says "Ada Berg"
  says "Bo Lind"
