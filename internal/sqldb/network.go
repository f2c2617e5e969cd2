package sqldb

import "errors"

// ErrNetwork says that the file would lie on a network file system, where SQLite's locks and the memory that its processes
// share do not work as they must: the database could be damaged. (C19)
var ErrNetwork = errors.New("SQLite is not safe on a network file system; use a folder of this machine, or PostgreSQL or Redis")

// networkName names the network file system of a type as statfs(2) tells it; "" for the others. A file system in user space
// (FUSE) does not say whether it is one.
func networkName(kind uint32) string {
	switch kind {
	case 0x6969:
		return "NFS"
	case 0x517b, 0xff534d42, 0xfe534d42:
		return "SMB"
	case 0x01021997:
		return "9P"
	case 0x564c:
		return "NCP"
	case 0x5346414f, 0x6b414653:
		return "AFS"
	case 0x73757245:
		return "Coda"
	case 0x00c36400:
		return "Ceph"
	case 0x0bd00bd0:
		return "Lustre"
	case 0x47504653:
		return "GPFS"
	case 0x19830326:
		return "BeeGFS"
	case 0x786f4256:
		return "a shared folder of VirtualBox"
	case 0xbacbacbc:
		return "a shared folder of VMware"
	}
	return ""
}
