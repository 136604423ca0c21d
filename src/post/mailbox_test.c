/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_test.c - Mia connects the pub's mailbox; Tom is the other keeper. */
#include "talk/house_test.h"

static struct mailbox_settings bar(void)
{
    return (struct mailbox_settings){ .address = S("bar@pub.example"),
                                      .name = S("The Pub"),
                                      .login = S(""),
                                      .password = S("two pints of bitter"),
                                      .imap = { .host = S("") },
                                      .smtp = { .host = S("") } };
}

/* One deed or look, done by whoever is house.viewer. */
struct step {
    struct mailbox_settings set;
    struct mailbox box;
    struct mailboxes list;
    struct mailbox_folders folders;
    struct mailbox_folder folder;
    struct mailbox_skips skips;
    struct str secret, said;
    id mailbox, which, chosen[3];
    mailbox_state state;
    int64_t reader;
    bool yes;
    int n;
};

static err add(struct tx *t, void *arg)
{
    struct step *s = arg;
    return mailbox_add(t, &s->set, &s->mailbox);
}
static err change(struct tx *t, void *arg)
{
    struct step *s = arg;
    return mailbox_change(t, s->mailbox, &s->set);
}
static err stop(struct tx *t, void *arg) { return mailbox_stop(t, ((struct step *)arg)->mailbox); }
static err go_on(struct tx *t, void *arg)
{
    return mailbox_go_on(t, ((struct step *)arg)->mailbox);
}
static err leave(struct tx *t, void *arg)
{
    return mailbox_remove(t, ((struct step *)arg)->mailbox);
}
static err note(struct tx *t, void *arg)
{
    struct step *s = arg;
    mailbox_note(t, &s->box, s->state, s->said);
    return OK;
}
static err found(struct tx *t, void *arg)
{
    struct step *s = arg;
    struct mailbox_folder list[] = {
        { .raw = S("Trash"), .name = S("Trash"), .role = MAILBOX_TRASH },
        { .raw = S("Entw&APw-rfe"), .name = S("Entwürfe"), .role = MAILBOX_DRAFTS },
        { .raw = S("Sent"), .name = S("Sent"), .role = MAILBOX_SENT },
        { .raw = S("INBOX"), .name = S("INBOX"), .role = MAILBOX_INBOX },
        { .raw = S("Suppliers"), .name = S("Suppliers") },
    };
    mailbox_note_folders(t, s->mailbox, list, s->n ? s->n : COUNT(list));
    return OK;
}
static err choose(struct tx *t, void *arg)
{
    struct step *s = arg;
    return mailbox_choose(t, s->mailbox, s->chosen, s->n);
}
static err share(struct tx *t, void *arg)
{
    struct step *s = arg;
    return mailbox_share(t, s->which, s->yes, &s->mailbox);
}
static err claim(struct tx *t, void *arg)
{
    struct step *s = arg;
    s->yes = mailbox_claim(t, s->mailbox, s->reader);
    return OK;
}
static err release(struct tx *t, void *arg)
{
    struct step *s = arg;
    mailbox_release(t, s->mailbox, s->reader);
    return OK;
}
static err progress(struct tx *t, void *arg)
{
    struct step *s = arg;
    mailbox_note_folder(t, &s->folder);
    mailbox_note_skip(t, s->folder.id, 7, S("larger than 64 MiB"));
    mailbox_note_skip(t, s->folder.id, 7, S("larger than 64 MiB"));
    mailbox_note_skip(t, s->folder.id, 9, S("the server would not\ngive it out"));
    mailbox_note_read(t, s->mailbox);
    return OK;
}
static err look(struct ctx *c, void *arg)
{
    struct step *s = arg;
    mailbox_list(c, house.viewer, &s->list);
    mailbox_folders(c, s->mailbox, &s->folders);
    mailbox_skips(c, s->mailbox, 10, &s->skips);
    return mailbox_get(c, s->mailbox, &s->box);
}
static err unseal(struct ctx *c, void *arg)
{
    struct step *s = arg;
    return mailbox_secret(c, s->mailbox, &s->secret);
}
static err sender(struct ctx *c, void *arg)
{
    struct step *s = arg;
    return mailbox_of_sender(c, house.viewer, &s->box);
}

static struct mailbox_folder *folder_of(struct step *s, const char *name)
{
    for (int i = 0; i < s->folders.n; i++)
        if (str_eq(s->folders.at[i].name, str_c(name))) return &s->folders.at[i];
    fail_msg("no folder %s", name);
    return NULL;
}

