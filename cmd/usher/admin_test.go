package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// house is an app's data folder with people who are logged in, as a server leaves it behind.
type house struct {
	t    *testing.T
	dir  string
	sent atomic.Int64 // calls to the backend that would carry a token
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return &house{t: t, dir: t.TempDir()}
}

func (h *house) db() string  { return filepath.Join(h.dir, "sessions.db") }
func (h *house) key() string { return filepath.Join(h.dir, "usher.key") }

// open starts a Manager on the folder; the function closes it.
func (h *house) open(events func(session.Event)) (*session.Manager, *session.Keys, *sqlstore.Store, func()) {
	h.t.Helper()
	keys, _, err := session.LoadKeys(h.key(), true)
	if err != nil {
		h.t.Fatal(err)
	}
	st, err := sqlstore.Open(h.t.Context(), h.db())
	if err != nil {
		h.t.Fatal(err)
	}
	n := 0
	m, err := session.New(session.Config{
		App: "touristtrail", Store: st, Keys: keys, Events: events, Tuning: session.Tuning{SweepEvery: 50 * time.Millisecond},
		Refresh: func(context.Context, session.AuthData) (session.Answer, error) {
			h.sent.Add(1)
			n++
			token, next := session.NewSecret(fmt.Sprint("t-canary", n)), session.NewSecret(fmt.Sprint("r-canary", n))
			return session.Answer{Class: session.Success, Update: session.Update{Token: &token, RefreshToken: &next}}, nil
		},
		Revoke: func(context.Context, session.AuthData) error { h.sent.Add(1); return nil },
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return m, keys, st, func() {
		h.t.Helper()
		if err := m.Close(context.Background()); err != nil {
			h.t.Error(err)
		}
		if err := st.Close(); err != nil {
			h.t.Error(err)
		}
	}
}

func enter(t *testing.T, m *session.Manager, uid string) session.Session {
	t.Helper()
	a := session.AuthData{Token: session.NewSecret("t-canary-" + uid), RefreshToken: session.NewSecret("r-canary-" + uid), UID: uid}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// usher runs a command on the house and returns its exit code and what it printed.
func (h *house) usher(args ...string) (int, string) {
	h.t.Helper()
	var out bytes.Buffer
	args = append(args, filepath.Join(repoExamples(h.t), "touristtrail"), "--data", h.dir)
	code := run(h.t.Context(), args, &out, &out, func(string) (string, bool) { return "", false })
	if strings.Contains(out.String(), "canary") {
		h.t.Errorf("usher %v shows a token:\n%s", args, out.String())
	}
	return code, out.String()
}

func (h *house) must(args ...string) string {
	h.t.Helper()
	code, out := h.usher(args...)
	if code != 0 {
		h.t.Fatalf("usher %v: %d\n%s", args, code, out)
	}
	return out
}

// lines reads the list of sessions.
func (h *house) lines(args ...string) []line {
	h.t.Helper()
	var all []line
	for dec := json.NewDecoder(strings.NewReader(h.must(append([]string{"sessions", "list", "--json"}, args...)...))); dec.More(); {
		var l line
		if err := dec.Decode(&l); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// serve starts a server on the house and waits until it answers.
func (h *house) serve(more ...string) *lockedLog {
	h.t.Helper()
	addr := free(h.t)
	args := append([]string{"serve", filepath.Join(repoExamples(h.t), "touristtrail"), "--listen", addr, "--data", h.dir}, more...)
	log := begin(h.t, args...)
	answers(h.t, addr, addr, "/healthz")
	return log
}

// TestC8_OperatorsEndSessions: people and sessions are listed, shown and ended, by the running server or on its store, and no token is seen.
func TestC8_OperatorsEndSessions(t *testing.T) {
	for _, live := range []bool{false, true} {
		t.Run(fmt.Sprint("live=", live), func(t *testing.T) {
			h := newHouse(t)
			m, _, _, leave := h.open(nil)
			for _, uid := range []string{"1", "1", "1", "2", "3"} {
				enter(t, m, uid)
			}
			leave()
			var log *lockedLog
			if live {
				log = h.serve()
			}
			all := h.lines()
			if len(all) != 5 || len(h.lines("--uid", "1")) != 3 || len(h.lines("--uid", "none")) != 0 {
				t.Fatalf("listed: %+v", all)
			}
			two := slices.IndexFunc(all, func(l line) bool { return l.UID == "2" })
			if out := h.must("sessions", "show", "--id", all[two].Session); !strings.Contains(out, `"2"`) || !strings.Contains(out, "logged in") {
				t.Errorf("shown: %s", out)
			}
			if out := h.must("sessions", "end", "--id", all[two].Session); !strings.HasSuffix(out, "1 ended\n") {
				t.Errorf("one: %s", out)
			}
			if out := h.must("sessions", "end", "--uid", "1"); !strings.HasSuffix(out, "3 ended\n") {
				t.Errorf("everywhere: %s", out)
			}
			if code, out := h.usher("sessions", "end", "--id", all[two].Session); code != 1 || !strings.Contains(out, "no active session") {
				t.Errorf("again: %d %s", code, out)
			}
			if left := h.lines(); len(left) != 1 || left[0].UID != "3" {
				t.Errorf("left: %+v", left)
			}
			if live && strings.Count(log.String(), "reason=logged_out_elsewhere") != 4 {
				t.Errorf("the log:\n%s", log)
			}
		})
	}
}

// TestA11_KeysRotateUnderLoad: a new active key, everything sealed anew, the old key dropped, all by commands beside a server's work: no
// error, no log-out, and no row on the old key.
func TestA11_KeysRotateUnderLoad(t *testing.T) {
	h := newHouse(t)
	var ends atomic.Int64
	m, keys, st, leave := h.open(func(e session.Event) {
		if e.Kind == session.EventEnd || e.Kind == session.EventStoreFault {
			ends.Add(1)
		}
	})
	con := &console{Log: newLogger(&lockedLog{}, "info", "text")}
	a := &admin{app: "touristtrail", keyFile: h.key(), keys: keys, store: st, sessions: m, log: con.Log, scratch: h.dir}
	socket, err := adminSite(t.Context(), con, h.dir, a.handler())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- serveAll(ctx, con, socket) }()

	var people []session.Session
	for i := range 60 {
		people = append(people, enter(t, m, fmt.Sprint(i)))
	}
	var wg sync.WaitGroup
	var worked atomic.Int64
	for i := range 4 {
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				s := people[n%len(people)]
				got, found, err := m.Current(ctx, s.ID)
				if err == nil && n%5 == 0 {
					_, err = m.Update(ctx, s.ID, session.Update{MergeUser: fmt.Appendf(nil, `{"n":%d}`, n)}, session.UpdateOptions{})
				}
				if err == nil && n%7 == 0 {
					err = m.SetAppState(ctx, s.ID, []byte("state"))
				}
				if ctx.Err() == nil && (err != nil || !found || !got.Active()) {
					t.Errorf("%v %v %v", found, got.Ended, err)
				}
				worked.Add(1)
			}
		})
	}
	for range 3 {
		old := strings.Fields(h.must("keys", "list"))[0]
		h.must("keys", "rotate")
		before := worked.Load()
		for worked.Load() < before+200 {
			time.Sleep(time.Millisecond) // between polls; the load has to go on under the new key
		}
		h.must("keys", "rewrap")
		h.must("keys", "drop", old)
	}
	stop()
	wg.Wait()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if n := ends.Load(); n != 0 {
		t.Errorf("%d sessions ended", n)
	}
	last := keys.IDs()
	done, err := m.Rewrap(t.Context())
	if err != nil || len(last) != 1 || done.Moved != 0 || done.Rows != 60 || !maps.Equal(done.Keys, map[string]int{last[0]: 60}) {
		t.Errorf("keys %v: %+v %v", last, done, err)
	}
	leave()
}

// TestA11_AMissingKeyEndsItsSessionsAlone: a key that is needed is not dropped; taken away by hand, it ends its own sessions and no other.
func TestA11_AMissingKeyEndsItsSessionsAlone(t *testing.T) {
	h := newHouse(t)
	m, _, _, leave := h.open(nil)
	lost := enter(t, m, "1")
	leave()
	old := strings.Fields(h.must("keys", "list"))[0]
	h.must("keys", "rotate")
	m, _, _, leave = h.open(nil)
	kept := enter(t, m, "2")
	leave()
	if code, out := h.usher("keys", "drop", strings.Fields(h.must("keys", "list"))[0]); code != 1 || !strings.Contains(out, "active") {
		t.Errorf("the active key: %d %s", code, out)
	}
	if err := session.DropKey(h.key(), old); err != nil {
		t.Fatal(err)
	}
	m, _, _, leave = h.open(nil)
	defer leave()
	if s, _, err := m.Current(t.Context(), lost.ID); s.Ended != session.KeyMissing || err != nil {
		t.Errorf("without its key: %q %v", s.Ended, err)
	}
	if s, _, err := m.Current(t.Context(), kept.ID); !s.Active() || err != nil {
		t.Errorf("the other: %q %v", s.Ended, err)
	}
}

// TestA11_StagedKeysAreKnownBeforeTheySeal is the way for several nodes.
func TestA11_StagedKeysAreKnownBeforeTheySeal(t *testing.T) {
	h := newHouse(t)
	_, _, _, leave := h.open(nil)
	leave()
	first := strings.Fields(h.must("keys", "list"))[0]
	next, _, _ := strings.Cut(h.must("keys", "rotate", "--stage"), " ")
	if got := strings.Fields(h.must("keys", "list")); !slices.Equal(got, []string{first, "active", next, "opens"}) {
		t.Errorf("staged: %v", got)
	}
	h.must("keys", "rotate", "--to", next)
	if got := strings.Fields(h.must("keys", "list")); !slices.Equal(got, []string{next, "active", first, "opens"}) {
		t.Errorf("active: %v", got)
	}
	if code, out := h.usher("keys", "rotate", "--to", "00000000"); code != 1 || !strings.Contains(out, "no key") {
		t.Errorf("%d %s", code, out)
	}
	text, err := os.ReadFile(h.key())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(text)) {
		if len(line) > 40 && strings.Contains(h.must("keys", "list"), line) {
			t.Error("a key is shown")
		}
	}
}

