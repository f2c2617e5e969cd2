package client_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

func TestStoresPassTheKit(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		sessiontest.Run(t, func(*testing.T) session.Store { return client.Memory().Store })
	})
	t.Run("file", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) session.Store { return file(t, filepath.Join(t.TempDir(), "login")).Store })
	})
}

// TestC1_ProgramsTakeTurnsAtOneFile: no change of any program is lost.
func TestC1_ProgramsTakeTurnsAtOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "login")
	st := file(t, path)
	if err := st.Store.Create(t.Context(), "k", session.Row{App: "a"}); err != nil {
		t.Fatal(err)
	}
	var cmds []*exec.Cmd
	for range 3 {
		cmd, out := start(t, "count", path)
		defer func() {
			if out.Len() > 0 {
				t.Logf("child: %s", out)
			}
		}()
		cmds = append(cmds, cmd)
	}
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if r, _, err := st.Store.Read(t.Context(), "k"); err != nil || r.Data != 60 {
		t.Errorf("data = %d, %v; want 60", r.Data, err)
	}
}

// TestB1_ProgramsShareOneRefresh: three programs with one login file and a dead token.
func TestB1_ProgramsShareOneRefresh(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	b.firstLife = time.Nanosecond
	logIn(t, open(t, b, file(t, path)))
	var wg sync.WaitGroup
	for range 3 {
		cmd, out := start(t, "get", path, b.URL)
		wg.Go(func() {
			if err := cmd.Wait(); err != nil || out.String() != "200 data " {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	if n := b.count(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

// TestLoggingInAgainIsSeenAsOneStep: between the end of one login and the next there is no moment in
// which another program finds nobody.
func TestLoggingInAgainIsSeenAsOneStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	c, other := open(t, b, file(t, path)), open(t, b, file(t, path))
	logIn(t, c)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if l, ok, err := other.Current(t.Context()); !ok || err != nil {
				t.Errorf("ended: %q, %v", l.Ended, err)
				return
			}
		}
	})
	for range 30 {
		logIn(t, c)
	}
	close(done)
	wg.Wait()
}

// TestC1_PairIsInTheFileBeforeUse: when the first request with a new token arrives, the file has the
// pair already; the program is killed at that moment, and the next one goes on with it.
func TestC1_PairIsInTheFileBeforeUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	b.firstLife = time.Nanosecond
	logIn(t, open(t, b, file(t, path)))
	var victim *exec.Cmd
	started := make(chan struct{})
	killed := make(chan client.Login[person], 1)
	b.set(func() {
		b.onData = func(token string) {
			<-started
			l, _, err := open(t, b, file(t, path)).Current(context.Background())
			if err != nil || l.Token.Reveal() != token {
				t.Errorf("token %q was used before it was stored (%v)", token, err)
			}
			_ = victim.Process.Kill()
			killed <- l
		}
	})
	victim, _ = start(t, "get", path, b.URL)
	close(started)
	if err := victim.Wait(); err == nil {
		t.Error("the program was not killed")
	}
	before := <-killed
	b.set(func() { b.onData = nil })
	next := open(t, b, file(t, path))
	if status, _ := get(t, next, b.URL+"/data"); status != 200 || b.count() != 1 {
		t.Errorf("status %d, %d refreshes", status, b.count())
	}
	if l, _ := current(t, next); !l.RefreshToken.Equal(before.RefreshToken) || l.RefreshToken.Reveal() != "canary-r2" {
		t.Error("the refreshed pair is not the stored one")
	}
}

func TestC5_LoginSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	first := open(t, b, file(t, path))
	logIn(t, first)
	shut(t, first)
	c := open(t, b, file(t, path))
	if l, ok := current(t, c); !ok || l.User.Name != "ada" {
		t.Errorf("%+v", l)
	}
	if status, _ := get(t, c, b.URL+"/data"); status != 200 || b.logins != 1 {
		t.Errorf("status %d, %d log-ins", status, b.logins)
	}
}

