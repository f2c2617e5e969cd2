//go:build unix

package testserver

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

const (
	stopSignal = syscall.SIGSTOP
	contSignal = syscall.SIGCONT
)

// childOf makes a process group of its own for a server in dir, so that Ctrl-C on the test does not
// reach it before the test has closed it. Root gives the folder and the server to account, for some
// servers refuse to run as root.
func childOf(dir, account string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	endWithParent(attr)
	if account == "" || os.Geteuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup(account)
	if err != nil {
		return nil, fmt.Errorf("no user to run the server as: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, nil
}

// killAll kills pid's children, which may serve on without it for a while, and then pid; it is stopped
// first so that it starts no more.
func killAll(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	var errs []error
	for _, child := range childrenOf(pid) {
		if err := syscall.Kill(child, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, syscall.Kill(pid, syscall.SIGKILL))...)
}
