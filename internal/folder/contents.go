package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

var errNotEmpty = fmt.Errorf("the folder is not empty: %w", fs.ErrExist)

// Contents reads what an archive of the project holds: its files, assets and journeys, and what explains them. left names what stands beside
// them and stays behind; what begins with a dot is not named. Links are not followed.
func (f *Folder) Contents() (files map[string][]byte, left []string, err error) {
	files = map[string][]byte{}
	size := int64(0)
	err = fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(d.Name(), "."):
			return skip(d)
		case d.IsDir():
			if !project.Archived(path.Join(name, "x.yaml")) {
				left = append(left, name+"/")
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || !project.Archived(name):
			left = append(left, name)
			return nil
		}
		src, err := f.read(name, project.MaxArchiveBytes-size)
		if err != nil {
			return err
		}
		if !project.Shareable(src) {
			left = append(left, name)
			return nil
		}
		size += int64(len(src))
		files[name] = src
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the project: %w", err)
	}
	return files, left, nil
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// read reads a regular file of at most budget bytes.
func (f *Folder) read(name string, budget int64) ([]byte, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(file, budget+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if int64(len(src)) > budget {
		return nil, fmt.Errorf("all files together are larger than %d MiB", project.MaxArchiveBytes>>20)
	}
	return src, nil
}

// Fill writes the files of a project into the folder, all or none. fs.ErrExist says that something is there already, names that begin
// with a dot aside.
func (f *Folder) Fill(ctx context.Context, files map[string][]byte) error {
	f.saving.Lock()
	defer f.saving.Unlock()
	there, err := fs.ReadDir(f.root.FS(), ".")
	if err == nil && slices.ContainsFunc(there, func(d fs.DirEntry) bool { return !strings.HasPrefix(d.Name(), ".") }) {
		err = errNotEmpty
	}
	if err == nil {
		err = fill(f.root, files, func(op, name string) error { return errors.Join(ctx.Err(), f.before(op, name)) })
	}
	if err != nil {
		return fmt.Errorf("fill the project: %w", err)
	}
	return nil
}

// fill writes files into a folder that has none of them, and takes what it wrote back when one fails. app.yaml comes last: until it is
// there the folder is no app, so that an interruption leaves no half of one. before, when not nil, is called before each step.
func fill(root *os.Root, files map[string][]byte, before func(op, name string) error) error {
	const last = "app.yaml"
	names := slices.Sorted(maps.Keys(files))
	if i := slices.Index(names, last); i >= 0 {
		names = append(slices.Delete(names, i, i+1), last)
	}
	made := &filling{root: root, before: before, dirs: map[string]bool{}}
	var err error
	for _, name := range names {
		if err = nameable(name); err != nil {
			break
		}
		if name == last { // what it makes an app of is on the disk before it
			err = made.sync()
		}
		if err == nil {
			err = made.write(name, files[name])
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = made.sync()
	}
	if err != nil {
		made.takeBack()
	}
	return err
}

// filling is what fill has made so far.
type filling struct {
	root   *os.Root
	before func(op, name string) error
	files  []string
	made   []string // directories that were not there
	dirs   map[string]bool
}

func (m *filling) step(op, name string) error {
	if m.before == nil {
		return nil
	}
	return m.before(op, name)
}

func (m *filling) write(name string, src []byte) error {
	if err := m.mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := m.step("write", name); err != nil {
		return err
	}
	err := writeNew(m.root, name, src, 0o644)
	if !errors.Is(err, fs.ErrExist) {
		m.files = append(m.files, name) // one that is half written goes as well
	}
	return err
}

func (m *filling) mkdir(dir string) error {
	if dir == "." || m.dirs[dir] {
		return nil
	}
	if err := m.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	m.dirs[dir] = true
	err := m.root.Mkdir(dir, 0o755)
	if err == nil {
		m.made = append(m.made, dir)
	} else if errors.Is(err, fs.ErrExist) {
		return nil // a folder of ours; a file of that name makes the write fail
	}
	return err
}

// sync makes the names durable.
func (m *filling) sync() error {
	for _, dir := range append([]string{"."}, m.made...) {
		if err := errors.Join(m.step("sync", dir), syncDir(m.root, dir)); err != nil {
			return err
		}
	}
	return nil
}

// takeBack removes what was made. What cannot be removed stays; nothing that was there before is touched.
func (m *filling) takeBack() {
	for _, name := range slices.Backward(m.files) {
		_ = m.root.Remove(name)
	}
	for _, dir := range slices.Backward(m.made) {
		_ = m.root.Remove(dir) // not when somebody has put something into it
	}
}
