//go:build unix

package sqldb

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestC19_AClosedFileIsFreeAtOnce: a process that is being started has all that its parent has open, until it has become another program; its
// copy of the lock's file must not keep the next owner out.
func TestC19_AClosedFileIsFreeAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	first, err := lockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	child, err := syscall.Dup(int(first.f.Fd())) // what a fork does to it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(child) }()
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	second, err := lockFile(path)
	if err != nil {
		t.Fatalf("the lock was not dropped: %v", err)
	}
	if err := second.release(); err != nil {
		t.Fatal(err)
	}
}
