-- SPDX-License-Identifier: GPL-3.0-or-later
-- The log itself. Nothing of version 1 is derived; rows are never changed, but for erasure, which
-- empties salt and body, puts what is left in place of data, and leaves the sum.
-- version 1
CREATE TABLE shelf(                   -- packed bodies of one piece of work, one behind the other
  id {key},
  bytes {blob} NOT NULL
) {strict};
--pg:ALTER TABLE shelf ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE blob(                    -- bytes stored once
  id {key},
  hash {blob} NOT NULL UNIQUE,        -- keyed, see hash_body
  size {int} NOT NULL,                -- plain; -1: erased, and the hash is nobody's
  shelf {int} NOT NULL,               -- where pack_bytes() of them stands, with what was read
  at {int} NOT NULL,                  --   from them before it, if anything
  room {int} NOT NULL
) {strict};
CREATE TABLE event(
  id {key},
  at {int} NOT NULL,
  seen {int} NOT NULL,
  actor {int} NOT NULL,
  kind {int} NOT NULL,
  subject {int} NOT NULL,
  other {int} NOT NULL,
  channel {int} NOT NULL,
  ext {int},                          -- keyed hash of the external id
  body {int} REFERENCES blob,
  data {blob},                        -- packed record
  salt {blob},
  sum {blob},                         -- only once erased
  chain {blob} NOT NULL
) {strict};
CREATE UNIQUE INDEX event_ext ON event(ext) WHERE ext IS NOT NULL;
CREATE INDEX event_kind ON event(kind, id);
CREATE TABLE dirty(                   -- what settle() has still to derive
  what {int} NOT NULL,
  x {int} NOT NULL,
  y {int} NOT NULL,
  PRIMARY KEY(what, x, y)
) {rowless};
-- version 2
CREATE TABLE erased(                  -- derived: what is not taken in again
  key {key},                          -- keyed hash of a message's id, of its bytes, or of a handle
  at {int} NOT NULL,
  back {int} NOT NULL                 -- 1: came back by its own act
) {strict};
-- version 3
CREATE INDEX event_body ON event(body) WHERE body IS NOT NULL;
-- version 4
CREATE TABLE copied(                  -- not derived: how copying the house by itself went; one row
  key {key},
  tried {int} NOT NULL,
  done {int} NOT NULL,                -- the last copy; 0: never
  said TEXT NOT NULL                  -- why the last try failed; empty: it did not
) {strict};
