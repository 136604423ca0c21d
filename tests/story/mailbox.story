# SPDX-License-Identifier: GPL-3.0-or-later
story A keeper connects a mailbox, and is told what is wrong with it

house Corner Shop <shop@corner.example>
serve

as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /mailboxes
  says "None is connected yet"
  says "app password"
submit "Connect"
  field address = "shop@corner"
  field password = "two pints of bitter"
  status 422
  says "This is no mail address"
  silent about "two pints"
get /mailboxes
submit "Connect"
  field address = "shop@corner.example"
  field password = "two pints of bitter"
  field imap_host = "127.0.0.1"
  field imap_port = "1"
  field imap_safety = "plain"
follow
get /mailboxes/1
  until says "Nobody answers at this server and port"
  source says "/mailboxes/1/settings"
get /
  says "The mailbox shop@corner.example has stopped"
  links "See to it"
get /health
  says "see to it"
snug mailbox
  says "shop@corner.example"
snug doctor
  says "mailbox shop@corner.example: Nobody answers"
get /mailboxes/1
submit "Disconnect shop@corner.example"
follow
  says "What was read stays here"
  says "None is connected yet"
get /mailboxes/1
  status 404

as stranger
get /mailboxes
  status 303
