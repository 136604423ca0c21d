-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who is in which circle. All derived from the log.
-- version 1
CREATE TABLE circle(
  id {key},                           -- its event
  name TEXT NOT NULL
) {strict};
CREATE TABLE circle_member(
  circle {int} NOT NULL,
  person {int} NOT NULL,              -- as they were taken in; follow merges
  until {int} NOT NULL,               -- when they left; 0: a member
  PRIMARY KEY(circle, person)
) {rowless};
CREATE INDEX circle_member_person ON circle_member(person, circle);
