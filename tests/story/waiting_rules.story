# SPDX-License-Identifier: GPL-3.0-or-later
story Who waits, rule by rule: WAIT-1 to WAIT-14

clock 2026-02-27 09:00
house Corner Shop <shop@corner.example>
snug keeper add --name "Bea Holt" bea@corner.example

# WAIT-10: nothing was ever read
snug today
  says "No mail has been brought into this house yet, so nobody can be seen waiting."

mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: The lamp
  date: 2026-02-27 10:00
  id: lamp

  Can you repair the lamp I bought in December? It flickers.

mail
  from: shop@corner.example
  to: Bo Lind <bo@lind.example>
  subject: Chairs
  date: 2026-02-27 10:00
  id: chairs

  When can you bring the twelve chairs?

# WAIT-6: none of these ever opens a wait
mail
  from: Lia List <lia@list.example>
  to: shop@corner.example
  List-Id: News <news.list.example>
  subject: List
  date: 2026-02-20 10:00

  Could you answer the list rule?

mail
  from: Una Sub <una@sub.example>
  to: shop@corner.example
  List-Unsubscribe: <mailto:off@sub.example>
  subject: Unsubscribe
  date: 2026-02-20 10:00

  Could you answer the unsubscribe rule?

mail
  from: Nora <no-reply@nora.example>
  to: shop@corner.example
  subject: No reply
  date: 2026-02-20 10:00

  Could you answer the no-reply rule?

mail
  from: Otto Auto <otto@auto.example>
  to: shop@corner.example
  Auto-Submitted: auto-replied
  subject: Automatic
  date: 2026-02-20 10:00

  Could you answer the automatic rule?

raw
  From: Cal Ender <cal@ender.example>
  To: shop@corner.example
  Subject: Meeting
  Message-ID: <cal@ender.example>
  Date: Fri, 20 Feb 2026 10:00:00 +0000
  MIME-Version: 1.0
  Content-Type: text/calendar; method=REQUEST; charset=utf-8

  BEGIN:VCALENDAR
  METHOD:REQUEST
  SUMMARY:Could you answer the calendar rule?
  END:VCALENDAR

raw
  From: MAILER-DAEMON@berg.example
  To: shop@corner.example
  Subject: Undelivered Mail Returned to Sender
  Message-ID: <bounce@berg.example>
  Date: Fri, 20 Feb 2026 10:00:00 +0000
  Return-Path: <>
  MIME-Version: 1.0
  Content-Type: multipart/report; report-type=delivery-status; boundary=b

  --b
  Content-Type: text/plain

  Could you answer the bounce rule?
  --b
  Content-Type: message/delivery-status

  Reporting-MTA: dns; berg.example

  Final-Recipient: rfc822; gone@berg.example
  Action: failed
  Status: 5.1.1

  --b--

mail
  from: Cora Copy <cora@copy.example>
  to: bo@lind.example
  cc: shop@corner.example
  subject: Copy
  date: 2026-02-20 10:00

  Could you answer the copy rule?

# WAIT-3: thanks, ok and a smile open nothing
mail
  from: Tess Thanks <tess@thanks.example>
  to: shop@corner.example
  subject: Thanks
  date: 2026-02-26 10:00

  Thanks!

mail
  from: Otis Okay <otis@okay.example>
  to: shop@corner.example
  subject: Fine
  date: 2026-02-26 10:00

  ok

mail
  from: Sue Smile <sue@smile.example>
  to: shop@corner.example
  subject: Smile
  date: 2026-02-26 10:00

  🙂

import

# WAIT-1: within the usual time of an answer, at least a day, nobody waits; WAIT-10: another sentence
clock 2026-02-28 09:59
snug today --json
  json waiting.# = 0
snug today
  says "Nobody waits on you: whoever wrote has an answer, or wrote only just now."
clock 2026-02-28 10:01
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /waiting
  says "Can you repair the lamp I bought in December?"
  silent about "rule?"
  silent about "Tess Thanks"
  silent about "Otis Okay"
  silent about "Sue Smile"
  silent about "twelve chairs"
snug today --json
  json waiting.# = 1
  json waiting.0.line = "Can you repair the lamp I bought in December?"

