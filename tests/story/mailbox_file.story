# SPDX-License-Identifier: GPL-3.0-or-later
story A mailbox stands in snug.conf: mistakes are named by line, its page only shows it

house Corner Shop <shop@corner.example>
conf mailbox shop@corner.example
snug mailbox
  exit 1
conf mailbox_password_file nowhere
snug mailbox
  exit 1
conf mailbox_password_file snug.conf
conf mailbox_imap 127.0.0.1:1
conf mailbox_plain yes
conf mailbox_folders Inbox, Orders
snug mailbox
  says "shop (snug.conf)"
snug mailbox remove shop@corner.example
  exit 1
serve

as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /mailboxes
  says "from snug.conf"
get /mailboxes/1
  until says "Nobody answers"
  says "It stands in snug.conf"
  silent about "New password"
  silent about "Disconnect"
