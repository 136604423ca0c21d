-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who sits together. All derived from the log.
-- version 1
CREATE TABLE circle(
  id {key},                           -- its event
  name TEXT NOT NULL,
  why TEXT NOT NULL,
  size {int} NOT NULL,                -- at most so many are in it
  cards {int} NOT NULL,               -- 1: members are not told who the others are
  told {int} NOT NULL,                -- 1: keepers may know that it exists
  made {int} NOT NULL,
  face {int} NOT NULL                 -- person row: what is said is addressed to it
) {strict};
CREATE TABLE circle_member(
  circle {int} NOT NULL,
  person {int} NOT NULL,              -- as they came in; also of who is masked: no page may join this then
  until {int} NOT NULL,               -- 0: is in it
  since {int} NOT NULL,               -- the event by which they came in
  at {int} NOT NULL,
  face {int} NOT NULL,                -- person row of the mask; 0: under their own name
  way {int} NOT NULL,                 -- channel: how they get what is said
  who {int} NOT NULL,                 -- person as they are today, after merges
  PRIMARY KEY(circle, person)
) {rowless};
CREATE INDEX circle_member_person ON circle_member(person, circle);
CREATE INDEX circle_member_who ON circle_member(who, circle);
CREATE TABLE circle_invite(
  event {key},
  circle {int} NOT NULL,
  person {int} NOT NULL,              -- who invites: a mask's row when they wear one
  token {blob} NOT NULL,              -- hash of the link
  until {int} NOT NULL,
  used {int} NOT NULL                 -- 1: or taken back
) {strict};
CREATE INDEX circle_invite_token ON circle_invite(token);
CREATE INDEX circle_invite_circle ON circle_invite(circle, event);
CREATE TABLE persona(                 -- read by the house's own code to deliver, and by no page but the person's own
  face {key},                         -- person row: a name, a random address, no page
  person {int} NOT NULL,              -- 0: shed
  circle {int} NOT NULL,
  event {int} NOT NULL
) {strict};
CREATE INDEX persona_person ON persona(person) WHERE person<>0;
