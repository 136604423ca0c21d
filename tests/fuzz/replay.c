/* SPDX-License-Identifier: GPL-3.0-or-later
 * replay.c - a target without libFuzzer: reads the files of a folder one after the other, so that
 * the seeds and what once broke something are tried by every compiler. TARGET FOLDER; prints TAP.
 */
#include "fuzz.h"

#include <dirent.h>

static bool try_file(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) return false;
    long n = ftell(f);
    rewind(f);
    uint8_t *bytes =
        malloc(n > 0 ? (size_t)n : 1); /* of exactly the size: a step too far is seen */
    must(bytes && fread(bytes, 1, (size_t)n, f) == (size_t)n);
    LLVMFuzzerTestOneInput(bytes, (size_t)n);
    free(bytes);
    return fclose(f) == 0;
}

int main(int argc, char **argv)
{
    struct dirent **list = NULL;
    int n = argc == 2 ? scandir(argv[1], &list, NULL, alphasort) : -1, tried = 0;
    for (int i = 0; i < n; i++) {
        if (*list[i]->d_name != '.') {
            printf("# %s\n", list[i]->d_name);
            fflush(stdout); /* the last name said is the one that broke it */
            must(try_file(argv[1], list[i]->d_name));
            tried++;
        }
        free(list[i]);
    }
    free(list);
    printf("%sok 1 - %d seeds\n1..1\n", tried ? "" : "not ", tried);
    return tried ? 0 : 1;
}
