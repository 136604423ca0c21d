/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/objection.h"

#include "kit/base/pack.h"
#include "people/person.h"
#include "talk/stop.h"

enum { REC_HANDLE = 1 }; /* numbers are for ever */

lang objection_lang;

/* ---- the words ------------------------------------------------------------- */

/* STOP stays STOP in all of them: it is what people know from elsewhere, and it is always read. */
static const struct {
    const char *before, *link, *word; /* link: behind the address of the house */
} says[LANG_COUNT] = {
    [LANG_EN] = { "You may say no. So that we know you next time, this house keeps what passes "
                  "between us. You can object to that, or to mail from us: ",
                  "/me, or ", "answer with the one word STOP." },
    [LANG_DE] = { "Sie dürfen Nein sagen. Damit wir Sie beim nächsten Mal kennen, bewahrt dieses "
                  "Haus auf, was zwischen uns hin- und hergeht. Sie können dem widersprechen, oder "
                  "auch Post von uns: ",
                  "/me, oder ", "antworten Sie mit dem einen Wort STOP." },
    [LANG_FR] = { "Vous pouvez dire non. Pour vous reconnaître la prochaine fois, cette maison "
                  "garde ce qui s’échange entre nous. Vous pouvez vous y opposer, ou refuser nos "
                  "messages : ",
                  "/me, ou ", "répondez par le seul mot STOP." },
    [LANG_ES] = { "Puede decir que no. Para reconocerle la próxima vez, esta casa guarda lo que "
                  "pasa entre nosotros. Puede oponerse a ello, o a recibir nuestro correo: ",
                  "/me, o ", "responda con la sola palabra STOP." },
    [LANG_IT] = { "Può dire di no. Per riconoscerla la prossima volta, questa casa conserva ciò "
                  "che passa tra noi. Può opporsi a questo, o alla nostra posta: ",
                  "/me, oppure ", "risponda con la sola parola STOP." },
    [LANG_NL] = { "U mag nee zeggen. Om u de volgende keer te herkennen bewaart dit huis wat er "
                  "tussen ons heen en weer gaat. U kunt daar bezwaar tegen maken, of tegen post "
                  "van ons: ",
                  "/me, of ", "antwoord met het ene woord STOP." },
    [LANG_PT] = { "Pode dizer que não. Para o reconhecer da próxima vez, esta casa guarda o que se "
                  "passa entre nós. Pode opor-se a isso, ou ao nosso correio: ",
                  "/me, ou ", "responda com a única palavra STOP." },
    [LANG_SV] = { "Du får säga nej. För att känna igen dig nästa gång sparar det här huset det som "
                  "går mellan oss. Du kan invända mot det, eller mot post från oss: ",
                  "/me, eller ", "svara med det enda ordet STOP." },
    [LANG_DA] = { "Du må sige nej. For at kende dig næste gang gemmer dette hus det, der går "
                  "mellem os. Du kan gøre indsigelse mod det, eller mod post fra os: ",
                  "/me, eller ", "svar med det ene ord STOP." },
    [LANG_NB] = { "Du kan si nei. For å kjenne deg neste gang tar dette huset vare på det som går "
                  "mellom oss. Du kan protestere mot det, eller mot post fra oss: ",
                  "/me, eller ", "svar med det ene ordet STOP." },
    [LANG_FI] = { "Voit sanoa ei. Jotta tuntisimme sinut ensi kerralla, tämä talo säilyttää sen, "
                  "mitä välillämme kulkee. Voit vastustaa sitä tai postiamme: ",
                  "/me, tai ", "vastaa yhdellä sanalla STOP." },
    [LANG_PL] = { "Mogą Państwo odmówić. Aby rozpoznać Państwa następnym razem, ten dom "
                  "przechowuje to, co między nami przechodzi. Mogą Państwo wyrazić sprzeciw wobec "
                  "tego albo wobec poczty od nas: ",
                  "/me, lub ", "odpowiedzieć jednym słowem STOP." },
};

static bool html_plain(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (strchr("<>&\"'", s.p[i])) return false;
    return true;
}

lang objection_lang_of(struct str about)
{
    lang l = lang_of(about);
    if (l == LANG_UNSURE) l = objection_lang;
    return l == LANG_UNSURE ? LANG_EN : l;
}

struct str objection_words(struct arena *a, struct str about)
{
    struct buf o = { .a = a };
    lang l = objection_lang_of(about);
    buf_add(&o, str_c(says[l].before));
    if (stop_rules.origin.n && html_plain(stop_rules.origin)) {
        buf_add(&o, stop_rules.origin);
        buf_add(&o, str_c(says[l].link));
    }
    buf_add(&o, str_c(says[l].word));
    return buf_str(&o);
}

/* ---- to whom --------------------------------------------------------------- */

bool objection_due(struct ctx *c, int64_t handle)
{
    id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(handle));
    if (!who) return true; /* nobody the house has met */
    return db_int(c, 0,
                  SQL("SELECT 1 FROM person WHERE id=$1 AND ours=0 AND kind IN($2, $3) AND NOT "
                      "EXISTS(SELECT 1 FROM handle h JOIN objection o ON o.handle=h.key WHERE "
                      "h.person=$1)"),
                  I(who), I(PERSON_HUMAN), I(PERSON_ROLE)) != 0;
}

int64_t objection_due_by(struct ctx *c, id person)
{
    int64_t handle =
        db_int(c, 0, SQL("SELECT min(key) FROM handle WHERE person=$1"), I(person_real(c, person)));
    return handle && objection_due(c, handle) ? handle : 0;
}

void objection_said(struct tx *t, int64_t handle, id message, channel way)
{
    struct buf data = { .a = t->c.a };
    rec_int(&data, REC_HANDLE, handle);
    log_append(t, (struct event){ .kind = EVENT_NOTICE_GIVEN,
                                  .subject = db_int(&t->c, 0,
                                                    SQL("SELECT person FROM handle WHERE key=$1"),
                                                    I(handle)),
                                  .other = message,
                                  .channel = way,
                                  .data = buf_str(&data) });
}

static void erased(struct tx *t, const struct event *e)
{
    struct erasure all;
    erasure_read(t->c.a, e->data, &all);
    for (int i = 0; i < all.n_handles; i++)
        db_do(t, SQL("DELETE FROM objection WHERE handle=$1"), I(all.handles[i]));
}

void objection_apply(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    if (e->kind == EVENT_ERASED) erased(t, e);
    if (e->kind == EVENT_COUNTER_BACK) /* the talk in which it was said was none */
        db_do(t, SQL("DELETE FROM objection WHERE message=$1 /* scan */"), I(e->subject));
    if (e->kind != EVENT_NOTICE_GIVEN) return;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_HANDLE)
            db_do(t,
                  SQL("INSERT INTO objection(handle, at, message, channel) VALUES($1, $2, $3, $4) "
                      "ON CONFLICT(handle) DO NOTHING"),
                  I(field_int(f)), I(e->at), I(e->other), I(e->channel));
}
