package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// nodeOf opens a server of the tutorial's app over a store that others may use as well.
func nodeOf(t *testing.T, store, keyFile string, acceptLoss bool) (*runtime, *lockedLog, error) {
	t.Helper()
	f, err := openFolder(filepath.Join(repoExamples(t), "touristtrail"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	tree, err := f.Tree()
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedLog{}
	con := &console{Out: log, Err: log, Log: newLogger(log, "warn", "text")}
	var p *project.Project
	if p, err = loadProject(con, tree); err != nil {
		t.Fatal(err)
	}
	where, err := serveCmd{Listen: "127.0.0.1:7070"}.address(p.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	rt, err := openRuntime(t.Context(), con, runtimeConfig{
		project: p, assets: f.FS(), env: map[string]string{"API_URL": "http://127.0.0.1:1"}, address: where,
		store: store, acceptLoss: acceptLoss, keyFile: keyFile,
	})
	if err == nil {
		t.Cleanup(func() {
			if err := rt.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return rt, log, err
}

// sharedStores starts a server of each kind that nodes can share.
func sharedStores(t *testing.T) map[string]string {
	t.Helper()
	pg, err := testserver.StartPostgres("fsync=off")
	testserver.Need(t, err)
	t.Cleanup(func() { pg.Close() })
	redis, err := testserver.StartRedis("appendonly yes", "appendfsync always")
	testserver.Need(t, err)
	t.Cleanup(func() { redis.Close() })
	return map[string]string{"postgres": pg.Database(t), "redis": redis.URL(1)}
}

// TestC9_AnyServerAnswersAnyPerson: who logs in at one server is logged in at the other, with
// Persist on and off, and so is logged out.
func TestC9_AnyServerAnswersAnyPerson(t *testing.T) {
	for name, store := range sharedStores(t) {
		t.Run(name, func(t *testing.T) {
			keyFile := filepath.Join(t.TempDir(), "usher.key")
			var nodes []*runtime
			for range 2 {
				rt, log, err := nodeOf(t, store, keyFile, false)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(log.String(), "session store") {
					t.Errorf("a store that keeps everything is warned of: %s", log)
				}
				nodes = append(nodes, rt)
			}
			for i, persist := range []bool{true, false} {
				here, there := nodes[i].sessions, nodes[1-i].sessions
				s, err := here.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "u"}, persist)
				if err != nil {
					t.Fatal(err)
				}
				if got, found, err := there.Current(t.Context(), s.ID); err != nil || !found || !got.Active() || got.Auth.Token.Reveal() != "t" {
					t.Errorf("persist %v: at the other server: found %v, ended %q, %v", persist, found, got.Ended, err)
				}
				if err := there.LogOut(t.Context(), s.ID); err != nil {
					t.Fatal(err)
				}
				if got, found, err := here.Current(t.Context(), s.ID); err != nil || found && got.Active() {
					t.Errorf("persist %v: after the log-out elsewhere: active, %v", persist, err)
				}
			}
		})
	}
}

// TestC9_OtherKeysAreRefused: a server without the others' keys would end their sessions.
func TestC9_OtherKeysAreRefused(t *testing.T) {
	for name, store := range sharedStores(t) {
		t.Run(name, func(t *testing.T) {
			first, second := filepath.Join(t.TempDir(), "1.key"), filepath.Join(t.TempDir(), "2.key")
			rt, _, err := nodeOf(t, store, first, false)
			if err != nil {
				t.Fatal(err)
			}
			s, err := rt.sessions.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "u"}, true)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := nodeOf(t, store, second, false); err == nil || !strings.Contains(err.Error(), "sealed with other keys") {
				t.Errorf("a server with other keys: %v; want it refused", err)
			}
			rotated(t, first, second)
			if _, _, err := nodeOf(t, store, second, false); err != nil {
				t.Errorf("a server with a newer key beside the old: %v", err)
			}
			if got, found, err := rt.sessions.Current(t.Context(), s.ID); err != nil || !found || !got.Active() {
				t.Errorf("the login is gone: found %v, ended %q, %v", found, got.Ended, err)
			}
		})
	}
}

// rotated appends the keys of the old file to the new one.
func rotated(t *testing.T, old, to string) {
	t.Helper()
	a, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, append(b, a...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestC12_ServeRefusesARedisThatForgets unless told to accept it, and then says what may be lost.
func TestC12_ServeRefusesARedisThatForgets(t *testing.T) {
	redis, err := testserver.StartRedis()
	testserver.Need(t, err)
	t.Cleanup(func() { redis.Close() })
	keyFile := filepath.Join(t.TempDir(), "usher.key")
	if _, _, err := nodeOf(t, redis.URL(0), keyFile, false); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("%v; want it refused", err)
	}
	_, log, err := nodeOf(t, redis.URL(0), keyFile, true)
	if err != nil || !strings.Contains(log.String(), "append-only") {
		t.Errorf("accepted: %v, log: %s", err, log)
	}
}

func TestH1_StoreNamesHoldNoPassword(t *testing.T) {
	for spec, want := range map[string]string{
		"memory":                                "memory",
		"sqlite:a/b.db":                         "sqlite:a/b.db",
		"postgres://u:pw@db:5432/x?password=pw": "postgres://db:5432/x",
		"redis://:pw@h/0":                       "redis://h/0",
		"redis://:%zzpw@h/0":                    "redis:…",
		"postgres:u:pw@h":                       "postgres:…",
	} {
		if got := storeName(spec); got != want {
			t.Errorf("%q is shown as %q, want %q", spec, got, want)
		}
	}
}
