package redisstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

// shared is the server of those tests that do not break it. It keeps nothing.
var shared = testserver.Shared[*testserver.Redis]{Start: func() (*testserver.Redis, error) { return testserver.StartRedis() }}

func TestMain(m *testing.M) {
	code := m.Run()
	// The client's look for a cluster leaves one that sleeps for up to a second.
	sleeper := goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*call).DelayDo.func1")
	if err := errors.Join(shared.Close(), goleak.Find(sleeper)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url, AcceptLoss: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStoreInRedis(t *testing.T) {
	server := shared.Get(t)
	sessiontest.Run(t, func(t *testing.T) session.Store { return open(t, server.Database(t)) })
}

func TestB2_ThreeNodesOnRedis(t *testing.T) {
	url := shared.Get(t).Database(t)
	sessiontest.Nodes(t, func(t *testing.T) session.Store {
		st := open(t, url)
		st.patience = time.Minute // a busy machine is no fault here
		return st
	})
}

func TestB10_B13_NodesOnRedisShareTheEndpoint(t *testing.T) {
	url := shared.Get(t).Database(t)
	sessiontest.Endpoint(t, func(t *testing.T) session.Store {
		st := open(t, url)
		st.patience = time.Minute
		return st
	})
}

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}

func TestA10_TamperedRowsInRedis(t *testing.T) {
	sessiontest.Tampering(t, open(t, shared.Get(t).Database(t)), volume(2, 100))
}

// TestA9_NothingInRedisFilesOpensASession: its snapshot (RDB) and its journal (AOF).
func TestA9_NothingInRedisFilesOpensASession(t *testing.T) {
	server := own(t, "appendonly yes", "appendfsync always", "aof-use-rdb-preamble no", "rdbcompression no")
	sessiontest.Useless(t, open(t, server.URL(0)), func() map[string][]byte {
		if answer, err := server.Do(t.Context(), "SAVE"); err != nil || answer != "+OK" {
			t.Fatal(answer, err)
		}
		all := map[string][]byte{}
		for _, pattern := range []string{"*.rdb", "appendonlydir/*.incr.aof"} {
			names, err := filepath.Glob(filepath.Join(server.Dir(), pattern))
			if err != nil || len(names) == 0 {
				t.Fatalf("no %s: %v", pattern, err)
			}
			for _, name := range names {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				all[filepath.Base(name)] = b
			}
		}
		return all
	})
}

