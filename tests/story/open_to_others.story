# SPDX-License-Identifier: GPL-3.0-or-later
story Doctor says when others can reach the house and nothing stands before it

house Corner Shop <shop@corner.example>
snug doctor --json
  json exposed = 0
conf listen 0.0.0.0:8420
snug doctor --json
  json exposed = 1
conf url https://corner.example
snug doctor --json
  json exposed = 0
