package sqlstore

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a file layer of SQLite over real files that knows what a disk would still hold if the power went now: of each file what was
// synced, and of what was written since any part, down to sectors, or nothing. It can fail as well. It takes the names that were there when it
// was made for lasting; one that was never synced is gone with the power.
type disk struct {
	t      *testing.T
	name   string
	system vfs.VFSFilename

	mu     sync.Mutex
	files  map[string]*platter
	ops    int // changes and syncs so far
	cutAt  int // the op at which the power goes; 0: it does not
	off    bool
	broken func(op diskOp) error // nil: sound
}

// diskOp is what a disk may refuse.
type diskOp int

const (
	opWrite diskOp = iota
	opSync
)

var errNoPower = errors.New("no power")

// platter is one file as the disk holds it.
type platter struct {
	lasting []byte  // nil: the name itself would be lost
	pending []piece // since the last sync
	deleted bool    // not synced yet
}

// piece is a write, or a truncation to at if data is nil.
type piece struct {
	at   int64
	data []byte
}

// newDisk registers a disk, for as long as the process lives: database/sql may close a connection a moment after its DB.
func newDisk(t *testing.T) *disk {
	d := &disk{t: t, name: "disk-" + fmt.Sprint(rand.Uint64()), system: vfs.Find("").(vfs.VFSFilename), files: map[string]*platter{}}
	vfs.Register(d.name, d)
	return d
}

// op counts a change and refuses it when the power is gone or the disk is broken. d.mu is held.
func (d *disk) op(what diskOp) error {
	d.ops++
	if d.cutAt > 0 && d.ops >= d.cutAt {
		d.off = true
	}
	if d.off {
		return errNoPower
	}
	if d.broken != nil {
		return d.broken(what)
	}
	return nil
}

func (d *disk) isOff() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.off
}

// breaks makes the disk refuse what fault gives an error for; nil mends it.
func (d *disk) breaks(fault func(diskOp) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = fault
}

// image writes into a folder what the disk holds after the power went. Of what was not synced each sector is there with the given chance.
func (d *disk) image(dir string, chance float64, rnd *rand.Rand) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for path, p := range d.files {
		if p.lasting == nil || p.deleted && rnd.Float64() < chance {
			continue
		}
		b := slices.Clone(p.lasting)
		for _, part := range p.pending {
			for _, s := range part.sectors() {
				if rnd.Float64() < chance {
					b = s.onto(b)
				}
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
}

const sector = 512

// sectors cuts a write at the borders of sectors.
func (p piece) sectors() (out []piece) {
	if p.data == nil {
		return []piece{p}
	}
	for at, rest := p.at, p.data; len(rest) > 0; {
		n := min(int64(len(rest)), sector-at%sector)
		out = append(out, piece{at, rest[:n]})
		at, rest = at+n, rest[n:]
	}
	return out
}

// onto applies a piece to the bytes of a file.
func (p piece) onto(b []byte) []byte {
	if p.data == nil {
		if p.at < int64(len(b)) {
			return b[:p.at]
		}
		return append(b, make([]byte, p.at-int64(len(b)))...)
	}
	if end := p.at + int64(len(p.data)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[p.at:], p.data)
	return b
}

// Open implements vfs.VFS; SQLite calls OpenFilename.
func (d *disk) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, errors.New("disk: not by name")
}

// OpenFilename implements vfs.VFSFilename.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	if d.isOff() {
		return nil, 0, errNoPower
	}
	f, flags, err := d.system.OpenFilename(name, flags)
	path := name.String()
	if err != nil || path == "" { // what has no name lasts no longer than the process
		return f, flags, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.files[path]
	if p == nil {
		p = &platter{}
		if p.lasting, err = os.ReadFile(path); err != nil {
			return nil, 0, errors.Join(err, f.Close())
		}
		if len(p.lasting) == 0 {
			p.lasting = nil
		}
		d.files[path] = p
	}
	p.deleted = false
	log := flags&(vfs.OPEN_MAIN_JOURNAL|vfs.OPEN_SUPER_JOURNAL|vfs.OPEN_WAL) != 0
	return &diskFile{File: f, d: d, p: p, named: !log || flags&vfs.OPEN_CREATE == 0}, flags, nil
}

// Delete implements vfs.VFS.
func (d *disk) Delete(name string, syncDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.op(opWrite); err != nil {
		return err
	}
	if p := d.files[name]; p != nil {
		p.deleted = true
		if syncDir {
			delete(d.files, name)
		}
	}
	return d.system.Delete(name, false)
}

// Access implements vfs.VFS.
func (d *disk) Access(name string, flags vfs.AccessFlag) (bool, error) {
	return d.system.Access(name, flags)
}

// FullPathname implements vfs.VFS.
func (d *disk) FullPathname(name string) (string, error) { return d.system.FullPathname(name) }

// diskFile is an open file of a disk.
type diskFile struct {
	vfs.File
	d     *disk
	p     *platter
	named bool // its first sync is behind; that of a log that was made includes the folder, so that deletions last as well
}

// SharedMemory implements vfs.FileSharedMemory: what processes share is in no file that lasts.
func (f *diskFile) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

// ReadAt implements io.ReaderAt.
func (f *diskFile) ReadAt(b []byte, off int64) (int, error) {
	if f.d.isOff() {
		return 0, errNoPower
	}
	return f.File.ReadAt(b, off)
}

// WriteAt implements io.WriterAt.
func (f *diskFile) WriteAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.op(opWrite); err != nil {
		return 0, err
	}
	f.p.pending = append(f.p.pending, piece{off, bytes.Clone(b)})
	return f.File.WriteAt(b, off)
}

// Truncate implements vfs.File.
func (f *diskFile) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.op(opWrite); err != nil {
		return err
	}
	f.p.pending = append(f.p.pending, piece{at: size})
	return f.File.Truncate(size)
}

// Sync implements vfs.File: what was written lasts from here on.
func (f *diskFile) Sync(vfs.SyncFlag) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.op(opSync); err != nil {
		return err
	}
	if f.p.lasting == nil {
		f.p.lasting = []byte{}
	}
	for _, part := range f.p.pending {
		f.p.lasting = part.onto(f.p.lasting)
	}
	f.p.pending = nil
	if !f.named {
		f.named = true
		maps.DeleteFunc(f.d.files, func(_ string, p *platter) bool { return p.deleted })
	}
	return nil
}
