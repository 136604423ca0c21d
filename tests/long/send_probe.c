/* SPDX-License-Identifier: GPL-3.0-or-later
 * send_probe.c - letters for judges outside: what mail_compose() writes, and what smtp_send()
 * brings to a server.
 *
 * send_probe write FOLDER                    writes FOLDER/N.eml, a letter each
 * send_probe send FILE HOST PORT plain|starttls|tls FROM TO [USER PASSWORD CERTIFICATES]
 *                                            prints outcome, code and what the server said */
#include "kit/base/hash.h"
#include "kit/mail/compose.h"
#include "kit/mail/smtp.h"

#include <signal.h>
#include <stdlib.h>

/* The same values stand in send_mail_test.py. */
static const char *const subjects[] = {
    "Cups",
    "Re: [shop] T\xC3\xB6pfe, Teller, Tassen und was sonst noch auf dem Tisch stehen soll",
    "tea \xF0\x9F\x8D\xB5 for \xE4\xBD\x90\xE8\x97\xA4, \"quoted\" <angled> =?utf-8?Q?not_coded?=",
};
static const char *const names[] = { "Ada Berg", "Berg, \"Ada\" (the first)",
                                     "Zo\xC3\xAB \xE4\xBD\x90\xE8\x97\xA4" };
static const char *const texts[] = {
    "Two, please.\n",
    "From here on\n.\n..dots\nblank \n\n> quoted\n-- \nAda\n",
    "\xD1\x87\xD0\xB0\xD0\xB9 \xE8\x8A\xB1 \xF0\x9F\x8D\xB5\n",
};
static const char *const files[] = {
    "menu.pdf", "the \"best\"; menu.pdf",
    "caf\xC3\xA9 und alles, was sonst noch auf der Karte steht.pdf"
};

static void write_file(const char *folder, int n, struct str raw)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.eml", folder, n);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(raw.p, 1, (size_t)raw.n, f) != (size_t)raw.n || fclose(f)) exit(1);
}

static int write_letters(const char *folder)
{
    char bytes[1000];
    for (int i = 0; i < COUNT(bytes); i++) bytes[i] = (char)(i * 7);
    for (int i = 0; i < 3 * 4; i++) {
        struct arena *a = arena_open(4 * MIB);
        int k = i / 4;
        struct mail_addr from = { .name = str_c(names[k]), .addr = S("ada@berg.example") };
        struct mail_addr to[] = { { .name = str_c(names[k]), .addr = S("tom@inn.example") },
                                  { .addr = S("bea@b\xC3\xBC"
                                              "cher.example") } };
        struct mail_addr back = { .addr = S("house+k7qd2m@inn.example") };
        struct mail_file file = { str_c(files[k]), S("application/pdf"), { bytes, sizeof bytes } };
        struct str ids[60], raw, why;
        for (int n = 0; n < COUNT(ids); n++) ids[n] = str_fmt(a, "%d.before@inn.example", n);
        struct mail_letter l = { .id = str_fmt(a, "letter%d@berg.example", i),
                                 .from = { &from, 1 },
                                 .to = { to, 2 },
                                 .reply_to = { &back, 1 },
                                 .subject = str_c(subjects[k]),
                                 .date = 1136171045,
                                 .date_offset_s = 3600,
                                 .in_reply_to = { ids + 59, 1 },
                                 .references = { ids, 60 },
                                 .text = str_c(texts[k]),
                                 .html = i & 1 ? S("<p>caf\xC3\xA9</p>\n") : S(""),
                                 .files = &file,
                                 .n_files = i & 2 ? 1 : 0 };
        if (mail_compose(a, &l, &raw, &why) != OK) exit(1);
        write_file(folder, i, raw);
        arena_close(a);
    }
    return 0;
}

static struct str read_all(struct arena *a, const char *path)
{
    struct buf b = { .a = a };
    FILE *f = fopen(path, "rb");
    if (!f) exit(1);
    for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;) b.n += (ptrdiff_t)n;
    fclose(f);
    return buf_str(&b);
}

static int send_one(int n, char **arg)
{
    static const char *const outcomes[] = { "accepted", "later",   "refused",  "password",
                                            "unsafe",   "invalid", "cancelled" };
    struct arena *a = arena_open(256u * MIB);
    int64_t port;
    if (!str_int(str_c(arg[2]), &port)) return 2;
    struct smtp_server s = { .host = str_c(arg[1]),
                             .port = (int)port,
                             .security = *arg[3] == 'p'   ? SMTP_PLAIN
                                         : *arg[3] == 's' ? SMTP_STARTTLS
                                                          : SMTP_TLS };
    if (n > 6) s.user = str_c(arg[6]), s.password = str_c(arg[7]), s.authorities = str_c(arg[8]);
    struct smtp_result r =
        smtp_send(a, &s, str_c(arg[4]), str_c(arg[5]), read_all(a, arg[0]), NULL);
    printf("%s %d %.*s\n", outcomes[r.outcome], r.code, STR(r.said));
    arena_close(a);
    return 0;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    hash_start();
    if (argc == 3 && strcmp(argv[1], "write") == 0) return write_letters(argv[2]);
    if ((argc == 8 || argc == 11) && strcmp(argv[1], "send") == 0)
        return send_one(argc - 2, argv + 2);
    fprintf(stderr, "usage: send_probe write FOLDER | send FILE HOST PORT SECURITY FROM TO "
                    "[USER PASSWORD CERTIFICATES]\n");
    return 2;
}
