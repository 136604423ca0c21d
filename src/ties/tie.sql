-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who addressed whom, and what that makes between them. All derived from the log.
-- version 1
CREATE TABLE contact(                 -- one interaction; a<b; side 0: a to b
  a {int} NOT NULL,
  b {int} NOT NULL,
  at {int} NOT NULL,
  event {int} NOT NULL,
  side {int} NOT NULL,
  PRIMARY KEY(a, b, at, event, side)
) {rowless};
CREATE INDEX contact_event ON contact(event);
CREATE INDEX contact_b ON contact(b, a);
CREATE TABLE gate(                    -- the event by which it went both ways with that person
  person {int} NOT NULL,
  event {int} NOT NULL,
  PRIMARY KEY(person, event)
) {rowless};
CREATE INDEX gate_event ON gate(event);
CREATE TABLE tie(                     -- struct tie_line, a row a pair; only where the gate is open
  a {int} NOT NULL,
  b {int} NOT NULL,
  first {int} NOT NULL,
  days {int} NOT NULL,
  gap {real} NOT NULL,
  s00 {real} NOT NULL, s01 {real} NOT NULL, s02 {real} NOT NULL, s03 {real} NOT NULL,
  last0 {int} NOT NULL, n0 {int} NOT NULL, run0 {int} NOT NULL,
  s10 {real} NOT NULL, s11 {real} NOT NULL, s12 {real} NOT NULL, s13 {real} NOT NULL,
  last1 {int} NOT NULL, n1 {int} NOT NULL, run1 {int} NOT NULL,
  PRIMARY KEY(a, b)
) {rowless};
CREATE INDEX tie_b ON tie(b, a);
CREATE INDEX tie_first ON tie(first);
CREATE TABLE tie_said(                -- what a keeper said of a tie; never overwritten by computation
  owner {int} NOT NULL,
  other {int} NOT NULL,
  wanted {int} NOT NULL,              -- tie_layer + 1; 0: not said
  fine_at {int} NOT NULL,             -- quiet is fine until they write again after that
  PRIMARY KEY(owner, other)
) {rowless};
-- version 2
CREATE INDEX tie_days ON tie(days DESC, a, b); -- the strongest of the house come first
-- version 3
CREATE INDEX person_off ON person(id) WHERE engine_off>1; -- few: see engines_again()
