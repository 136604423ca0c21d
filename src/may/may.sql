-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who may see which message. Filled by what happened: who was in it, who brought it in, what was opened.
-- version 1
CREATE TABLE sight(
  who {int} NOT NULL,                 -- a keeper
  message {int} NOT NULL,
  lent {int} NOT NULL,                -- 1: only because its conversation is open to the house
  PRIMARY KEY(who, message)
) {rowless};
CREATE INDEX sight_message ON sight(message, who);
CREATE TABLE opened(                  -- conversations (by a message of theirs) open to the house
  message {key},
  at {int} NOT NULL                   -- 0: shut again
) {strict};
-- version 2
CREATE TABLE audience(                -- who something is for; each kept once
  key {key},                          -- hash_name(text)
  text TEXT NOT NULL                  -- its parts in order, as numbers
) {strict};
CREATE TABLE audience_part(
  audience {int} NOT NULL,
  yes {int} NOT NULL,                 -- 0: is left out
  kind {int} NOT NULL,                -- party_kind
  who {int} NOT NULL,                 -- person or circle; 0: keepers, public
  PRIMARY KEY(audience, yes, kind, who)
) {rowless};
CREATE INDEX audience_part_who ON audience_part(kind, who, audience);
CREATE TABLE reach(                   -- that resolved to persons, see REACHED in may.h
  audience {int} NOT NULL,
  who {int} NOT NULL,                 -- 0: everybody
  yes {int} NOT NULL,                 -- 0: not this one of everybody
  PRIMARY KEY(audience, who)
) {rowless};
CREATE INDEX reach_who ON reach(who, audience);
