/* SPDX-License-Identifier: GPL-3.0-or-later
 * compose_test.c - what was composed is read back, by mail_parse(), as the same values. */
#include "kit/mail/compose.h"

#include "../tests/vectors.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/encode.h"
#include "kit/mail/head_write.h"
#include "kit/mail/header.h"
#include "kit/mail/parse.h"

#define ADDRS(...)                                                                                 \
    (struct mail_addrs)                                                                            \
    {                                                                                              \
        (struct mail_addr[]){ __VA_ARGS__ }, COUNT(((struct mail_addr[]){ __VA_ARGS__ }))          \
    }
#define IDS(...)                                                                                   \
    (struct mail_ids) { (struct str[]){ __VA_ARGS__ }, COUNT(((struct str[]){ __VA_ARGS__ })) }
#define ADA                                                                                        \
    {                                                                                              \
        .name = S("Ada Berg"), .addr = S("ada@berg.example")                                       \
    }

static struct mail_letter plain_letter(void)
{
    static struct mail_addr ada = { .name = S_INIT("Ada Berg"),
                                    .addr = S_INIT("ada@berg.example") };
    static struct mail_addr tom = { .addr = S_INIT("tom@inn.example") };
    return (struct mail_letter){ .id = S("1@berg.example"),
                                 .from = { &ada, 1 },
                                 .to = { &tom, 1 },
                                 .date = 1136171045,
                                 .date_offset_s = 3600,
                                 .subject = S("Cups"),
                                 .text = S("Two, please.") };
}

static struct str composed(struct arena *a, const struct mail_letter *l)
{
    struct str raw = S(""), why = S("");
    if (mail_compose(a, l, &raw, &why) != OK) fail_msg("%.*s", STR(why));
    return raw;
}

static struct mail read_back(struct arena *a, struct str raw)
{
    struct mail m;
    struct str why = S("");
    if (mail_parse(a, raw, &m, &why) != OK) fail_msg("%.*s", STR(why));
    return m;
}

static void assert_refused(struct arena *a, const struct mail_letter *l)
{
    struct str raw = S("untouched"), why = S("");
    assert_int_equal(mail_compose(a, l, &raw, &why), E_INVALID);
    assert_text(raw, S("untouched"));
    assert_true(why.n > 0);
}

/* ASCII, CRLF only, lines of at most 998 bytes: whatever the values were. */
static void assert_wire(struct str raw)
{
    ptrdiff_t column = 0;
    assert_true(str_ends(raw, S("\r\n")));
    for (ptrdiff_t i = 0; i < raw.n; i++) {
        unsigned char c = (unsigned char)raw.p[i];
        if (c == '\n') assert_int_equal(raw.p[i - 1], '\r');
        else if (c == '\r') assert_int_equal(raw.p[i + 1], '\n');
        else assert_true((c >= ' ' && c <= '~') || c == '\t');
        column = c == '\n' ? 0 : column + 1;
        assert_true(column <= 998 + 1);
    }
}

static void the_bytes_of_a_letter(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct mail_letter l = plain_letter();
    l.in_reply_to = IDS(S("0@inn.example"));
    l.references = IDS(S("a@inn.example"), S("0@inn.example"));
    l.cc = ADDRS({ .name = S("Berg, Bea"), .addr = S("bea@berg.example") });
    assert_text(composed(a, &l), S("Date: Mon, 2 Jan 2006 04:04:05 +0100\r\n"
                                   "From: Ada Berg <ada@berg.example>\r\n"
                                   "To: tom@inn.example\r\n"
                                   "Cc: \"Berg, Bea\" <bea@berg.example>\r\n"
                                   "Subject: Cups\r\n"
                                   "Message-ID: <1@berg.example>\r\n"
                                   "In-Reply-To: <0@inn.example>\r\n"
                                   "References: <a@inn.example> <0@inn.example>\r\n"
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Content-Transfer-Encoding: quoted-printable\r\n"
                                   "\r\n"
                                   "Two, please.\r\n"));
    l.date_offset_s = -(9 * HOUR + 30 * MINUTE);
    assert_true(str_begins(composed(a, &l), S("Date: Sun, 1 Jan 2006 17:34:05 -0930\r\n")));
    arena_close(a);
}