static void said(struct str have, const char *want)
{
    assert_string_equal(str_z(house.a, have), want);
}

static void only_its_keeper_has_it(void **state)
{
    (void)state;
    struct step s = { .set = bar() };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(add, &s), E_CONFLICT);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.list.n, 1);
    assert_int_equal(s.box.state, MAILBOX_NEW);
    said(s.box.name, "The Pub");
    assert_int_equal(test_read(unseal, &s), OK);
    said(s.secret, "two pints of bitter");
    house.viewer = house.tom;
    assert_int_equal(test_read(look, &s), E_NOTFOUND);
    assert_int_equal(s.list.n, 0);
    assert_int_equal(test_read(unseal, &s), E_NOTFOUND);
    assert_int_equal(test_write(change, &s), E_NOTFOUND);
    assert_int_equal(test_write(stop, &s), E_NOTFOUND);
    assert_int_equal(test_write(go_on, &s), E_NOTFOUND);
    assert_int_equal(test_write(leave, &s), E_NOTFOUND);
}

static void what_cant_be_right_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "bar", "bar@", "@pub.example", "bar@pub", "bar @pub.example", "bar@pub.example\n"
    };
    for (int i = 0; i < COUNT(wrong); i++) {
        struct step s = { .set = bar() };
        s.set.address = str_c(wrong[i]);
        assert_int_equal(test_write(add, &s), E_INVALID);
    }
    struct step s = { .set = bar() };
    s.set.password = S("");
    assert_int_equal(test_write(add, &s), E_INVALID);
    s.set.password = S("two\nlines");
    assert_int_equal(test_write(add, &s), E_INVALID);
    s.set = bar();
    s.set.imap = (struct mailbox_server){ .host = S("mail pub.example") };
    assert_int_equal(test_write(add, &s), E_INVALID);
    s.set.imap = (struct mailbox_server){ .host = S("mail.pub.example"), .port = 65536 };
    assert_int_equal(test_write(add, &s), E_INVALID);
    s.set.imap.port = 143;
    assert_int_equal(test_write(add, &s), OK);
}

static err invent(struct tx *t, void *unused)
{
    (void)unused;
    return house_found(t, S("The Lantern"), true);
}

static void an_invented_house_has_no_mailbox(void **state)
{
    (void)state;
    struct step s = { .set = bar() };
    assert_int_equal(test_write(invent, NULL), OK);
    assert_int_equal(test_write(add, &s), E_INVALID);
}

