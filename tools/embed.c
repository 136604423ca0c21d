/* SPDX-License-Identifier: GPL-3.0-or-later
 * embed.c - turns files into C: their bytes, a gzip of them if it is smaller, and an address
 * that holds a hash of the bytes, so that browsers may keep them for ever. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct bytes {
    unsigned char *p;
    size_t n;
};

static struct bytes read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) exit((perror(path), 1));
    struct bytes b = { malloc(8 << 20), 0 };
    if (!b.p) abort();
    b.n = fread(b.p, 1, 8 << 20, f);
    fclose(f);
    return b;
}

static struct bytes gzip(struct bytes in)
{
    struct bytes out = { malloc(in.n + 1024), 0 };
    z_stream z = { 0 };
    if (!out.p || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) abort();
    z.next_in = in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = out.p;
    z.avail_out = (uInt)(in.n + 1024);
    out.n = deflate(&z, Z_FINISH) == Z_STREAM_END ? z.total_out : 0;
    deflateEnd(&z);
    return out;
}

static uint64_t fnv(struct bytes b)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < b.n; i++) h = (h ^ b.p[i]) * 1099511628211u;
    return h;
}

static const char *type_of(const char *ext)
{
    static const char *const types[][2] = {
        { "css", "text/css; charset=utf-8" }, { "js", "text/javascript; charset=utf-8" },
        { "svg", "image/svg+xml" },           { "png", "image/png" },
        { "json", "application/json" },       { "txt", "text/plain; charset=utf-8" },
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (!strcmp(ext, types[i][0])) return types[i][1];
    return NULL;
}

static void array(char kind, int i, struct bytes b)
{
    printf("static const unsigned char %c%d[] = {", kind, i);
    for (size_t k = 0; k < b.n; k++) printf("%s%u,", k % 32 ? "" : "\n", (unsigned)b.p[k]);
    puts("\n};");
}

int main(int argc, char **argv)
{
    puts("/* made by tools/embed.c */\n#include \"kit/web/own.h\"");
    char *rows = calloc((size_t)argc, 512);
    if (!rows) return 1;
    size_t at = 0;
    for (int i = 1; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/'), *name = slash ? slash + 1 : argv[i],
                   *dot = strrchr(name, '.');
        const char *type = dot ? type_of(dot + 1) : NULL;
        if (!type)
            return fprintf(stderr, "%s: error: a file of this kind has no content type here\n",
                           argv[i]),
                   1;
        struct bytes b = read_file(argv[i]), z = gzip(b);
        bool smaller = z.n && z.n + 64 < b.n;
        array('a', i, b);
        if (smaller) array('z', i, z);
        char zip[64] = "0, sizeof a0, 0";
        snprintf(zip, sizeof zip, smaller ? "z%d, sizeof a%d, sizeof z%d" : "NULL, sizeof a%d, 0",
                 i, i, i);
        at +=
            (size_t)sprintf(rows + at,
                            "    { \"%s\", \"/assets/%.*s.%016llx%s\", \"%s\", a%d, %s },\n", name,
                            (int)(dot - name), name, (unsigned long long)fnv(b), dot, type, i, zip);
        free(b.p);
        free(z.p);
    }
    printf("const struct asset assets[] = {\n%s    { NULL, NULL, NULL, NULL, NULL, 0, 0 },\n};\n",
           rows);
    free(rows);
    return 0;
}