// elsewhere is a store in which another node is at work whenever this one goes through the rows.
type elsewhere struct {
	*sqlstore.Store
	work func()
}

func (e *elsewhere) Scan(ctx context.Context, app, after string, limit int) ([]session.Keyed, error) {
	e.work()
	return e.Store.Scan(ctx, app, after, limit)
}

// TestA11_AKeyThatAnotherNodeSealsWithStays: a node that has not heard of the rotation goes on sealing with the old key, so that key is kept.
func TestA11_AKeyThatAnotherNodeSealsWithStays(t *testing.T) {
	h := newHouse(t)
	other, _, st, leave := h.open(nil)
	defer leave()
	old := strings.Fields(h.must("keys", "list"))[0]
	if _, err := session.AddKey(h.key(), true); err != nil {
		t.Fatal(err)
	}
	keys, _, err := session.LoadKeys(h.key(), false)
	if err != nil {
		t.Fatal(err)
	}
	working := true
	store := &elsewhere{st, func() {
		if working {
			enter(t, other, "7")
		}
	}}
	m, err := session.New(session.Config{App: "touristtrail", Store: store, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	a := &admin{app: "touristtrail", keyFile: h.key(), keys: keys, store: store, sessions: m, log: newLogger(&lockedLog{}, "info", "text")}
	op := &operator{http: http.Client{Transport: inProcess{a.handler()}}, close: func() error { return m.Close(context.Background()) }}
	drop := func() error { return op.tell(t.Context(), "/keys/drop", url.Values{"id": {old}}, nil) }
	if err := drop(); err == nil || !strings.Contains(err.Error(), "still being sealed") || len(keys.IDs()) != 2 {
		t.Errorf("%v, keys %v", err, keys.IDs())
	}
	working = false
	if err := drop(); err != nil || len(keys.IDs()) != 1 {
		t.Errorf("%v, keys %v", err, keys.IDs())
	}
	if err := op.close(); err != nil {
		t.Error(err)
	}
}

// TestA11_AHangUpTakesTheKeyFileUp: other nodes of an app learn of a rotation by a signal, without a restart; a file that cannot be read changes nothing.
func TestA11_AHangUpTakesTheKeyFileUp(t *testing.T) {
	h := newHouse(t)
	log := h.serve()
	id, err := session.AddKey(h.key(), true)
	if err != nil {
		t.Fatal(err)
	}
	hangUp := func(want string) {
		t.Helper()
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Signal(syscall.SIGHUP)
		}
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), want); {
			if time.Now().After(deadline) {
				t.Fatalf("no %q in:\n%s", want, log)
			}
			time.Sleep(time.Millisecond) // between polls of a condition that has a deadline
		}
	}
	hangUp("event=keys_loaded active=" + id)
	if err := os.WriteFile(h.key(), []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	hangUp("the key file stays as it was taken up last")
}

