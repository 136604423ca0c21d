-- SPDX-License-Identifier: GPL-3.0-or-later
-- What enters and leaves the house. Nothing here is derived: the log keeps no secrets, and where
-- reading stands is no history.
-- version 1
CREATE TABLE mailbox(                 -- accounts that are read by IMAP and sent from by SMTP
--sqlite:  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
--pg:  id {id},
  keeper {int} NOT NULL,              -- whose it is
  address TEXT NOT NULL,
  name TEXT NOT NULL,                 -- shown in From; '' for the keeper's own
  imap_host TEXT NOT NULL,            -- '': to be found
  imap_port {int} NOT NULL,
  imap_safety {int} NOT NULL,         -- mailbox_safety
  smtp_host TEXT NOT NULL,            -- '': nothing is sent from it
  smtp_port {int} NOT NULL,
  smtp_safety {int} NOT NULL,
  login TEXT NOT NULL,
  secret {blob} NOT NULL,             -- sealed, see kit/base/secretbox.h
  keeps_sent {int} NOT NULL,          -- 1: its SMTP server lays a copy into Sent
  plus {int} NOT NULL,                -- 1: mail to local+token@ arrives
  made {int} NOT NULL,
  stopped {int} NOT NULL,             -- mailbox_state
  said TEXT NOT NULL,                 -- a sentence for its keeper
  tried_at {int} NOT NULL,            -- when its server was last asked
  read_at {int} NOT NULL,             -- when it was last read to its end
  change {int} NOT NULL,              -- grows when a keeper changes anything
  reader {int} NOT NULL,              -- which program reads it, a number drawn at its start
  until {int} NOT NULL                -- and until when nobody else may
) {strict};
CREATE INDEX mailbox_keeper ON mailbox(keeper, id);
CREATE TABLE mailbox_folder(
--sqlite:  id INTEGER PRIMARY KEY AUTOINCREMENT,
--pg:  id {id},
  mailbox {int} NOT NULL,
  raw {blob} NOT NULL,                -- its name as the server writes it
  name TEXT NOT NULL,                 -- its name for people
  role {int} NOT NULL,                -- mailbox_role
  chosen {int} NOT NULL,              -- 1: read
  gone {int} NOT NULL,                -- 1: the server has it no more
  validity {int} NOT NULL,            -- UIDVALIDITY that the two numbers below belong to
  high {int} NOT NULL,                -- every message from low to high was read or is listed as left
  low {int} NOT NULL,                 --   out; 0: nothing yet; low 1: read to its end
  total {int} NOT NULL,               -- messages in it
  done {int} NOT NULL,                -- of them dealt with
  skipped {int} NOT NULL,             -- left out
  read_at {int} NOT NULL,             -- last time it was seen that nothing is missing above
  said TEXT NOT NULL,                 -- why it can't be read; or ''
  shared {int} NOT NULL,              -- 1: its mail is open to the house
  UNIQUE(mailbox, raw)
) {strict};
CREATE TABLE mailbox_left_out(        -- messages that were not taken in
  folder {int} NOT NULL,
  uid {int} NOT NULL,
  at {int} NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY(folder, uid)
) {rowless};
CREATE TABLE mailbox_message(         -- what came by which folder first, or as another copy
  folder {int} NOT NULL,
  message {int} NOT NULL,
  opened {int} NOT NULL,              -- 1: its conversation was opened for the folder's sake; 2: it was
                                      --   open already, or could not be
  PRIMARY KEY(folder, message)
) {rowless};
CREATE INDEX mailbox_message_opened ON mailbox_message(folder, opened, message);
-- version 2
ALTER TABLE mailbox ADD COLUMN unsent TEXT NOT NULL DEFAULT ''; -- why nothing can be sent from it
ALTER TABLE mailbox ADD COLUMN filed {int} NOT NULL DEFAULT 0;  -- keyed hash of what snug.conf says of it;
                                                                --   0: it was connected on a page
ALTER TABLE mailbox ADD COLUMN folders TEXT NOT NULL DEFAULT ''; -- which it names there, by comma
