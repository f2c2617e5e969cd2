-- +goose Up
-- Codes that were sent by mail, as keyed hashes; a row too for an address without an account, so that both cost the same.
CREATE TABLE codes (
  address    BLOB NOT NULL, -- a keyed hash of the e-mail address
  purpose    TEXT NOT NULL, -- reset, login
  code       BLOB NOT NULL,
  tries      INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (address, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_end ON codes (expires_at);

-- +goose Down
DROP TABLE codes;