static void it_begins_when_folders_are_chosen(void **state)
{
    (void)state;
    struct step s = { .set = bar(), .state = MAILBOX_TRIED, .said = S("") };
    s.set.smtp = (struct mailbox_server){ S("smtp.pub.example"), 465, MAILBOX_TLS };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(test_write(note, &s), OK);
    assert_int_equal(test_read(sender, &s), E_NOTFOUND);
    said(s.folders.at[0].name, "INBOX");
    said(s.folders.at[1].name, "Sent");
    assert_true(s.folders.at[0].chosen && s.folders.at[1].chosen);
    assert_false(s.folders.at[2].chosen || s.folders.at[3].chosen || s.folders.at[4].chosen);
    assert_int_equal(test_write(choose, &s), E_INVALID);
    s.chosen[0] = s.folders.at[0].id;
    s.chosen[1] = folder_of(&s, "Suppliers")->id;
    s.n = 2;
    assert_int_equal(test_write(choose, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.box.state, MAILBOX_READS);
    assert_true(folder_of(&s, "Suppliers")->chosen);
    assert_false(folder_of(&s, "Sent")->chosen);
    assert_int_equal(test_read(sender, &s), OK);
    said(s.box.address, "bar@pub.example");
    s.n = 1; /* the server has only its trash left */
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_true(folder_of(&s, "Suppliers")->gone && folder_of(&s, "Suppliers")->chosen);
    assert_false(folder_of(&s, "Trash")->gone || folder_of(&s, "Trash")->chosen);
}

static void what_was_found_out_is_not_about_newer_settings(void **state)
{
    (void)state;
    struct step s = { .set = bar(), .state = MAILBOX_PASSWORD, .said = S("It is not this one.") };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    struct mailbox old = s.box;
    s.set.password = S("three pints");
    assert_int_equal(test_write(change, &s), OK);
    assert_int_equal(test_write(note, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.box.state, MAILBOX_NEW);
    said(s.box.said, "");
    assert_true(s.box.change > old.change);
    assert_int_equal(test_write(note, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_true(s.box.state == MAILBOX_PASSWORD && mailbox_stands_still(&s.box));
    said(s.box.said, "It is not this one.");
    assert_int_equal(test_read(unseal, &s), OK);
    said(s.secret, "three pints");
    s.set.password = S("");
    assert_int_equal(test_write(change, &s), OK);
    assert_int_equal(test_read(unseal, &s), OK);
    said(s.secret, "three pints");
}

static void one_reads_at_a_time(void **state)
{
    (void)state;
    struct step s = { .set = bar(), .reader = 11 };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(claim, &s), OK);
    assert_true(s.yes);
    s.reader = 22;
    house.now += MAILBOX_LEASE_S;
    assert_int_equal(test_write(claim, &s), OK);
    assert_false(s.yes);
    assert_int_equal(test_write(release, &s), OK); /* it is not his to give back */
    assert_int_equal(test_write(claim, &s), OK);
    assert_false(s.yes);
    house.now += 1; /* the first one died */
    assert_int_equal(test_write(claim, &s), OK);
    assert_true(s.yes);
    assert_int_equal(test_write(release, &s), OK);
    s.reader = 11;
    assert_int_equal(test_write(claim, &s), OK);
    assert_true(s.yes);
}

static void where_it_stands_is_kept_until_it_is_disconnected(void **state)
{
    (void)state;
    struct step s = { .set = bar() };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    s.folder = *folder_of(&s, "INBOX");
    s.folder.validity = 4000000000;
    s.folder.high = 4294967295;
    s.folder.low = 31;
    s.folder.total = 12;
    s.folder.done = 10;
    s.folder.skipped = 2;
    s.folder.said = S("it is slow");
    assert_int_equal(test_write(progress, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    const struct mailbox_folder *f = folder_of(&s, "INBOX");
    assert_true(f->validity == 4000000000 && f->high == 4294967295 && f->low == 31);
    assert_true(f->total == 12 && f->done == 10 && f->skipped == 2);
    assert_int_equal(s.skips.n, 2);
    said(s.skips.at[0].why, "the server would not give it out");
    assert_int_equal(s.skips.at[1].uid, 7);
    assert_int_equal(s.box.read_at, TEST_NOW);
    assert_int_equal(test_write(leave, &s), OK);
    assert_int_equal(test_read(look, &s), E_NOTFOUND);
    assert_int_equal(s.folders.n + s.skips.n + s.list.n, 0);
}

static void a_folder_is_its_keepers_to_share(void **state)
{
    (void)state;
    struct step s = { .set = bar(), .yes = true };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    s.which = folder_of(&s, "INBOX")->id;
    house.viewer = house.tom;
    assert_int_equal(test_write(share, &s), E_NOTFOUND);
    house.viewer = house.mia;
    assert_int_equal(test_write(share, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_true(folder_of(&s, "INBOX")->shared);
}

static struct mailbox_folder read_folder(int64_t ago)
{
    return (struct mailbox_folder){ .name = S("INBOX"),
                                    .said = S(""),
                                    .chosen = true,
                                    .validity = 1,
                                    .low = 1,
                                    .high = 13000,
                                    .total = 12410,
                                    .done = 12410,
                                    .skipped = 3,
                                    .read_at = TEST_NOW - ago };
}

struct filed {
    struct mailbox_settings set;
    struct str folders;
    id mailbox, kept[2];
    int n_kept;
};
static err file(struct tx *t, void *arg)
{
    struct filed *f = arg;
    return mailbox_file(t, &f->set, f->folders, &f->mailbox);
}
static err file_only(struct tx *t, void *arg)
{
    struct filed *f = arg;
    mailbox_file_only(t, f->kept, f->n_kept);
    return OK;
}

/* What stands in snug.conf is changed there and nowhere else, and is tried again when it was. */
static void what_the_file_says_holds(void **state)
{
    (void)state;
    struct filed f = { .set = bar(), .folders = S("inbox, Suppliers, Nowhere") };
    struct step s = { .set = bar(), .state = MAILBOX_READS, .said = S(""), .n = 1 };
    assert_int_equal(test_write(add, &s), OK); /* on a page, before */
    assert_int_equal(test_write(file, &f), OK);
    assert_int_equal(f.mailbox, s.mailbox);
    s.n = 0;
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_true(s.box.filed && s.box.state == MAILBOX_NEW);
    assert_true(folder_of(&s, "INBOX")->chosen && folder_of(&s, "Suppliers")->chosen);
    assert_false(folder_of(&s, "Sent")->chosen);
    assert_true(folder_of(&s, "Nowhere")->chosen && folder_of(&s, "Nowhere")->gone);
    assert_int_equal(test_write(change, &s), E_CONFLICT);
    assert_int_equal(test_write(leave, &s), E_CONFLICT);
    s.chosen[0] = folder_of(&s, "Sent")->id;
    s.n = 1;
    assert_int_equal(test_write(choose, &s), E_CONFLICT);
    assert_int_equal(test_write(note, &s), OK);
    assert_int_equal(test_write(file, &f), OK); /* nothing was changed */
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.box.state, MAILBOX_READS);
    f.folders = S("");
    assert_int_equal(test_write(file, &f), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.box.state, MAILBOX_NEW);
    s.n = 0;
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_true(folder_of(&s, "Sent")->chosen && !folder_of(&s, "Suppliers")->chosen);
    for (int i = 0; i < s.folders.n; i++) assert_false(s.folders.at[i].gone);
    assert_int_equal(test_write(note, &s), OK);
    f.set.password = S("three pints");
    assert_int_equal(test_write(file, &f), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.box.state, MAILBOX_NEW);
    assert_int_equal(test_read(unseal, &s), OK);
    said(s.secret, "three pints");
    struct filed other = { .set = bar(), .folders = S("") };
    other.set.address = S("orders@pub.example");
    assert_int_equal(test_write(file, &other), OK);
    f.kept[f.n_kept++] = f.mailbox;
    assert_int_equal(test_write(file_only, &f), OK);
    s.mailbox = other.mailbox;
    assert_int_equal(test_read(look, &s), E_NOTFOUND);
    s.mailbox = f.mailbox;
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(s.list.n, 1);
}

static err sends_not(struct tx *t, void *arg)
{
    struct step *s = arg;
    mailbox_note_sending(t, &s->box, s->said);
    return OK;
}

/* Until it is tried again, whatever else is done and read meanwhile. */
static void that_nothing_can_be_sent_stays_said(void **state)
{
    (void)state;
    struct step s = { .set = bar(), .state = MAILBOX_TRIED, .said = S("Sending doesn't work.") };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    assert_int_equal(test_write(sends_not, &s), OK);
    s.chosen[0] = s.folders.at[0].id;
    s.n = 1;
    assert_int_equal(test_write(choose, &s), OK);
    s.folder = s.folders.at[0];
    s.folder.validity = s.folder.low = 1;
    assert_int_equal(test_write(progress, &s), OK);
    struct mailbox old = s.box;
    assert_int_equal(test_read(look, &s), OK);
    said(s.box.unsent, "Sending doesn't work.");
    s.box = old; /* what was found out before folders were chosen tells nothing new */
    s.said = S("");
    assert_int_equal(test_write(sends_not, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    said(s.box.unsent, "Sending doesn't work.");
    assert_int_equal(test_write(sends_not, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    said(s.box.unsent, "");
}

static err say(struct ctx *c, void *unused)
{
    struct mailbox_folder f = read_folder(60); /* 28 May 2026, 20:25:40 */
    struct mailbox_folders list = { &f, 1 };
    struct mailbox m = { .address = S("bar@pub.example"), .said = S(""), .made = 1 };
    (void)unused;
    said(mailbox_folder_words(c, &f), "12,410 of 12,410, last today at 20:25, 3 skipped");
    said(mailbox_words(c, &m, &list), "12,410 of 12,410, last today at 20:25, 3 skipped.");
    said(mailbox_care(c, &m, &list), "");
    m.said = S("The connection broke off."); /* it is tried again: nothing to do yet */
    said(mailbox_care(c, &m, &list), "");
    m.said = S("");
    m.unsent = S("Sending doesn't work.");
    said(mailbox_care(c, &m, &list),
         "The mailbox bar@pub.example can't be sent from. Sending doesn't work. 12,410 of 12,410, "
         "last today at 20:25, 3 skipped.");
    m.unsent = S("");
    m.said = S("The connection broke off.");
    f = read_folder(MAILBOX_STALE_S + 1);
    said(mailbox_care(c, &m, &list), "The mailbox bar@pub.example is behind. It could not be read "
                                     "since today at 20:16. The connection broke off.");
    f.said = S("The server does not open this folder.");
    f.read_at = TEST_NOW;
    m.said = S("");
    said(mailbox_care(c, &m, &list), "The mailbox bar@pub.example is not read whole. 12,410 of "
                                     "12,410, last today at 20:26, 3 skipped.");
    m.state = MAILBOX_PASSWORD;
    m.said = S("It does not take this password.");
    said(mailbox_care(c, &m, &list), "The mailbox bar@pub.example has stopped. It does not take "
                                     "this password.");
    m.state = MAILBOX_BY_HAND;
    said(mailbox_care(c, &m, &list), "");
    return OK;
}

static void its_keeper_is_told_what_there_is_to_do(void **state)
{
    (void)state;
    assert_int_equal(test_read(say, NULL), OK);
}

static err shared_step(struct tx *t, void *arg)
{
    struct step *s = arg;
    id list[10];
    s->n = mailbox_to_share(&t->c, &s->folder, 10, list);
    for (int i = 0; i < s->n; i++) mailbox_note_shared(t, &s->folder, list[i], i == 0);
    return OK;
}

static err wrote_some(struct tx *t, void *arg)
{
    struct step *s = arg;
    mailbox_note_progress(t, &(struct mailbox_progress){ .folder = s->folder.id,
                                                         .after = s->reader,
                                                         .seen = &s->which,
                                                         .n_seen = s->which ? 1 : 0,
                                                         .low = 5,
                                                         .high = 9,
                                                         .n = 2,
                                                         .skipped = 1 });
    return OK;
}

static err last_event(struct ctx *c, void *out)
{
    *(int64_t *)out = db_int(c, 0, SQL("SELECT max(id) FROM event"));
    return OK;
}

/* What came by a folder is looked at once when it is shared, and what was opened is shut again. */
static void what_came_by_a_folder_is_known(void **state)
{
    (void)state;
    struct step s = { .set = bar() };
    assert_int_equal(test_write(add, &s), OK);
    assert_int_equal(test_write(found, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    s.folder = *folder_of(&s, "INBOX");
    assert_int_equal(test_read(last_event, &s.reader), OK);
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada <ada@x.example>",
                              .to = "mia@pub.example",
                              .cc = "",
                              .refs = "",
                              .subject = "One",
                              .text = "One.",
                              .folder = "INBOX",
                              .why = "" });
    test_put((struct letter){ .id = "b@x",
                              .from = "Ada <ada@x.example>",
                              .to = "mia@pub.example",
                              .cc = "",
                              .refs = "",
                              .subject = "Two",
                              .text = "Two.",
                              .folder = "INBOX",
                              .why = "" });
    assert_int_equal(test_write(wrote_some, &s), OK);
    assert_int_equal(test_read(look, &s), OK);
    s.folder = *folder_of(&s, "INBOX");
    assert_true(s.folder.low == 5 && s.folder.high == 9);
    assert_true(s.folder.done == 2 && s.folder.skipped == 1);
    assert_int_equal(test_write(shared_step, &s), OK);
    assert_int_equal(s.n, 0); /* it is not shared: nothing is open for its sake */
    s.folder.shared = true;
    assert_int_equal(test_write(shared_step, &s), OK);
    assert_int_equal(s.n, 2);
    assert_int_equal(test_write(shared_step, &s), OK);
    assert_int_equal(s.n, 0);
    s.folder.shared = false;
    assert_int_equal(test_write(shared_step, &s), OK);
    assert_int_equal(s.n, 1); /* the one that was opened */
    s.folder = *folder_of(&s, "Suppliers");
    s.folder.shared = true;
    s.which = test_message("a@x").id; /* the same bytes lie there as well */
    assert_int_equal(test_read(last_event, &s.reader), OK);
    assert_int_equal(test_write(wrote_some, &s), OK);
    assert_int_equal(test_write(shared_step, &s), OK);
    assert_int_equal(s.n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_open, test_close)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_its_keeper_has_it),
        TEST(what_cant_be_right_is_refused),
        TEST(an_invented_house_has_no_mailbox),
        TEST(it_begins_when_folders_are_chosen),
        TEST(what_was_found_out_is_not_about_newer_settings),
        TEST(one_reads_at_a_time),
        TEST(where_it_stands_is_kept_until_it_is_disconnected),
        TEST(a_folder_is_its_keepers_to_share),
        TEST(what_the_file_says_holds),
        TEST(that_nothing_can_be_sent_stays_said),
        TEST(its_keeper_is_told_what_there_is_to_do),
        TEST(what_came_by_a_folder_is_known),
    };
    return TEST_BOTH("mailboxes", tests);
}
