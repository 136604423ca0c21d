#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for snug so that the story runner itself can be tested: keeps mails in a file, shows them on
one page behind a form. FAULT in its folder's conf breaks it in a named way."""
import http.server, json, mailbox, smtplib, socketserver, sys
from pathlib import Path
from urllib.parse import parse_qs

house = Path(sys.argv[2])
verb, args = sys.argv[3], sys.argv[4:]
mails, conf = house / "mails.json", house / "snug.conf"
words = conf.read_text().split("\n") if conf.exists() else []
fault = next((w[6:] for w in words if w.startswith("fault ")), "")


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text="", **headers):
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        if "door=open" not in self.headers.get("Cookie", "") and self.path != "/door":
            return self.answer(303, Location="/door")
        form = '<form method="post" action="/go"><input type="hidden" name="token" value="t1"><input name="who" value="x">' \
               '<button>Go <b>in</b></button></form>'
        if self.path == "/door":
            return self.answer(200, form)
        said = "".join(f"<li><a href='/m'>{m['subject']}</a> at&nbsp;night</li>" for m in json.loads(mails.read_text()))
        self.answer(200, f"<script>hidden words</script><ul>{said}</ul>")

    def do_POST(self):
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if fields.get("token") != ["t1"]:
            return self.answer(403)
        server = next((w[5:] for w in words if w.startswith("smtp ")), "")
        if server:
            with smtplib.SMTP(*server.split(":"), local_hostname="house.example") as s:
                s.sendmail("house@x.example", ["ada@berg.example"], b"Subject: hi\r\n\r\nwelcome " + fields["who"][0].encode())
        self.answer(303, Location="/list", Set_Cookie="door=open; HttpOnly")

    def log_message(self, *_):
        pass


if verb == "init":
    mails.write_text("[]")
elif verb == "import":
    have = {m["id"]: m for m in json.loads(mails.read_text())}
    for m in mailbox.mbox(args[0]):
        have[m["Message-ID"]] = {"id": m["Message-ID"], "subject": m["Subject"], "refs": m["References"]}
    mails.write_text(json.dumps(list(have.values())))
elif verb == "doctor":
    data = mails.read_text()
    print(hash(data) if fault == "digest" else data if "--digest" in args else json.dumps({"messages": len(json.loads(data))}))
    sys.exit(fault == "sick" and not args)
elif verb == "rebuild":
    if fault == "rebuild":
        mails.write_text("[]")
elif verb == "serve":
    http.server.HTTPServer.server_bind = socketserver.TCPServer.server_bind  # it would ask for its own name in DNS
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if fault == "crash":
        sys.exit("can't open")
    print(f"level=info event=listen at=http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
else:
    sys.exit(2)
