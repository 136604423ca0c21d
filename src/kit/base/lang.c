/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/lang.h"

#include <libexttextcat/textcat.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LOOK_BYTES = 2 * KIB, LEAST_BYTES = 16 };
#define MODELS "/usr/share/libexttextcat/"

static const char *const codes[] = { "",
#define X(name, code) code,
                                     LANGS(X)
#undef X
};

const char *lang_code(lang l) { return l > LANG_UNSURE && l < LANG_COUNT ? codes[l] : ""; }

lang lang_of_code(struct str s)
{
    for (lang l = LANG_UNSURE + 1; l < LANG_COUNT; l++)
        if (str_ibegins(s, str_c(codes[l])) && (s.n == 2 || s.p[2] == '-' || s.p[2] == '_'))
            return l;
    return LANG_UNSURE;
}

/* The library reads the list of its models from a file: ours names only the languages above. */
static void *open_models(void)
{
    char path[64];
    void *h = NULL;
    int fd = memfd_create("snug-languages", MFD_CLOEXEC);
    if (fd < 0) return NULL;
    bool written = true;
    for (lang l = LANG_UNSURE + 1; l < LANG_COUNT; l++)
        written = written && dprintf(fd, "%s.lm %s\n", codes[l], codes[l]) > 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (written) h = special_textcat_Init(path, MODELS);
    if (h) textcat_SetProperty(h, TCPROP_MINIMUM_DOCUMENT_SIZE, LEAST_BYTES);
    close(fd);
    return h;
}

/* The library keeps its answer in the handle. */
static struct {
    pthread_mutex_t lock;
    bool tried;
    void *models;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

lang lang_of(struct str text)
{
    lang l = LANG_UNSURE;
    pthread_mutex_lock(&known.lock);
    if (!known.tried) known.models = open_models();
    known.tried = true;
    if (known.models && text.n >= LEAST_BYTES) { /* "[de]", "[da][nb]", "UNKNOWN", "SHORT" */
        const char *said = textcat_Classify(known.models, text.p, (size_t)MIN(text.n, LOOK_BYTES));
        struct str one = str_c(said);
        if (one.n == 4 && one.p[0] == '[') l = lang_of_code(str_upto(str_from(one, 1), 2));
    }
    pthread_mutex_unlock(&known.lock);
    return l;
}
