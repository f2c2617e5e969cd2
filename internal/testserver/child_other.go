//go:build !unix

package testserver

import (
	"fmt"
	"syscall"
)

const (
	stopSignal = syscall.SIGKILL
	contSignal = syscall.SIGKILL
)

// childOf refuses: the servers are only started where they are at home.
func childOf(string, string) (*syscall.SysProcAttr, error) {
	return nil, fmt.Errorf("a server of its own for tests needs Unix; here it is %w", ErrMissing)
}

func killAll(int) error { return ErrMissing }
