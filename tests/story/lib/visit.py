# SPDX-License-Identifier: GPL-3.0-or-later
"""A visitor of the house: cookies, the page it is on, its links and forms. No JavaScript, as some have it."""
import http.client, re
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


class Form:
    def __init__(self, attrs):
        self.action, self.method = attrs.get("action", ""), attrs.get("method", "get").lower()
        self.fields, self.buttons = [], []  # (name, value); (name, value, text)


class Page(HTMLParser):
    """What a page says and offers."""

    SILENT = {"script", "style", "template", "head"}
    BREAKS = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "section", "article", "td", "th", "dd", "dt", "option"}

    def __init__(self, status, headers, body, path):
        super().__init__()
        self.status, self.headers, self.path = status, headers, path
        self.source = body.decode("utf-8", "replace")
        self.words, self.links, self.forms = [], [], []
        self.hidden, self.link, self.button, self.area, self.select, self.option = 0, None, None, None, None, None
        if "html" in headers.get("content-type", ""):
            self.feed(self.source)
        else:
            self.words = [self.source]
        self.text = re.sub(r"\s+", " ", "".join(self.words)).strip()

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag in self.SILENT:
            self.hidden += 1
        if tag in self.BREAKS:
            self.words.append(" ")
        form = self.forms[-1] if self.forms else None
        if tag == "a" and "href" in a:
            self.link = [a["href"], ""]
        elif tag == "form":
            self.forms.append(Form(a))
        elif tag == "button" or (tag == "input" and a.get("type") in ("submit", "image")):
            self.button = [a.get("name", ""), a.get("value", ""), a.get("value", "") if tag == "input" else ""]
            if tag == "input" and form:
                form.buttons.append(self.button)
        elif tag == "input" and form and a.get("name"):
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                form.fields.append((a["name"], a.get("value", "on" if a.get("type") == "checkbox" else "")))
        elif tag == "textarea":
            self.area = [a.get("name", ""), ""]
        elif tag == "select":
            self.select = [a.get("name", ""), None]
        elif tag == "option" and self.select:
            value = a.get("value", "")
            if self.select[1] is None or "selected" in a:
                self.select[1] = value

    def handle_endtag(self, tag):
        form = self.forms[-1] if self.forms else None
        if tag in self.SILENT:
            self.hidden = max(0, self.hidden - 1)
        if tag in self.BREAKS:
            self.words.append(" ")
        if tag == "a" and self.link:
            self.links.append((self.link[0], squeeze(self.link[1])))
            self.link = None
        elif tag == "button" and self.button:
            if form:
                form.buttons.append([self.button[0], self.button[1], squeeze(self.button[2])])
            self.button = None
        elif tag == "textarea" and self.area:
            if form:
                form.fields.append(tuple(self.area))
            self.area = None
        elif tag == "select" and self.select:
            if form:
                form.fields.append((self.select[0], self.select[1] or ""))
            self.select = None

    def handle_data(self, data):
        if self.area is not None:
            self.area[1] += data
        if self.link:
            self.link[1] += data
        if self.button:
            self.button[2] += data
        if not self.hidden:
            self.words.append(data)


def squeeze(s):
    return re.sub(r"\s+", " ", s).strip()


class Visitor:
    def __init__(self):
        self.cookies, self.page = {}, None

    def go(self, port, method, target, fields=None, raw=None):
        """One request; redirects are not followed by themselves. raw: type and bytes instead of fields."""
        if "://" in target:
            parts = urlsplit(target)
            target = parts.path + ("?" + parts.query if parts.query else "")
        target = urljoin(self.page.path if self.page else "/", target) if target else self.page.path
        target = target.split("#")[0]
        kind = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode() if fields is not None else None
        if raw:
            kind, body = raw
        headers = {"Host": f"127.0.0.1:{port}", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers.update({"Content-Type": kind, "Origin": f"http://127.0.0.1:{port}",
                            "Sec-Fetch-Site": "same-origin"})
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            link.request(method, target, body, headers)
            answer = link.getresponse()
            data = answer.read()
        finally:
            link.close()
        for k, v in answer.getheaders():
            if k.lower() == "set-cookie":
                self.set_cookie(v)
        self.page = Page(answer.status, {k.lower(): v for k, v in answer.getheaders()}, data, target)

    def set_cookie(self, line):
        pair, *rest = [p.strip() for p in line.split(";")]
        name, _, value = pair.partition("=")
        gone = any(re.fullmatch(r"max-age=(0|-\d+)", p, re.I) for p in rest)
        if gone:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def tokens_for(self, path):
        """The hidden fields a browser would send to that path from the page it is on: masked form tokens."""
        forms = self.page.forms if self.page else []
        for f in forms:
            if urljoin(self.page.path, f.action).split("?")[0] == path.split("?")[0]:
                return list(f.fields)
        for f in forms:
            found = [(k, v) for k, v in f.fields if re.search(r"token|csrf", k)]
            if found:
                return found
        return []
