-- +goose Up
CREATE TABLE usher_session (
  key    text   NOT NULL PRIMARY KEY, -- hash of the cookie's id
  rev    bigint NOT NULL,
  app    text   NOT NULL,
  due    bigint,                      -- Unix milliseconds; NULL: never
  facts  text   NOT NULL,             -- the Row as JSON, without what has a column
  sealed bytea  NOT NULL,
  state  bytea
);
CREATE INDEX usher_session_due ON usher_session (app, due) WHERE due IS NOT NULL;

-- +goose Down
DROP TABLE usher_session;
