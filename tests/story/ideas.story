# SPDX-License-Identifier: GPL-3.0-or-later
story An idea is marked, goes on by a quotation, by an address and by hand, and is dropped

house Corner Shop <shop@corner.example>
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: The yard
  id: yard

  The yard is empty all summer. We could hang a swing under the old chestnut tree. What do you think?
clock +1 days
mail
  from: shop@corner.example
  to: Ada Berg <ada@berg.example>
  subject: Re: The yard
  id: swing
  reply: yard

  > We could hang a swing under the old chestnut tree.
  A swing for grown people, with a back to lean on. Leave it to me.
clock +1 days
mail
  from: Ada Berg <ada@berg.example>
  to: shop@corner.example
  subject: Re: The yard
  id: thanks
  reply: swing

  Wonderful, thank you.

  On Tuesday Corner Shop wrote:
  > > We could hang a swing under the old chestnut tree.
  > A swing for grown people, with a back to lean on. Leave it to me.
clock +1 days
mail
  from: Carl Smith <carl@smith.example>
  to: shop@corner.example
  subject: Iron rings

  I can forge two rings that hold a seat in a tree. They would be ready on Friday.
import
serve

as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /search?q=chestnut+from:ada
click "The yard"
  keep yard /id="m([0-9]+)"/
get /talk/${yard}/idea
  says "We could hang a swing under the old chestnut tree."
  keep swing /name="span" value="([0-9]+-[0-9]+)"[^>]*><span>We could/
submit "Follow it"
  field span = ${swing}
  field name =
  status 422
  says "Please give the idea a name"
get /talk/${yard}/idea?words=hang+a+swing+under
# the answer quotes the line and says something to it; what merely stands below an answer is nothing
submit "Follow it"
  field name = A swing in the yard
follow
  says "A swing in the yard"
  keep idea /\/tracks\?idea=([0-9]+)/
  says "Followed through 2 messages of 1 conversation"
  says "A swing for grown people, with a back to lean on."
  silent about "Wonderful"

get /search?q=rings
click "Iron rings"
  keep rings /id="m([0-9]+)"/
get /talk/${rings}/idea?idea=${idea}&words=two+rings
submit "Follow it"
follow
  says "Followed through 3 messages of 2 conversations"
  says "Carl Smith"
  keep key /\?k=([0-9a-f]{10})/
get /talk/${rings}
  says "A swing in the yard"
get /tracks?idea=${idea}
  says "2 conversations, 4 messages"
  source says "A swing in the yard: Carl Smith"
get /tracks?idea=${idea}&as=list
  says "Carl Smith in Iron rings"
get /ideas
  says "3 places"

# its address in a letter carries it on, one that was made up does not
mail
  from: Dora Lund <dora@lund.example>
  to: shop@corner.example
  subject: A swing?

  Carl told me. Is this the swing: http://corner.example/ideas/${idea}?k=${key} ? I would paint it.
mail
  from: Egon Lund <egon@lund.example>
  to: shop@corner.example
  subject: Something else

  See http://elsewhere.example/ideas/${idea}?k=0123456789 for that.
import
get /ideas/${idea}
  says "Followed through 4 messages of 3 conversations"
  says "Dora Lund"
  silent about "Egon"

# it did not go there; and then it did
post /ideas/${idea}/drop
  field message = ${rings}
follow
  says "It did not go there."
  says "Followed through 3 messages of 2 conversations"
submit "Undo"
follow
  says "Followed through 4 messages of 3 conversations"
submit "Drop this idea"
follow
  says "No idea is followed yet"
submit "Undo"
follow
  says "Followed through 4 messages"

# the letter it began in is erased: nothing is left of it
get /talk/${yard}/erase
submit "Erase for good"
get /ideas
  says "No idea is followed yet"
get /ideas/${idea}
  status 404
get /talk/${rings}
  silent about "A swing in the yard"
