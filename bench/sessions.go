package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // the baseline speaks to it without any code of ours

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// people is how many are logged in while sessions are read.
const people = 2000

// house is a store of sessions with a Manager over it.
type house struct {
	path  string
	store *sqlstore.Store
	m     *session.Manager
	all   []session.Session
}

func newHouse(ctx context.Context, dir, name string, n int, change func(*session.Config)) (*house, error) {
	h := &house{path: filepath.Join(dir, name)}
	var err error
	if h.store, err = sqlstore.Open(ctx, h.path); err != nil {
		return nil, err
	}
	cfg := session.Config{App: "bench", Store: h.store, Keys: session.NewKeys([32]byte{1})}
	if change != nil {
		change(&cfg)
	}
	if h.m, err = session.New(cfg); err != nil {
		return nil, errors.Join(err, h.store.Close())
	}
	for i := range n {
		s, err := h.m.LogIn(ctx, "", loginOf(i), true)
		if err != nil {
			return nil, errors.Join(err, h.close(ctx))
		}
		h.all = append(h.all, s)
	}
	return h, nil
}

func (h *house) close(ctx context.Context) error { return errors.Join(h.m.Close(ctx), h.store.Close()) }

// loginOf is a login of the size that JWTs and a user record make it.
func loginOf(i int) session.AuthData {
	token := fmt.Sprintf("%0400d", i)
	return session.AuthData{
		Token: session.NewSecret(token), RefreshToken: session.NewSecret(token[300:]), Expiry: time.Now().Add(time.Hour), UID: fmt.Sprint(i), User: []byte(userJSON),
	}
}

// sessionReads compares reading sessions through the Manager with reading their rows from the store, and that with a plain point read of the same
// table through database/sql.
func sessionReads(ctx context.Context, dir string) (err error) {
	h, err := newHouse(ctx, dir, "reads.db", people, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	raw, err := rawReader(ctx, h.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.close()) }()
	whole := func(i int) error {
		s, found, err := h.m.Current(ctx, h.all[i%people].ID)
		if err == nil && (!found || !s.Active()) {
			err = errors.New("a session is not there")
		}
		return err
	}
	row := func(i int) error {
		_, found, err := h.store.Read(ctx, h.all[i%people].Key)
		if err == nil && !found {
			err = errors.New("a row is not there")
		}
		return err
	}
	var a, b, c, ab, bc []float64
	for range rounds {
		rates := [3]float64{}
		for i, fn := range []func(int) error{whole, row, func(i int) error { return raw.read(ctx, h.all[i%people].Key) }} {
			if rates[i], err = perSecond(fn); err != nil {
				return err
			}
		}
		a, b, c = append(a, rates[0]), append(b, rates[1]), append(c, rates[2])
		ab, bc = append(ab, rates[0]/rates[1]), append(bc, rates[1]/rates[2])
	}
	fmt.Printf("sessions read, SQLite, %d people, %d goroutines\n", people, clients)
	fmt.Printf("  Manager.Current  %8.0f a second\n  bare store       %8.0f a second\n  database/sql     %8.0f a second (the same columns, not decoded)\n", median(a), median(b), median(c))
	fmt.Printf("  Manager/store    %8.2f   (it reads two rows: the session's and its person's)\n  store/sql        %8.2f\n\n", median(ab), median(bc))
	return nil
}

// raw reads rows with nothing of ours in between.
type raw struct {
	db   *sql.DB
	stmt *sql.Stmt
}

func rawReader(ctx context.Context, path string) (*raw, error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?_pragma=query_only(ON)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	stmt, err := db.PrepareContext(ctx, `SELECT rev, app, due, facts, sealed, state FROM session WHERE key = ?`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &raw{db, stmt}, nil
}

func (r *raw) read(ctx context.Context, key string) error {
	var rev int64
	var app string
	var due sql.NullInt64
	var facts, sealed, state []byte
	return r.stmt.QueryRowContext(ctx, key).Scan(&rev, &app, &due, &facts, &sealed, &state)
}

func (r *raw) close() error { return errors.Join(r.stmt.Close(), r.db.Close()) }

// perSecond counts how often a second all clients together can do fn.
func perSecond(fn func(i int) error) (float64, error) {
	var done atomic.Int64
	var fault atomic.Pointer[error]
	began := time.Now()
	end := began.Add(each)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := c * 37; time.Now().Before(end) && fault.Load() == nil; i += 101 {
				if err := fn(i); err != nil {
					fault.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if e := fault.Load(); e != nil {
		return 0, *e
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}