# WAIT-2: our question waits after three days
clock 2026-03-02 10:01
snug today
  says "When can you bring the twelve chairs?"
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "When can you bring the twelve chairs?"

# WAIT-9: the same twice
snug today
  keep all /(.*)/
snug today
  says ${all}

# WAIT-5: a nudge does not restart the clock
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: Re: The lamp
  date: 2026-03-02 10:30
  id: nudge
  reply: lamp

  Any news about it?

clock 2026-03-03 10:01
import
snug today --json
  json waiting.# = 1
  json waiting.0.days = 4
  json waiting.0.line = "Can you repair the lamp I bought in December?"

# no answer needed: that one message asks for none; the nudge does
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
click "⋯"
submit "No answer needed"
  goes to /waiting
snug today --json
  json waiting.# = 0
follow
submit "Take that back"
snug today --json
  json waiting.0.line = "Can you repair the lamp I bought in December?"
get /waiting
click "⋯"
submit "No answer needed"
follow
clock 2026-03-03 10:31
snug today --json
  json waiting.# = 1
  json waiting.0.line = "Any news about it?"
submit "Take that back"
snug today --json
  json waiting.0.line = "Can you repair the lamp I bought in December?"

# put away until a day: it comes back then; or at once
get /waiting
click "⋯"
submit "Put away"
  field until = "2026-03-05"
follow
  says "Put away until 5 March 2026."
  says "put away until 5 March 2026"
snug today --json
  json waiting.# = 0
  json asleep = 1
snug today
  says "1 put away until a day."
get /
  says "1 put away until a day."
clock 2026-03-04 23:59
snug today --json
  json waiting.# = 0
clock 2026-03-05 00:01
snug today
  says "Can you repair the lamp"
  silent about "put away"
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
click "⋯"
submit "Put away"
  field until = "2026-03-01"
  status 422
get /waiting
click "⋯"
submit "Put away"
  field until = "2026-03-09"
follow
submit "Show it now"
follow
  says "It waits again."
snug today
  says "Can you repair the lamp"

# nor does it sleep on when she writes again: not for a machine of hers, nor for others
get /waiting
click "⋯"
submit "Put away"
  field until = "2026-03-09"
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  Auto-Submitted: auto-replied
  subject: Re: The lamp
  date: 2026-03-05 00:10
  reply: nudge

  Away until Monday.

mail
  from: Otis Okay <otis@okay.example>
  to: shop@corner.example
  subject: Re: The lamp
  date: 2026-03-05 00:15
  reply: nudge

  ok

clock 2026-03-05 00:20
import
snug today --json
  json waiting.# = 0
  json asleep = 1
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: Re: The lamp
  date: 2026-03-05 00:25
  reply: nudge

  It sparks now, too.

clock 2026-03-05 00:30
import
snug today --json
  json waiting.# = 1
  json waiting.0.line = "Can you repair the lamp I bought in December?"
  json asleep = 0
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "Can you repair the lamp I bought in December?"
  silent about "put away until"
# what was put away behind her last word stays so
click "⋯"
submit "Put away"
  field until = "2026-03-09"
follow
snug today --json
  json waiting.# = 0
  json asleep = 1
submit "Take that back"
snug today
  says "Can you repair the lamp"

# WAIT-11: muted is never shown; that it is, is
get /waiting
click "⋯"
submit "Never show waits of Ada Berg"
follow
  says "Waits of Ada Berg are not shown to you any more."
  says "waits are never shown"
  silent about "Can you repair the lamp"
snug today --json
  json waiting.# = 0
  json muted.0 = "Ada Berg"
snug today
  says "Waits of Ada Berg are muted."
get /
  says "Waits of Ada Berg are muted."
snug today --as bea@corner.example
  silent about "muted"
get /waiting
submit "Show them again"
follow
  says "Can you repair the lamp"

# WAIT-3: our thanks closes nothing; WAIT-4: "will do" does
mail
  from: shop@corner.example
  to: ada@berg.example
  subject: Re: The lamp
  date: 2026-03-05 09:00
  id: thanked
  reply: nudge

  Thank you!

clock 2026-03-05 09:30
import
snug today
  says "Can you repair the lamp"

