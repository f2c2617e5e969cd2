package sqldb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestC19_NetworkFileSystemsAreRefused: by the type that statfs tells, before any file is made.
func TestC19_NetworkFileSystemsAreRefused(t *testing.T) {
	for kind, name := range map[uint32]string{
		0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "SMB", 0xfe534d42: "SMB", 0x01021997: "9P", 0x564c: "NCP", 0x5346414f: "AFS", 0x6b414653: "AFS",
		0x73757245: "Coda", 0x00c36400: "Ceph", 0x0bd00bd0: "Lustre", 0x47504653: "GPFS", 0x19830326: "BeeGFS",
		0x786f4256: "VirtualBox", 0xbacbacbc: "VMware",
		0xef53: "", 0x58465342: "", 0x9123683e: "", 0x01021994: "", 0x794c7630: "", 0x2fc12fc1: "", 0xf2f52010: "", 0x4d44: "", 0x5346544e: "", 0x65735546: "", 0: "",
	} {
		dir := t.TempDir()
		l, err := prepareFile(filepath.Join(dir, "x.db"), func(at string) (uint32, error) {
			if at != dir {
				t.Errorf("asked for %s", at)
			}
			return kind, nil
		})
		made, _ := filepath.Glob(filepath.Join(dir, "*"))
		if name == "" {
			if err != nil || len(made) == 0 {
				t.Errorf("%#x: %v", kind, err)
			}
			if err := l.release(); err != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), name) || len(made) != 0 {
			t.Errorf("%#x: %v, made %v", kind, err, made)
		}
	}
	if _, err := prepareFile(filepath.Join(t.TempDir(), "x.db"), func(string) (uint32, error) { return 0, os.ErrPermission }); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a file system that cannot be asked: %v", err)
	}
}

// TestC19_TheFileSystemIsAsked: what the kernel says of a folder of its own is not zero, on the systems that tell types.
func TestC19_TheFileSystemIsAsked(t *testing.T) {
	kind, err := fileSystem("/proc")
	if err != nil || kind != 0x9fa0 && kind != 0 {
		t.Errorf("%#x, %v", kind, err)
	}
	if _, err := os.Stat("/proc/self/stat"); err == nil && kind == 0 {
		t.Error("the type of /proc is not told")
	}
}
