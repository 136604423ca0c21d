-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the house was told, or noticed, about people, and what they agreed to. All derived from the log.
-- The constraints are the promise: what they refuse is stored on no way.
-- version 1
CREATE TABLE consent(                 -- a grant, as it stands now
  id {key},                           -- the event that began it
  person {int} NOT NULL REFERENCES person,
  about {int} NOT NULL,               -- the person as it was then; person follows merges
  state {int} NOT NULL CHECK(state BETWEEN 1 AND 10),
  permits {int} NOT NULL,             -- grant_permits(state)
  begun {int} NOT NULL,
  changed {int} NOT NULL,             -- when it came into that state
  until {int} NOT NULL CHECK(until>0),
  lasts {int} NOT NULL CHECK(lasts>0), -- seconds from each yes on
  purposes {int} NOT NULL CHECK(purposes>0),
  keys TEXT NOT NULL,                 -- of facts, with a blank around each; '': any that is not special
  special {int} NOT NULL,             -- 1: said in so many words, for special facts
  seen {int} NOT NULL,                -- 1: the person said so themselves, not only a keeper for them
  parent {int} NOT NULL,              -- 1: a parent speaks for a minor
  audience {int} NOT NULL REFERENCES audience,
  principal TEXT NOT NULL,            -- what receipts call the person
  language TEXT NOT NULL,             -- of the words they agreed to,
  notice TEXT NOT NULL,               --   and the SHA-256 of those
  terms TEXT NOT NULL                 -- what the person had proffered by then; or ''
) {strict};
CREATE INDEX consent_person ON consent(person, id);
CREATE TABLE consent_step(            -- its chain
  event {key},
  consent {int} NOT NULL,
  at {int} NOT NULL,
  actor {int} NOT NULL,
  way {int} NOT NULL,                 -- grant_way
  state {int} NOT NULL
) {strict};
CREATE INDEX consent_step_consent ON consent_step(consent, event);
CREATE TABLE fact(
  id {key},                           -- the event that noted it
  person {int} NOT NULL REFERENCES person,
  about {int} NOT NULL,               -- the person as it was then; person follows merges
  key TEXT NOT NULL CHECK(key<>''),
  value TEXT NOT NULL,
  vtype {int} NOT NULL CHECK(vtype BETWEEN 1 AND 5),
  origin {int} NOT NULL CHECK(origin BETWEEN 1 AND 6),
  source {int} NOT NULL,              -- message that says so, or 0
  span_at {int} NOT NULL,             -- where in its text
  span_n {int} NOT NULL,
  introducer {int} NOT NULL,          -- who said it of them, or 0
  recorder {int} NOT NULL,            -- 0: the house itself
  noticed_at {int} NOT NULL,
  recorded_at {int} NOT NULL,
  valid_from {int} NOT NULL,
  valid_to {int} NOT NULL,            -- 0: until further notice
  purposes {int} NOT NULL CHECK(purposes>0),
  basis TEXT NOT NULL CHECK(basis IN('6-1-a', '6-1-b', '6-1-c', '6-1-f', '9-2-a')),
  consent {int} REFERENCES consent,
  assessment {int},                   -- event that weighed it; below 0: as the house always weighs that purpose
  audience {int} NOT NULL REFERENCES audience,
  class {int} NOT NULL CHECK(class BETWEEN 1 AND 3),
  minor {int} NOT NULL CHECK(minor IN(0, 1)),
  state {int} NOT NULL CHECK(state BETWEEN 1 AND 5),
  asked_at {int} NOT NULL,            -- when the person was asked about it
  words TEXT NOT NULL,                -- the person's own, beside it
  review_by {int} NOT NULL,
  expires_at {int} NOT NULL,
  supersedes {int} NOT NULL,          -- fact it follows, or 0
  CHECK(basis NOT IN('6-1-a', '9-2-a') OR consent IS NOT NULL),
  CHECK(class<>3 OR basis='9-2-a'),
  CHECK(basis<>'6-1-f' OR coalesce(assessment, 0)<>0),
  CHECK(minor=0 OR consent IS NOT NULL),
  CHECK(expires_at>noticed_at AND expires_at<=recorded_at+158112000),
  CHECK(origin=3 OR value<>''),
  CHECK(origin<>3 OR value='' AND source>0 AND span_n>0),
  CHECK(origin<>2 OR introducer>0)
) {strict};
CREATE INDEX fact_person ON fact(person, key, id);
CREATE INDEX fact_about ON fact(about);
CREATE INDEX fact_minor ON fact(person) WHERE minor=1;
CREATE INDEX fact_source ON fact(source) WHERE source<>0;
CREATE INDEX fact_consent ON fact(consent) WHERE consent IS NOT NULL;
CREATE INDEX fact_audience ON fact(audience);
CREATE INDEX fact_expires ON fact(expires_at);
CREATE TABLE terms(                   -- what people chose to proffer; their last word holds
  event {key},
  person {int} NOT NULL,
  about {int} NOT NULL,               -- the person as it was then; person follows merges
  name TEXT NOT NULL                  -- '': the house's own
) {strict};
CREATE INDEX terms_person ON terms(person, event);
CREATE TABLE weighed(                 -- why the house may, for a purpose, where it says so in words of its own
  event {key},
  purpose {int} NOT NULL,
  interest TEXT NOT NULL,
  necessity TEXT NOT NULL,
  balance TEXT NOT NULL
) {strict};
CREATE INDEX weighed_purpose ON weighed(purpose, event);