mail
  from: shop@corner.example
  to: ada@berg.example
  subject: Re: The lamp
  date: 2026-03-05 10:00
  id: willdo
  reply: thanked

  Will do, on Friday.

clock 2026-03-05 10:30
import
get /waiting
  silent about "Can you repair the lamp"

# WAIT-7: closed by hand stays closed until they write again
mail
  from: Dot Dale <dot@dale.example>
  to: shop@corner.example
  subject: The clock
  date: 2026-03-05 11:00
  id: clock

  Does the old clock still strike?

clock 2026-03-12 12:00
import
# who signs in too often has to wait, but not across an evening
stop
serve
as keeper
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "Does the old clock still strike?"
submit "Nothing waits here"
follow
  silent about "Does the old clock still strike?"
clock 2026-03-13 12:00
snug today --json
  json waiting.# = 0

mail
  from: Dot Dale <dot@dale.example>
  to: shop@corner.example
  subject: Re: The clock
  date: 2026-03-13 13:00
  id: clock2
  reply: clock

  And does it chime?

clock 2026-03-20 14:00
import
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "And does it chime?"
  silent about "Does the old clock still strike?"

# WAIT-12: answered by a colleague from their own mail program
mail
  from: Bea Holt <bea@corner.example>
  to: dot@dale.example
  subject: Re: The clock
  date: 2026-03-20 15:00
  reply: clock2

  It does, every hour.

mail
  from: Eli Ford <eli@ford.example>
  to: shop@corner.example
  subject: The boat
  date: 2026-03-20 15:00
  id: boat

  May I leave the boat in your yard?

clock 2026-03-28 16:00
import
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  silent about "And does it chime?"
  says "May I leave the boat in your yard?"

# WAIT-12: or by telephone
click "Talked"
submit "Keep the note"
  field words = "Rang him: he may, until May."
  field how = "phoned"
follow
get /waiting
  silent about "May I leave the boat in your yard?"

# WAIT-13: nobody who can't or shall not be written to is named
mail
  from: Fay Gale <fay@gale.example>
  to: shop@corner.example
  subject: The swing
  date: 2026-03-28 17:00
  id: swing

  Is the swing safe for a child?

clock 2026-04-06 09:00
import
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "Is the swing safe for a child?"
get /people?q=fay&all=1
click "Fay Gale"
submit "Do not contact"
get /waiting
  silent about "Is the swing safe for a child?"
get /people?q=fay&all=1
click "Fay Gale"
submit "May be contacted again"
get /people?q=fay&all=1
click "Fay Gale"
submit "Has left"
snug today --json
  json waiting.# = 0
get /people?q=fay&all=1
click "Fay Gale"
submit "Has not left"
get /people?q=fay&all=1
click "Fay Gale"
submit "Has died"
snug today --json
  json waiting.# = 0
get /people?q=fay&all=1
click "Fay Gale"
submit "Is alive"
get /people?q=fay&all=1
click "Fay Gale"
submit "Pause"
  field day = "2026-04-20"
get /waiting
  silent about "Is the swing safe for a child?"
clock 2026-04-20 09:00
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
  says "Is the swing safe for a child?"

# WAIT-14: waits follow the conversation when it is parted and made one again
mail
  from: Fay Gale <fay@gale.example>
  to: shop@corner.example
  subject: Re: The swing
  date: 2026-04-20 10:00
  id: slide
  reply: swing

  And is the slide safe as well?

clock 2026-04-29 09:00
import
snug today --json
  json waiting.# = 1
  json waiting.0.line = "Is the swing safe for a child?"
get /sign-in
submit "Sign in"
  field address = shop@corner.example
  field password = "a green kettle in the window"
get /waiting
click "Answer"
submit "Begin a new conversation here"
snug today --json
  json waiting.# = 1
  json waiting.0.line = "And is the slide safe as well?"
  json waiting_old = 1
follow
submit "Undo"
snug today --json
  json waiting.# = 1
  json waiting.0.line = "Is the swing safe for a child?"

# WAIT-8: nothing was read for longer than usual: never all clear
get /waiting
submit "Nothing waits here"
clock 2026-06-01 09:00
snug today
  says "Mail was last read"
  says "Nobody is seen waiting, but that is no all-clear. The newest mail here is from 20 April 2026"
  silent about "Nobody waits on you"
