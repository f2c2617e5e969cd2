//go:build unix

package client

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// readersTakeTurns: a rename does not disturb who has the old file open.
const readersTakeTurns = false

// lockFile waits for the lock of a file, which it makes, until ctx ends. The system releases the lock
// when the process dies.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	fd, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	err = await(ctx, func() (bool, error) {
		err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
		busy := errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
		if busy {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock file: %w", err), syscall.Close(fd))
	}
	return func() { _ = syscall.Close(fd) }, nil
}
