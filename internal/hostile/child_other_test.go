//go:build !linux

package hostile_test

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// endWithParent does nothing here: the system cannot do it. A node ends with its input, unless it is stopped.
func endWithParent() *syscall.SysProcAttr { return nil }

// stands reports whether a process is stopped: a signal to stop is carried out a little after it was sent.
func stands(pid int) bool {
	state, err := exec.Command("ps", "-o", "state=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.HasPrefix(strings.TrimSpace(string(state)), "T")
}
