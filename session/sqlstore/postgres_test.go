package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"go.uber.org/goleak"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

// shared is the server of those tests that do not break it. It is fast and forgetful.
var shared = testserver.Shared[*testserver.Postgres]{Start: func() (*testserver.Postgres, error) {
	return testserver.StartPostgres("fsync=off", "full_page_writes=off", "synchronous_commit=off")
}}

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	code := m.Run()
	if err := errors.Join(shared.Close(), goleak.Find()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func openPostgres(t *testing.T, url string) *Postgres {
	t.Helper()
	s, err := OpenPostgres(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStoreInPostgres(t *testing.T) {
	server := shared.Get(t)
	sessiontest.Run(t, func(t *testing.T) session.Store { return openPostgres(t, server.Database(t)) })
}

func TestB2_ThreeNodesOnPostgres(t *testing.T) {
	url := shared.Get(t).Database(t)
	sessiontest.Nodes(t, func(t *testing.T) session.Store {
		st := openPostgres(t, url)
		st.patience = time.Minute // a busy machine is no fault here
		return st
	})
}

func TestB10_B13_NodesOnPostgresShareTheEndpoint(t *testing.T) {
	url := shared.Get(t).Database(t)
	sessiontest.Endpoint(t, func(t *testing.T) session.Store {
		st := openPostgres(t, url)
		st.patience = time.Minute
		return st
	})
}

// own starts a server that the test may break.
func own(t *testing.T, settings ...string) (*testserver.Postgres, string) {
	t.Helper()
	server, err := testserver.StartPostgres(settings...)
	testserver.Need(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, server.Database(t)
}

// TestC11_PostgresThatIsDown: while the server is gone, stands still, or comes back, nobody is
// logged out.
func TestC11_PostgresThatIsDown(t *testing.T) {
	server, url := own(t, "fsync=off")
	st := openPostgres(t, url)
	m := managerOver(t, st, nil)
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "1"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func() error{"stopped": server.Stop, "killed": server.Kill} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		unavailable(t, name, st, m, s)
		sessiontest.StaysDown(t, m, s.ID, time.Duration(volume(0, 60))*time.Second)
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		comesBack(t, m, s.ID)
	}
}

// unavailable asks a store without its server in every way.
func unavailable(t *testing.T, when string, st session.Store, m *session.Manager, s session.Session) {
	t.Helper()
	same := func(r session.Row) (session.Row, error) { return r, nil }
	if _, found, err := m.Current(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) || found {
		t.Errorf("%s: Current = %v, %v; want ErrUnavailable", when, found, err)
	}
	if _, found, err := st.Read(t.Context(), s.Key); err == nil || found {
		t.Errorf("%s: Read = %v, %v; want a fault", when, found, err)
	}
	if _, err := st.Update(t.Context(), s.Key, same); err == nil || errors.Is(err, session.ErrAbsent) {
		t.Errorf("%s: Update: %v; want a fault that is not ErrAbsent", when, err)
	}
	if err := st.Create(t.Context(), "new", session.Row{App: "app"}); err == nil || errors.Is(err, session.ErrExists) {
		t.Errorf("%s: Create: %v; want a fault that is not ErrExists", when, err)
	}
	_, nowErr := st.Now(t.Context())
	_, sweepErr := st.Sweep(t.Context(), "app", time.Now(), 1)
	if err := st.Delete(t.Context(), s.Key); err == nil || nowErr == nil || sweepErr == nil {
		t.Errorf("%s: Delete: %v, Now: %v, Sweep: %v; want faults", when, err, nowErr, sweepErr)
	}
}

func comesBack(t *testing.T, m *session.Manager, id string) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Second)
	for {
		s, found, err := m.Current(t.Context(), id)
		if err == nil {
			if !found || !s.Active() {
				t.Fatalf("after the return: found %v, ended %q", found, s.Ended)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("3 s after the return: %v", err)
		}
	}
}

// TestC11_PostgresThatStandsStill: a server that accepts and never answers is a fault too.
func TestC11_PostgresThatStandsStill(t *testing.T) {
	server, url := own(t, "fsync=off")
	st := openPostgres(t, url)
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	defer server.Thaw()
	st.db.SetMaxIdleConns(0) // the next method needs a new connection, which the standing server accepts
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, found, err := st.Read(ctx, "k"); err == nil || found {
		t.Errorf("Read = %v, %v; want a fault", found, err)
	}
}

// TestC13_TokenCommitsWaitForTheDisk looks at the setting at the moment of each commit, with the
// database's default off.
func TestC13_TokenCommitsWaitForTheDisk(t *testing.T) {
	url := shared.Get(t).Database(t) // synchronous_commit=off
	st := openPostgres(t, url)
	for _, q := range []string{
		`CREATE TABLE seen (what text, setting text)`,
		`CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (TG_OP, current_setting('synchronous_commit')); RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER look AFTER INSERT OR UPDATE OR DELETE ON usher_session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION look()`,
	} {
		if _, err := st.db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	writeAll(t, st, "off")
	if _, err := st.db.Exec(`UPDATE usher_session SET rev = rev`); err != nil { // the guard's other side: a write that is not ours
		t.Fatal(err)
	}
	want := "INSERT=on UPDATE=on DELETE=on INSERT=on UPDATE=off"
	if got := settings(t, st.db); got != want {
		t.Errorf("at commit: %s; want %s", got, want)
	}
}

// TestC13_AStrongerSettingStays: where commits wait for a standby to apply them, ours do.
func TestC13_AStrongerSettingStays(t *testing.T) {
	st := openPostgres(t, shared.Get(t).Database(t)+"&synchronous_commit=remote_apply")
	var got string
	if err := st.db.QueryRow(durable + `SELECT current_setting('synchronous_commit') FROM durable`).Scan(&got); err != nil || got != "remote_apply" {
		t.Errorf("a setting of remote_apply became %q, %v", got, err)
	}
}

func writeAll(t *testing.T, st *Postgres, key string) {
	t.Helper()
	errs := []error{st.Create(t.Context(), key, session.Row{App: "app"})}
	_, err := st.Update(t.Context(), key, func(r session.Row) (session.Row, error) { r.Ver++; return r, nil })
	errs = append(errs, err, st.Delete(t.Context(), key), st.Create(t.Context(), key, session.Row{App: "app"}))
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func settings(t *testing.T, db *sql.DB) string {
	t.Helper()
	var all string
	if err := db.QueryRow(`SELECT string_agg(what || '=' || setting, ' ' ORDER BY ctid) FROM seen`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestC13_NothingAcknowledgedIsLost kills a server whose own commits are asynchronous, in the
// middle of writes. What it does lose of another's writes shows that the test can fail.
func TestC13_NothingAcknowledgedIsLost(t *testing.T) {
	server, url := own(t, "synchronous_commit=off", "wal_writer_delay=10s", "fsync=on")
	st := openPostgres(t, url)
	if _, err := st.db.Exec(`CREATE TABLE careless (n int)`); err != nil {
		t.Fatal(err)
	}
	careless, kept := 0, 0
	for round := range 4 {
		acked := writeUntilKilled(t, st, server, round)
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		for key, ver := range acked {
			r, found, err := st.Read(t.Context(), key)
			for range 100 { // connections of the killed server say so when they are used
				if err == nil {
					break
				}
				r, found, err = st.Read(t.Context(), key)
			}
			if err != nil || !found || r.Ver < ver {
				t.Errorf("round %d, %s: found %v, version %d, %v; version %d was acknowledged", round, key, found, r.Ver, err, ver)
			}
		}
		for range 20 {
			if _, err := st.db.Exec(`INSERT INTO careless VALUES (1)`); err == nil {
				careless++
			}
		}
		if err := errors.Join(server.Kill(), server.Start()); err != nil {
			t.Fatal(err)
		}
	}
	fresh := openPostgres(t, url)
	if err := fresh.db.QueryRow(`SELECT count(*) FROM careless`).Scan(&kept); err != nil || careless <= kept {
		t.Errorf("of %d asynchronous commits %d were kept (%v): the server would have kept ours anyway", careless, kept, err)
	}
}

// writeUntilKilled writes from four sides until the server dies, and returns what was acknowledged.
func writeUntilKilled(t *testing.T, st *Postgres, server *testserver.Postgres, round int) map[string]int64 {
	t.Helper()
	var mu sync.Mutex
	acked := map[string]int64{}
	enough := make(chan struct{})
	total := 0
	var wg sync.WaitGroup
	for i := range 4 {
		key := fmt.Sprintf("round%d-%d", round, i)
		wg.Go(func() {
			err := st.Create(t.Context(), key, session.Row{App: "app"})
			for ver := int64(0); err == nil; {
				mu.Lock()
				acked[key] = ver
				if total++; total == 60 {
					close(enough)
				}
				mu.Unlock()
				var r session.Row
				r, err = st.Update(t.Context(), key, func(r session.Row) (session.Row, error) { r.Ver++; return r, nil })
				ver = r.Ver
			}
		})
	}
	<-enough
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	return acked
}

// TestC18_NodesMigrateAtOnce: several nodes that start together on an empty database make its table
// once.
func TestC18_NodesMigrateAtOnce(t *testing.T) {
	server := shared.Get(t)
	for range 2 {
		url := server.Database(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				st, err := OpenPostgres(t.Context(), url)
				if err != nil {
					t.Error(err)
					return
				}
				defer st.Close()
				if _, found, err := st.Read(t.Context(), "k"); found || err != nil {
					t.Errorf("Read = %v, %v", found, err)
				}
			})
		}
		wg.Wait()
	}
}

func TestC18_ANewerSchemaInPostgresIsRefusedUntouched(t *testing.T) {
	url := shared.Get(t).Database(t)
	st := openPostgres(t, url)
	if _, err := st.db.Exec(`INSERT INTO usher_session_version (version_id, is_applied) VALUES (99, true)`); err != nil {
		t.Fatal(err)
	}
	state := func() (sum string) {
		q := `SELECT (SELECT string_agg(v::text, ',' ORDER BY v.id) FROM usher_session_version v) || (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace)`
		if err := st.db.QueryRow(q).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	before := state()
	if _, err := OpenPostgres(t.Context(), url); !errors.Is(err, sqldb.ErrNewer) || !strings.Contains(err.Error(), "schema is 99") {
		t.Errorf("%v; want ErrNewer", err)
	}
	if after := state(); after != before {
		t.Errorf("the refused database was changed: %s, before %s", after, before)
	}
}

func TestH1_ThePasswordOfPostgresIsNotInErrors(t *testing.T) {
	for _, url := range []string{
		"postgres://app:canary-5f1@127.0.0.1:1/x?sslmode=disable",
		"postgres://app:canary-5f1 @127.0.0.1:one/x",
		"postgres://app:%zzcanary-5f1@127.0.0.1/x",
	} {
		if _, err := OpenPostgres(t.Context(), url); err == nil || strings.Contains(err.Error(), "canary-5f1") {
			t.Errorf("%v", err)
		}
	}
}

// TestC18_MigrationsGoUpAndDown on both engines.
func TestC18_MigrationsGoUpAndDown(t *testing.T) {
	lite := open(t, filepath.Join(t.TempDir(), "s.db"))
	pg := openPostgres(t, shared.Get(t).Database(t))
	for _, c := range []struct {
		dialect       goose.Dialect
		db            *sql.DB
		folder, table string
	}{
		{goose.DialectSQLite3, lite.db.Write, "migrations/sqlite", "goose_db_version"},
		{goose.DialectPostgres, pg.db, "migrations/postgres", "usher_session_version"},
	} {
		sub, err := fs.Sub(migrations, c.folder)
		if err != nil {
			t.Fatal(err)
		}
		p, err := goose.NewProvider(c.dialect, c.db, sub, goose.WithTableName(c.table), goose.WithDisableGlobalRegistry(true))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.DownTo(t.Context(), 0); err != nil {
			t.Errorf("%s down: %v", c.folder, err)
		}
		if _, err := p.Up(t.Context()); err != nil {
			t.Errorf("%s up again: %v", c.folder, err)
		}
	}
	for _, st := range []session.Store{lite, pg} {
		if err := st.Create(t.Context(), "k", session.Row{App: "app"}); err != nil {
			t.Error(err)
		}
	}
}