static void names_and_subjects_come_back(void **state)
{
    static const char *const words[] = {
        "Ada Berg",
        "Berg, Ada",
        "Ada \"the cup\" Berg",
        "back\\slash",
        "J. R. (Joe) Miller; <x@y.example>",
        "Zo\xC3\xAB M\xC3\xBCller",
        "\xE4\xBD\x90\xE8\x97\xA4 \xE8\x8A\xB1\xE5\xAD\x90",
        "tea \xF0\x9F\x8D\xB5 at \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8D\xB3 four",
        "=?utf-8?B?QQ==?=",
        "what =? is ?= this",
        "you@me.example",
        "a%b_c=d?e",
        "Re: [shop] T\xC3\xB6pfe, Teller, Tassen und was sonst noch auf dem Tisch stehen soll, "
        "wenn "
        "am Samstag alle kommen, die wir eingeladen haben",
        "Aveeerylongwordthatnoblankdividesandthatthereforecannotbefoldedatallunlessitisencoded.ok",
    };
    (void)state;
    for (int i = 0; i < COUNT(words); i++) {
        struct arena *a = arena_open(MIB);
        struct mail_letter l = plain_letter();
        l.subject = str_c(words[i]);
        l.from = ADDRS({ .name = str_c(words[i]), .addr = S("ada@berg.example") });
        l.to = ADDRS({ .name = str_c(words[i]),
                       .addr = S("\"a,b\"@b\xC3\xBC"
                                 "cher.example") },
                     ADA);
        l.reply_to = ADDRS({ .name = str_c(words[i]), .addr = S("house+abc234@inn.example") });
        struct str raw = composed(a, &l);
        assert_wire(raw);
        struct mail m = read_back(a, raw);
        assert_text(m.subject, l.subject);
        assert_text(m.from.at[0].name, l.subject);
        assert_text(m.from.at[0].addr, S("ada@berg.example"));
        assert_int_equal(m.to.n, 2);
        assert_text(m.to.at[0].name, l.subject);
        assert_text(m.to.at[0].key, S("a,b@xn--bcher-kva.example"));
        assert_text(m.to.at[1].name, S("Ada Berg"));
        assert_text(m.reply_to.at[0].addr, S("house+abc234@inn.example"));
        assert_int_equal(m.marks & ~(unsigned)MAIL_MARK_REPLY_WORD, 0);
        arena_close(a);
    }
}

/* Every value that becomes part of a header, with every byte that could end one. */
static void nothing_can_be_put_into_a_header(void **state)
{
    static const struct str bad[] = { S_INIT("a\r\nBcc: eve@x.example"),
                                      S_INIT("a\nb"),
                                      S_INIT("a\rb"),
                                      S_INIT("a\0b"),
                                      S_INIT("a\x1b[0m"),
                                      S_INIT("\xC3\xA9\nb"),
                                      S_INIT("b\x7F") };
    (void)state;
    for (int i = 0; i < COUNT(bad); i++) {
        struct arena *a = arena_open(MIB);
        struct str s = bad[i];
        struct str odd = str_fmt(a, "%.*s@berg.example", STR(s));
        struct mail_file named = { .name = s, .bytes = S("x") };
        struct mail_letter letters[] = { plain_letter(), plain_letter(), plain_letter(),
                                         plain_letter(), plain_letter(), plain_letter(),
                                         plain_letter(), plain_letter() };
        letters[0].subject = s;
        letters[1].from = ADDRS({ .name = s, .addr = S("ada@berg.example") });
        letters[2].to = ADDRS({ .addr = s }, ADA);
        letters[3].cc = ADDRS({ .addr = (struct str){ odd.p, odd.n } }, { .addr = s });
        letters[4].reply_to = ADDRS({ .name = s, .addr = S("a@b.example") });
        letters[5].list_id = S("pub.inn.example"), letters[5].list_name = s;
        letters[6].list_id = s;
        letters[7].files = &named, letters[7].n_files = 1;
        for (int k = 0; k < COUNT(letters); k++) assert_refused(a, &letters[k]);
        struct mail_letter l = plain_letter();
        l.id = s;
        assert_refused(a, &l);
        /* ids and types are others' words: what can't be written is left out */
        named = (struct mail_file){ .type = s, .bytes = S("x") };
        l = plain_letter();
        l.references = IDS(s, S("b@inn.example"), S("> <eve@x.example"), S("c d@x.example"));
        l.in_reply_to = IDS(s);
        l.files = &named, l.n_files = 1;
        struct mail m = read_back(a, composed(a, &l));
        assert_int_equal(m.references.n, 1);
        assert_text(m.references.at[0], S("b@inn.example"));
        assert_int_equal(m.in_reply_to.n, 0);
        assert_text(m.parts.at[1].type, S("application/octet-stream"));
        arena_close(a);
    }
}

