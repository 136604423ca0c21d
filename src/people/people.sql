-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who the house has met, and by which addresses. All derived from the log but for account, sign_in_link,
-- paper_code and morning.
-- version 1
CREATE TABLE house(
  id {key},                           -- 1
  name TEXT NOT NULL,
  founded {int} NOT NULL,
  sample {int} NOT NULL               -- 1: the invented house
) {strict};
CREATE TABLE house_domain(            -- mail domains whose people are ours
  domain TEXT PRIMARY KEY
) {rowless};
CREATE TABLE person(
  id {key},
  kind {int} NOT NULL,                -- person_kind
  name TEXT NOT NULL,                 -- shown
  fold TEXT NOT NULL,                 -- text_fold(name), for finding
  named {int} NOT NULL,               -- 1: a keeper gave the name
  kinded {int} NOT NULL,              -- 1: a keeper gave the kind
  org {int} NOT NULL,                 -- organisation it belongs to today, or 0
  ours {int} NOT NULL,                -- 1: of the house's side
  met {int} NOT NULL,                 -- 1: it went both ways; 2: a keeper says so
  merged {int} NOT NULL,              -- person it has become one with, or 0; -1: taken back with its card;
                                      -- -2: the face of somebody masked
  left_at {int} NOT NULL,
  dead_at {int} NOT NULL,
  mute {int} NOT NULL,                -- 1: do not contact; 2: so says the mark of somebody merged into them
  paused {int} NOT NULL,              -- until
  engine_off {int} NOT NULL           -- not 0: ties are not computed, see ties_apply
) {strict};
CREATE INDEX person_fold ON person(fold, id);
CREATE INDEX person_org ON person(org, id) WHERE org<>0;
CREATE INDEX person_merged ON person(merged, id) WHERE merged<>0;
CREATE TABLE handle(
  key {key},                          -- hash_name(uri)
  uri TEXT NOT NULL,                  -- mailto:ada@example.org, in matching form
  shown TEXT NOT NULL,                -- as written
  person {int} NOT NULL REFERENCES person,
  domain TEXT NOT NULL                -- of an organisation; '' for public providers
) {strict};
CREATE INDEX handle_person ON handle(person, key);
CREATE INDEX handle_domain ON handle(domain, key) WHERE domain<>'';
CREATE TABLE handle_name(             -- how they signed themselves, how often, when last
  handle {int} NOT NULL,
  name TEXT NOT NULL,
  n {int} NOT NULL,
  last_at {int} NOT NULL,
  PRIMARY KEY(handle, name)
) {rowless};
CREATE TABLE apart(                   -- said to be two different persons, a<b
  a {int} NOT NULL,
  b {int} NOT NULL,
  PRIMARY KEY(a, b)
) {rowless};
CREATE TABLE keeper(
  person {key},
  role {int} NOT NULL,                -- keeper_role
  joined {int} NOT NULL,
  gone {int} NOT NULL
) {strict};
CREATE TABLE account(                 -- not derived: how a keeper signs in
  person {key},
  password TEXT NOT NULL,
  changed {int} NOT NULL
) {strict};
-- version 2
CREATE TABLE card(                    -- contacts brought by a keeper, not taken back
  event {key},
  person {int} NOT NULL,
  source {int} NOT NULL,              -- the import it came with
  made {int} NOT NULL,                -- 1: the person was made for it
  was TEXT NOT NULL,                  -- the name before; '' when the card did not give it
  org {int} NOT NULL,                 -- organisation before, or 0; -1: the card did not give it
  dead {int} NOT NULL,                -- 1: it told of the death,
  mute {int} NOT NULL                 --    of the wish not to be written to
) {strict};
CREATE INDEX card_source ON card(source, event);
CREATE TABLE card_handle(             -- also those of organisations made for it
  event {int} NOT NULL,
  handle {int} NOT NULL,
  made {int} NOT NULL,                -- 1: nobody had it before
  PRIMARY KEY(event, handle)
) {rowless};
CREATE INDEX card_handle_handle ON card_handle(handle);
-- version 3
CREATE TABLE name_part(               -- a folded name from each of its words but the first on
  part TEXT NOT NULL,
  person {int} NOT NULL,
  PRIMARY KEY(part, person)
) {rowless};
CREATE TABLE address_part(            -- the same of addresses, behind each of :@.
  part TEXT NOT NULL,
  handle {int} NOT NULL,
  PRIMARY KEY(part, handle)
) {rowless};
CREATE TABLE namesake(                -- how many persons are called so, by folded names of several words
  fold TEXT NOT NULL,
  n {int} NOT NULL,
  PRIMARY KEY(fold)
) {rowless};
CREATE INDEX person_dead ON person(id) WHERE dead_at<>0;
CREATE INDEX namesake_more ON namesake(fold) WHERE n>1;
INSERT INTO name_part(part, person) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n
 WHERE i<200) SELECT DISTINCT substr(p.fold, n.i+1, 100), p.id FROM person p CROSS JOIN n
 WHERE substr(p.fold, n.i, 1)=' ' AND length(p.fold)>n.i;
