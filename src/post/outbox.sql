-- SPDX-License-Identifier: GPL-3.0-or-later
-- What leaves the house. The first two tables are not derived: they are the state of deliveries.
-- version 1
CREATE TABLE outbox(                  -- a letter to one recipient
  id {id},
  message {int} NOT NULL,             -- its event, which holds the bytes; below 0: of none, see raw
  keeper {int} NOT NULL,              -- who wrote it
  channel {int} NOT NULL,
  account {int} NOT NULL,             -- mailbox it goes out from; 0: the channel needs none
  handle {int} NOT NULL,              -- to whom
  address TEXT NOT NULL,              -- as the channel writes it
  head TEXT NOT NULL,                 -- header lines of this copy alone
  relay {int} NOT NULL,               -- 1: somebody else's message, passed on; 2: to a circle,
                                      --   which concerns nobody who keeps the house
  raw {blob},                         -- a letter that is in no message; else NULL
  state {int} NOT NULL,               -- outbox_state
  tries {int} NOT NULL,
  made {int} NOT NULL,
  next_at {int} NOT NULL,             -- not before
  lease {int} NOT NULL,               -- until then it is somebody's who delivers it
  tried_at {int} NOT NULL,
  done_at {int} NOT NULL,             -- handed over, or given up for ever
  said TEXT NOT NULL,                 -- what was said last, when it was not taken
  UNIQUE(message, channel, handle)
) {strict};
CREATE INDEX outbox_due ON outbox(next_at, id) WHERE state=0;
CREATE INDEX outbox_done ON outbox(done_at, state);
CREATE INDEX outbox_handle ON outbox(handle, message);
CREATE TABLE outbox_copy(             -- copies for the Sent folder of an account, once handed over
  message {key},
  account {int} NOT NULL,
  keeper {int} NOT NULL,
  tries {int} NOT NULL,
  next_at {int} NOT NULL,
  lease {int} NOT NULL
) {strict};
CREATE INDEX outbox_copy_due ON outbox_copy(next_at, message);
CREATE TABLE returned(                -- what came back
  event {key},
  message {int} NOT NULL,
  handle {int} NOT NULL,
  what {int} NOT NULL,                -- outbox_return
  at {int} NOT NULL,
  said TEXT NOT NULL
) {strict};
CREATE INDEX returned_handle ON returned(handle, at);
CREATE INDEX returned_at ON returned(at, what);
CREATE TABLE address_shut(            -- handles that take no mail
  handle {key},
  event {int} NOT NULL,
  at {int} NOT NULL,
  said TEXT NOT NULL
) {strict};
CREATE INDEX address_shut_at ON address_shut(at);
-- version 2
ALTER TABLE outbox ADD COLUMN asked {int} NOT NULL DEFAULT 0; -- 1: who gets it asked for it just then
-- version 3
ALTER TABLE outbox ADD COLUMN carrier {int} NOT NULL DEFAULT 0;      -- the program whose the lease is, a number
                                                                     --   drawn at its start

