// Package redisstore keeps sessions in Redis or Valkey.
//
// A row is one string, its due time and key stand in sorted sets, and one script changes all, if the
// row is still as it was read. What the server may lose of what it has acknowledged depends on the
// server alone: Open looks, refuses one that forgets, and tells the rest by Warnings. The package
// never sees a token in the clear and knows no meaning of a row.
package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/usherdev/usher/session"
)

// patience bounds one method; a server that does not answer is a fault, not a wait. A caller's own
// deadline may be sooner.
const patience = 5 * time.Second

// Keys. The braces keep all of them on one node of a cluster, which a script needs.
const (
	rowPrefix = "{usher}:session:"
	duePrefix = "{usher}:due:"  // of an app: when its rows are due
	allPrefix = "{usher}:rows:" // of an app: its rows' keys, in order
	schemaKey = "{usher}:schema"
)

// schema is the form of what is stored.
const schema = 1

// Config says which server to use.
type Config struct {
	// URL is redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS. Required.
	URL string
	// AcceptLoss opens a server that ErrForgets refuses; Warnings then say what may be lost.
	AcceptLoss bool
}

// Store is a session.Store in one Redis database, for any number of nodes. It is safe for
// concurrent use.
type Store struct {
	client   rueidis.Client
	warnings []string
	patience time.Duration
	create   *rueidis.Lua
	update   *rueidis.Lua
	remove   *rueidis.Lua
	orphan   *rueidis.Lua
}

// Open connects and checks what the server promises (promises: C12). Errors: one that wraps
// ErrForgets or ErrNewer; or the server cannot be reached. None holds the URL. Close it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{
		patience: patience,
		create:   rueidis.NewLuaScript(createScript), update: rueidis.NewLuaScript(updateScript),
		remove: rueidis.NewLuaScript(removeScript), orphan: rueidis.NewLuaScript(orphanScript),
	}
	opt, err := options(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("session store: %w", err)
	}
	if s.client, err = rueidis.NewClient(opt); err != nil {
		return nil, fmt.Errorf("session store: Redis at %s: %w", opt.InitAddress[0], err)
	}
	if err := s.inspect(ctx, cfg.AcceptLoss); err != nil {
		s.client.Close()
		return nil, fmt.Errorf("session store: Redis at %s: %w", opt.InitAddress[0], err)
	}
	return s, nil
}

func options(url string) (rueidis.ClientOption, error) {
	opt, err := rueidis.ParseURL(url)
	if err != nil || url == "" { // its text may hold the password
		return opt, errors.New("the address of Redis cannot be read: it is redis://USER:PASSWORD@HOST:PORT/NUMBER")
	}
	if opt.Dialer.Timeout <= 0 {
		opt.Dialer.Timeout = 3 * time.Second
	}
	if opt.ConnWriteTimeout <= 0 {
		opt.ConnWriteTimeout = patience
	}
	opt.DisableRetry = true // a server that is down is the caller's to know
	opt.DisableCache = true // a log-out on another node must be seen
	return opt, nil
}

// Close ends the connections.
func (s *Store) Close() error {
	s.client.Close()
	return nil
}

// The scripts. A row begins with its revision and a line break; ARGV's due time is empty for never.
const (
	createScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3]) end
redis.call('ZADD', KEYS[3], 0, ARGV[3])
return 1`
	updateScript = `
if redis.call('GETRANGE', KEYS[1], 0, #ARGV[4] - 1) ~= ARGV[4] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3]) else redis.call('ZREM', KEYS[2], ARGV[3]) end
if KEYS[5] ~= KEYS[2] then
	redis.call('ZADD', KEYS[3], 0, ARGV[3])
	redis.call('ZREM', KEYS[5], ARGV[3])
	redis.call('ZREM', KEYS[6], ARGV[3])
end
return 1`
	removeScript = `
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[3], ARGV[1])`
	orphanScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[3], ARGV[1])`
)

// places are the keys that hold something of a row.
func places(key, app string) []string {
	return []string{rowPrefix + key, duePrefix + app, allPrefix + app}
}

// Create implements session.Store.
func (s *Store) Create(ctx context.Context, key string, r session.Row) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	value, score, err := encode(r, 1)
	if err != nil {
		return err
	}
	made, err := s.run(ctx, s.create, places(key, r.App), value, score, key)
	if err != nil {
		return fmt.Errorf("create session row: %w", err)
	}
	if !made {
		return session.ErrExists
	}
	return nil
}

// run runs a script and reports whether it answered 1.
func (s *Store) run(ctx context.Context, script *rueidis.Lua, keys []string, args ...string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	n, err := script.Exec(ctx, s.client, keys, args).AsInt64()
	return n == 1, err
}

// Read implements session.Store.
func (s *Store) Read(ctx context.Context, key string) (session.Row, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return session.Row{}, false, err
	}
	value, err := s.client.Do(ctx, s.client.B().Get().Key(rowPrefix+key).Build()).ToString()
	if rueidis.IsRedisNil(err) {
		return session.Row{}, false, nil
	}
	var r session.Row
	if err == nil {
		r, err = decode(value)
	}
	if err != nil {
		return session.Row{}, false, fmt.Errorf("read session row: %w", err)
	}
	return r, true, nil
}

