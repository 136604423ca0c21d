/* SPDX-License-Identifier: GPL-3.0-or-later
 * notice.c - the words people agree to. A text is never changed, for its hash stands in logs and in
 * receipts: a new one is added. */
#include "facts/grant.h"
#include "kit/base/hash.h"

static const struct words {
    struct str language, text;
} notices[] = {
    { S_INIT("en"),
      S_INIT("You may say no. We would like to remember what is named above, for what is named "
             "above, for the time named above, and show it to nobody but those named above. It is "
             "passed on to no other house. You see all of it on your page, and take your yes back "
             "there with one click, at any time; then it is gone. Nothing else changes for you if "
             "you say no, or take it back.") },
    { S_INIT("de"),
      S_INIT("Du darfst nein sagen. Wir möchten uns merken, was oben genannt ist, wofür es "
             "oben genannt ist und so lange wie oben genannt, und zeigen es niemandem als den "
             "oben Genannten. An kein anderes Haus wird es weitergegeben. Auf deiner Seite siehst "
             "du alles und nimmst dein Ja dort jederzeit mit einem Klick zurück; dann ist es "
             "weg. Sonst ändert sich für dich nichts, wenn du nein sagst oder es "
             "zurücknimmst.") },
    { S_INIT("nl"),
      S_INIT("Je mag nee zeggen. We willen onthouden wat hierboven staat, waarvoor en hoe lang "
             "het hierboven staat, en laten het niemand zien dan wie hierboven staat. Aan geen "
             "ander huis wordt het doorgegeven. Op je pagina zie je alles en trek je je ja op elk "
             "moment met één klik in; dan is het weg. Verder verandert er niets "
             "voor je als je nee zegt of het intrekt.") },
};

struct str grant_notice(struct arena *a, struct str language)
{
    (void)a;
    for (int i = 0; i < COUNT(notices); i++)
        if (str_ieq(notices[i].language, language)) return notices[i].text;
    return notices[0].text;
}

struct str grant_notice_hash(struct arena *a, struct str language)
{
    return hash_sha256_hex(a, grant_notice(a, language));
}
