-- SPDX-License-Identifier: GPL-3.0-or-later
-- version 1
CREATE TABLE web_session (
    id {id},
    token {blob} NOT NULL UNIQUE,
    person {int} NOT NULL,
    since {int} NOT NULL,
    seen {int} NOT NULL,
    agent TEXT NOT NULL
) {strict};
CREATE INDEX web_session_person ON web_session (person, since);
CREATE INDEX web_session_seen ON web_session (seen);
-- version 2
ALTER TABLE web_session ADD COLUMN idle {int} NOT NULL DEFAULT 43200;    -- ends so long after its last use,
ALTER TABLE web_session ADD COLUMN total {int} NOT NULL DEFAULT 1209600; -- and after its start, in seconds
-- version 3
ALTER TABLE web_session ADD COLUMN way {int} NOT NULL DEFAULT 0;         -- session_way
