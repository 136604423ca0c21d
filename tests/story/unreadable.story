# SPDX-License-Identifier: GPL-3.0-or-later
story A mail nobody can read

house Corner Shop <shop@corner.example>
clock 2026-03-02 10:00
raw
  From: Ada Berg <ada@berg.example>
  To: shop@corner.example
  Subject: Boxes in boxes
  Date: Mon, 02 Mar 2026 09:00:00 +0000
  Message-ID: <boxes@berg.example>
  MIME-Version: 1.0
  Content-Type: multipart/mixed; boundary="b0"
  
  --b0
  Content-Type: multipart/mixed; boundary="b1"
  
  --b1
  Content-Type: multipart/mixed; boundary="b2"
  
  --b2
  Content-Type: multipart/mixed; boundary="b3"
  
  --b3
  Content-Type: multipart/mixed; boundary="b4"
  
  --b4
  Content-Type: multipart/mixed; boundary="b5"
  
  --b5
  Content-Type: multipart/mixed; boundary="b6"
  
  --b6
  Content-Type: multipart/mixed; boundary="b7"
  
  --b7
  Content-Type: multipart/mixed; boundary="b8"
  
  --b8
  Content-Type: multipart/mixed; boundary="b9"
  
  --b9
  Content-Type: multipart/mixed; boundary="b10"
  
  --b10
  Content-Type: multipart/mixed; boundary="b11"
  
  --b11
  Content-Type: multipart/mixed; boundary="b12"
  
  --b12
  Content-Type: multipart/mixed; boundary="b13"
  
  --b13
  Content-Type: multipart/mixed; boundary="b14"
  
  --b14
  Content-Type: multipart/mixed; boundary="b15"
  
  --b15
  Content-Type: multipart/mixed; boundary="b16"
  
  --b16
  Content-Type: multipart/mixed; boundary="b17"
  
  --b17
  Content-Type: multipart/mixed; boundary="b18"
  
  --b18
  Content-Type: multipart/mixed; boundary="b19"
  
  --b19
  Content-Type: multipart/mixed; boundary="b20"
  
  --b20
  Content-Type: multipart/mixed; boundary="b21"
  
  --b21
  Content-Type: multipart/mixed; boundary="b22"
  
  --b22
  Content-Type: multipart/mixed; boundary="b23"
  
  --b23
  Content-Type: multipart/mixed; boundary="b24"
  
  --b24
  Content-Type: multipart/mixed; boundary="b25"
  
  --b25
  Content-Type: multipart/mixed; boundary="b26"
  
  --b26
  Content-Type: multipart/mixed; boundary="b27"
  
  --b27
  Content-Type: multipart/mixed; boundary="b28"
  
  --b28
  Content-Type: multipart/mixed; boundary="b29"
  
  --b29
  Content-Type: multipart/mixed; boundary="b30"
  
  --b30
  Content-Type: multipart/mixed; boundary="b31"
  
  --b31
  Content-Type: multipart/mixed; boundary="b32"
  
  --b32
  Content-Type: multipart/mixed; boundary="b33"
  
  --b33
  Content-Type: multipart/mixed; boundary="b34"
  
  --b34
  Content-Type: multipart/mixed; boundary="b35"
  
  --b35
  Content-Type: multipart/mixed; boundary="b36"
  
  --b36
  Content-Type: multipart/mixed; boundary="b37"
  
  --b37
  Content-Type: multipart/mixed; boundary="b38"
  
  --b38
  Content-Type: multipart/mixed; boundary="b39"
  
  --b39
  Content-Type: multipart/mixed; boundary="b40"
  
  --b40
  Content-Type: multipart/mixed; boundary="b41"
  
  --b41
  Content-Type: multipart/mixed; boundary="b42"
  
  --b42
  Content-Type: multipart/mixed; boundary="b43"
  
  --b43
  Content-Type: multipart/mixed; boundary="b44"
  
  --b44
  Content-Type: multipart/mixed; boundary="b45"
  
  --b45
  Content-Type: multipart/mixed; boundary="b46"
  
  --b46
  Content-Type: multipart/mixed; boundary="b47"
  
  --b47
  Content-Type: multipart/mixed; boundary="b48"
  
  --b48
  Content-Type: multipart/mixed; boundary="b49"
  
  --b49
  Content-Type: multipart/mixed; boundary="b50"
  
  --b50
  Content-Type: multipart/mixed; boundary="b51"
  
  --b51
  Content-Type: multipart/mixed; boundary="b52"
  
  --b52
  Content-Type: multipart/mixed; boundary="b53"
  
  --b53
  Content-Type: multipart/mixed; boundary="b54"
  
  --b54
  Content-Type: multipart/mixed; boundary="b55"
  
  --b55
  Content-Type: multipart/mixed; boundary="b56"
  
  --b56--

import
snug doctor --json
  json unreadable = 1
  json messages = 0


# nothing is lost: the page of the house lists it, and the bytes are there as they came
serve
as keeper
get /setup
submit "Open the house"
  field password = "a green kettle in the window"
get /health
  keep event /\/health\/unreadable\/(\d+)/
get /health/unreadable/${event}
  source says "Boxes in boxes"