// snapshot reads all rows of a store, by key.
func snapshot(t *testing.T, path string) map[string]session.Row {
	t.Helper()
	st, err := sqlstore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	all := map[string]session.Row{}
	for after := ""; ; {
		page, err := st.Scan(t.Context(), "touristtrail", after, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page {
			all[k.Key], after = k.Row, k.Key
		}
		if len(page) < 100 {
			return all
		}
	}
}

// sound has SQLite look through a whole file.
func sound(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %s %v", verdict, err)
	}
}

// TestC20_BackupUnderLoadIsWholeAndEqual: what was there before a backup that was made under load is in the restored store, byte for byte.
func TestC20_BackupUnderLoadIsWholeAndEqual(t *testing.T) {
	h := newHouse(t)
	m, _, _, leave := h.open(nil)
	for i := range 200 {
		enter(t, m, fmt.Sprint("still", i))
	}
	leave()
	before := snapshot(t, h.db())
	m, keys, st, leave := h.open(nil)
	con := &console{Log: newLogger(&lockedLog{}, "info", "text")}
	a := &admin{app: "touristtrail", keyFile: h.key(), keys: keys, store: st, sessions: m, log: con.Log, scratch: h.dir}
	socket, err := adminSite(t.Context(), con, h.dir, a.handler())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- serveAll(ctx, con, socket) }()
	var wg sync.WaitGroup
	var made atomic.Int64
	for i := range 3 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				s := enter(t, m, fmt.Sprintf("busy%d-%d", i, n))
				made.Add(1)
				if n%2 == 0 {
					if err := m.LogOut(context.Background(), s.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for made.Load() < 30 {
		time.Sleep(time.Millisecond) // between polls; the load has to have begun
	}
	files := []string{}
	for i := range 3 {
		file := filepath.Join(h.dir, fmt.Sprintf("b%d.tar", i))
		h.must("backup", file)
		files = append(files, file)
	}
	stop()
	wg.Wait()
	if err := <-served; err != nil {
		t.Error(err)
	}
	leave()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := hostile.Find(text, "canary", "usher-key-v1"); len(found) > 0 {
			t.Errorf("a token or a key lies open in the backup: %v", found)
		}
		if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", st, err)
		}
		h.must("restore", file)
		sound(t, h.db())
		after := snapshot(t, h.db())
		equal := 0
		for key, r := range before {
			if got, ok := after[key]; ok && fmt.Sprint(got) == fmt.Sprint(r) {
				equal++
			}
		}
		if equal < 200 || equal != len(before) || len(after) <= len(before) {
			t.Errorf("%s: %d of %d rows are equal, %d rows in all", file, equal, len(before), len(after))
		}
	}
	if aside, _ := filepath.Glob(h.db() + ".before-*Z"); len(aside) != 3 {
		t.Errorf("moved aside: %v", aside)
	}
	if left, _ := filepath.Glob(filepath.Join(h.dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestC20_DamageIsSeen: a backup that differs from its manifest by a bit, is cut off, or is of another app, changes nothing.
func TestC20_DamageIsSeen(t *testing.T) {
	h := newHouse(t)
	m, _, _, leave := h.open(nil)
	in := enter(t, m, "1")
	leave()
	good := filepath.Join(h.dir, "good.tar")
	h.must("backup", good)
	if code, out := h.usher("backup", good); code != 1 || !strings.Contains(out, "exists") {
		t.Errorf("an older backup: %d %s", code, out)
	}
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(text)
	flipped[len(flipped)/2] ^= 1
	for name, b := range map[string][]byte{
		"flipped": flipped, "cut": text[:len(text)/2], "nothing": nil, "other": []byte(strings.Repeat("not a backup ", 200)),
		"stranger": bytes.Replace(text, []byte(`"touristtrail"`), []byte(`"touristtrain"`), 1),
	} {
		file := filepath.Join(h.dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out := h.usher("restore", file); code != 1 || !strings.Contains(out, "restore:") {
			t.Errorf("%s: %d %s", name, code, out)
		}
	}
	m, _, _, leave = h.open(nil)
	defer leave()
	if s, _, err := m.Current(t.Context(), in.ID); !s.Active() || err != nil {
		t.Errorf("the store was touched: %q %v", s.Ended, err)
	}
	if code, out := h.usher("restore", good); code != 1 || !strings.Contains(out, "in use") {
		t.Errorf("over a store in use: %d %s", code, out)
	}
}

// TestC14_RestoredTokensAreNeverSent: the backend has rotated since the backup. After the restore people are told why they log in again, and
// not one of the old tokens reaches the backend, for a renewal or a revocation.
func TestC14_RestoredTokensAreNeverSent(t *testing.T) {
	h := newHouse(t)
	m, _, _, leave := h.open(nil)
	var people []session.Session
	for i := range 20 {
		people = append(people, enter(t, m, fmt.Sprint(i)))
	}
	gone := enter(t, m, "gone")
	leave()
	file := filepath.Join(h.dir, "b.tar")
	h.must("backup", file)
	m, _, _, leave = h.open(nil)
	for range 3 {
		for _, s := range people {
			now, _, err := m.Current(t.Context(), s.ID)
			if err == nil {
				_, err = m.Renew(t.Context(), s.ID, now.Ver)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.LogOut(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	leave()
	h.must("restore", file)
	h.sent.Store(0)
	m, _, _, leave = h.open(nil)
	for _, s := range append(people, gone) {
		if _, err := m.Renew(t.Context(), s.ID, s.Ver); err == nil {
			t.Error("a restored session is renewed")
		}
		got, found, err := m.Current(t.Context(), s.ID)
		if !found || got.Ended != session.Restored || err != nil {
			t.Errorf("%v %q %v", found, got.Ended, err)
		}
		if err := m.LogOut(t.Context(), s.ID); err != nil {
			t.Error(err)
		}
	}
	again := enter(t, m, "1")
	if s, _, err := m.Current(t.Context(), again.ID); !s.Active() || err != nil {
		t.Errorf("a new log-in: %q %v", s.Ended, err)
	}
	leave()
	if n := h.sent.Load(); n != 0 {
		t.Errorf("%d calls with old tokens", n)
	}
}

// TestAdminSocketIsPrivate: its owner alone may use it, a dead one is replaced, a live one is left alone.
func TestAdminSocketIsPrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, socketName)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	log := &lockedLog{}
	con := &console{Log: newLogger(log, "info", "text")}
	s, err := adminSite(t.Context(), con, dir, nil)
	if err != nil || s == nil {
		t.Fatal(s, err)
	}
	defer s.ln.Close()
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if second, err := adminSite(t.Context(), con, dir, nil); second != nil || err != nil || !strings.Contains(log.String(), "another server") {
		t.Errorf("%v %v %s", second, err, log)
	}
	if long, err := adminSite(t.Context(), con, filepath.Join(dir, strings.Repeat("x", 120)), nil); long != nil || err != nil || !strings.Contains(log.String(), "too long") {
		t.Errorf("%v %v %s", long, err, log)
	}
}