static void only_headers_put_writes_lines(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    static const struct str bad[] = { S_INIT("a\r\n b"), S_INIT("a\0"), S_INIT("\xC3\xA9"),
                                      S_INIT(" a"),      S_INIT("a "),  S_INIT("a  b"),
                                      S_INIT("a\tb") };
    for (int i = 0; i < COUNT(bad); i++) {
        struct buf b = { .a = a };
        struct head_out h = { .out = &b };
        headers_put(&h, S("X"), bad[i]);
        assert_text(h.refused, S("X"));
        assert_int_equal(b.n, 0);
    }
    struct buf b = { .a = a };
    struct head_out h = { .out = &b };
    char word[1000];
    memset(word, 'w', sizeof word);
    headers_put(&h, S("X"), (struct str){ word, 995 }); /* "X: " and 995 letters are 998 */
    assert_int_equal(b.n, 1000);
    headers_put(&h, S("Y"), (struct str){ word, 996 });
    assert_text(h.refused, S("Y"));
    assert_int_equal(b.n, 1000);
    arena_close(a);
}

static void which_addresses_go_on_the_wire(void **state)
{
    static const char *const rows[][2] = {
        { "Ada@Berg.Example", "Ada@berg.example" },
        { "a.b+c@x.example", "a.b+c@x.example" },
        { "\"a b\"@x.example", NULL },
        { "\"a,b\"@x.example", "\"a,b\"@x.example" },
        { "ada@b\xC3\xBC"
          "cher.example",
          "ada@xn--bcher-kva.example" },
        { "ad\xC3\xA4@x.example", NULL },
        { "a,b@x.example", NULL },
        { "a..b@x.example", NULL },
        { ".a@x.example", NULL },
        { "a.@x.example", NULL },
        { "a<b@x.example", NULL },
        { "<a@x.example>", NULL },
        { "a@x.example> SIZE=1", NULL },
        { "a@x.example\r\nRCPT TO:<b@x.example>", NULL },
        { "a:b@x.example", NULL },
        { "(a)@x.example", NULL },
        { "\"a\"b\"@x.example", NULL },
        { "\"a\\\"@x.example", NULL },
        { "a@b@x.example", NULL },
        { "a@x=?y.example", NULL },
        { "nobody", NULL },
        { "@x.example", NULL },
        { "", NULL },
    };
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++) {
        struct str out = S("untouched");
        bool ok = address_wire(a, str_c(rows[i][0]), &out);
        if (ok != (rows[i][1] != NULL)) fail_msg("%s", rows[i][0]);
        assert_text(out, rows[i][1] ? str_c(rows[i][1]) : S("untouched"));
    }
    char local[300];
    memset(local, 'a', sizeof local);
    struct str out;
    assert_true(address_wire(a, str_fmt(a, "%.*s@x.example", 254 - 10, local), &out));
    assert_false(address_wire(a, str_fmt(a, "%.*s@x.example", 255 - 10, local), &out));
    arena_close(a);
}

static void ancestors_are_the_first_and_the_last(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    struct mail_letter l = plain_letter();
    l.references = (struct mail_ids){ NEW(a, struct str, 500), 500 };
    for (int i = 0; i < 500; i++) l.references.at[i] = str_fmt(a, "%d.of.many@inn.example", i);
    struct str raw = composed(a, &l);
    assert_wire(raw);
    struct mail m = read_back(a, raw);
    assert_int_equal(m.references.n, MAIL_REFERENCES_MOST);
    assert_text(m.references.at[0], l.references.at[0]);
    for (int i = 1; i < MAIL_REFERENCES_MOST; i++)
        assert_text(m.references.at[i], l.references.at[500 - MAIL_REFERENCES_MOST + i]);
    l.references.n = MAIL_REFERENCES_MOST;
    m = read_back(a, composed(a, &l));
    assert_int_equal(m.references.n, MAIL_REFERENCES_MOST);
    assert_text(m.references.at[1], l.references.at[1]);
    arena_close(a);
}

