package sqlstore

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/internal/testserver"
)

// needStrace leaves a test out where no process may be traced, but not where everything must be there.
func needStrace(t *testing.T) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "strace", "-f", "-o", filepath.Join(t.TempDir(), "out"), "true").CombinedOutput()
	if err == nil {
		return
	}
	const why = "strace cannot trace a process here, so syncs cannot be counted (scripts/setup.sh installs it; a container needs the capability SYS_PTRACE): %v %s"
	if testserver.Required() {
		t.Fatalf(why, err, out)
	}
	t.Skipf(why, err, out)
}

// syncs runs a child under strace and counts, for each thing it did, the syncs between its begin and its end.
func syncs(t *testing.T, o order) map[string][]int {
	t.Helper()
	dir := t.TempDir()
	o.Store = filepath.Join(dir, "s.db")
	trace := filepath.Join(dir, "trace")
	if out, err := asChild(t, o, "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-e", "signal=none", "-o", trace).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return countSyncs(bufio.NewScanner(f))
}

// countSyncs reads what strace wrote. A call that another thread's interrupts stands on two lines; its end counts.
func countSyncs(lines *bufio.Scanner) map[string][]int {
	counts := map[string][]int{}
	open, n := false, 0
	for lines.Scan() {
		line := lines.Text()
		if at := strings.Index(line, `write(1, "`); at >= 0 {
			mark, _, _ := strings.Cut(line[at+len(`write(1, "`):], `\n`)
			word, what, _ := strings.Cut(mark, " ")
			if open = word == "begin"; open {
				n = 0
			} else {
				counts[what] = append(counts[what], n)
			}
			continue
		}
		done := strings.HasSuffix(line, "= 0") && (strings.Contains(line, "sync(") || strings.Contains(line, "sync resumed"))
		if open && done {
			n++
		}
	}
	return counts
}

// covered returns how many things had a sync before they were acknowledged, and how many things and syncs there were.
func covered(counts map[string][]int) (with, all, total int) {
	for _, each := range counts {
		for _, n := range each {
			all++
			total += n
			if n > 0 {
				with++
			}
		}
	}
	return with, all, total
}

// TestC1_EachAcknowledgementWaitsForASync counts, from outside the process, the syncs of log-ins, refreshes and log-outs.
func TestC1_EachAcknowledgementWaitsForASync(t *testing.T) {
	needStrace(t)
	counts := syncs(t, order{Each: 70})
	with, all, total := covered(counts)
	t.Logf("%d of %d acknowledgements came after a sync; %d syncs", with, all, total)
	if len(counts) != 3 || all != 210 || with != all {
		t.Errorf("%v", counts)
	}
}

// TestC1_SyncsCanBeMissed: the count falls when SQLite is told to sync less.
func TestC1_SyncsCanBeMissed(t *testing.T) {
	needStrace(t)
	for _, pragma := range []string{"PRAGMA synchronous=NORMAL", "PRAGMA synchronous=OFF"} {
		with, all, total := covered(syncs(t, order{Each: 70, Pragma: pragma}))
		t.Logf("%s: %d of %d acknowledgements came after a sync; %d syncs", pragma, with, all, total)
		if all != 210 || with > all/4 {
			t.Errorf("%s: %d of %d acknowledgements still came after a sync", pragma, with, all)
		}
	}
}
