package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestC5_EverybodyIsLoggedInAfterARestart: people whose server is stopped, or killed, find their own page at the next one.
func TestC5_EverybodyIsLoggedInAfterARestart(t *testing.T) {
	people := 60
	if os.Getenv("USHER_LONG") != "" {
		people = 1000
	}
	s := newServed(t, people, time.Hour)
	cmd, log := s.serve()
	all := func(when string) {
		for i := range people {
			if err := s.visit(i); err != nil {
				t.Errorf("%s: %v", when, err)
			}
		}
	}
	all("at first")
	s.end(cmd, log)
	cmd, _ = s.serve()
	all("after a restart")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
	began := time.Now()
	cmd, log = s.serve()
	ready := time.Since(began)
	all("after a kill")
	s.end(cmd, log)
	t.Logf("%d of %d people logged in after a restart and after a kill; the server was ready again after %v", people, people, ready.Round(time.Millisecond))
	if _, wrong := s.backend.truth(); len(wrong) > 0 {
		t.Errorf("asked wrongly: %v", wrong)
	}
}

// smallDisk serves the app from a disk of two MiB that the server alone has, and returns where others reach it.
func (s *served) smallDisk() (cmd *exec.Cmd, log *lockedLog, dir string) {
	s.t.Helper()
	own := []string{"unshare", "-m"}
	if os.Getuid() != 0 {
		own = []string{"unshare", "-Urm"}
	}
	if out, err := exec.CommandContext(s.t.Context(), own[0], append(own[1:], "true")...).CombinedOutput(); err != nil {
		s.t.Skipf("this machine gives no process a file system of its own, so none can be filled up here (the same is tried over a simulated disk in session/sqlstore): %v %s", err, out)
	}
	small := filepath.Join(s.dir, "small")
	if err := os.Mkdir(small, 0o700); err != nil {
		s.t.Fatal(err)
	}
	files := s.dir
	s.dir = small
	cmd, log = s.serve(append(own, "sh", "-ec", `mount -t tmpfs -o size=2m,mode=0700 tmpfs "$1"; cp "$0"/sessions.db "$0"/usher.key "$1"/; shift; exec "$@"`, files, small)...)
	return cmd, log, filepath.Join(fmt.Sprintf("/proc/%d/root", cmd.Process.Pid), small)
}

var (
	stateInput  = regexp.MustCompile(`name="_state" value="([^"]+)"`)
	signInInput = regexp.MustCompile(`id="w-button-\d+"[^>]* name="_event" value="([^"]+)"`)
)

// signIn sends the log-in form as a browser without script does.
func (s *served) signIn() (status int, cookie bool) {
	s.t.Helper()
	send := func(r *http.Request) (*http.Response, string) {
		resp, err := s.http.Transport.RoundTrip(r)
		if err != nil {
			s.t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return resp, string(b)
	}
	first, page := send(s.request(http.MethodGet, "/login", -1, nil))
	state, event := stateInput.FindStringSubmatch(page), signInInput.FindStringSubmatch(page)
	if state == nil || event == nil {
		s.t.Fatalf("no log-in form: %.300s", page)
	}
	form := url.Values{"_state": {state[1]}, "_event": {event[1]}, "username": {"u"}, "password": {"p"}}
	r := s.request(http.MethodPost, "/login", -1, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+s.host)
	for _, c := range first.Cookies() {
		r.AddCookie(c)
	}
	resp, _ := send(r)
	for _, c := range resp.Cookies() {
		cookie = cookie || strings.HasPrefix(c.Name, "__Host-Http-touristtrail") && c.Value != "" && c.MaxAge > 0
	}
	return resp.StatusCode, cookie
}

// TestC4_ARealDiskThatIsFull: a server whose disk is full serves those who are logged in and lets nobody in, with 503; once there is space
// it works again by itself, and its store is sound.
func TestC4_ARealDiskThatIsFull(t *testing.T) {
	const people = 20
	s := newServed(t, people, time.Hour)
	cmd, log, disk := s.smallDisk()
	if status, in := s.signIn(); status != http.StatusSeeOther || !in {
		t.Fatalf("log-in with space: %d, in: %t\n%s", status, in, log)
	}
	fill(t, filepath.Join(disk, "fill"))
	for i := range people {
		if err := s.visit(i); err != nil {
			t.Errorf("on a full disk: %v", err)
		}
	}
	for range 3 {
		if status, in := s.signIn(); status != http.StatusServiceUnavailable || in {
			t.Errorf("log-in on a full disk: %d, in: %t", status, in)
		}
	}
	if err := os.Remove(filepath.Join(disk, "fill")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) { // between polls of a condition that has a deadline
		status, in := s.signIn()
		if status == http.StatusSeeOther && in {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("with space again: %d\n%s", status, log)
		}
	}
	for i := range people {
		if err := s.visit(i); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}
	h := &house{t: t, dir: disk} // a backup reads and checks all of the store
	if out := h.must("backup", filepath.Join(t.TempDir(), "b.tar")); !strings.Contains(out, "rows") {
		t.Errorf("backup: %s", out)
	}
	s.end(cmd, log)
}

// fill writes until there is no space.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
