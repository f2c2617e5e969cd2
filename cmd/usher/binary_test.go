package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// free returns a loopback address that was free a moment ago.
func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// answers polls until addr answers a GET as host.
func answers(t *testing.T, addr, host, path string) string {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		out, err := ask(addr, host, path)
		if err == nil {
			return out
		}
		if time.Now().After(deadline) {
			t.Fatalf("no answer from %s: %v", addr, err)
		}
		time.Sleep(10 * time.Millisecond) // between polls of a condition that has a deadline
	}
}

// shared is a folder for what many tests need and none changes, "" where none has needed it.
var shared string

// built is the command as people get it: without cgo, and watched by nobody.
var built = sync.OnceValues(func() (bin string, err error) {
	if shared, err = os.MkdirTemp("", "usher-built-"); err != nil {
		return "", err
	}
	bin = filepath.Join(shared, "usher")
	build := exec.Command("go", "build", "-trimpath", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
})

// released is the path of the command as people get it.
func released(t *testing.T) string {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// releasedRun runs it with no environment but a home and a PATH. Tests of what it writes and draws use it: ten times as fast as the one that
// is watched for races, which the tests of what runs at once are for.
func releasedRun(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), released(t), args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// TestF222_OneBinaryServesTheApp builds the command without cgo, puts it alone into an empty folder beside an app's files, and lets
// it serve: no environment, no library, no further file.
func TestF222_OneBinaryServesTheApp(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "usher")
	if err := os.Link(released(t), bin); err != nil {
		t.Fatal(err)
	}
	standsAlone(t, bin)
	if err := os.CopyFS(filepath.Join(dir, "app"), os.DirFS(filepath.Join(repoExamples(t), "touristtrail"))); err != nil {
		t.Fatal(err)
	}
	addr := free(t)
	_, port, _ := net.SplitHostPort(addr)
	host := "touristtrail.localhost:" + port
	cmd := exec.CommandContext(t.Context(), bin, "serve", "app", "--listen", addr, "--data", "data")
	cmd.Dir, cmd.Env = dir, []string{}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answers(t, addr, addr, "/healthz")
	page := answers(t, addr, host, "/login")
	if !strings.HasPrefix(page, "200") || !strings.Contains(page, "Stories from the trail") {
		t.Errorf("the page: %.300s", page)
	}
	parts := regexp.MustCompile(`(?:src|href)="(/_usher/[^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, m := range parts {
		if got := answers(t, addr, host, m[1]); !strings.HasPrefix(got, "200") {
			t.Errorf("%s: %.80s", m[1], got)
		}
	}
	if len(parts) < 2 {
		t.Errorf("the page names %d parts of its own", len(parts))
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
}

// standsAlone fails when a binary was made with cgo or needs a dynamic loader.
func standsAlone(t *testing.T, bin string) {
	t.Helper()
	info, err := buildinfo.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["CGO_ENABLED"] != "0" {
		t.Error("it was built with cgo")
	}
	if settings["GOOS"] != "linux" {
		return
	}
	f, err := elf.Open(bin)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("it needs a dynamic loader")
		}
	}
}

// lockedLog is a buffer that a command may write to while a test reads it.
type lockedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// begin runs a command in this process and returns its output; it is stopped, and must have ended well, with the test.
func begin(t *testing.T, args ...string) *lockedLog {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := &lockedLog{}
	code := make(chan int, 1)
	go func() { code <- run(ctx, args, out, out, func(string) (string, bool) { return "", false }) }()
	t.Cleanup(func() {
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("usher %s ended with %d:\n%s", args[0], c, out)
		}
	})
	return out
}

// TestE1_TheStudioStaysOnThisMachine: demo and dev, which alone open a studio, refuse every address that others could reach.
func TestE1_TheStudioStaysOnThisMachine(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0"} {
		for _, args := range [][]string{{"demo", "--listen", addr}, {"demo", "--issuer", addr}, {"dev", t.TempDir(), "--listen", addr}} {
			var out bytes.Buffer
			if code := run(t.Context(), append(args, "--data", t.TempDir()), &out, &out, none); code == 0 || !strings.Contains(out.String(), "this machine only") {
				t.Errorf("%v: %d %s", args, code, out.String())
			}
		}
	}
	app, backend, other := free(t), free(t), free(t)
	begin(t, "demo", "--listen", app, "--issuer", backend, "--data", t.TempDir())
	begin(t, "dev", filepath.Join(repoExamples(t), "touristtrail"), "--listen", other, "--data", t.TempDir())
	for _, addr := range []string{app, other} {
		_, port, _ := net.SplitHostPort(addr)
		answers(t, addr, addr, "/healthz")
		if got := answers(t, addr, "studio-touristtrail.localhost:"+port, "/"); !strings.HasPrefix(got, "401") {
			t.Errorf("on this machine it is not there: %.80s", got)
		}
	}
}

// TestE13_ServeHasNoStudio: a served app answers no name and no path of the studio.
func TestE13_ServeHasNoStudio(t *testing.T) {
	addr := free(t)
	begin(t, "serve", filepath.Join(repoExamples(t), "touristtrail"), "--listen", addr, "--data", t.TempDir(), "--store", "memory")
	_, port, _ := net.SplitHostPort(addr)
	answers(t, addr, addr, "/healthz")
	for _, name := range []string{"studio", "studio-touristtrail", "canvas", "canvas-touristtrail", "preview", "preview-touristtrail"} {
		if got := answers(t, addr, name+".localhost:"+port, "/"); !strings.HasPrefix(got, "421") {
			t.Errorf("%s: %.80s", name, got)
		}
	}
	for _, path := range []string{"/studio", "/_studio", "/_usher/studio", "/_usher/edit", "/_usher/dev", "/_usher/dev/login", "/api/edit", "/api/debug", "/api/trust", "/launch"} {
		if got := answers(t, addr, "touristtrail.localhost:"+port, path); !strings.HasPrefix(got, "404") {
			t.Errorf("%s: %.80s", path, got)
		}
	}
}