static void text_comes_back_as_it_was(void **state)
{
    static const char *const texts[] = {
        "one\n\ntwo\n",
        "From here on\n>From there\nFrom \n",
        ".\n..\n.hidden\n",
        "blank at the end \ntab at the end\t\n  indented\n",
        "> quoted\n>> twice\n-- \nAda\n",
        "a = b == c =20 =\n",
        "tea \xF0\x9F\x8D\xB5 and caf\xC3\xA9\n",
        "\xD1\x87\xD0\xB0\xD0\xB9\n\xE4\xBD\x90\xE8\x97\xA4\n",
        "--=_a\n--=_m0000\n",
    };
    (void)state;
    for (int i = 0; i < COUNT(texts); i++) {
        struct arena *a = arena_open(MIB);
        struct mail_letter l = plain_letter();
        l.text = str_c(texts[i]);
        struct str raw = composed(a, &l);
        assert_wire(raw);
        assert_true(str_find(raw, S("\nFrom ")) < 0);
        assert_text(read_back(a, raw).text, l.text);
        l.html = S("<p>the same</p>\n");
        assert_text(read_back(a, composed(a, &l)).text, l.text);
        arena_close(a);
    }
    struct arena *a = arena_open(4 * MIB);
    char *longest = NEW(a, char, 5001);
    memset(longest, 'x', 5000);
    memcpy(longest + 75, "From ", 5); /* stands where a line of the encoding begins */
    struct mail_letter l = plain_letter();
    l.text = str_c(longest);
    struct str raw = composed(a, &l);
    assert_wire(raw);
    assert_true(str_find(raw, S("\nFrom ")) < 0);
    assert_text(str_trim(read_back(a, raw).text), l.text);
    l.text = S("one\rtwo\r\nthree\nfour");
    assert_text(read_back(a, composed(a, &l)).text, S("one\ntwo\nthree\nfour\n"));
    arena_close(a);
}

static void files_come_back(void **state)
{
    static const char *const names[] = {
        "menu.pdf",
        "the \"best\" menu.pdf",
        "back; filename=x.exe",
        "caf\xC3\xA9 \xF0\x9F\x8D\xB5.jpg",
        "100% sure's *.txt",
        "Ein Name, der so lang ist, dass er nur in St\xC3\xBC"
        "cken in eine Kopfzeile passt, und der "
        "trotzdem ganz ankommt, samt Endung.pdf",
        "averylongnamewithoutanyblankbutwithmorethansixtylettersinasinglepiece.tar.gz",
    };
    (void)state;
    char all[1024];
    for (int i = 0; i < COUNT(all); i++) all[i] = (char)i;
    for (int i = 0; i < COUNT(names); i++) {
        struct arena *a = arena_open(MIB);
        struct mail_file files[] = {
            { str_c(names[i]), S("image/png"), { all, COUNT(all) - i } },
            { S(""), S("message/rfc822"), S("Subject: inner\r\n\r\n--=_m\r\n") },
            { S("empty"), S("not a type"), S("") },
        };
        struct mail_letter l = plain_letter();
        l.files = files, l.n_files = COUNT(files);
        l.html = S("<p>Two, please.</p>");
        struct str raw = composed(a, &l);
        assert_wire(raw);
        struct mail m = read_back(a, raw);
        assert_int_equal(m.marks, 0);
        assert_text(m.text, S("Two, please.\n"));
        assert_int_equal(m.parts.n, 5);
        assert_text(m.parts.at[1].type, S("text/html"));
        assert_text(m.parts.at[2].file, files[0].name);
        assert_text(m.parts.at[2].type, S("image/png"));
        assert_text(m.parts.at[2].disposition, S("attachment"));
        assert_text(m.parts.at[3].type, S("application/octet-stream"));
        assert_text(m.parts.at[4].type, S("application/octet-stream"));
        for (int k = 0; k < COUNT(files); k++) {
            struct str bytes, type;
            assert_int_equal(mail_part_read(a, raw, m.parts.at[2 + k].path, &bytes, &type), OK);
            assert_true(str_eq(bytes, files[k].bytes));
        }
        arena_close(a);
    }
    struct arena *a = arena_open(MIB);
    char name[MAIL_FILE_NAME_MOST + 1];
    memset(name, 'n', sizeof name);
    struct mail_file file = { .name = { name, MAIL_FILE_NAME_MOST } };
    struct mail_letter l = plain_letter();
    l.files = &file, l.n_files = 1;
    assert_text(read_back(a, composed(a, &l)).parts.at[1].file, file.name);
    file.name.n++;
    assert_refused(a, &l);
    arena_close(a);
}

