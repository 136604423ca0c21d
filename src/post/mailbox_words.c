/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_words.c - how a mailbox is, in sentences: the same on every page and in the terminal. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "post/mailbox.h"

static struct str clock_words(struct ctx *c, int64_t at)
{
    struct civil t = date_civil(at, c->offset_s);
    struct str day = date_ago(c->a, at, c->now, c->offset_s);
    return str_fmt(c->a, "%.*s at %02d:%02d", STR(day), t.hour, t.minute);
}

struct str mailbox_folder_words(struct ctx *c, const struct mailbox_folder *f)
{
    struct buf o = { .a = c->a };
    struct str done = text_grouped(c->a, f->done), total = text_grouped(c->a, f->total);
    if (f->said.n) return f->said;
    if (f->gone && !f->validity) return S("The server has no such folder.");
    if (f->gone) return S("The server has it no more; what was read stays.");
    if (!f->validity) return f->chosen ? S("not read yet") : S("");
    buf_fmt(&o, "%.*s of %.*s", STR(done), STR(total));
    if (f->read_at) {
        struct str when = clock_words(c, f->read_at);
        buf_fmt(&o, ", last %.*s", STR(when));
    }
    if (f->skipped) {
        struct str n = text_grouped(c->a, f->skipped);
        buf_fmt(&o, ", %.*s skipped", STR(n));
    }
    return buf_str(&o);
}

/* When anything of it was last seen to be whole above. */
static int64_t last_beat(const struct mailbox *m, const struct mailbox_folders *folders)
{
    int64_t at = MAX(m->read_at, m->made);
    for (int i = 0; i < folders->n; i++)
        if (folders->at[i].chosen) at = MAX(at, folders->at[i].read_at);
    return at;
}

static bool is_reading(const struct mailbox_folders *folders)
{
    for (int i = 0; i < folders->n; i++)
        if (folders->at[i].chosen && !folders->at[i].gone && folders->at[i].low > 1) return true;
    return false;
}

static bool is_stale(struct ctx *c, const struct mailbox *m, const struct mailbox_folders *folders)
{
    return m->state == MAILBOX_READS && c->now - last_beat(m, folders) > MAILBOX_STALE_S;
}

static struct str sum_words(struct ctx *c, const struct mailbox *m,
                            const struct mailbox_folders *folders)
{
    struct mailbox_folder all = { .said = S(""), .validity = 1, .read_at = last_beat(m, folders) };
    for (int i = 0; i < folders->n; i++) {
        const struct mailbox_folder *f = &folders->at[i];
        if (!f->chosen) continue;
        all.done += f->done;
        all.total += f->total;
        all.skipped += f->skipped;
    }
    return mailbox_folder_words(c, &all);
}

struct str mailbox_words(struct ctx *c, const struct mailbox *m,
                         const struct mailbox_folders *folders)
{
    struct str sum = sum_words(c, m, folders);
    switch (m->state) {
    case MAILBOX_NEW: return S("Its servers are being asked.");
    case MAILBOX_TRIED:
        return str_fmt(c->a, "%.*s Choose which folders are read.",
                       STR(m->unsent.n ? m->unsent : S("It is connected.")));
    case MAILBOX_BY_HAND: return str_fmt(c->a, "Stopped by hand: %.*s.", STR(sum));
    case MAILBOX_FAILED:
    case MAILBOX_PASSWORD:
    case MAILBOX_UNSAFE: return m->said;
    case MAILBOX_READS: break;
    }
    if (is_stale(c, m, folders)) {
        struct str when = clock_words(c, last_beat(m, folders));
        return str_fmt(c->a, "It could not be read since %.*s. %.*s", STR(when),
                       STR(m->said.n ? m->said
                                     : S("Is the house being served? It is read by snug serve.")));
    }
    struct str fails = m->said.n ? m->said : m->unsent;
    if (fails.n) return str_fmt(c->a, "%.*s %.*s.", STR(fails), STR(sum));
    return str_fmt(c->a, "%.*s%.*s.",
                   STR(is_reading(folders) ? S("Being read, newest first: ") : S("")), STR(sum));
}

/* A chosen folder that can't be read. */
static bool has_holes(const struct mailbox_folders *folders)
{
    for (int i = 0; i < folders->n; i++)
        if (folders->at[i].chosen && (folders->at[i].gone || folders->at[i].said.n)) return true;
    return false;
}

struct str mailbox_care(struct ctx *c, const struct mailbox *m,
                        const struct mailbox_folders *folders)
{
    bool stale = is_stale(c, m, folders), holes = m->state == MAILBOX_READS && has_holes(folders);
    bool mute = m->state == MAILBOX_READS && m->unsent.n;
    if (!mailbox_stands_still(m) && !stale && !holes && !mute) return S("");
    struct str words = mailbox_words(c, m, folders);
    const char *how = m->state == MAILBOX_TRIED ? "is not read yet"
                      : stale                   ? "is behind"
                      : holes                   ? "is not read whole"
                      : mute                    ? "can't be sent from"
                                                : "has stopped";
    return str_fmt(c->a, "The mailbox %.*s %s. %.*s", STR(m->address), how, STR(words));
}
