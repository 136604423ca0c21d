/* SPDX-License-Identifier: GPL-3.0-or-later
 * tpl.c - the template compiler: turns x.html into C.
 *
 *   tpl x.html        the functions          tpl -h x.html     their prototypes
 *
 *   @include "ties/tie.h"           what the parameters need; goes into the header
 *   @page tie_row(struct tie *t)    begins void tie_row_html(struct buf *o, struct tie *t)
 *   @for (...) {                    any other line that begins with @ is C; @@ writes one @
 *   {{x}}                           written by its type and place: text, attribute or address
 *   {{> tie_row(&m->at[i])}}        calls another template
 *   {{?checked x > 1}}              in a tag: the attribute, if it holds; {{?aria-current=page x}}
 *
 * Refused: an unquoted attribute with {{}}; {{}} in comments, names, script and style; {{}} in an
 * address anywhere but at its beginning; inline script, style and on* attributes; srcdoc;
 * javascript: addresses. A form with method="post" needs an action, and gets its token by itself,
 * for which a variable `p` (struct page *) must be in reach. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum state { TEXT, TAG_NAME, TAG, ATTR_NAME, ATTR_AFTER, ATTR_VALUE, CLOSE_TAG, COMMENT, RAW };

static const char *file;
static int line;
static bool header, open_page;

/* what the scanner stands in */
static enum state state;
static char tag[32], attr[64], value[512];
static size_t tag_n, attr_n, value_n;
static char quote;
static bool value_expr; /* a {{}} stands in this value */
static bool post_form, have_action, script_src;
static char action_literal[512];
static int keep_blanks; /* inside pre or textarea */

static char last_put;
static char *pending; /* literal text not yet written */
static size_t pending_n, pending_cap;

__attribute__((format(printf, 1, 2), noreturn)) static void fault(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: error: ", file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

static void *must(void *p)
{
    if (!p) abort();
    return p;
}

__attribute__((format(printf, 1, 2))) static void emit(const char *fmt, ...)
{
    if (header) return;
    va_list ap;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
}

static void put(char c)
{
    if (pending_n == pending_cap)
        pending = must(realloc(pending, pending_cap = pending_cap * 2 + 256));
    pending[pending_n++] = last_put = c;
}

static void put_all(const char *s)
{
    for (; *s; s++) put(*s);
}

static void flush(void)
{
    if (!pending_n) return;
    emit("buf_add(o, S(\"");
    for (size_t i = 0; i < pending_n; i++) {
        unsigned char c = (unsigned char)pending[i];
        if (c == '\n') emit("\\n");
        else if (c == '"' || c == '\\') emit("\\%c", c);
        else if (c == '?') emit("\\?"); /* no trigraphs */
        else if (c < 0x20) emit("\\%03o", (unsigned)c);
        else emit("%c", c);
    }
    emit("\")); ");
    pending_n = 0;
}

static void mark_line(void)
{
    flush();
    if (!header) printf("\n#line %d \"%s\"\n", line, file);
}

static bool is(const char *s, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(s, *list)) return true;
    return false;
}

static bool attr_is_address(void)
{
    static const char *const names[] = { "href",           "src",        "action",    "formaction",
                                         "cite",           "poster",     "data",      "hx-get",
                                         "hx-post",        "hx-put",     "hx-delete", "hx-push-url",
                                         "hx-replace-url", "xlink:href", NULL };
    return is(attr, names);
}

/* ---- attributes and tags -------------------------------------------------- */

static void attr_check_name(void)
{
    if (!strncmp(attr, "on", 2)) fault("no inline script: attribute %s", attr);
    if (!strncmp(attr, "hx-on", 5)) fault("no inline script: attribute %s", attr);
    if (!strcmp(attr, "style")) fault("no inline style: use a class");
    if (!strcmp(attr, "srcdoc")) fault("no srcdoc");
}

