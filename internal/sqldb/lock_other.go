//go:build !unix

package sqldb

// fileLock does nothing on these systems: SQLite's own locks keep the file whole, but a second
// owner is not told apart.
type fileLock struct{}

func lockFile(string) (*fileLock, error) { return nil, nil }

func (l *fileLock) release() error { return nil }
