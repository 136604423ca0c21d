# SPDX-License-Identifier: GPL-3.0-or-later
story The first day: mail goes in, people and conversations come out

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: Corner Shop <shop@corner.example>
  subject: The green kettle
  date: 2026-02-27 10:00
  id: kettle

  Hello,

  do you still have the green kettle from the window? I would come by on Saturday.

  Ada

mail
  from: Corner Shop <shop@corner.example>
  to: Ada Berg <ada@berg.example>
  subject: Re: The green kettle
  date: 2026-02-27 15:30
  id: kept
  reply: kettle

  We do, and we keep it for you until Saturday noon.

mail
  from: Ada Berg <ada@berg.example>
  to: Corner Shop <shop@corner.example>
  subject: Re: The green kettle
  date: 2026-02-27 16:00
  reply: kept

  Wonderful, thank you!

import
snug doctor --json
  json messages = 3
  json conversations = 1

serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
follow
get /people
  says "Ada Berg"
click "Ada Berg"
  says "The green kettle"
click "The green kettle"
  says "do you still have the green kettle"
  says "we keep it for you until Saturday noon"
