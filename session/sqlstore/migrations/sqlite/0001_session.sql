-- +goose Up
CREATE TABLE session (
  key    TEXT    NOT NULL PRIMARY KEY, -- hash of the cookie's id
  rev    INTEGER NOT NULL,
  app    TEXT    NOT NULL,
  due    INTEGER,                      -- Unix milliseconds; NULL: never
  facts  TEXT    NOT NULL,             -- the Row as JSON, without what has a column
  sealed BLOB    NOT NULL,
  state  BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX session_due ON session (app, due) WHERE due IS NOT NULL;

-- +goose Down
DROP TABLE session;