static void attr_check_value(void)
{
    value[value_n] = 0;
    const char *v = value;
    while (isspace((unsigned char)*v)) v++;
    if (attr_is_address() && (!strncasecmp(v, "javascript:", 11) || !strncasecmp(v, "data:", 5)))
        fault("address of a kind that runs or embeds: %.20s", v);
    if (!strcmp(tag, "form") && !strcmp(attr, "method")) {
        if (!strcasecmp(v, "post")) post_form = true;
        else if (strcasecmp(v, "get")) fault("a form's method is get or post");
    }
    if (!strcmp(tag, "form") && !strcmp(attr, "action") && !have_action) {
        have_action = true;
        snprintf(action_literal, sizeof action_literal, "%s", v);
    }
    if (!strcmp(tag, "script") && !strcmp(attr, "src")) script_src = true;
}

static void tag_begin(void)
{
    tag[tag_n] = 0;
    post_form = have_action = script_src = false;
    action_literal[0] = 0;
    if (!strcmp(tag, "style")) fault("no inline style: write it into the style sheet");
    if (!strcmp(tag, "pre") || !strcmp(tag, "textarea")) keep_blanks++;
}

static void tag_end(void)
{
    put('>');
    state = TEXT;
    if (!strcmp(tag, "script")) {
        if (!script_src) fault("no inline script: give it a src");
        state = RAW;
    }
    if (strcmp(tag, "form") || !post_form) return;
    if (!have_action) fault("a form with method=\"post\" needs an action, for its token");
    flush();
    if (action_literal[0]) emit("page_token(p, o, URL(\"%s\")); ", action_literal);
    else emit("page_token(p, o, form_action_); ");
}

static void close_tag_end(void)
{
    tag[tag_n] = 0;
    if ((!strcmp(tag, "pre") || !strcmp(tag, "textarea")) && keep_blanks > 0) keep_blanks--;
    put('>');
    state = TEXT;
}

static void keep(char *word, size_t *n, size_t cap, char c)
{
    if (*n + 1 >= cap) fault("too long a name or value");
    word[(*n)++] = c;
}

/* ---- expressions ---------------------------------------------------------- */

static void write_condition(const char *e, size_t n)
{
    size_t k = 0;
    while (k < n && !isspace((unsigned char)e[k])) k++;
    if (k == n) fault("{{?name condition}} wants a condition");
    char name[64];
    if (k >= sizeof name) fault("too long a name in {{?}}");
    memcpy(name, e, k);
    name[k] = 0;
    char *eq = strchr(name, '=');
    if (eq) *eq = 0;
    snprintf(attr, sizeof attr, "%s", name);
    attr_check_name();
    if (attr_is_address()) fault("{{?}} can't write an address");
    for (const char *q = eq ? eq + 1 : ""; *q; q++)
        if (!isalnum((unsigned char)*q) && *q != '-' && *q != '_') fault("{{?}} takes plain words");
    flush();
    emit("if (%.*s) buf_add(o, S(\" %s", (int)(n - k), e + k, name);
    if (eq) emit("=\\\"%s\\\"\")); ", eq + 1);
    else emit("\")); ");
}

static void write_value(const char *e, size_t n)
{
    if (!attr_is_address()) {
        if (!strcmp(attr, "method") || !strcmp(attr, "srcset"))
            fault("{{}} can't stand in %s", attr);
        emit("html_attr(o, %.*s); ", (int)n, e);
        value_expr = true;
        return;
    }
    if (value_n || value_expr) fault("an address is one {{url}} from its beginning: use url_to()");
    if (!strcmp(tag, "form") && !strcmp(attr, "action")) {
        have_action = true;
        emit("form_action_ = (%.*s); html_url(o, form_action_); ", (int)n, e);
    } else emit("html_url(o, %.*s); ", (int)n, e);
    if (!strcmp(tag, "script") && !strcmp(attr, "src")) script_src = true;
    value_expr = true;
}

