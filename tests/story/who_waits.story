# SPDX-License-Identifier: GPL-3.0-or-later
story A question waits on us until it is answered; thanks is not an answer

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: The lamp
  date: 2026-02-27 10:00
  id: lamp

  Can you repair the lamp I bought in December? It flickers.

mail
  from: Lists at Berg <news@lists.example>
  to: shop@corner.example
  List-Id: News <news.lists.example>
  subject: What is new?
  date: 2026-02-26 10:00

  Did you see our spring list?

import
snug today
  says "Ada Berg"
  says "Can you repair the lamp"
  silent about "spring list"

# ours, but it settles nothing
mail
  from: shop@corner.example
  to: ada@berg.example
  subject: Re: The lamp
  date: 2026-03-02 09:30
  id: thanks
  reply: lamp

  Thank you!

clock 2026-03-02 10:00
import
snug today
  says "Can you repair the lamp"

mail
  from: shop@corner.example
  to: ada@berg.example
  subject: Re: The lamp
  date: 2026-03-02 11:00
  reply: thanks

  Yes: bring it on Wednesday, it takes ten minutes and costs nothing.

clock 2026-03-02 12:00
import
snug today
  says "Nobody waits on you"
