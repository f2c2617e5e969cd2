package sqldb

import "syscall"

// fileSystem returns the type of the file system that holds a folder.
func fileSystem(dir string) (uint32, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint32(st.Type), nil
}
