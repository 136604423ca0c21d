# SPDX-License-Identifier: GPL-3.0-or-later
story A conversation is opened to everybody, as it stands, and shut again

clock 2026-03-02 09:00
house Corner Shop <shop@corner.example>

raw
  From: Ada Berg <ada@berg.example>
  To: Corner Shop <shop@corner.example>
  Subject: Green kettles
  Message-ID: <kettle@berg.example>
  Date: Fri, 27 Feb 2026 10:00:00 +0000
  MIME-Version: 1.0
  Content-Type: multipart/mixed; boundary=b

  --b
  Content-Type: text/plain; charset=utf-8

  Do you descale the green kettles? Tell me or write to ada.home@berg.example.

  -- 
  Ada Berg, Mill Lane 7, telephone 5550147
  --b
  Content-Type: text/plain; name=one.txt
  Content-Disposition: attachment; filename=one.txt

  first file
  --b
  Content-Type: text/plain; name=two.txt
  Content-Disposition: attachment; filename=two.txt

  second file
  --b--

raw
  From: Corner Shop <shop@corner.example>
  To: Ada Berg <ada@berg.example>
  Subject: Re: Green kettles
  Message-ID: <answer@corner.example>
  In-Reply-To: <kettle@berg.example>
  References: <kettle@berg.example>
  Date: Fri, 27 Feb 2026 12:00:00 +0000

  On Friday, Ada Berg <ada@berg.example> wrote:
  > Do you descale the green kettles? Tell me or write to ada.home@berg.example.

  Yes: with vinegar, once a year.

import
serve

as stranger
get /public
  says "None yet"
  silent about "Ada"
get /robots.txt
  says "Disallow: /"
  says "Allow: /public"

as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /talk
  header X-Robots-Tag: noindex
click "Green kettles"
  keep talk /talk\/([0-9]+)\/public/

# a note of what was said goes with it, but is not for strangers
get /people?q=ada&all=1
click "Ada Berg"
click "Note a talk"
submit "Keep the note"
  field words = "She owes us for the last one."
  field about = ${talk}

get /talk

# asked first: exactly what strangers will see
get /talk/${talk}/public
  says "Open it to everybody?"
  says "Do you descale the green kettles? Tell me or write to [an address]."
  says "with vinegar, once a year"
  silent about "Mill Lane"
  silent about "5550147"
  silent about "berg.example"
  silent about "She owes us"
  silent about "Berg"
  says "also the file one.txt"
  keep first /name="file" value="([0-9]+)\/2"/
click "With whole names"
  says "Ada Berg"
  silent about "berg.example"
click "With first names only"

as stranger
get /public/${first}
  status 404
get /talk/${talk}/public
  status 303

as keeper
submit "Open it to everybody"
  field file = "${first}/2"
follow
  says "Everybody can read it now."
  links "as it stood when it was opened"

as stranger
get /public
  links "Green kettles"
  source says "/public/"
click "Green kettles"
  says "Do you descale the green kettles?"
  says "Tell me or write to [an address]."
  says "with vinegar, once a year"
  says "Ada"
  silent about "Berg"
  silent about "berg.example"
  silent about "corner.example"
  silent about "Mill Lane"
  silent about "She owes us"
  says "one.txt"
  silent about "two.txt"
  keep file /(\/public\/[0-9]+\/files\/[0-9]+)\/2/
get ${file}/2
  says "first file"
get ${file}/3
  status 404
get /talk/${talk}
  status 303
get /public/feed.atom
  header Content-Type: application/atom+xml
  source says "<title>Green kettles</title>"
  source says "urn:uuid:"
  source says "with vinegar, once a year"
  keep uuid /<entry>\s*<title>[^<]*<\/title>\s*<id>(urn:uuid:[0-9a-f-]+)/
  silent about "berg.example"

# me too: once a browser, and few are no number
get /public/${first}
submit "Me too"
follow
  says "that is counted, without your name"
  says "A few say “me too”."
submit "Me too"
follow
  says "You have said so already."
as two
get /public/${first}
submit "Me too"
as three
get /public/${first}
submit "Me too"
as four
get /public/${first}
submit "Me too"
follow
  says "A few say “me too”."
as five
get /public/${first}
submit "Me too"
follow
  says "5 say “me too”."

# what comes later is not public, until it is opened as well
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: Re: Green kettles
  date: 2026-03-02 10:00
  In-Reply-To: <answer@corner.example>

  My neighbour Tom drinks too much tea.

clock 2026-03-02 11:00
import
as stranger
get /public/${first}
  silent about "drinks too much tea"
as keeper
get /talk/${talk}
  says "without 1 message that came since"
submit "Shut it to the public"
follow
  says "Nobody from outside can read it any more."
as stranger
get /public/${first}
  status 404
get ${file}/2
  status 404
get /public
  silent about "Green kettles"
get /public/feed.atom
  silent about "vinegar"

# opened again it has the same address and the same id, and what was counted
as keeper
get /talk/${talk}/public
  says "drinks too much tea"
submit "Open it to everybody"
as stranger
get /public/${first}
  says "drinks too much tea"
  says "5 say “me too”."
get /public/feed.atom
  source says "<id>${uuid}</id>"

# what is erased is gone for strangers too
as keeper
get /talk/${talk}
click "Erase it"
submit "Erase for good"
as stranger
get /public/${first}
  silent about "Do you descale"
  says "with vinegar, once a year"