static void write_expr(const char *e, size_t n)
{
    while (n && isspace((unsigned char)*e)) e++, n--;
    while (n && isspace((unsigned char)e[n - 1])) n--;
    if (!n) fault("empty {{}}");
    if (*e == '?') {
        if (state != TAG) fault("{{?}} stands in a tag, between attributes");
        while (pending_n && pending[pending_n - 1] == ' ') pending_n--;
        write_condition(e + 1, n - 1);
        last_put = 0;
        return;
    }
    flush();
    switch (state) {
    case TEXT:
        if (*e == '>') {
            const char *par = memchr(e, '(', n);
            if (!par) fault("{{> template(arguments)}}");
            for (e++, n--; isspace((unsigned char)*e); e++) n--;
            bool none = par[1] == ')';
            emit("%.*s_html(o%s%.*s; ", (int)(par - e), e, none ? "" : ", ", (int)(e + n - par - 1),
                 par + 1);
        } else emit("html_put(o, %.*s); ", (int)n, e);
        break;
    case ATTR_VALUE: write_value(e, n); break;
    case ATTR_AFTER: fault("an attribute with {{}} must be quoted: %s=\"{{...}}\"", attr);
    case COMMENT: fault("no {{}} in a comment");
    case RAW: fault("no {{}} in a script");
    default:
        fault("no {{}} in the name of a tag or attribute; for a condition use {{?name condition}}");
    }
}

/* Behind "{{": writes it and gives the place behind "}}". Quotes and brackets of C are minded. */
static const char *expression(const char *s)
{
    int depth = 0;
    for (const char *q = s; *q; q++) {
        if (*q == '"' || *q == '\'') {
            char end = *q;
            for (q++; *q && *q != end; q++)
                if (*q == '\\' && q[1]) q++;
            if (!*q) break;
        } else if (*q == '{' || *q == '(') depth++;
        else if (depth > 0 && (*q == '}' || *q == ')')) depth--;
        else if (*q == '}' && q[1] == '}') {
            write_expr(s, (size_t)(q - s));
            return q + 2;
        }
    }
    fault("{{ without }} on the same line");
}

/* ---- one character of markup ---------------------------------------------- */

static void in_text(const char *s, size_t *used)
{
    if (!strncmp(s, "<!--", 4)) {
        state = COMMENT;
        *used = 4;
    } else if (*s == '<' && (isalpha((unsigned char)s[1]) || s[1] == '/')) {
        state = s[1] == '/' ? CLOSE_TAG : TAG_NAME;
        tag_n = 0;
        put('<');
        if (s[1] == '/') put('/'), *used = 2;
    } else {
        if (!strncmp(s, "<{{", 3)) fault("no {{}} in the name of a tag");
        put(*s);
    }
}

static void in_tag(char c)
{
    if (c == '>') tag_end();
    else if (isspace((unsigned char)c)) {
        if (last_put != ' ') put(' ');
    } else if (c == '/') put(c);
    else {
        state = ATTR_NAME;
        attr_n = 0;
        keep(attr, &attr_n, sizeof attr, (char)tolower((unsigned char)c));
        put(c);
    }
}

static void in_attr_name(char c)
{
    if (c == '=' || c == '>' || c == '/' || isspace((unsigned char)c)) {
        attr[attr_n] = 0;
        attr_check_name();
        value_n = 0;
        value_expr = false;
        if (c == '=') {
            state = ATTR_AFTER;
            put(c);
        } else {
            state = TAG;
            in_tag(c);
        }
        return;
    }
    keep(attr, &attr_n, sizeof attr, (char)tolower((unsigned char)c));
    put(c);
}

static void in_attr_after(char c)
{
    if (c != '"' && c != '\'') fault("quote the value of %s", attr);
    quote = c;
    state = ATTR_VALUE;
    put(c);
}

static void in_attr_value(char c)
{
    if (c == quote) {
        attr_check_value();
        state = TAG;
        put(c);
        return;
    }
    if (value_expr && !value_n && c != '#' && attr_is_address())
        fault("behind {{url}} only a #fragment may follow: use url_to()");
    keep(value, &value_n, sizeof value, c);
    put(c);
}

