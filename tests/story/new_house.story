# SPDX-License-Identifier: GPL-3.0-or-later
story A new house asks its three questions in the browser

clock 2026-03-02 09:00
house
serve
as keeper
get /setup
  says "What is the house called?"
submit "Open the house"
  field house = "Corner Shop"
  field addresses = "mia@corner.example, shop@corner.example"
  field password = "a green kettle in the window"
  goes to /
get /settings
  says "Corner Shop"
snug doctor --json
  json messages = 0
