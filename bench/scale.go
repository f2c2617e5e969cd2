package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// scales are the numbers of sessions in a store.
var scales = []int{1_000, 100_000, 1_000_000}

// bulk is a store that writes the rows it is given in large transactions, which no server does, so that a million are there before long.
type bulk struct {
	*sqlstore.Store
	db   *sql.DB
	tx   *sql.Tx
	ins  *sql.Stmt
	rows int
}

func openBulk(ctx context.Context, path string) (*bulk, error) {
	st, err := sqlstore.Open(ctx, path) // makes the table
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)&_pragma=cache_size(-65536)")
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return &bulk{Store: st, db: db}, nil
}

// Create implements session.Store.
func (b *bulk) Create(ctx context.Context, key string, r session.Row) (err error) {
	if b.tx == nil {
		if b.tx, err = b.db.BeginTx(ctx, nil); err != nil {
			return err
		}
		if b.ins, err = b.tx.PrepareContext(ctx, `INSERT INTO session (key, rev, app, due, facts, sealed, state) VALUES (?, 1, ?, ?, ?, ?, ?)`); err != nil {
			return err
		}
	}
	facts, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err = b.ins.ExecContext(ctx, key, r.App, r.Due.UnixMilli(), string(facts), r.Sealed, r.State); err != nil {
		return err
	}
	if b.rows++; b.rows%20_000 == 0 {
		return b.flush()
	}
	return nil
}

func (b *bulk) flush() error {
	if b.tx == nil {
		return nil
	}
	err := errors.Join(b.ins.Close(), b.tx.Commit())
	b.tx, b.ins = nil, nil
	return err
}

// grown is a store with many sessions, of which some can be asked for.
type grown struct {
	path   string
	sample []string
}

// grow makes n logins of the usual size. They belong to nobody, for a list of each person's sessions cannot be written so quickly.
func grow(ctx context.Context, dir string, n int) (g grown, err error) {
	g.path = filepath.Join(dir, fmt.Sprintf("scale%d.db", n))
	b, err := openBulk(ctx, g.path)
	if err != nil {
		return g, err
	}
	m, err := session.New(session.Config{App: "bench", Store: b, Keys: session.NewKeys([32]byte{1})})
	if err != nil {
		return g, errors.Join(err, b.Close())
	}
	for i := range n {
		a := loginOf(i)
		a.UID = ""
		s, err := m.LogIn(ctx, "", a, true)
		if err != nil {
			return g, errors.Join(err, m.Close(ctx), b.Close())
		}
		if n <= 1000 || rand.IntN(n/1000) == 0 {
			g.sample = append(g.sample, s.ID)
		}
	}
	return g, errors.Join(b.flush(), m.Close(ctx), b.db.Close(), b.Close())
}

// reads takes the time of reads of sessions here and there, and how much memory the store takes.
func (g grown) reads(ctx context.Context) (took []time.Duration, mib float64, err error) {
	before := heap()
	st, err := sqlstore.Open(ctx, g.path)
	if err != nil {
		return nil, 0, err
	}
	m, err := session.New(session.Config{App: "bench", Store: st, Keys: session.NewKeys([32]byte{1})})
	if err != nil {
		return nil, 0, errors.Join(err, st.Close())
	}
	defer func() { err = errors.Join(err, m.Close(ctx), st.Close()) }()
	for range 20_000 {
		id := g.sample[rand.IntN(len(g.sample))]
		began := time.Now()
		s, found, err := m.Current(ctx, id)
		took = append(took, time.Since(began))
		if err != nil || !found || !s.Active() {
			return nil, 0, fmt.Errorf("a session of %s: found %v, %w", filepath.Base(g.path), found, err)
		}
	}
	return took[2000:], heap() - before, nil // the first warm the caches up
}

// heap is what the process holds, in MiB.
func heap() float64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}

// scale reads sessions from stores of very different size, and weighs them.
func scale(ctx context.Context, dir string) error {
	fmt.Printf("reading one of many sessions, SQLite, one after the other\n")
	var first, empty float64
	for i, n := range scales {
		g, err := grow(ctx, dir, n)
		if err != nil {
			return err
		}
		took, mib, err := g.reads(ctx)
		if err != nil {
			return err
		}
		file, err := os.Stat(g.path)
		if err != nil {
			return err
		}
		p50 := float64(at(took, 50).Nanoseconds()) / 1000
		if i == 0 {
			first, empty = p50, mib
		}
		fmt.Printf("  %9d rows   %8.1f µs p50, %.1f µs p99, %.2f × the first; %.0f bytes a session on disk, %+.1f MiB of heap\n", n, p50,
			float64(at(took, 99).Nanoseconds())/1000, p50/first, float64(file.Size())/float64(n), mib-empty)
		if err := os.Remove(g.path); err != nil {
			return err
		}
	}
	return inMemory(ctx)
}

// inMemory weighs sessions of the memory store, which hold for as long as the server runs (persist off).
func inMemory(ctx context.Context) error {
	const n = 20_000
	before := heap()
	st := session.NewMemory()
	m, err := session.New(session.Config{App: "bench", Store: st, Keys: session.NewKeys([32]byte{1})})
	if err != nil {
		return err
	}
	for i := range n {
		if _, err := m.LogIn(ctx, "", loginOf(i), true); err != nil {
			return errors.Join(err, m.Close(ctx))
		}
	}
	weight := (heap() - before) * (1 << 20) / n
	runtime.KeepAlive(st)
	var content int
	for i := range 10 {
		a := loginOf(i)
		content += len(a.Token.Reveal()) + len(a.RefreshToken.Reveal()) + len(a.User) + len(a.UID)
	}
	fmt.Printf("  in memory        %8.0f bytes a session with its person's list, %.1f × the %d bytes that are kept for it\n\n", weight, weight/float64(content/10), content/10)
	return m.Close(ctx)
}
