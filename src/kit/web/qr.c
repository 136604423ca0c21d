/* SPDX-License-Identifier: GPL-3.0-or-later
 * qr.c - the one file that includes libqrencode. */
#include "kit/web/qr.h"

#include <qrencode.h>

static void free_code(void *q) { QRcode_free(q); }

struct html qr_picture(struct arena *a, struct str text, struct str says)
{
    enum { MARGIN = 4 }; /* as the standard wants it */
    struct buf o = { .a = a };
    QRcode *q = QRcode_encodeString8bit(str_z(a, text), 0, QR_ECLEVEL_M);
    if (!q) return (struct html){ S("") };
    arena_defer(a, free_code, q);
    int side = q->width + 2 * MARGIN;
    buf_fmt(&o, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", side, side);
    html_text(&o, says);
    buf_fmt(&o, "\"><path class=\"paper\" d=\"M0 0h%dv%dh-%dz\"/><path class=\"ink\" d=\"", side,
            side, side);
    for (int y = 0; y < q->width; y++)
        for (int x = 0; x < q->width; x++)
            if (q->data[y * q->width + x] & 1)
                buf_fmt(&o, "M%d %dh1v1h-1z", x + MARGIN, y + MARGIN);
    buf_add(&o, S("\"/></svg>"));
    return (struct html){ buf_str(&o) };
}
