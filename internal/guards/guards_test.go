package guards

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// guard is a check of the product that can be taken out by changing text of one file.
type guard struct {
	name string // what it does
	row  string // of docs/promises.md or docs/features.md
	file string // below the root of the repository
	find string // is in the file exactly once
	put  string // takes its place
	run  string // the tests of the file's package that must notice, as for go test -run
}

// root is the repository.
const root = "../.."

// parts is over how many days the runs of the table are spread, where USHER_LONG is not set.
const parts = 24

// without returns the file's text without the guard.
func (g guard) without() (string, error) {
	b, err := os.ReadFile(filepath.Join(root, g.file))
	if err != nil {
		return "", err
	}
	text := string(b)
	if n := strings.Count(text, g.find); n != 1 {
		return "", fmt.Errorf("%s holds %d times, want once:\n%s", g.file, n, g.find)
	}
	return strings.Replace(text, g.find, g.put, 1), nil
}

// The marks of go test's output that tell a failing assertion from a run that never came to one.
var (
	failed = regexp.MustCompile(`(?m)^\s*--- FAIL: `)
	broken = regexp.MustCompile(`(?m)\[(build|setup) failed\]|^panic: |^fatal error: |\[no tests to run\]`)
)

// noticed judges the output of a run without a guard.
func noticed(output string) error {
	if m := broken.FindString(output); m != "" {
		return fmt.Errorf("the run ended with %q, not with a failing assertion", m)
	}
	if !failed.MatchString(output) {
		return fmt.Errorf("no test fails")
	}
	return nil
}

// tryWithout runs the tests without the guard and returns nil if one of them fails as it should.
func tryWithout(t *testing.T, g guard) error {
	t.Helper()
	text, err := g.without()
	if err != nil {
		return err
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	original, err := filepath.Abs(filepath.Join(root, g.file))
	if err != nil {
		return err
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return err
	}
	for path, content := range map[string][]byte{changed: []byte(text), overlay: b} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay="+overlay, "-count=1", "-vet=off", "-failfast", "-timeout=3m", "-run="+g.run, "./"+filepath.Dir(g.file))
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "USHER_LONG=", "USHER_REQUIRE_SERVERS=")
	out, _ := cmd.CombinedOutput() // that it fails is what is asked for
	if err := noticed(string(out)); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(string(out), 30))
	}
	return nil
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// chosen reports whether the guard of index i is tried in this run: all of them with USHER_LONG=1, and a part in every other
// one, another each day, so that a run costs less than a minute of one core. USHER_GUARD=words tries those whose names hold the words.
func chosen(g guard, i int, day int64) bool {
	if words := os.Getenv("USHER_GUARD"); words != "" {
		return strings.Contains(g.name, words)
	}
	return os.Getenv("USHER_LONG") != "" || int64(i)%parts == day%parts
}

// TestTheSuiteNoticesEachMissingGuard: that each guard stands where the table says is looked at in every run; which of them are
// taken out says chosen.
func TestTheSuiteNoticesEachMissingGuard(t *testing.T) {
	day := time.Now().Unix() / (24 * 60 * 60)
	names := map[string]bool{}
	for i, g := range table {
		if _, err := g.without(); err != nil {
			t.Errorf("%s (%s): %v", g.name, g.row, err)
			continue
		}
		if names[g.name] || g.row == "" || g.run == "" || g.find == g.put {
			t.Errorf("%s: the line is not complete, or there twice", g.name)
		}
		names[g.name] = true
		if !chosen(g, i, day) {
			continue
		}
		t.Run(strings.ReplaceAll(g.name, " ", "_"), func(t *testing.T) {
			if err := tryWithout(t, g); err != nil {
				t.Errorf("without the guard %q (%s), the tests %s of %s: %v", g.name, g.row, g.run, filepath.Dir(g.file), err)
			}
		})
	}
}

// TestAMissingTestIsSeen: the harness calls what changes nothing unnoticed, and a change that does not compile no proof.
func TestAMissingTestIsSeen(t *testing.T) {
	harmless := guard{file: "session/stats.go", find: "// Stats counts flights", put: "// It counts flights", run: "TestStats"}
	if err := tryWithout(t, harmless); err == nil || !strings.Contains(err.Error(), "no test fails") {
		t.Errorf("a change of a comment: %v", err)
	}
	harmless.put = "no Go"
	if err := tryWithout(t, harmless); err == nil || !strings.Contains(err.Error(), "build failed") {
		t.Errorf("a change that does not compile: %v", err)
	}
	harmless.find = "func (m *Manager) NoSuch"
	if err := tryWithout(t, harmless); err == nil || !strings.Contains(err.Error(), "0 times") {
		t.Errorf("a guard that is not there: %v", err)
	}
}

func TestOutputsAreJudged(t *testing.T) {
	for output, ok := range map[string]bool{
		"--- FAIL: TestA (0.00s)\n    a_test.go:1: no\nFAIL\n":           true,
		"--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/b (0.00s)\nFAIL\n": true,
		"ok  \tx\t0.1s\n":                                            false,
		"ok  \tx\t0.1s [no tests to run]\n":                          false,
		"FAIL\tx [build failed]\nFAIL\n":                             false,
		"panic: test timed out after 3m0s\nFAIL\tx\t180s\n":          false,
		"--- FAIL: TestA (0.00s)\npanic: nil map [recovered]\n":      false,
		"fatal error: all goroutines are asleep - deadlock!\nFAIL\n": false,
	} {
		if err := noticed(output); (err == nil) != ok {
			t.Errorf("%q: %v", output, err)
		}
	}
}
