-- +goose Up
-- Times are milliseconds since 1970. Names are unique by their key: NFKC, case-folded.
CREATE TABLE users (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  username     TEXT NOT NULL,
  username_key TEXT NOT NULL UNIQUE,
  email        TEXT NOT NULL,
  email_key    TEXT NOT NULL UNIQUE,
  first_name   TEXT NOT NULL,
  last_name    TEXT NOT NULL,
  gender       TEXT NOT NULL,
  role         TEXT NOT NULL,
  avatar       TEXT NOT NULL UNIQUE, -- a random name, so that pictures do not number the users
  password     TEXT NOT NULL,        -- a PHC string
  created_at   INTEGER NOT NULL
) STRICT;

-- One row a login. The refresh tokens themselves are never stored: cur and prev are keyed hashes.
CREATE TABLE families (
  id         TEXT PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  counter    INTEGER NOT NULL,
  cur        BLOB NOT NULL,
  prev       BLOB NOT NULL,
  rotated_at INTEGER NOT NULL,
  child_used INTEGER NOT NULL,
  idle_until INTEGER NOT NULL,
  abs_until  INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL DEFAULT 0, -- 0: alive
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX families_user ON families (user_id);
CREATE INDEX families_end ON families (abs_until);

-- Addresses an account has logged in from, as keyed hashes.
CREATE TABLE known_addresses (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address BLOB NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE posts (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  title        TEXT NOT NULL,
  place        TEXT NOT NULL,
  country      TEXT NOT NULL,
  body         TEXT NOT NULL,
  tags         TEXT NOT NULL, -- a JSON array of text
  likes        INTEGER NOT NULL,
  author       TEXT NOT NULL,
  read_minutes INTEGER NOT NULL,
  scene        TEXT NOT NULL, -- what the cover shows
  created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX posts_newest ON posts (created_at DESC, id DESC);

-- +goose Down
DROP TABLE posts;
DROP TABLE known_addresses;
DROP TABLE families;
DROP TABLE users;
