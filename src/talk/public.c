/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/public.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "people/keeper.h"
#include "talk/circle_talk.h"
#include "talk/incoming.h"

enum { REC_NAMES = 1, REC_MESSAGE, REC_FILE_OF, REC_FILE }; /* no fields: shut */
enum { NOT_SHOWN = TALK_MARK_ERASED | TALK_MARK_BACK | TALK_MARK_SPOKEN, FILES_MOST = 500 };

/* ---- what is shown ------------------------------------------------------- */

static bool of_address(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (uint8_t)c >= 0x80 || strchr(".!#$%&'*+-/=?^_`{|}~", c);
}

struct str public_words(struct arena *a, struct str s)
{
    struct buf o = { .a = a };
    ptrdiff_t done = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] != '@') continue;
        ptrdiff_t from = i, to = i + 1;
        while (from > done && s.p[from - 1] && of_address(s.p[from - 1])) from--;
        while (to < s.n && s.p[to] && of_address(s.p[to])) to++;
        if (from == i || to == i + 1) continue;
        while (strchr(".!?", s.p[to - 1])) to--; /* the end of a sentence */
        buf_add(&o, str_upto(str_from(s, done), from - done));
        buf_add(&o, S("[an address]"));
        done = to;
        i = to - 1;
    }
    buf_add(&o, str_from(s, done));
    return buf_str(&o);
}

/* The house itself and its doors have no first name. */
static bool is_somebody(struct ctx *c, const struct message *m)
{
    struct house h;
    struct person p;
    house_get(c, &h);
    return person_get(c, m->author, &p) == OK && p.kind == PERSON_HUMAN && !str_eq(p.name, h.name);
}

static struct str called(struct ctx *c, const struct message *m, public_names names)
{
    struct str name = m->author_name;
    ptrdiff_t blank = str_chr(name, ' ');
    if (!name.n || str_chr(name, '@') >= 0) return S("Somebody");
    if (names == PUBLIC_NAMES || blank <= 0 || !is_somebody(c, m)) return name;
    return str_upto(name, blank);
}

static err words_of(struct ctx *c, const struct message *m, struct str *out)
{
    struct talk_text t = { .message = m->id, .quotes = m->quotes };
    struct talk_parts parts;
    struct buf o = { .a = c->a };
    TRY(talk_text(c, m, &t.words));
    talk_parts_of(c->a, &t, &parts);
    for (int i = 0; i < parts.n; i++)
        if (parts.at[i].kind == PART_NEW) buf_add(&o, parts.at[i].words);
    *out = public_words(c->a, str_trim(buf_str(&o)));
    return OK;
}

/* By time, without what says nothing; the caller fills files. */
static err fill(struct ctx *c, const struct messages *list, public_names names,
                struct public_items *out)
{
    *out = (struct public_items){ NEW(c->a, struct public_item, list->n + 1), 0 };
    for (int i = 0; i < list->n; i++) {
        const struct message *m = &list->at[i];
        struct public_item *x = &out->at[out->n];
        if (m->marks & NOT_SHOWN || m->class != TALK_DIRECT) continue;
        *x = (struct public_item){ .message = m->id,
                                   .at = m->at,
                                   .name = called(c, m, names),
                                   .ours = m->author_ours,
                                   .raw = m->raw };
        TRY(words_of(c, m, &x->words));
        talk_files(c, m->id, &x->files);
        if (x->words.n || x->files.n) out->n++;
    }
    return OK;
}

struct str public_uuid(struct ctx *c, id talk)
{
    uint64_t high = (uint64_t)hash_name(c->secret, str_fmt(c->a, "public:%" PRId64, talk)),
             low = (uint64_t)hash_name(c->secret, str_fmt(c->a, "public too:%" PRId64, talk));
    return str_fmt(c->a, "%08x-%04x-8%03x-%04x-%012" PRIx64, (unsigned)(high >> 32),
                   (unsigned)(high >> 16 & 0xFFFF), (unsigned)(high & 0xFFF),
                   (unsigned)(0x8000 | (low >> 48 & 0x3FFF)), low & 0xFFFFFFFFFFFF);
}

/* ---- deeds --------------------------------------------------------------- */

err public_plan(struct ctx *c, id message, public_names names, struct public_talk *talk,
                struct public_items *out)
{
    struct message one;
    struct messages list;
    int more;
    TRY(talk_message(c, message, &one));
    TRY(talk_circle_keeps(c, message));
    if (!talk_sees_whole(c, one.conversation))
        return fail(c, E_DENIED, "There is more in it than is yours to open.");
    TRY(talk_conversation(c, message, PUBLIC_MOST + 1, &list));
    if (list.n > PUBLIC_MOST)
        return fail(c, E_INVALID, "Only conversations of at most %d messages can be opened.",
                    PUBLIC_MOST);
    TRY(fill(c, &list, names, out));
    if (!out->n) return fail(c, E_INVALID, "Nothing is said in it that strangers could be shown.");
    id before = public_of(c, message, &more);
    struct str subject = S("");
    for (int i = 0; i < list.n; i++)
        if (list.at[i].id == out->at[0].message) subject = list.at[i].subject;
    *talk = (struct public_talk){ .message = before ? before : out->at[0].message,
                                  .changed = c->now,
                                  .names = names,
                                  .subject = public_words(c->a, subject),
                                  .messages = out->n };
    return OK;
}

