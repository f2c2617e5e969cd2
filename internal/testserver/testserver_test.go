package testserver

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// lives checks what both servers promise: they answer, end when told, come back, and leave nothing.
func lives(t *testing.T, p *process) {
	t.Helper()
	answers := func() bool { return p.ready(t.Context()) == nil }
	if !answers() {
		t.Fatal("a started server does not answer")
	}
	for name, end := range map[string]func() error{"Stop": p.Stop, "Kill": p.Kill} {
		if err := end(); err != nil || answers() {
			t.Fatalf("%s: %v, answers: %v", name, err, answers())
		}
		if err := p.Start(); err != nil || !answers() {
			t.Fatalf("Start after %s: %v", name, err)
		}
	}
	if err := p.Close(); err != nil || answers() {
		t.Errorf("Close: %v, answers: %v", err, answers())
	}
	if _, err := os.Stat(p.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is still there: %v", err)
	}
}

func TestPostgresLives(t *testing.T) {
	p, err := StartPostgres("fsync=off")
	Need(t, err)
	defer p.Close()
	if a, b := p.Database(t), p.Database(t); a == b {
		t.Error("two databases are one")
	}
	lives(t, &p.process)
}

func TestRedisLives(t *testing.T) {
	r, err := StartRedis()
	Need(t, err)
	defer r.Close()
	lives(t, &r.process)
}

func TestAFailedStartTellsWhy(t *testing.T) {
	if _, err := StartRedis("no-such-setting 1"); err == nil {
		t.Error("a server with a wrong setting started")
	} else if errors.Is(err, ErrMissing) {
		Need(t, err)
	}
}

// fakeTB notes how a test would end.
type fakeTB struct {
	testing.TB
	skipped, failed bool
}

func (f *fakeTB) Helper()              {}
func (f *fakeTB) Skipf(string, ...any) { f.skipped = true }
func (f *fakeTB) Fatal(...any)         { f.failed = true }

func TestAMissingServerFailsWhereItIsRequired(t *testing.T) {
	for _, c := range []struct {
		ci, require     string
		err             error
		skipped, failed bool
	}{
		{err: nil},
		{err: ErrMissing, skipped: true},
		{err: ErrMissing, ci: "true", failed: true},
		{err: ErrMissing, require: "1", failed: true},
		{err: errors.New("broken"), failed: true},
	} {
		t.Setenv("CI", c.ci)
		t.Setenv("USHER_REQUIRE_SERVERS", c.require)
		tb := &fakeTB{}
		if Need(tb, c.err); tb.skipped != c.skipped || tb.failed != c.failed {
			t.Errorf("%+v: skipped %v, failed %v", c, tb.skipped, tb.failed)
		}
	}
}

func TestProgramLives(t *testing.T) {
	p, err := StartProgram("this test", "/ready", func(_ string, port int) *exec.Cmd {
		c := exec.Command(os.Args[0], "-test.run=^TestServe$")
		c.Env = append(os.Environ(), "SERVE_ON=127.0.0.1:"+strconv.Itoa(port))
		return c
	})
	if err != nil {
		t.Fatal(err)
	}
	lives(t, &p.process)
}

// TestServe is the program of TestProgramLives; by itself it says that it refuses an address that is none.
func TestServe(t *testing.T) {
	on, asked := os.LookupEnv("SERVE_ON")
	if !asked {
		on = "no address"
	}
	err := http.ListenAndServe(on, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ready") }))
	if asked || err == nil {
		t.Fatal(err)
	}
}

func TestAProgramThatEndsTellsWhy(t *testing.T) {
	_, err := StartProgram("no server", "/", func(string, int) *exec.Cmd { return exec.Command("go", "no-such-command") })
	if err == nil || !strings.Contains(err.Error(), "no-such-command") {
		t.Errorf("%v", err)
	}
}
