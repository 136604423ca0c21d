# SPDX-License-Identifier: GPL-3.0-or-later
story The same bytes in the mail of two keepers are one message, and both may read it

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>
mail
  from: Ada Berg <ada@berg.example>
  to: orders@corner.example
  subject: Forty lamps
  date: 2026-03-01 08:00

  Could you have forty lamps by Friday?
import
serve

as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /talk
  says "Forty lamps"
get /settings
submit "Add"
  field name = "Bo Lind"
  field addresses = "bo@corner.example"
  field password = "three blue cups on a shelf"

as other
get /sign-in
submit "Sign in"
  field address = "bo@corner.example"
  field password = "three blue cups on a shelf"
get /talk
  silent about "Forty lamps"
snug import --as bo@corner.example mail1.mbox
get /talk
  says "Forty lamps"
snug import --as bo@corner.example mail1.mbox
snug doctor --json
  json messages = 1