// own starts a server that the test may break.
func own(t *testing.T, settings ...string) *testserver.Redis {
	t.Helper()
	server, err := testserver.StartRedis(settings...)
	testserver.Need(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func managerOver(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{App: "app", Store: st, Volatile: st, Keys: session.NewKeys([32]byte{7})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// TestC11_RedisThatIsDown: while the server is gone, or comes back, nobody is logged out.
func TestC11_RedisThatIsDown(t *testing.T) {
	server := own(t, "appendonly yes", "appendfsync always")
	st := open(t, server.URL(0))
	m := managerOver(t, st)
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "1"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func() error{"stopped": server.Stop, "killed": server.Kill} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if _, found, err := m.Current(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) || found {
			t.Errorf("%s: Current = %v, %v; want ErrUnavailable", name, found, err)
		}
		unavailable(t, name, st, s.Key)
		sessiontest.StaysDown(t, m, s.ID, time.Duration(volume(0, 60))*time.Second)
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		comesBack(t, m, s.ID)
	}
}

// unavailable asks a store without its server in every way.
func unavailable(t *testing.T, when string, st *Store, key string) {
	t.Helper()
	same := func(r session.Row) (session.Row, error) { return r, nil }
	if _, found, err := st.Read(t.Context(), key); err == nil || found {
		t.Errorf("%s: Read = %v, %v; want a fault", when, found, err)
	}
	if _, err := st.Update(t.Context(), key, same); err == nil || errors.Is(err, session.ErrAbsent) {
		t.Errorf("%s: Update: %v; want a fault that is not ErrAbsent", when, err)
	}
	if err := st.Create(t.Context(), "new", session.Row{App: "app"}); err == nil || errors.Is(err, session.ErrExists) {
		t.Errorf("%s: Create: %v; want a fault that is not ErrExists", when, err)
	}
	_, nowErr := st.Now(t.Context())
	_, sweepErr := st.Sweep(t.Context(), "app", time.Now(), 1)
	if err := st.Delete(t.Context(), key); err == nil || nowErr == nil || sweepErr == nil {
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

// TestC11_RedisThatStandsStill: a server that accepts and never answers is a fault too.
func TestC11_RedisThatStandsStill(t *testing.T) {
	server := own(t)
	st := open(t, server.URL(0))
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, found, err := st.Read(ctx, "k"); err == nil || found {
		t.Errorf("Read = %v, %v; want a fault", found, err)
	}
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}
}

func TestC12_AServerThatForgetsIsRefused(t *testing.T) {
	for _, c := range []struct {
		settings []string
		refused  bool
		warning  string // part of the only one; empty: none
	}{
		{settings: nil, refused: true, warning: "appendonly no"},
		{settings: []string{"appendonly yes", "appendfsync no"}, refused: true, warning: "appendfsync no"},
		{settings: []string{"appendonly yes", "appendfsync everysec"}, warning: "everysec"},
		{settings: []string{"appendonly yes", "appendfsync always"}},
		{settings: []string{"appendonly yes", "appendfsync always", "maxmemory 100mb", "maxmemory-policy allkeys-lru"}, refused: true, warning: "maxmemory-policy"},
		{settings: []string{"appendonly yes", "appendfsync always", "maxmemory 100mb", "maxmemory-policy noeviction"}},
		{settings: []string{"appendonly yes", "rename-command CONFIG HIDDEN"}, warning: "does not tell"},
		{settings: []string{"appendonly yes", "rename-command INFO HIDDEN"}, refused: true, warning: "does not tell"},
	} {
		t.Run(strings.Join(c.settings, ", "), func(t *testing.T) {
			server := own(t, c.settings...)
			st, err := Open(t.Context(), Config{URL: server.URL(0)})
			if c.refused != errors.Is(err, ErrForgets) || (err == nil) == c.refused {
				t.Fatalf("Open: %v; refused should be %v", err, c.refused)
			}
			if c.refused {
				if !strings.Contains(err.Error(), c.warning) {
					t.Errorf("%v; want %q in it", err, c.warning)
				}
				st = open(t, server.URL(0)) // accepts loss
			} else {
				defer st.Close()
			}
			got := st.Warnings()
			if c.warning == "" && len(got) > 0 || c.warning != "" && (len(got) != 1 || !strings.Contains(got[0], c.warning)) {
				t.Errorf("warnings %q; want one with %q", got, c.warning)
			}
		})
	}
}

func TestC12_AReplicaIsRefused(t *testing.T) {
	server := own(t, "appendonly yes", "replicaof 127.0.0.1 1")
	if _, err := Open(t.Context(), Config{URL: server.URL(0), AcceptLoss: true}); err == nil || !strings.Contains(err.Error(), "replica") {
		t.Errorf("%v; want it refused", err)
	}
}

// TestC12_NothingAcknowledgedIsLost kills a server that syncs always, in the middle of writes. What
// one without an append-only file loses shows that the test can fail.
func TestC12_NothingAcknowledgedIsLost(t *testing.T) {
	for _, c := range []struct {
		settings []string
		keeps    bool
	}{{[]string{"appendonly yes", "appendfsync always"}, true}, {nil, false}} {
		server := own(t, c.settings...)
		st := open(t, server.URL(0))
		lost := 0
		for round := range 3 {
			acked := writeUntilKilled(t, st, server, round)
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			for key, ver := range acked {
				r, found := readSoon(t, st, key)
				if !found || r.Ver < ver {
					lost++
				}
			}
		}
		if c.keeps != (lost == 0) {
			t.Errorf("%v: %d acknowledged rows were lost", c.settings, lost)
		}
	}
}

// readSoon reads while connections of the killed server give way to new ones.
func readSoon(t *testing.T, st *Store, key string) (session.Row, bool) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Second)
	for {
		r, found, err := st.Read(t.Context(), key)
		if err == nil {
			return r, found
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// writeUntilKilled writes from four sides until the server dies, and returns what was acknowledged.
func writeUntilKilled(t *testing.T, st *Store, server *testserver.Redis, round int) map[string]int64 {
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
				if total++; total == 200 {
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

func TestC18_ANewerSchemaInRedisIsRefusedUntouched(t *testing.T) {
	url := shared.Get(t).Database(t)
	st := open(t, url)
	if err := st.client.Do(t.Context(), st.client.B().Set().Key(schemaKey).Value("2").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{URL: url, AcceptLoss: true}); !errors.Is(err, ErrNewer) {
		t.Errorf("%v; want ErrNewer", err)
	}
	if n, err := st.client.Do(t.Context(), st.client.B().Dbsize().Build()).AsInt64(); n != 1 || err != nil {
		t.Errorf("the refused database holds %d keys, %v", n, err)
	}
}

// TestC16_EntriesWithoutARowAreDropped: a row that the server threw away must not stop the sweep of
// all that are due after it.
func TestC16_EntriesWithoutARowAreDropped(t *testing.T) {
	st := open(t, shared.Get(t).Database(t))
	for i, key := range []string{"gone", "here"} {
		if err := st.Create(t.Context(), key, session.Row{App: "app", Due: time.Unix(int64(1000+i), 0)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.client.Do(t.Context(), st.client.B().Del().Key(rowPrefix+"gone").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	if page, err := st.Scan(t.Context(), "app", "", 1); err != nil || len(page) != 1 || page[0].Key != "here" {
		t.Errorf("Scan: %d rows, %v; want a whole page", len(page), err)
	}
	if err := st.Create(t.Context(), "gone", session.Row{App: "app", Due: time.Unix(1000, 0)}); err != nil {
		t.Fatal(err)
	}
	if err := st.client.Do(t.Context(), st.client.B().Del().Key(rowPrefix+"gone").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 1} { // the first batch is the entry without a row
		due, err := st.Sweep(t.Context(), "app", time.Unix(2000, 0), 1)
		if err != nil || len(due) != want {
			t.Errorf("%d rows, %v; want %d", len(due), err, want)
		}
	}
	if n, err := st.Count(t.Context(), "app"); n != 1 || err != nil {
		t.Errorf("Count = %d, %v", n, err)
	}
}

func TestH1_ThePasswordOfRedisIsNotInErrors(t *testing.T) {
	for _, url := range []string{"redis://u:canary-5f1@127.0.0.1:1/0", "redis://u:canary-5f1 @127.0.0.1:one/x", "redis://u:%zzcanary-5f1@127.0.0.1/0", ""} {
		if _, err := Open(t.Context(), Config{URL: url}); err == nil || strings.Contains(err.Error(), "canary-5f1") {
			t.Errorf("%v", err)
		}
	}
}
