/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "people/card_mail.h"

static void a_phone(struct arena *a, struct str field[3])
{
    struct meeting m;
    if (!card_phone(a, field[0], &m)) fail_msg("%.*s is refused", STR(field[0]));
    assert_text(m.uri, field[1]);
}

static void no_phone(struct arena *a, struct str field[3])
{
    struct meeting m;
    if (card_phone(a, field[0], &m)) fail_msg("%.*s is taken as %.*s", STR(field[0]), STR(m.uri));
}

static void a_day(struct arena *a, struct str field[3])
{
    (void)a;
    int64_t got = 0, want;
    assert_true(str_int(field[1], &want));
    if (!card_day(field[0], &got) || got != want)
        fail_msg("%.*s gives %lld", STR(field[0]), (long long)got);
}

static void no_day(struct arena *a, struct str field[3])
{
    (void)a;
    int64_t got = 7;
    if (card_day(field[0], &got) || got != 7) fail_msg("%.*s is taken", STR(field[0]));
}

static void vectors(void **state)
{
    (void)state;
    each_vector("card_phone_valid.txt", 7, a_phone);
    each_vector("card_phone_invalid.txt", 6, no_phone);
    each_vector("card_day_valid.txt", 4, a_day);
    each_vector("card_day_invalid.txt", 6, no_day);
}

static void links(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct meeting m;
    assert_true(card_link(a, S("HTTPS://Ada.Example/Über"), &m));
    assert_text(m.uri, S("https://ada.example/Über"));
    assert_true(card_link(a, S("www.ada.example/"), &m));
    assert_text(m.uri, S("https://www.ada.example"));
    assert_true(card_link(a, S("acct:ada@social.example"), &m));
    assert_text(m.uri, S("acct:ada@social.example"));
    assert_false(card_link(a, S("javascript:alert(1)"), &m));
    assert_false(card_link(a, S("https://two words"), &m));
    assert_false(card_link(a, S("https://"), &m));
    arena_close(a);
}

/* "name|org|handle handle;line:what;" */
static struct str told(struct arena *a, const struct cards *k, const struct card_notes *n)
{
    struct buf o = { .a = a };
    for (int i = 0; i < k->n; i++) {
        buf_fmt(&o, "%.*s|%.*s|", STR(k->at[i].name), STR(k->at[i].org));
        for (int j = 0; j < k->at[i].n; j++)
            buf_fmt(&o, "%s%.*s", j ? " " : "", STR(k->at[i].at[j].uri));
        if (k->at[i].kind == PERSON_ORG) buf_add(&o, S("|organisation"));
        if (k->at[i].dead_at) buf_add(&o, S("|dead"));
        if (k->at[i].mute) buf_add(&o, S("|mute"));
        buf_char(&o, ';');
    }
    for (int i = 0; i < n->n; i++) buf_fmt(&o, "%d:%.*s;", n->at[i].line, STR(n->at[i].what));
    return buf_str(&o);
}

static void assert_vcards(const char *text, const char *want)
{
    struct arena *a = arena_open(MIB);
    struct cards k = { 0 };
    struct card_notes n = { 0 };
    card_read_vcards(a, str_c(text), &k, &n);
    assert_text(told(a, &k, &n), str_c(want));
    arena_close(a);
}

#define CARD(lines) "BEGIN:VCARD\nVERSION:4.0\n" lines "END:VCARD\n"

