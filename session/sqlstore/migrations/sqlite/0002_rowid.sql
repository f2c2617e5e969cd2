-- +goose Up
-- A row is larger than a WITHOUT ROWID table keeps in its tree: each took an overflow page, and the tree grew ten levels deep.
CREATE TABLE session_rows (
  key    TEXT    NOT NULL,             -- hash of the cookie's id
  rev    INTEGER NOT NULL,
  app    TEXT    NOT NULL,
  due    INTEGER,                      -- Unix milliseconds; NULL: never
  facts  TEXT    NOT NULL,             -- the Row as JSON, without what has a column
  sealed BLOB    NOT NULL,
  state  BLOB
) STRICT;
INSERT INTO session_rows SELECT key, rev, app, due, facts, sealed, state FROM session;
DROP TABLE session;
ALTER TABLE session_rows RENAME TO session;
CREATE UNIQUE INDEX session_key ON session (key);
CREATE INDEX session_due ON session (app, due) WHERE due IS NOT NULL;

-- +goose Down
CREATE TABLE session_tree (
  key    TEXT    NOT NULL PRIMARY KEY,
  rev    INTEGER NOT NULL,
  app    TEXT    NOT NULL,
  due    INTEGER,
  facts  TEXT    NOT NULL,
  sealed BLOB    NOT NULL,
  state  BLOB
) STRICT, WITHOUT ROWID;
INSERT INTO session_tree SELECT key, rev, app, due, facts, sealed, state FROM session;
DROP TABLE session;
ALTER TABLE session_tree RENAME TO session;
CREATE INDEX session_due ON session (app, due) WHERE due IS NOT NULL;
