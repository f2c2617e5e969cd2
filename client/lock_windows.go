package client

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// readersTakeTurns: a file that somebody has open cannot be replaced.
const readersTakeTurns = true

// errSharing is ERROR_SHARING_VIOLATION.
const errSharing = syscall.Errno(32)

// lockFile waits until it has opened a file, which it makes, for itself alone, or until ctx ends. The
// system closes it when the process dies.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	var h syscall.Handle
	err = await(ctx, func() (bool, error) {
		const shareNothing = 0
		h, err = syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, shareNothing, nil,
			syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if errors.Is(err, errSharing) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("lock file: %w", err)
	}
	return func() { _ = syscall.CloseHandle(h) }, nil
}