/* RFC 2369, RFC 8058: a click wants https. */
static void a_way_out_is_a_page_and_an_address(void **state)
{
    (void)state;
    static const struct {
        const char *page, *address, *out, *post;
    } rows[] = {
        { "https://inn.example/stop/abc", "mia@inn.example",
          "<https://inn.example/stop/abc>, <mailto:mia@inn.example?subject=unsubscribe>",
          "List-Unsubscribe=One-Click" },
        { "https://inn.example/stop/abc", "", "<https://inn.example/stop/abc>",
          "List-Unsubscribe=One-Click" },
        { "http://127.0.0.1/stop/abc", "mia@inn.example",
          "<mailto:mia@inn.example?subject=unsubscribe>", "" },
        { "javascript:alert(1)", "", "", "" },
    };
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++) {
        struct buf o = { .a = a };
        struct head_out h = { &o, S("") };
        headers_unsubscribe(&h, a, str_c(rows[i].page), str_c(rows[i].address));
        struct headers got = headers_read(a, str_fmt(a, "%.*s\r\n", STR(buf_str(&o))));
        struct str one = text_oneline(a, headers_get(&got, S("List-Unsubscribe")));
        assert_text(one, str_c(rows[i].out));
        assert_text(headers_get(&got, S("List-Unsubscribe-Post")), str_c(rows[i].post));
    }
    arena_close(a);
}

static void lists_and_machines_say_so(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct mail_letter l = plain_letter();
    l.automatic = MAIL_AUTO_GENERATED;
    assert_int_equal(read_back(a, composed(a, &l)).class, MAIL_MACHINE);
    l.automatic = MAIL_AUTO_REPLIED;
    assert_int_equal(read_back(a, composed(a, &l)).class, MAIL_AUTO_REPLY);
    l.automatic = MAIL_AUTO_NO;
    assert_int_equal(read_back(a, composed(a, &l)).class, MAIL_DIRECT);
    l.list_id = S("pub.inn.example");
    l.list_name = S("The caf\xC3\xA9, evenings");
    struct str raw = composed(a, &l);
    assert_text(read_back(a, raw).list_id, S("pub.inn.example"));
    l = plain_letter();
    l.to.n = 0;
    assert_refused(a, &l);
    l = plain_letter();
    l.from.n = 0;
    assert_refused(a, &l);
    arena_close(a);
}

static void ids_are_new_each_time(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct str x = mail_id_make(a, S("inn.example")), y = mail_id_make(a, S("inn.example"));
    assert_false(str_eq(x, y));
    assert_int_equal(x.n, 32 + 1 + 11);
    assert_true(str_ends(x, S("@inn.example")));
    struct mail_letter l = plain_letter();
    l.id = x;
    struct str raw = composed(a, &l);
    assert_text(read_back(a, raw).id, x);
    assert_text(composed(a, &l), raw); /* the same values, the same bytes */
    arena_close(a);
}

/* ---- random values ----------------------------------------------------- */

