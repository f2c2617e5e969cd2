package folder

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// change is one file that a save writes or takes away.
type change struct {
	name     string
	old, new []byte // nil: the file is not there
	temp     string // what will be renamed; "" for a removal
}

// Save brings the disk from base to next. Files that are equal in both are not touched, nor are assets. When a file on disk is not as base has it, the
// error is ErrChanged and nothing is saved. Each file is replaced at once: whatever happens, it holds the old bytes or the new, and once Save
// returns nil the new ones survive a loss of power. If a later file fails, the earlier ones are put back. A process that is killed between two
// files leaves a journal, by which the next Open finishes the save: whoever reads the folder through Open sees all of it or nothing.
func (f *Folder) Save(ctx context.Context, base, next *project.Tree) error {
	f.saving.Lock()
	defer f.saving.Unlock()
	changes, err := diff(base, next)
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	for _, c := range changes {
		if err := f.unchanged(c); err != nil {
			return fmt.Errorf("save %s: %w", c.name, err)
		}
	}
	err = f.carryOut(ctx, changes)
	f.dropTemps(changes) // not by defer: a panic leaves them to the journal
	return err
}

// carryOut writes all that is new beside the files, and then puts it in their place.
func (f *Folder) carryOut(ctx context.Context, changes []change) error {
	for i := range changes {
		if err := errors.Join(ctx.Err(), f.prepare(&changes[i])); err != nil {
			return fmt.Errorf("save %s: %w", changes[i].name, err)
		}
	}
	if err := f.begin(changes); err != nil {
		return fmt.Errorf("save: %w", errors.Join(err, f.end(changes)))
	}
	for i := range changes {
		if err := f.commit(&changes[i]); err != nil {
			return fmt.Errorf("save %s: %w", changes[i].name, errors.Join(err, f.end(changes), f.putBack(changes[:i])))
		}
	}
	return errors.Join(f.syncDirs(changes), f.end(changes))
}

// diff lists what differs, sorted by name.
func diff(base, next *project.Tree) ([]change, error) {
	names := slices.Concat(base.Files(), next.Files())
	slices.Sort(names)
	var changes []change
	for _, name := range slices.Compact(names) {
		c := change{name: name, old: content(base, name), new: content(next, name)}
		if strings.HasPrefix(name, "assets/") || (c.old == nil) == (c.new == nil) && bytes.Equal(c.old, c.new) {
			continue
		}
		if err := nameable(name); err != nil {
			return nil, err
		}
		if c.old == nil {
			if twin := slices.IndexFunc(next.Files(), func(other string) bool { return other != name && strings.EqualFold(other, name) }); twin >= 0 {
				return nil, fmt.Errorf("%s and %s would be one file on some systems", name, next.Files()[twin])
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// content is a file's bytes, never nil when it is there.
func content(t *project.Tree, name string) []byte {
	if _, there := slices.BinarySearch(t.Files(), name); !there {
		return nil
	}
	return append([]byte{}, t.Bytes(name)...)
}

// nameable refuses names that are no plain path below the folder on every system.
func nameable(name string) error {
	if !fs.ValidPath(name) || name == "." || !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsAny(name, "\\:\x00") {
		return fmt.Errorf("%q is no name of a project's file", name)
	}
	return nil
}

// unchanged reports by ErrChanged that the disk is not as the save's base.
func (f *Folder) unchanged(c change) error {
	info, err := f.root.Lstat(c.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.old == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return ErrChanged
	case err != nil:
		return err
	case c.old == nil || !info.Mode().IsRegular() || info.Size() != int64(len(c.old)):
		return ErrChanged
	}
	src, err := f.root.ReadFile(c.name)
	if err == nil && !bytes.Equal(src, c.old) {
		return ErrChanged
	}
	return err
}

// prepare writes the new bytes beside the file and makes them durable.
func (f *Folder) prepare(c *change) error {
	if c.new == nil {
		return nil
	}
	perm := fs.FileMode(0o644)
	if info, err := f.root.Lstat(c.name); err == nil {
		perm = info.Mode().Perm()
	}
	dir := path.Dir(c.name)
	if err := f.before("mkdir", dir); err != nil {
		return err
	}
	if err := f.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	c.temp = tempName(dir)
	if err := f.before("write", c.name); err != nil {
		return err
	}
	return writeNew(f.root, c.temp, c.new, perm)
}

// tempName is a name that no other save uses.
func tempName(dir string) string { return path.Join(dir, ".usher-"+rand.Text()+".tmp") }

// writeNew makes a file that must not be there, durably.
func writeNew(root *os.Root, name string, src []byte, perm fs.FileMode) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = file.Write(src)
	return errors.Join(err, file.Chmod(perm), file.Sync(), file.Close())
}

// commit makes the change visible, if the file is still as it was. Somebody who opened the folder meanwhile may have done so by the journal.
func (f *Folder) commit(c *change) error {
	err := f.unchanged(*c)
	if err == nil {
		err = f.replace(c)
	}
	if (errors.Is(err, ErrChanged) || errors.Is(err, fs.ErrNotExist)) && f.unchanged(change{name: c.name, old: c.new}) == nil {
		return nil
	}
	return err
}

// replace puts the new bytes in the place of the file, or takes it away.
func (f *Folder) replace(c *change) error {
	if c.new == nil {
		if err := f.before("remove", c.name); err != nil {
			return err
		}
		return f.root.Remove(c.name)
	}
	if err := f.before("rename", c.name); err != nil {
		return err
	}
	if err := f.root.Rename(c.temp, c.name); err != nil {
		return err
	}
	c.temp = ""
	return nil
}

// putBack takes changes back that were made before a later one failed.
func (f *Folder) putBack(done []change) error {
	var errs []error
	for _, c := range slices.Backward(done) {
		back := change{name: c.name, old: c.new, new: c.old}
		err := f.prepare(&back)
		if err == nil {
			err = f.commit(&back)
		}
		f.dropTemps([]change{back})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s keeps its new content: %w", c.name, err))
		}
	}
	return errors.Join(append(errs, f.syncDirs(done))...)
}

// dropTemps removes what was written and never renamed.
func (f *Folder) dropTemps(changes []change) {
	for _, c := range changes {
		if c.temp != "" {
			_ = f.root.Remove(c.temp) // hidden and never read; it may not be there
		}
	}
}

// syncDirs makes renames and removals durable, and new directories with them.
func (f *Folder) syncDirs(changes []change) error {
	dirs := []string{"."}
	for _, c := range changes {
		for dir := path.Dir(c.name); dir != "."; dir = path.Dir(dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(changes) == 0 {
		return nil
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if err := errors.Join(f.before("sync", dir), syncDir(f.root, dir)); err != nil {
			return fmt.Errorf("save: make %s durable: %w", dir, err)
		}
	}
	return nil
}

func syncDir(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be flushed there
	}
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *Folder) before(op, name string) error {
	if f.step == nil {
		return nil
	}
	return f.step(op, name)
}
