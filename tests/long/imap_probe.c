/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_probe.c - reads a mailbox through the kit, for scripts that judge it. The password is
 * "pass".
 *
 * imap_probe HOST PORT tls|starttls|plain CA USER WHAT...
 *   folders             a line "ROLE RAW<tab>NAME" each
 *   pull FOLDER DIR     each message as DIR/UID, newest first, unless it is there; "UID BYTES
 * ARRIVED" speed FOLDER        fetches all; "MESSAGES BYTES MICROSECONDS" idle FOLDER "ready", then
 * "news" when there are some append FOLDER FILE  lays a message into a folder open "OK", or what is
 * wrong: "NUMBER SENTENCE"
 */
#include "kit/base/date.h"
#include "kit/mail/imap.h"

#include <stdlib.h>
#include <unistd.h>

struct probe {
    const char *dir;
    int n;
    int64_t bytes;
};

static err keep(void *arg, const struct imap_mail *mail)
{
    struct probe *p = arg;
    char path[600], temporary[620];
    p->n++;
    p->bytes += mail->raw.n;
    if (!p->dir) return OK;
    if (mail->what != IMAP_WHOLE) return OK;
    snprintf(path, sizeof path, "%s/%" PRIu32, p->dir, mail->uid);
    snprintf(temporary, sizeof temporary, "%s.part", path);
    FILE *f = fopen(temporary, "wb");
    if (!f) return E_CONFLICT;
    size_t put = fwrite(mail->raw.p, 1, (size_t)mail->raw.n, f);
    if (fclose(f) || put != (size_t)mail->raw.n || rename(temporary, path)) return E_CONFLICT;
    printf("%" PRIu32 " %td %" PRId64 "\n", mail->uid, mail->raw.n, mail->arrived);
    fflush(stdout);
    return OK;
}

static err pull(struct ctx *c, struct imap *m, const char *folder, const char *dir)
{
    struct imap_state state;
    struct imap_uids u;
    struct probe p = { .dir = dir };
    char path[600];
    TRY(imap_select(c, m, str_c(folder), &state));
    TRY(imap_uids(c, m, 0, &u));
    int left = 0;
    for (int i = 0; i < u.n; i++) {
        snprintf(path, sizeof path, "%s/%" PRIu32, dir ? dir : "", u.at[i]);
        if (!dir || access(path, F_OK)) u.at[left++] = u.at[i];
    }
    u.n = left;
    int64_t from = clock_us();
    TRY(imap_fetch(c, m, u, 25 * MIB, keep, &p));
    if (!dir) printf("%d %" PRId64 " %" PRId64 "\n", p.n, p.bytes, clock_us() - from);
    return OK;
}

static err idle(struct ctx *c, struct imap *m, const char *folder)
{
    struct imap_state state;
    enum imap_news news;
    TRY(imap_select(c, m, str_c(folder), &state));
    puts("ready");
    fflush(stdout);
    TRY(imap_idle(c, m, 30, &news));
    puts(news == IMAP_NEWS ? "news" : "quiet");
    return OK;
}

static err append(struct ctx *c, struct imap *m, const char *folder, const char *path)
{
    static char bytes[MIB];
    FILE *f = fopen(path, "rb");
    if (!f) return E_NOTFOUND;
    struct str mail = { bytes, (ptrdiff_t)fread(bytes, 1, sizeof bytes, f) };
    fclose(f);
    return imap_append(c, m, str_c(folder), mail, 1767225600);
}

static err folders(struct ctx *c, struct imap *m)
{
    struct imap_folders f;
    TRY(imap_folders(c, m, &f));
    for (int i = 0; i < f.n; i++)
        printf("%d %.*s\t%.*s\n", (int)f.at[i].role, STR(f.at[i].raw), STR(f.at[i].name));
    return OK;
}

static err probe(struct ctx *c, struct imap *m, int n, char **arg)
{
    if (!strcmp(arg[0], "folders")) return folders(c, m);
    if (!strcmp(arg[0], "pull") && n == 3) return pull(c, m, arg[1], arg[2]);
    if (!strcmp(arg[0], "speed") && n == 2) return pull(c, m, arg[1], NULL);
    if (!strcmp(arg[0], "idle") && n == 2) return idle(c, m, arg[1]);
    if (!strcmp(arg[0], "append") && n == 3) return append(c, m, arg[1], arg[2]);
    puts("OK");
    return OK;
}

int main(int argc, char **argv)
{
    if (argc < 7) return 2;
    const char *password = getenv("IMAP_PASSWORD");
    struct arena *a = arena_open((size_t)256 * MIB);
    struct ctx c = { .a = a };
    struct imap_server s = { .host = str_c(argv[1]),
                             .port = atoi(argv[2]),
                             .safety = !strcmp(argv[3], "tls")        ? MAIL_TLS
                                       : !strcmp(argv[3], "starttls") ? MAIL_STARTTLS
                                                                      : MAIL_PLAIN,
                             .ca_file = str_c(argv[4]),
                             .user = str_c(argv[5]),
                             .password = str_c(password ? password : "pass") };
    struct imap *m = NULL;
    struct imap_stop *stop = imap_stop_new(a);
    err e = stop ? imap_open(&c, &s, stop, &m) : E_PEER;
    if (e == OK) e = probe(&c, m, argc - 6, argv + 6);
    if (e != OK) printf("%d %.*s\n", (int)e, STR(c.why));
    if (m) imap_close(m);
    arena_close(a);
    return e != OK;
}
