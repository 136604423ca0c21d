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
