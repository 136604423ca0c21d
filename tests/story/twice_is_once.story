# SPDX-License-Identifier: GPL-3.0-or-later
story The same mail twice is one message, and changes nothing

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: Opening hours
  date: 2026-03-01 08:00
  id: hours

  When do you open on Monday?

mail
  from: Bo Lind <bo@lind.example>
  to: shop@corner.example
  cc: ada@berg.example
  subject: Re: Opening hours
  date: 2026-03-01 09:00
  reply: hours

  At nine, I think.

import
snug doctor --digest
  keep before /([\s\S]+\S)/
import again
snug doctor --digest
  source says ${before}
snug doctor --json
  json messages = 2
  json people > 2
