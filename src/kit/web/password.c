/* SPDX-License-Identifier: GPL-3.0-or-later
 * password.c - the one file that includes libsodium's password hashing. */
#include "kit/web/password.h"

#include "kit/base/text.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { PASSES = 2, MEMORY = 19 * MIB, AT_ONCE = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static int running;
static int64_t runs;

static void gate_in(void)
{
    pthread_mutex_lock(&lock);
    while (running == AT_ONCE) pthread_cond_wait(&room, &lock);
    running++;
    runs++;
    pthread_mutex_unlock(&lock);
}

static void gate_out(void)
{
    pthread_mutex_lock(&lock);
    running--;
    pthread_cond_signal(&room);
    pthread_mutex_unlock(&lock);
}

int64_t password_runs(void)
{
    pthread_mutex_lock(&lock);
    int64_t n = runs;
    pthread_mutex_unlock(&lock);
    return n;
}

struct str password_hash(struct arena *a, struct str password)
{
    char *out = NEW(a, char, crypto_pwhash_STRBYTES);
    gate_in();
    int ok = crypto_pwhash_str_alg(out, password.p, (unsigned long long)password.n, PASSES, MEMORY,
                                   crypto_pwhash_ALG_ARGON2ID13);
    gate_out();
    if (ok != 0) abort(); /* no memory */
    return str_c(out);
}

/* Of a random password that nobody kept: comparing with it costs the same as with anybody's. */
static char nobodys[crypto_pwhash_STRBYTES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_nobodys(void)
{
    char random[32];
    randombytes_buf(random, sizeof random);
    if (crypto_pwhash_str_alg(nobodys, random, sizeof random, PASSES, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        abort();
}

bool password_same(struct str hash, struct str password)
{
    char z[crypto_pwhash_STRBYTES] = { 0 };
    bool known = hash.n > 0 && hash.n < (ptrdiff_t)sizeof z;
    pthread_once(&once, make_nobodys);
    memcpy(z, known ? hash.p : nobodys, known ? (size_t)hash.n : sizeof z);
    gate_in();
    int same = crypto_pwhash_str_verify(z, password.p, (unsigned long long)password.n);
    gate_out();
    return known && same == 0;
}

const char *password_weak(struct str password, const struct str *known, int known_n)
{
    if (password.n > PASSWORD_MOST) return "That password is longer than can be taken.";
    if (text_letters(password) < PASSWORD_LEAST) return "Please take at least 10 characters.";
    bool one_letter = true;
    for (ptrdiff_t i = 1; i < password.n; i++) one_letter &= password.p[i] == password.p[0];
    if (one_letter) return "Please take a password of more than one letter.";
    for (int i = 0; i < known_n; i++)
        if (known[i].n >= 4 && str_ifind(password, known[i]) >= 0)
            return "Please leave your name, your address and the name of the house out of the "
                   "password.";
    return NULL;
}