static uint64_t seed;
static int rnd(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* Pieces that mean something to somebody on the way. */
static struct str random_words(struct arena *a, int most, bool lines)
{
    static const char *const pieces[] = {
        "a",
        "Ada",
        "x@y.example",
        "<",
        ">",
        "\"",
        "\\",
        ",",
        ";",
        ":",
        "(",
        ")",
        "=?",
        "?=",
        "=",
        "_",
        "?B?",
        "=?utf-8?Q?a?=",
        "\xC3\xA9",
        "\xE4\xBD\x90",
        "\xF0\x9F\x8D\xB5",
        "e\xCC\x81",
        " ",
        " ",
        " ",
        "'",
        "''",
        "*0*=",
        "%41",
        "%",
        "From ",
        ".",
        "--=_m",
        "--",
        "boundary=x",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Bcc: eve@x.example",
        "\xD7\xA9",
        "Content-Type: text/html",
    };
    struct buf b = { .a = a };
    for (int n = rnd(most); n > 0; n--) {
        buf_add(&b, str_c(pieces[rnd(COUNT(pieces))]));
        if (lines && rnd(4) == 0) buf_char(&b, '\n');
    }
    return buf_str(&b);
}

/* A name loses its own quotes around it, and blanks that show nothing, when it is read. */
static struct str random_name(struct arena *a, int most)
{
    struct str s = text_oneline(a, random_words(a, most, false));
    while (s.n && strchr("\"' ", *s.p)) s = str_from(s, 1);
    while (s.n && strchr("\"' ", s.p[s.n - 1])) s.n--;
    return s;
}

static void a_random_letter(struct arena *a)
{
    struct mail_file files[3];
    struct mail_letter l = plain_letter();
    struct mail_addr people[5];
    for (int i = 0; i < COUNT(people); i++)
        people[i] = (struct mail_addr){ .name = random_name(a, 12),
                                        .addr = str_fmt(a, "p%d+%x@x.example", i, rnd(1000)) };
    l.to = (struct mail_addrs){ people, 1 + rnd(5) };
    l.from = (struct mail_addrs){ people + rnd(5), 1 };
    l.subject = text_oneline(a, random_words(a, 30, false));
    l.text = random_words(a, 200, true);
    if (rnd(2)) l.html = S("<p>words</p>");
    l.n_files = rnd(4), l.files = files;
    for (int i = 0; i < COUNT(files); i++) {
        struct str name = text_oneline(a, random_words(a, 10, false));
        ptrdiff_t path = MAX(str_rchr(name, '\\'), str_rchr(name, '/')); /* is cut off */
        name = str_trim(str_from(name, path + 1));
        if (name.n > MAIL_FILE_NAME_MOST) name = S("");
        files[i] = (struct mail_file){ name, S("text/x"), random_words(a, 100, true) };
    }
    struct str raw = composed(a, &l);
    assert_wire(raw);
    struct headers h = headers_read(a, raw);
    assert_int_equal(h.n, 6 + (l.subject.n > 0) + (!l.html.n && !l.n_files));
    struct mail m = read_back(a, raw);
    assert_int_equal(m.marks & ~(unsigned)MAIL_MARK_REPLY_WORD, 0);
    assert_text(m.subject, l.subject);
    assert_text(m.from.at[0].name, l.from.at[0].name);
    assert_int_equal(m.to.n, l.to.n);
    for (int i = 0; i < l.to.n; i++) {
        assert_text(m.to.at[i].name, l.to.at[i].name);
        assert_text(m.to.at[i].addr, l.to.at[i].addr);
    }
    int first = m.parts.n - l.n_files;
    assert_int_equal(first, l.html.n ? 2 : 1);
    if (str_trim(l.text).n) assert_text(str_trim(m.text), str_trim(l.text));
    for (int i = 0; i < l.n_files; i++) {
        struct str bytes, type;
        assert_int_equal(mail_part_read(a, raw, m.parts.at[first + i].path, &bytes, &type), OK);
        assert_true(str_eq(bytes, files[i].bytes));
        assert_text(m.parts.at[first + i].file, files[i].name);
    }
}

static void whatever_the_values_are(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct arena *a = arena_open(8 * MIB);
        seed = (uint64_t)i;
        a_random_letter(a);
        arena_close(a);
    }
}

static void whole_characters(void **state)
{
    (void)state;
    struct str s = S("a\xC3\xA9\xF0\x9F\x8D\xB5");
    static const int got[] = { 1, 1, 1, 3, 3, 3, 3, 7, 7 };
    for (int i = 0; i < COUNT(got); i++) assert_int_equal(codec_whole(s, i).n, got[i]);
    assert_int_equal(codec_whole(str_from(s, 3), 1).n, 4);
    assert_int_equal(codec_whole(S(""), 5).n, 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_a_letter),
        cmocka_unit_test(names_and_subjects_come_back),
        cmocka_unit_test(nothing_can_be_put_into_a_header),
        cmocka_unit_test(only_headers_put_writes_lines),
        cmocka_unit_test(which_addresses_go_on_the_wire),
        cmocka_unit_test(ancestors_are_the_first_and_the_last),
        cmocka_unit_test(text_comes_back_as_it_was),
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(lists_and_machines_say_so),
        cmocka_unit_test(a_way_out_is_a_page_and_an_address),
        cmocka_unit_test(ids_are_new_each_time),
        cmocka_unit_test(whatever_the_values_are),
        cmocka_unit_test(whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