static void fields_of_cards(void **state)
{
    (void)state;
    assert_vcards(CARD("N:Berg;Ada;Eva;Dr.;\nEMAIL:Ada@B.example\nEMAIL:ada@b.example\n"),
                  "Ada Eva Berg||mailto:ada@b.example;");
    assert_vcards(CARD("FN:Ada\nFN:Ada Two\nTEL:112\nTEL:no\n"), "Ada||tel:112;6:TEL;4:FN;");
    assert_vcards(CARD("FN:A\nORG:Berg\\, Sons;Glazes\nEMAIL:a@b.example\n"),
                  "A|Berg, Sons|mailto:a@b.example;4:ORG;");
    assert_vcards(CARD("KIND:org\nFN:Berg & Sons\n"), "Berg & Sons|||organisation;");
    assert_vcards(CARD("KIND:group\nFN:Choir\nMEMBER:mailto:a@b.example\n"), "1:Choir;");
    assert_vcards(CARD("FN:A\nEMAIL:a@b.example\nDEATHDATE:--0105\n"),
                  "A||mailto:a@b.example|dead;5:DEATHDATE;");
    assert_vcards(CARD("FN:A\nEMAIL:a@b.example\nEMAIL:info@b.example\n"),
                  "A||mailto:a@b.example;1:info@b.example;");
    assert_vcards(CARD("FN:Front desk\nEMAIL:info@b.example\n"),
                  "Front desk||mailto:info@b.example;");
    assert_vcards(CARD("item1.URL:https://a.example\nitem1.X-ABLabel:home\nFN:A\nX-THING:1\n"),
                  "A||https://a.example;6:X-THING;");
    assert_vcards(CARD("FN:A\nEMAIL:a@b.example\nURL:https://a.example/\x7f\n"),
                  "A||mailto:a@b.example;5:URL;");
    assert_vcards(CARD("FN:A\nEMAIL:a@b.example\nX\xCE:1\n"),
                  "A||mailto:a@b.example;5:X\xEF\xBF\xBD;");
    assert_vcards(CARD("FN:A\nEMAIL:a@b.example\nX-SNUG-DO-NOT-CONTACT:1\n"),
                  "A||mailto:a@b.example|mute;");
}

static void assert_table(const char *text, const char *want)
{
    struct arena *a = arena_open(MIB);
    struct cards k = { 0 };
    struct card_notes n = { 0 };
    struct str mapping;
    if (!card_read_table(a, str_c(text), &k, &n, &mapping)) fail_msg("no table: %s", text);
    assert_text(told(a, &k, &n), str_c(want));
    arena_close(a);
}

static void columns_of_tables(void **state)
{
    (void)state;
    assert_table(
        "id,name,email,identifier,document_number,phone_number,labels,ip_address,company_name\n"
        "1,Ada Berg,ada@b.example,x,99,+49 30 901820,vip,10.0.0.1,Berg\n",
        "Ada Berg|Berg|mailto:ada@b.example tel:+4930901820;2:document_number;");
    assert_table("First Name;Middle Name;Last Name;E-mail 1 - Value;E-mail 2 - "
                 "Value\nAda;Eva;Berg;a@b.example;nothing\n",
                 "Ada Eva Berg||mailto:a@b.example;2:E-mail 2 - Value;");
    assert_table(
        "Name\tEmail\tIs Deceased\tIs Opt Out\nA\ta@b.example\t1\t0\nB\tb@b.example\tno\tyes\n",
        "A||mailto:a@b.example|dead;B||mailto:b@b.example|mute;");
    assert_table("name,kind,email\n'=A,person,a@b.example\nDesk,role,info@b.example\n",
                 "=A||mailto:a@b.example;3:Desk;");
}

static void what_is_no_table(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct cards k = { 0 };
    struct card_notes n = { 0 };
    struct str mapping;
    assert_false(card_read_table(a, S(""), &k, &n, &mapping));
    assert_false(card_read_table(a, S("date,amount\n1,2\n"), &k, &n, &mapping));
    assert_false(card_read_table(a, S("From: a@b.example\nSubject: name, email\n\nwords\n"), &k, &n,
                                 &mapping));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(vectors), cmocka_unit_test(links),
                                        cmocka_unit_test(fields_of_cards),
                                        cmocka_unit_test(columns_of_tables),
                                        cmocka_unit_test(what_is_no_table) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
