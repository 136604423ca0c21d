/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_verify.c - snug verify: a receipt, by the published keys of the house that signed it. */
#include "app/command.h"
#include "app/files.h"
#include "facts/receipt.h"
#include "kit/base/json.h"

enum { RECEIPT_MOST = MIB };

/* Those given, else those of the house in this folder. */
static err keys_for(struct call *k, struct str file, struct str *keys, struct str *why)
{
    if (file.n) return file_read(k->a, file, RECEIPT_MOST, keys, why);
    TRY(home_open(k->a, k->dir, false, &k->home, why));
    *keys = receipt_keys();
    return OK;
}

static int run_verify(struct call *k)
{
    struct str file = S(""), text, keys, why = S("");
    struct receipt_seen seen;
    (void)call_option(k, "key", &file);
    if (k->n != 1) return call_usage(k, &verify_command);
    if (file_read(k->a, str_c(k->words[0]), RECEIPT_MOST, &text, &why) != OK ||
        keys_for(k, file, &keys, &why) != OK)
        return call_fail(why);
    err e = receipt_check(k->a, text, keys, &seen, &why);
    if (k->home.store) home_close(&k->home);
    if (e != OK) return call_fail(str_fmt(k->a, "this receipt does not hold: %.*s", STR(why)));
    if (!k->json) {
        printf("This receipt holds: %.*s, %.*s, issued %.*s, %td bytes signed.\n", STR(seen.house),
               STR(seen.state), STR(seen.issued), seen.signed_bytes);
        return EXIT_OK;
    }
    struct json *j = json_begin(k->a);
    json_add_bool(j, "holds", true);
    json_add_str(j, "receipt", seen.id);
    json_add_str(j, "state", seen.state);
    json_add_str(j, "issued", seen.issued);
    json_add_str(j, "house", seen.house);
    printf("%.*s\n", STR(json_write(j)));
    return EXIT_OK;
}
const struct command verify_command = {
    "verify", "RECEIPT.json [--key FILE] [--json]",
    "say whether a receipt of consent was signed by its house, and not changed since",
    WANTS_NOTHING, run_verify
};