static bool ticked(const struct public_files *files, id message, struct str path)
{
    for (int i = 0; i < files->n; i++)
        if (files->at[i].message == message && str_eq(files->at[i].path, path)) return true;
    return false;
}

err public_open(struct tx *t, id message, public_names names, id upto,
                const struct public_files *files)
{
    struct public_talk talk;
    struct public_items items;
    struct buf data = { .a = t->c.a };
    if (names != PUBLIC_NAMES) names = PUBLIC_FIRST_NAMES;
    TRY(public_plan(&t->c, message, names, &talk, &items));
    rec_int(&data, REC_NAMES, names);
    for (int i = 0; i < items.n; i++) {
        const struct public_item *x = &items.at[i];
        if (x->message > upto) continue;
        rec_int(&data, REC_MESSAGE, x->message);
        for (int k = 0; k < x->files.n; k++)
            if (ticked(files, x->message, x->files.at[k].path)) {
                rec_int(&data, REC_FILE_OF, x->message);
                rec_str(&data, REC_FILE, x->files.at[k].path);
            }
    }
    log_append(t, (struct event){
                      .kind = EVENT_TALK_PUBLIC, .subject = talk.message, .data = buf_str(&data) });
    return OK;
}

err public_shut(struct tx *t, id message)
{
    int more;
    id talk = public_of(&t->c, message, &more);
    if (!talk) return fail(&t->c, E_NOTFOUND, "there is nothing public here that you could shut");
    log_append(t, (struct event){ .kind = EVENT_TALK_PUBLIC, .subject = talk });
    return OK;
}

id public_of(struct ctx *c, id message, int *more)
{
    id talk = 0;
    int all = 0, shown = 0;
    *more = 0;
    EACH (r, c,
          SQL("SELECT coalesce(max(q.talk), 0), count(*), count(q.talk) FROM message x CROSS JOIN "
              "message m CROSS JOIN sight s LEFT JOIN public_message q ON q.message=m.id WHERE "
              "x.id=$1 AND m.conversation=x.conversation AND (m.marks & $3)=0 AND m.class=$4 AND "
              "s.message=m.id AND s.who=$2"),
          I(message), I(c->viewer), I(NOT_SHOWN), I(TALK_DIRECT)) {
        talk = row_int(&r, 0);
        all = (int)row_int(&r, 1);
        shown = (int)row_int(&r, 2);
    }
    if (talk) *more = all - shown;
    return talk && may_see(c, message) ? talk : 0;
}

/* ---- for anybody --------------------------------------------------------- */

#define TALK_COLUMNS                                                                               \
    "t.message, t.at, t.changed, t.names, coalesce((SELECT e.n FROM me_too e WHERE "               \
    "e.talk=t.message), 0), (SELECT count(*) FROM public_message q WHERE q.talk=t.message), "      \
    "coalesce((SELECT m.subject FROM public_message q CROSS JOIN message m WHERE "                 \
    "q.talk=t.message AND m.id=q.message ORDER BY m.at, m.id LIMIT 1), '')"

static struct public_talk talk_row(struct rows *r)
{
    return (struct public_talk){ .message = row_int(r, 0),
                                 .at = row_int(r, 1),
                                 .changed = row_int(r, 2),
                                 .names = (public_names)row_int(r, 3),
                                 .me_too = (int)row_int(r, 4),
                                 .messages = (int)row_int(r, 5),
                                 .subject = row_str(r, 6) };
}

static void finish(struct ctx *c, struct public_talk *t)
{
    t->subject = public_words(c->a, t->subject);
    t->uuid = public_uuid(c, t->message);
}

