//go:build unix && !linux

package testserver

import "syscall"

// endWithParent does nothing here: the system cannot do it.
func endWithParent(*syscall.SysProcAttr) {}