// Update implements session.Store. Nothing is held while fn runs: the script writes nothing if
// another has written since the read, and then it begins again.
func (s *Store) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for {
		old, found, err := s.Read(ctx, key)
		if err != nil {
			return session.Row{}, err
		}
		if !found {
			return session.Row{}, session.ErrAbsent
		}
		rev, app := old.Rev, old.App
		next, err := fn(old)
		if err != nil {
			return session.Row{}, err
		}
		value, score, err := encode(next, rev+1)
		if err != nil {
			return session.Row{}, err
		}
		written, err := s.run(ctx, s.update, append(places(key, next.App), places(key, app)...), value, score, key, head(rev))
		if err != nil {
			return session.Row{}, fmt.Errorf("update session row: %w", err)
		}
		if written {
			next.Rev = rev + 1
			return next.Clone(), nil
		}
	}
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	r, found, err := s.Read(ctx, key) // its app says where its due time stands; it never changes
	if err != nil || !found {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if _, err := s.run(ctx, s.remove, places(key, r.App), key); err != nil {
		return fmt.Errorf("delete session row: %w", err)
	}
	return nil
}

// Sweep implements session.Store. Two nodes may get the same row; the Update that settles it
// succeeds for one of them.
func (s *Store) Sweep(ctx context.Context, app string, now time.Time, limit int) ([]session.Keyed, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	due, err := s.sweep(ctx, app, now, limit)
	if err != nil {
		return nil, fmt.Errorf("sweep session rows: %w", err)
	}
	return due, nil
}

func (s *Store) sweep(ctx context.Context, app string, now time.Time, limit int) ([]session.Keyed, error) {
	until := strconv.FormatInt(now.UnixMilli(), 10)
	keys, err := s.client.Do(ctx, s.client.B().Zrangebyscore().Key(duePrefix+app).Min("-inf").Max(until).Limit(0, int64(limit)).Build()).AsStrSlice()
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, app, keys)
	return slices.DeleteFunc(rows, func(k session.Keyed) bool { // moved on since
		return k.Row.Due.IsZero() || k.Row.Due.After(now)
	}), err
}

// rows reads rows of app by their keys. What an entry without a row stood for was deleted since, or
// thrown away by the server; then nobody else would drop the entry.
func (s *Store) rows(ctx context.Context, app string, keys []string) ([]session.Keyed, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = rowPrefix + key
	}
	values, err := s.client.Do(ctx, s.client.B().Mget().Key(names...).Build()).ToArray()
	if err != nil {
		return nil, err
	}
	var rows []session.Keyed
	for i := range values {
		value, err := values[i].ToString()
		if rueidis.IsRedisNil(err) {
			if _, err := s.run(ctx, s.orphan, places(keys[i], app), keys[i]); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		r, err := decode(value)
		if err != nil {
			return nil, err
		}
		rows = append(rows, session.Keyed{Key: keys[i], Row: r})
	}
	return rows, nil
}

// Scan implements session.Scanner.
func (s *Store) Scan(ctx context.Context, app, after string, limit int) ([]session.Keyed, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	var page []session.Keyed
	for {
		want := int64(limit - len(page))
		keys, err := s.client.Do(ctx, s.client.B().Zrangebylex().Key(allPrefix+app).Min("("+after).Max("+").Limit(0, want).Build()).AsStrSlice()
		if err != nil {
			return nil, fmt.Errorf("scan session rows: %w", err)
		}
		rows, err := s.rows(ctx, app, keys)
		if err != nil {
			return nil, fmt.Errorf("scan session rows: %w", err)
		}
		page = append(page, rows...)
		if len(page) >= limit || int64(len(keys)) < want {
			return page, nil
		}
		after = keys[len(keys)-1]
	}
}

// Count returns how many sessions of app there are, ended ones included until they are forgotten.
func (s *Store) Count(ctx context.Context, app string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	n, err := s.client.Do(ctx, s.client.B().Zcard().Key(duePrefix+app).Build()).AsInt64()
	if err != nil {
		return 0, fmt.Errorf("count session rows: %w", err)
	}
	return int(n), nil
}

// Now implements session.Store: the server's clock, so all nodes have the same.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	parts, err := s.client.Do(ctx, s.client.B().Time().Build()).AsIntSlice()
	if err == nil && len(parts) != 2 {
		err = errors.New("its answer is no time")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the session store for its time: %w", err)
	}
	return time.Unix(parts[0], parts[1]*1000).UTC(), nil
}

// stored is a row after its head.
type stored struct {
	App    string      `json:"app"`
	Due    time.Time   `json:"due,omitzero"`
	Sealed []byte      `json:"sealed"`
	State  []byte      `json:"state,omitempty"`
	Facts  session.Row `json:"facts"`
}

// head is what the value of a row at rev begins with.
func head(rev int64) string { return strconv.FormatInt(rev, 10) + "\n" }

// encode returns a row's value at rev, and its due time as the sorted set takes it: rounded up, for
// a row must not be handed out before it is due.
func encode(r session.Row, rev int64) (value, score string, err error) {
	b, err := json.Marshal(stored{r.App, r.Due, r.Sealed, r.State, r})
	if err != nil {
		return "", "", fmt.Errorf("encode session row: %w", err)
	}
	if !r.Due.IsZero() {
		score = strconv.FormatInt(r.Due.Add(time.Millisecond-1).UnixMilli(), 10)
	}
	return head(rev) + string(b), score, nil
}

func decode(value string) (session.Row, error) {
	rev, rest, _ := strings.Cut(value, "\n")
	n, err := strconv.ParseInt(rev, 10, 64)
	if err != nil {
		return session.Row{}, errors.New("the value is no session row")
	}
	var v stored
	if err := json.Unmarshal([]byte(rest), &v); err != nil {
		return session.Row{}, fmt.Errorf("decode session row: %w", err)
	}
	r := v.Facts
	r.Rev, r.App, r.Due, r.Sealed, r.State = n, v.App, v.Due, v.Sealed, v.State
	return r, nil
}