void public_list(struct ctx *c, int64_t before, int max, struct public_talks *out)
{
    *out = (struct public_talks){ NEW(c->a, struct public_talk, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT " TALK_COLUMNS " FROM public_talk t WHERE t.changed<$1 AND EXISTS(SELECT 1 "
              "FROM public_message q WHERE q.talk=t.message) ORDER BY t.changed DESC, t.message "
              "DESC LIMIT $2"),
          I(before ? before : INT64_MAX), I(max))
        out->at[out->n++] = talk_row(&r);
    for (int i = 0; i < out->n; i++) finish(c, &out->at[i]);
}

static void keep_ticked(struct ctx *c, struct public_item *x)
{
    int n = 0;
    for (int i = 0; i < x->files.n; i++)
        if (db_int(c, 0, SQL("SELECT 1 FROM public_file WHERE message=$1 AND path=$2"),
                   I(x->message), T(x->files.at[i].path)))
            x->files.at[n++] = x->files.at[i];
    x->files.n = n;
}

err public_get(struct ctx *c, id talk, struct public_talk *out, struct public_items *items)
{
    struct messages list = { NEW(c->a, struct message, PUBLIC_MOST), 0 };
    bool found = false;
    EACH (r, c, SQL("SELECT " TALK_COLUMNS " FROM public_talk t WHERE t.message=$1"), I(talk)) {
        *out = talk_row(&r);
        found = out->messages > 0;
    }
    if (!found) return fail(c, E_NOTFOUND, "There is nothing at this address.");
    EACH (r, c,
          SQL("SELECT " MESSAGE_COLUMNS " FROM public_message q CROSS JOIN message m LEFT JOIN "
              "handle h ON h.key=m.author LEFT JOIN person p ON p.id=h.person WHERE q.talk=$1 AND "
              "m.id=q.message ORDER BY m.at, m.id LIMIT $2"),
          I(talk), I(PUBLIC_MOST))
        list.at[list.n++] = message_row(&r);
    finish(c, out);
    TRY(fill(c, &list, out->names, items));
    for (int i = 0; i < items->n; i++) keep_ticked(c, &items->at[i]);
    return OK;
}

err public_file_of(struct ctx *c, id talk, id message, struct str path, struct str *raw,
                   struct str *name)
{
    id body = 0;
    EACH (r, c,
          SQL("SELECT m.raw, f.name FROM public_message q CROSS JOIN public_file k CROSS JOIN "
              "message m CROSS JOIN file f WHERE q.message=$1 AND q.talk=$2 AND k.message=$1 AND "
              "k.path=$3 AND m.id=$1 AND f.message=$1 AND f.path=$3"),
          I(message), I(talk), T(path)) {
        body = row_int(&r, 0);
        *name = row_str(&r, 1);
    }
    if (!body) return fail(c, E_NOTFOUND, "There is nothing at this address.");
    return log_body(c, body, 256 * MIB, raw);
}

err public_me_too(struct tx *t, id talk, struct str browser)
{
    struct ctx *c = &t->c;
    int64_t ext =
        hash_name(c->secret, str_fmt(c->a, "me too:%" PRId64 ":%.*s", talk, STR(browser)));
    if (!db_int(c, 0, SQL("SELECT 1 FROM public_message WHERE talk=$1 LIMIT 1"), I(talk)))
        return fail(c, E_NOTFOUND, "There is nothing at this address.");
    if (log_find(c, ext)) return fail(c, E_CONFLICT, "You have said so already.");
    log_append(t, (struct event){ .kind = EVENT_TALK_ME_TOO,
                                  .channel = CHANNEL_WEB,
                                  .subject = talk,
                                  .ext = ext });
    return OK;
}

/* ---- what events do ------------------------------------------------------ */

static void shut(struct tx *t, id talk)
{
    db_do(t,
          SQL("DELETE FROM public_file WHERE message IN(SELECT message FROM public_message WHERE "
              "talk=$1)"),
          I(talk));
    db_do(t, SQL("DELETE FROM public_message WHERE talk=$1"), I(talk));
}

static void opened(struct tx *t, const struct event *e)
{
    public_names names = PUBLIC_FIRST_NAMES;
    struct str rest = e->data;
    id of = 0;
    for (struct field f; rec_next(&rest, &f);) switch (f.tag) {
        case REC_NAMES: names = (public_names)field_int(f); break;
        case REC_MESSAGE:
            db_do(t,
                  SQL("INSERT INTO public_message(message, talk) SELECT m.id, $2 + 0 FROM message "
                      "m WHERE m.id=$1 ON CONFLICT(message) DO UPDATE SET talk=excluded.talk"),
                  I(field_int(f)), I(e->subject));
            break;
        case REC_FILE_OF: of = field_int(f); break;
        case REC_FILE:
            db_do(t,
                  SQL("INSERT INTO public_file(message, path) VALUES($1, $2) ON CONFLICT(message, "
                      "path) DO NOTHING"),
                  I(of), T(f.value));
            break;
        }
    db_do(t,
          SQL("INSERT INTO public_talk(message, event, at, changed, names) VALUES($1, $2, $3, $3, "
              "$4) ON CONFLICT(message) DO UPDATE SET event=excluded.event, "
              "changed=excluded.changed, names=excluded.names"),
          I(e->subject), I(e->id), I(e->at), I(names));
}

void public_noted(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_TALK_ME_TOO) {
        db_do(t,
              SQL("INSERT INTO me_too(talk, n) VALUES($1, 1) ON CONFLICT(talk) DO UPDATE SET "
                  "n=me_too.n+1"),
              I(e->subject));
        return;
    }
    shut(t, e->subject);
    if (e->data.n) opened(t, e);
}

void public_forget(struct tx *t, id message)
{
    db_do(t, SQL("DELETE FROM public_file WHERE message=$1"), I(message));
    db_do(t, SQL("DELETE FROM public_message WHERE message=$1"), I(message));
}