// TestA9_FileHoldsNothingToUse: no token, password or user data in the open, and nobody else may read.
func TestA9_FileHoldsNothingToUse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "own", "login")
	b := newBackend(t)
	c := open(t, b, file(t, path))
	logIn(t, c)
	b.expire()
	get(t, c, b.URL+"/data")
	err := filepath.WalkDir(filepath.Dir(path), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		for _, s := range append(b.secrets, "ada") {
			if bytes.Contains(content, []byte(s)) {
				t.Errorf("%s holds %q", d.Name(), s)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestA10_TamperedFileEndsTheLogin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	c := open(t, b, file(t, path))
	st := file(t, path).Store
	for _, pointer := range []bool{false, true} {
		logIn(t, c)
		keys := rowKeys(t, st, path)
		key := keys[slices.IndexFunc(keys, func(key string) bool { return strings.HasPrefix(key, "client/") == pointer })]
		_, err := st.Update(t.Context(), key, func(r session.Row) (session.Row, error) { r.Sealed[len(r.Sealed)-1] ^= 1; return r, nil })
		if err != nil {
			t.Fatal(err)
		}
		if l, ok := current(t, c); ok || l.Ended != session.Tampered {
			t.Errorf("%s changed: %+v", key, l)
		}
	}
}

// rowKeys reads the keys of the rows from the file: the session's and the pointer's.
func rowKeys(t *testing.T, st session.Store, path string) (keys []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for word := range strings.SplitSeq(string(text), `"`) {
		r, found, _ := st.Read(t.Context(), word)
		if found && len(r.Sealed) > 0 && r.Ended == "" && !slices.Contains(keys, word) && word != "test" {
			keys = append(keys, word)
		}
	}
	if len(keys) != 2 {
		t.Fatalf("rows %q", keys)
	}
	return keys
}

func TestFileThatIsNotOursStaysAsItIs(t *testing.T) {
	for name, content := range map[string]string{
		"another form": "hello", "cut off": `{"format":"usher-login-1","ch`, "newer": `{"format":"usher-login-2","check":"AA==","rows":{}}`, "empty": "",
	} {
		path := filepath.Join(t.TempDir(), "login")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := client.SealedFile(path, nil); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("%s became %q, %v", name, got, err)
		}
		if _, err := os.Stat(path + ".key"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a key was made", name)
		}
	}
}

func TestWrongKeyChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	c := open(t, b, file(t, path))
	logIn(t, c)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keyring.MockInit()
	other := map[string]func() (client.Storage, error){
		"another key": func() (client.Storage, error) { return client.SealedFile(path, session.NewKeys([32]byte{9})) },
		"keychain":    func() (client.Storage, error) { return client.Keychain("usher-test", path) },
		"key gone": func() (client.Storage, error) {
			defer os.Rename(path+".kept", path+".key")
			if err := os.Rename(path+".key", path+".kept"); err != nil {
				t.Fatal(err)
			}
			return client.SealedFile(path, nil)
		},
	}
	for name, open := range other {
		if _, err := open(); !errors.Is(err, client.ErrWrongKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
	if _, ok := current(t, c); !ok {
		t.Error("logged out")
	}
}

func TestKeyFileOthersCanReadIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing there")
	}
	path := filepath.Join(t.TempDir(), "login")
	file(t, path)
	if err := os.Chmod(path+".key", 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SealedFile(path, nil); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("err = %v", err)
	}
}

func TestKeyGivenByTheProgramMayRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	for _, keys := range []*session.Keys{session.NewKeys([32]byte{1}), session.NewKeys([32]byte{2}, [32]byte{1})} {
		st, err := client.SealedFile(path, keys)
		if err != nil {
			t.Fatal(err)
		}
		c := open(t, b, st)
		if _, ok := current(t, c); !ok {
			logIn(t, c)
		}
	}
	if b.logins != 1 {
		t.Errorf("%d log-ins", b.logins)
	}
	if _, err := os.Stat(path + ".key"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a key file was made")
	}
}

func TestKeychainKeepsTheKey(t *testing.T) {
	keyring.MockInit()
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	for range 2 {
		st, err := client.Keychain("usher-test", path)
		if err != nil {
			t.Fatal(err)
		}
		c := open(t, b, st)
		if _, ok := current(t, c); !ok {
			logIn(t, c)
		}
	}
	kept, err := keyring.Get("usher-test", "login")
	if err != nil || len(kept) != 44 || b.logins != 1 {
		t.Errorf("%d characters in the keychain, %d log-ins, %v", len(kept), b.logins, err)
	}
	if _, err := os.Stat(path + ".key"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a key file was made")
	}
	for _, damaged := range []string{"", "x", "AAAA"} {
		if err := keyring.Set("usher-test", "login", damaged); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Keychain("usher-test", path); !errors.Is(err, client.ErrWrongKey) {
			t.Errorf("%q: %v", damaged, err)
		}
	}
}

func TestNoKeychainIsSaidAndLeavesNothing(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	path := filepath.Join(t.TempDir(), "login")
	if _, err := client.Keychain("usher-test", path); !errors.Is(err, client.ErrNoKeychain) {
		t.Errorf("err = %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a login file was made")
	}
	file(t, path) // the way out
}

func TestCrashLeavesNoLitter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	file(t, path)
	left := filepath.Join(filepath.Dir(path), ".login.new-123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	file(t, path)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Error("still there")
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	a, b := file(t, path).Store, file(t, path).Store
	if err := a.Create(t.Context(), "k", session.Row{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := a.Update(t.Context(), "k", func(r session.Row) (session.Row, error) {
		done := make(chan error)
		go func() { done <- b.Delete(ctx, "k") }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting ended with %v", err)
		}
		return r, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestManyShortLoginsLeaveASmallFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	st := file(t, path)
	now := time.Now()
	shifted := client.Storage{Store: later{st.Store, &now}, Keys: st.Keys}
	c := open(t, newBackend(t), shifted)
	for range 10 {
		logIn(t, c)
		now = now.Add(2 * time.Hour)
		if err := c.LogOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the log-out is delivered", func() bool {
			due, err := st.Store.Sweep(t.Context(), "test", now.Add(100*24*time.Hour), 100)
			return err == nil && !slices.ContainsFunc(due, func(k session.Keyed) bool { return len(k.Row.Outbox) > 0 })
		})
	}
	text, err := os.ReadFile(path)
	if n := bytes.Count(text, []byte(`"facts"`)); err != nil || n > 4 { // the last two, the pointer, the person
		t.Errorf("%d rows, %v", n, err)
	}
}

// later is a store whose clock is set by hand.
type later struct {
	session.Store
	now *time.Time
}

func (l later) Now(context.Context) (time.Time, error) { return *l.now, nil }