INSERT INTO address_part(part, handle) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n
 WHERE i<200) SELECT DISTINCT substr(h.uri, n.i+1, 100), h.key FROM handle h CROSS JOIN n
 WHERE substr(h.uri, n.i, 1) IN (':', '@', '.') AND length(h.uri)>n.i;
INSERT INTO namesake(fold, n) SELECT fold, count(*) FROM person WHERE fold LIKE '% %' GROUP BY fold;
-- version 4
CREATE TABLE sign_in_link(            -- not derived: somebody without a password wants to come in
  id {id},
  browser {blob} NOT NULL,            -- hash of what the browser that asked is known by
  token {blob} NOT NULL UNIQUE,       -- hash of what stands in the letter
  person {int} NOT NULL,              -- 0: nobody here has the address that was typed
  made {int} NOT NULL,
  code TEXT NOT NULL,                 -- shown where it was asked, to be typed in another browser
  tries {int} NOT NULL,
  used {int} NOT NULL,
  next TEXT NOT NULL                  -- where they wanted to go
) {strict};
CREATE INDEX sign_in_link_person ON sign_in_link(person, made);
CREATE INDEX sign_in_link_made ON sign_in_link(made);
CREATE TABLE morning(                 -- not derived: who wants Today as a letter
  keeper {key},
  hour {int} NOT NULL,                -- of the house's day
  sent {int} NOT NULL                 -- day of the last one, since 1970
) {strict};
-- version 5
CREATE TABLE stopped(                 -- who said themselves that nobody here is to write to them
  person {key},
  at {int} NOT NULL
) {strict};
CREATE INDEX stopped_at ON stopped(at);
-- version 6
CREATE TABLE second_step(             -- not derived: what else a keeper signs in with
  keeper {key},
  secret {blob} NOT NULL,             -- sealed
  made {int} NOT NULL,
  since {int} NOT NULL,               -- 0: begun, and not proved yet
  step {int} NOT NULL                 -- of the last code that was used
) {strict};
CREATE TABLE second_spare(            -- not derived: codes for the day the device is lost, each once
  keeper {int} NOT NULL,
  code {blob} NOT NULL,               -- keyed hash
  PRIMARY KEY(keeper, code)
) {rowless};
CREATE TABLE heir(                    -- who holds what a keeper held who has left
  keeper {key},
  heir {int} NOT NULL
) {strict};
CREATE TABLE takeout(                 -- somebody wants a copy of the whole house
  id {key},                           -- its event
  asker {int} NOT NULL,               -- an owner; 0: from a terminal
  at {int} NOT NULL,
  format TEXT NOT NULL,
  stopped {int} NOT NULL,             -- by whom, or 0
  done {int} NOT NULL                 -- when it was taken, or 0
) {strict};
CREATE TABLE takeout_yes(
  takeout {int} NOT NULL,
  owner {int} NOT NULL,
  PRIMARY KEY(takeout, owner)
) {rowless};
CREATE TABLE second_rule(             -- not derived: a row when every keeper has to have one
  id {key},                           -- 1
  who {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- version 7
CREATE TABLE look(                    -- which keeper looked at what is kept of somebody
  person {int} NOT NULL,              -- as they were then
  keeper {int} NOT NULL,
  day {int} NOT NULL,                 -- since 1970, of the house
  kind {int} NOT NULL,                -- look_kind
  event {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY(person, keeper, day, kind)
) {rowless};
CREATE TABLE paper_code(              -- not derived: a code that a keeper wrote down for somebody without an address
  code {blob} PRIMARY KEY,            -- keyed hash
  person {int} NOT NULL,
  keeper {int} NOT NULL,
  made {int} NOT NULL
) {rowless};
-- version 8
UPDATE person SET mute=2 WHERE mute=0 AND id IN(WITH RECURSIVE up(id) AS (SELECT merged FROM person
 WHERE mute<>0 AND merged>0 UNION SELECT p.merged FROM person p JOIN up ON p.id=up.id
 WHERE p.merged>0) SELECT id FROM up);
