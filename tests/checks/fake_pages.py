#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for snug so that the browser tests can be tested: a table of routes and pages, each right but
for the fault that PAGE_FAULT names."""
import http.server, json, os, socketserver, sys

FAULT = os.environ.get("PAGE_FAULT", "")
ROUTES = [("GET", "/", "today"), ("GET", "/people", "everybody"), ("GET", "/people/:who*", "somebody"),
          ("GET", "/feed.ics", "dates"), ("POST", "/go", "goes")]
CSS = """:root{color-scheme:light dark}body{font:1rem system-ui;max-width:60rem;margin:auto;color:CanvasText;background:Canvas}
a,button,input{min-height:2.25rem;display:inline-block}:focus-visible{outline:3px solid #b50}
@media(prefers-color-scheme:dark){a{color:#9cf}}"""
FAULTS = {
    "label": '<input name="q">', "console": '<script src="/bad.js"></script>', "missing": '<img src="/none.png" alt="none">',
    "wide": '<div style="width:900px">far</div>', "focus": '<a href="/people" style="outline:none">unseen</a>',
    "trap": "<button onkeydown=\"event.preventDefault()\">stay</button><button>never</button>",
    "heading": "<h1>again</h1>",
}


def page(path):
    body = "<h1>Today</h1>" + FAULTS.get(FAULT, "") if path == "/" else f"<h1>{path.strip('/')}</h1>"
    link = "" if FAULT == "orphan" else '<a href="/people/7">Ada</a>'
    body += f'<p><a href="/people">people</a> {link}</p><form method="post" action="/go"><label>Who <input name="w"></label>' \
            "<button>Go</button></form>"
    if FAULT == "script" and path == "/":
        body = "<script>document.write('<h1>x</h1>')</script>"
    return f'<!doctype html><html lang="en"><head><title>Snug {path}</title><meta name="viewport" content="width=device-width">' \
           f'<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/s.css"></head><body>' \
           f'<a href="#main">Skip to content</a><main id="main">{body}</main></body></html>'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kinds = {"/s.css": ("text/css", CSS), "/icon.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
                 "/feed.ics": ("text/calendar", "BEGIN:VCALENDAR"), "/bad.js": ("text/javascript", "console.error('broken')")}
        status, kind, text = 200, "text/html; charset=utf-8", page(self.path)
        if self.path in kinds:
            kind, text = kinds[self.path]
        elif self.path == "/" and "s=1" not in self.headers.get("Cookie", ""):
            text = '<form method="post" action="/setup"><input type="password" name="p"><button>Open</button></form>'
        elif self.path not in ("/", "/people", "/people/7") or (FAULT == "error" and self.path == "/people"):
            status = 404
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(303)
        self.send_header("Set-Cookie", "s=1; HttpOnly; Path=/")
        self.send_header("Location", "/")
        self.end_headers()

    def log_message(self, *_):
        pass


verb = sys.argv[3]
if verb == "help":
    print(json.dumps([{"method": m, "path": p, "need": "keeper", "says": s} for m, p, s in ROUTES]))
elif verb == "serve":
    http.server.HTTPServer.server_bind = socketserver.TCPServer.server_bind
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"event=listen at=http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
