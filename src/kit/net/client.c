/* SPDX-License-Identifier: GPL-3.0-or-later
 * client.c - the one file that includes libcurl for the web. */
#include "kit/net/client.h"

#include <arpa/nameser.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REDIRECTS = 5, ANSWER_MOST = 16 * KIB };

/* What goes on while libcurl has the floor: an arena may unwind, and must not do so through it. */
struct take {
    char *at;
    size_t n, most;
    const atomic_bool *cancel;
};

static size_t take(char *bytes, size_t size, size_t count, void *arg)
{
    struct take *t = arg;
    size_t n = size * count;
    if (n > t->most - t->n) return 0;
    memcpy(t->at + t->n, bytes, n);
    t->n += n;
    return n;
}

static int progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct take *t = arg;
    (void)a, (void)b, (void)c, (void)d;
    return t->cancel && atomic_load(t->cancel);
}

static bool public_v4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } closed[] = { { 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },
                   { 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 },
                   { 0xc6120000, 15 }, { 0xe0000000, 3 } };
    for (int i = 0; i < COUNT(closed); i++)
        if (a >> (32 - closed[i].bits) == closed[i].net >> (32 - closed[i].bits)) return false;
    return true;
}

/* Of IPv6 only what is given out to the world, and not what wraps an IPv4 address. */
static bool public_v6(const uint8_t *a)
{
    bool wraps = a[0] == 0x20 && (a[1] == 0x02 || (a[1] == 0x01 && a[2] == 0 && a[3] == 0));
    bool example = a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8;
    return (a[0] & 0xe0) == 0x20 && !wraps && !example;
}

bool client_is_public(const struct sockaddr *s)
{
    if (s->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, s, sizeof in);
        return public_v4(ntohl(in.sin_addr.s_addr));
    }
    if (s->sa_family != AF_INET6) return false;
    struct sockaddr_in6 in6;
    memcpy(&in6, s, sizeof in6);
    return public_v6(in6.sin6_addr.s6_addr);
}

/* Each address is looked at where it is used, so that a name can't mean another one meanwhile. */
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    (void)arg, (void)purpose;
    if (!client_is_public(&to->addr)) return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void prepare(CURL *h, const char *url, int seconds, struct take *t)
{
    curl_easy_setopt(h, CURLOPT_URL, url);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(h, CURLOPT_MAXREDIRS, (long)REDIRECTS);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)seconds);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)seconds);
    curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "snug");
    curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(h, CURLOPT_XFERINFODATA, t);
}

bool client_get(struct arena *a, const char *url, ptrdiff_t most, int seconds,
                const atomic_bool *cancel, struct str *out)
{
    struct take t = { .at = NEW(a, char, most), .most = (size_t)most, .cancel = cancel };
    long status = 0;
    CURL *h = curl_easy_init();
    if (!h) return false;
    prepare(h, url, seconds, &t);
    CURLcode said = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(h);
    if (said != CURLE_OK || status != 200) return false;
    *out = (struct str){ t.at, (ptrdiff_t)t.n };
    return true;
}

/* ---- services -------------------------------------------------------------- */

/* Of one record, when it is better than what was found so far. */
static void look(ns_msg *m, int i, int *best, struct str *host, int *port, struct arena *a)
{
    char name[NS_MAXDNAME];
    ns_rr rr;
    if (ns_parserr(m, ns_s_an, i, &rr) != 0 || ns_rr_type(rr) != ns_t_srv || ns_rr_rdlen(rr) < 7)
        return;
    const unsigned char *data = ns_rr_rdata(rr);
    int priority = ns_get16(data);
    if (priority >= *best ||
        ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), data + 6, name, sizeof name) < 0)
        return;
    *best = priority;
    *port = ns_get16(data + 4);
    *host = str_dup(a, str_c(name));
}

bool client_service(struct arena *a, struct str name, struct str *host, int *port)
{
    struct __res_state state = { 0 };
    unsigned char *answer = NEW(a, unsigned char, ANSWER_MOST);
    struct str found = S("");
    int best = 65536, at = 0;
    ns_msg m;
    if (res_ninit(&state) != 0) return false;
    int n = res_nquery(&state, str_z(a, name), ns_c_in, ns_t_srv, answer, ANSWER_MOST);
    res_nclose(&state);
    if (n <= 0 || n > ANSWER_MOST || ns_initparse(answer, n, &m) != 0) return false;
    for (int i = 0; i < ns_msg_count(m, ns_s_an); i++) look(&m, i, &best, &found, &at, a);
    if (!found.n || str_eq(found, S("."))) return false;
    *host = found;
    *port = at;
    return true;
}
