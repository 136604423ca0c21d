# SPDX-License-Identifier: GPL-3.0-or-later
story A new house asks its three questions in the browser

clock 2026-03-02 09:00
house
serve
as keeper
get /
  says "What is your house called?"
submit "Open the house"
  field name = "Corner Shop"
  field keeper = "Mia Holm"
  field address = shop@corner.example
follow
  says "Corner Shop"
snug doctor --json
  json messages = 0