static void one(const char *s, size_t *used)
{
    char c = *s;
    *used = 1;
    switch (state) {
    case TEXT: in_text(s, used); break;
    case TAG_NAME:
        if (c == '>' || c == '/' || isspace((unsigned char)c)) {
            tag_begin();
            state = TAG;
            in_tag(c);
        } else {
            keep(tag, &tag_n, sizeof tag, (char)tolower((unsigned char)c));
            put(c);
        }
        break;
    case TAG: in_tag(c); break;
    case ATTR_NAME: in_attr_name(c); break;
    case ATTR_AFTER: in_attr_after(c); break;
    case ATTR_VALUE: in_attr_value(c); break;
    case CLOSE_TAG:
        if (c == '>') close_tag_end();
        else {
            if (!isspace((unsigned char)c))
                keep(tag, &tag_n, sizeof tag, (char)tolower((unsigned char)c));
            put(c);
        }
        break;
    case COMMENT:
        if (!strncmp(s, "-->", 3)) {
            *used = 3;
            state = TEXT;
        }
        break;
    case RAW:
        if (!strncmp(s, "</script>", 9)) {
            put_all("</script>");
            *used = 9;
            state = TEXT;
        } else if (!isspace((unsigned char)c)) fault("no inline script");
        break;
    }
}

static void markup(const char *s)
{
    if (!open_page) {
        while (isspace((unsigned char)*s)) s++;
        if (*s) fault("markup before the first @page");
        return;
    }
    mark_line();
    if (state == TEXT && !keep_blanks)
        while (*s == ' ' || *s == '\t') s++;
    while (*s) {
        size_t used = 2;
        if (s[0] == '{' && s[1] == '{') {
            s = expression(s + 2);
            continue;
        }
        one(s, &used);
        s += used;
    }
}

/* ---- lines of C ------------------------------------------------------------ */

static void end_page(void)
{
    if (!open_page) return;
    if (state != TEXT) fault("the page ends inside a tag, comment or value");
    flush();
    emit("\n}\n");
    open_page = false;
}

static void begin_page(char *s)
{
    end_page();
    while (isspace((unsigned char)*s)) s++;
    char *par = strchr(s, '('), *end = strrchr(s, ')');
    if (!par || !end || end < par) fault("@page name(parameters)");
    *par = *end = 0;
    char *args = par + 1;
    while (isspace((unsigned char)*args)) args++;
    bool none = !*args || !strcmp(args, "void");
    if (header) printf("void %s_html(struct buf *o%s%s);\n", s, none ? "" : ", ", none ? "" : args);
    else
        printf("#line %d \"%s\"\nvoid %s_html(struct buf *o%s%s)\n{\n"
               "__attribute__((unused)) struct url form_action_ = { S(\"\") };\n",
               line, file, s, none ? "" : ", ", none ? "" : args);
    open_page = true;
    keep_blanks = 0;
}

static void c_line(char *s)
{
    if (!strncmp(s, "include ", 8)) {
        if (open_page) fault("@include stands before the first @page");
        if (header) printf("#%s", s);
        return;
    }
    if (!strncmp(s, "page ", 5)) {
        begin_page(s + 5);
        return;
    }
    if (state != TEXT && state != TAG) fault("a line of C can't stand in a value, name or comment");
    mark_line();
    emit("%s", s);
}

int main(int argc, char **argv)
{
    header = argc == 3 && !strcmp(argv[1], "-h");
    if (argc != 2 && !header) return fputs("usage: tpl [-h] x.html\n", stderr), 2;
    file = argv[argc - 1];
    FILE *f = fopen(file, "r");
    if (!f) return perror(file), 1;
    const char *base = !strncmp(file, "src/", 4) ? file + 4 : file;
    printf("/* made by tools/tpl.c from %s */\n", file);
    if (header) puts("#pragma once\n#include \"kit/web/html.h\"");
    else printf("#include \"%.*s_html.h\"\n", (int)strlen(base) - 5, base);
    char *l = NULL;
    size_t cap = 0;
    while (getline(&l, &cap, f) > 0) {
        line++;
        char *s = l;
        while (*s == ' ' || *s == '\t') s++;
        if (s[0] == '@' && s[1] != '@') c_line(s + 1);
        else markup(s[0] == '@' ? s + 1 : l);
    }
    end_page();
    free(l);
    free(pending);
    fclose(f);
    return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
