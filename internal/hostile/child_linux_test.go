package hostile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// endWithParent ends a node, even a stopped one, with a test that dies without killing it.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// stands reports whether every thread of a process is stopped: a signal to stop is carried out a little after it was sent.
func stands(pid int) bool {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, name := range tasks {
		b, err := os.ReadFile(name)
		if _, rest, ok := bytes.Cut(b, []byte(") ")); err == nil && (!ok || !bytes.HasPrefix(rest, []byte("T"))) {
			return false
		}
	}
	return len(tasks) > 0
}
