-- SPDX-License-Identifier: GPL-3.0-or-later
-- Messages, the conversations they make, and who waits. All derived from the log but for table source.
-- version 1
CREATE TABLE message(
  id {key},                           -- its event
  moment {int} NOT NULL UNIQUE,       -- grows with `at`, no two alike: number in the search index
  at {int} NOT NULL,
  conversation {int} NOT NULL,        -- the least message id in it
  node {int} NOT NULL,
  parent {int} NOT NULL,              -- message it answers (nearest one held), or 0
  guessed {int} NOT NULL,             -- 1: the parent is a guess by subject
  line {int} NOT NULL,                -- hash of its ancestors: when it changes, quotes are marked anew
  author {int} NOT NULL,              -- handle of who wrote it, or 0
  class {int} NOT NULL,               -- mail_class, or how it came
  marks {int} NOT NULL,               -- oddities, see mail/message.h
  subject TEXT NOT NULL,
  base {int} NOT NULL,                -- hash of the subject without Re: and so on; 0: too short to join by
  loose {int} NOT NULL,               -- 1: an answer that names no message: may be joined by subject
  reach {int} NOT NULL,               -- direct recipients
  raw {int} NOT NULL,                 -- blob
  text_at {int} NOT NULL,             -- where in what is kept of it the text stands
  text_size {int} NOT NULL,
  quotes {blob},                      -- quote_pack; NULL: not marked yet
  said {int} NOT NULL,                -- what its new words ask, see talk_said
  same {int} NOT NULL,                -- hash of its new words, for nudges
  files {int} NOT NULL,               -- attachments
  folder {int} NOT NULL               -- hash of the folded name of the folder it lay in, or 0
) {strict};
CREATE INDEX message_conversation ON message(conversation, at);
CREATE INDEX message_base ON message(base, at) WHERE base<>0;
CREATE TABLE recipient(
  message {int} NOT NULL,
  role {int} NOT NULL,                -- 1 from, 2 to, 3 cc, 4 bcc, 5 envelope
  handle {int} NOT NULL,
  PRIMARY KEY(message, role, handle)
) {rowless};
CREATE INDEX recipient_handle ON recipient(handle, message);
CREATE TABLE file(                    -- parts of a message that are offered as files
  message {int} NOT NULL,
  path TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  size {int} NOT NULL,
  PRIMARY KEY(message, path)
) {rowless};
CREATE TABLE node(                    -- a message id, held or only heard of
  id {key},                           -- hash_name(message id)
  conversation {int} NOT NULL,
  message {int} NOT NULL,             -- 0: not held
  parent {int} NOT NULL,              -- node, in the tree
  guess {int} NOT NULL,               -- node joined by subject, or 0
  joined {int} NOT NULL,              -- node joined by a keeper, or 0
  cut {int} NOT NULL,                 -- 1: a keeper began a new conversation here
  refs {blob} NOT NULL                -- nodes it names, see talk/tree.c
) {strict};
CREATE INDEX node_conversation ON node(conversation);
CREATE TABLE conversation(
  id {key},
  subject TEXT NOT NULL,
  first_at {int} NOT NULL,
  last_at {int} NOT NULL,
  last_message {int} NOT NULL,
  messages {int} NOT NULL,
  direct {int} NOT NULL               -- 1: people talk in it; 0: only newsletters, machines
) {strict};
CREATE INDEX conversation_last ON conversation(last_at);
CREATE TABLE member(                  -- who is in a conversation
  conversation {int} NOT NULL,
  person {int} NOT NULL,
  wrote {int} NOT NULL,               -- messages
  last_at {int} NOT NULL,             -- of the conversation, for lists by person
  PRIMARY KEY(conversation, person)
) {rowless};
CREATE INDEX member_person ON member(person, last_at);
CREATE TABLE wait(                    -- somebody waits for an answer
  conversation {int} NOT NULL,
  keeper {int} NOT NULL,              -- our side
  person {int} NOT NULL,              -- the other side
  ours {int} NOT NULL,                -- 1: they wait on us; 0: we wait
  since {int} NOT NULL,
  message {int} NOT NULL,             -- the one unanswered
  PRIMARY KEY(conversation, keeper, person)
) {rowless};
CREATE INDEX wait_keeper ON wait(keeper, ours, since);
CREATE TABLE closed(                  -- nothing waits up to that time
  conversation_of {int} NOT NULL,     -- a message in it
  at {int} NOT NULL,
  event {int} NOT NULL,
  PRIMARY KEY(conversation_of, event)
) {rowless};
CREATE TABLE answer(                  -- how long ours took
  message {key},
  keeper {int} NOT NULL,
  at {int} NOT NULL,
  took {int} NOT NULL
) {strict};
CREATE INDEX answer_at ON answer(at);
CREATE TABLE unreadable(
  event {key},
  at {int} NOT NULL,
  raw {int} NOT NULL,
  why TEXT NOT NULL
) {strict};
CREATE TABLE source(                  -- not derived: what was imported, and how far
  id {id},
  path TEXT NOT NULL,
  keeper {int} NOT NULL,
  started {int} NOT NULL,
  ended {int} NOT NULL,               -- 0: still reading, or stopped in the middle
  beat {int} NOT NULL,                -- last sign of life
  total {int} NOT NULL,
  done {int} NOT NULL,
  fresh {int} NOT NULL,
  seen {int} NOT NULL,                -- had been imported before
  unreadable {int} NOT NULL,
  skipped {int} NOT NULL,
  newest {int} NOT NULL
) {strict};
CREATE TABLE skipped(                 -- not derived
  source {int} NOT NULL,
  number {int} NOT NULL,
  path TEXT NOT NULL,
  place {int} NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY(source, number)
) {rowless};
-- version 2
CREATE TABLE map_place(               -- not derived: where people stood on a keeper's map of the house
  viewer {int} NOT NULL,
  person {int} NOT NULL,
  x {real} NOT NULL,
  y {real} NOT NULL,
  PRIMARY KEY(viewer, person)
) {rowless};
-- version 3
CREATE INDEX message_author ON message(author, moment);
DROP INDEX wait_keeper;
CREATE INDEX wait_keeper ON wait(keeper, ours, since, message);
-- version 4
CREATE INDEX message_direct ON message(moment, author, at, class) WHERE class=6;
DROP INDEX answer_at;
CREATE INDEX answer_at ON answer(at, took);
CREATE TABLE class_why(               -- by which line of a mail its class is known, where it is no talk
  message {key},
  words TEXT NOT NULL
) {strict};
INSERT INTO dirty(what, x, y) SELECT 0, id, 0 FROM message WHERE class<>6;
-- version 5
CREATE TABLE draft(                   -- not derived: what a keeper is writing; gone when it was sent
  id {id},
  keeper {int} NOT NULL,
  name TEXT NOT NULL,                 -- drawn by the page it is written on, so that it is kept once
  kind {int} NOT NULL,                -- draft_kind
  about {int} NOT NULL,               -- the message answered or passed on, or 0
  to_typed TEXT NOT NULL,             -- as typed
  cc_typed TEXT NOT NULL,
  bcc_typed TEXT NOT NULL,
  subject TEXT NOT NULL,
  words TEXT NOT NULL,                -- Markdown
  html TEXT NOT NULL,                 -- what it is as HTML; made when it is sent
  saved_at {int} NOT NULL,
  due {int} NOT NULL,                 -- when it becomes a letter; 0: not sent; -1: thrown away
  problem TEXT NOT NULL,              -- why it could not go out
  UNIQUE(keeper, name)
) {strict};
CREATE INDEX draft_due ON draft(due) WHERE due>0;
CREATE INDEX draft_about ON draft(about);
CREATE TABLE draft_file(              -- not derived
  draft {int} NOT NULL,
  number {int} NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size {int} NOT NULL,
  bytes {blob},                       -- NULL: it is a part of a message that is passed on
  message {int} NOT NULL,             -- then: which,
  path TEXT NOT NULL,                 --   and which part
  PRIMARY KEY(draft, number)
) {strict};
-- version 6
CREATE TABLE participant(             -- who was added to a conversation besides those its mail names
  event {key},                        -- that added them
  message {int} NOT NULL,             -- names the conversation
  person {int} NOT NULL,
  keeper {int} NOT NULL,              -- who added them
  at {int} NOT NULL,
  way {int} NOT NULL,                 -- channel
  handle {int} NOT NULL,              -- where mail goes; 0: they read on the web
  past {int} NOT NULL,                -- how many messages of before they were given
  token {int} NOT NULL,               -- hash of what stands in their reply address
  parted {int} NOT NULL               -- event by which they left; 0: takes part
) {strict};
CREATE INDEX participant_message ON participant(message, event);
CREATE INDEX participant_person ON participant(person, event);
CREATE UNIQUE INDEX participant_token ON participant(token);
CREATE TABLE strange(                 -- came to somebody's own reply address, but from somebody else
  message {key},
  person {int} NOT NULL               -- whose address it was
) {strict};
CREATE TABLE passed(                  -- a message that was handed on to somebody who takes part
  message {int} NOT NULL,
  participant {int} NOT NULL,
  PRIMARY KEY(message, participant)
) {rowless};
-- version 7
CREATE INDEX message_track ON message(conversation, at, id, parent, author); -- all that a lane is drawn from
DROP INDEX message_conversation;
CREATE TABLE idea(                    -- a marked span that is followed through conversations
  id {key},                           -- its event
  message {int} NOT NULL,             -- where it began: who sees that one sees the idea
  keeper {int} NOT NULL,              -- who marked it
  name TEXT NOT NULL,
  sign {int} NOT NULL,                -- its letter and colour
  dropped {int} NOT NULL              -- the event that dropped it, or 0
) {strict};
CREATE INDEX idea_message ON idea(message);
CREATE TABLE idea_mark(               -- spans chosen by a keeper
  event {key},                        -- of the idea itself for the first one
  idea {int} NOT NULL,
  message {int} NOT NULL,
  start {int} NOT NULL,               -- bytes of the text
  size {int} NOT NULL
) {strict};
CREATE INDEX idea_mark_idea ON idea_mark(idea);
CREATE INDEX idea_mark_message ON idea_mark(message, idea);
CREATE TABLE idea_not(                -- a keeper said that it did not go there
  idea {int} NOT NULL,
  message {int} NOT NULL,
  event {int} NOT NULL,
  PRIMARY KEY(idea, message, event)
) {rowless};
CREATE TABLE idea_link(               -- words that hold the address of an idea's page
  idea {int} NOT NULL,
  message {int} NOT NULL,
  PRIMARY KEY(idea, message)
) {rowless};
CREATE TABLE idea_place(              -- everywhere it went
  idea {int} NOT NULL,
  message {int} NOT NULL,
  how {int} NOT NULL,                 -- see idea_how
  start {int} NOT NULL,
  size {int} NOT NULL,
  PRIMARY KEY(idea, message)
) {rowless};
CREATE INDEX idea_place_message ON idea_place(message, idea);
-- version 8
CREATE TABLE asleep(                  -- a wait that a keeper does not want to see until that day
  keeper {int} NOT NULL,
  message {int} NOT NULL,             -- the one unanswered
  until {int} NOT NULL,
  event {int} NOT NULL,
  PRIMARY KEY(keeper, message)
) {rowless};
CREATE TABLE needless(                -- messages that ask for no answer
  message {key},
  event {int} NOT NULL
) {strict};
CREATE TABLE muted(                   -- whose waits a keeper does not want to see
  keeper {int} NOT NULL,
  person {int} NOT NULL,
  event {int} NOT NULL,
  PRIMARY KEY(keeper, person)
) {rowless};
CREATE TABLE verdict(                 -- what keepers said of conversations: the last word holds
  event {key},
  message {int} NOT NULL,             -- named the conversation, or settles it
  kind {int} NOT NULL                 -- talk_kind; 0: the message settles it
) {strict};
CREATE INDEX verdict_message ON verdict(message);
ALTER TABLE conversation ADD COLUMN kind {int} NOT NULL DEFAULT 0;    -- talk_kind
ALTER TABLE conversation ADD COLUMN kinded {int} NOT NULL DEFAULT 0;  -- the message it was said of
ALTER TABLE conversation ADD COLUMN settled {int} NOT NULL DEFAULT 0; -- the message that settles it
CREATE INDEX conversation_kind ON conversation(kind, last_at) WHERE kind>1;
-- version 9
CREATE TABLE public_talk(             -- a conversation that strangers may read
  message {key},                      -- one of its messages: its address for ever
  event {int} NOT NULL,
  at {int} NOT NULL,                  -- first opened
  changed {int} NOT NULL,
  names {int} NOT NULL                -- public_names
) {strict};
CREATE INDEX public_talk_changed ON public_talk(changed, message);
CREATE TABLE public_message(          -- what of it, letter by letter: nothing that came later
  message {key},
  talk {int} NOT NULL
) {strict};
CREATE INDEX public_message_talk ON public_message(talk);
CREATE TABLE public_file(
  message {int} NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY(message, path)
) {rowless};
CREATE TABLE me_too(                  -- how many browsers said so
  talk {key},
  n {int} NOT NULL
) {strict};
-- version 10
CREATE TABLE stranger(                -- not derived: met only in the mail of others, see stranger.h
  person {key},
  behind {int} NOT NULL,              -- forgotten before: event up to which nothing counts any more
  heard {int} NOT NULL,               -- when the house first heard of them
  goes_at {int} NOT NULL              -- when they are forgotten; 0: not noted
) {strict};
CREATE INDEX stranger_goes ON stranger(goes_at, person) WHERE goes_at>0;
CREATE TABLE objection(               -- who was told that they may object, and when
  handle {key},
  at {int} NOT NULL,
  message {int} NOT NULL,             -- 0: by word of mouth
  channel {int} NOT NULL
) {strict};
-- version 11
CREATE TABLE message_for(             -- said in a circle: seen by who sat there then and still does, and by nobody else
  message {key},
  circle {int} NOT NULL,
  event {int} NOT NULL                -- that said so
) {strict};
CREATE INDEX message_for_circle ON message_for(circle, message);
-- version 12
ALTER TABLE draft ADD COLUMN asks {int} NOT NULL DEFAULT 0; -- the fact it asks its recipient about, or 0
-- version 13
CREATE TABLE closed_by(               -- closed, with its key in front: a copy of a house is checked whole, and SQLite takes
  conversation_of {int} NOT NULL,     -- what lies behind a column that is not of the key for something else
  event {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY(conversation_of, event)
) {rowless};
INSERT INTO closed_by(conversation_of, event, at) SELECT conversation_of, event, at FROM closed;
DROP TABLE closed;
ALTER TABLE closed_by RENAME TO closed;
