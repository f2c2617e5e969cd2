// Package folder is the one place that touches a project on disk: it reads the tree, saves edits so that no file is ever half-written and
// nothing that was changed outside is lost, watches for such changes, and hands out assets. It never follows a name or link out of the folder,
// never deletes what it did not read, and knows nothing of what the files mean.
package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/usherdev/usher/project"
)

// ErrChanged says that a file on disk is not as the tree that the edit was based on has it. Nothing was saved.
var ErrChanged = errors.New("the file has been changed by somebody else; load it again")

// Folder is a project on disk. It is safe for concurrent use; one process should save at a time.
type Folder struct {
	dir    string
	root   *os.Root
	saving sync.RWMutex                 // written by a save: nobody reads half of it
	last   atomic.Pointer[project.Tree] // as it was read last: what stayed the same is not checked from its bytes again

	closed chan struct{} // watchers stop
	close  sync.Once
	work   sync.WaitGroup

	// step, when not nil, is called before each step that changes the disk; its error stands for the step's. Tests lose power with it.
	step func(op, name string) error
}

// Open opens the project in dir, which must be a directory, and finishes a save that was interrupted there. Close it after use.
func Open(dir string) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	f := &Folder{dir: abs, root: root, closed: make(chan struct{})}
	if err := f.finish(); err != nil {
		return nil, fmt.Errorf("open project: %w", errors.Join(err, root.Close()))
	}
	return f, nil
}

// Dir returns the absolute path of the directory.
func (f *Folder) Dir() string { return f.dir }

// Close ends the watchers, waits for them and lets the directory go. It must not be called from a watcher's function.
func (f *Folder) Close() error {
	f.close.Do(func() { close(f.closed) })
	f.work.Wait()
	return f.root.Close()
}

// Tree reads the project as it is now.
func (f *Folder) Tree() (*project.Tree, error) {
	f.saving.RLock()
	defer f.saving.RUnlock()
	tree, err := project.LoadTree(f.root.FS())
	if err != nil {
		return nil, err
	}
	tree = tree.After(f.last.Load())
	f.last.Store(tree)
	return tree, nil
}

// Limits of the tests folder.
const (
	maxTests     = 500
	maxTestBytes = 1 << 20
)

// Tests reads the files of tests/ that are journeys (*.txt) or say how the backend answers them (*.yaml): name from the project's root →
// bytes. They are no part of the Tree: an app is the same whatever they say. A file that is too large is cut one byte beyond.
func (f *Folder) Tests() (map[string][]byte, error) {
	out := map[string][]byte{}
	dir, err := f.root.OpenRoot("tests")
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the tests: %w", err)
	}
	defer dir.Close()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("read the tests: %w", err)
	}
	for _, e := range entries {
		ending := filepath.Ext(e.Name())
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || ending != ".txt" && ending != ".yaml" {
			continue
		}
		if len(out) == maxTests {
			return nil, fmt.Errorf("read the tests: there are more than %d", maxTests)
		}
		if out["tests/"+e.Name()], err = readTest(dir, e.Name()); err != nil {
			return nil, fmt.Errorf("read the tests: %w", err)
		}
	}
	return out, nil
}

// maxTestFile bounds a file that a journey gives to an input.
const maxTestFile = 16 << 20

// TestFile reads a file of tests/, of whatever kind, for a journey to give to an input.
func (f *Folder) TestFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") {
		return nil, fs.ErrNotExist
	}
	dir, err := f.root.OpenRoot("tests")
	if err != nil {
		return nil, fs.ErrNotExist
	}
	defer dir.Close()
	info, err := dir.Stat(name)
	switch {
	case err != nil || !info.Mode().IsRegular():
		return nil, fs.ErrNotExist
	case info.Size() > maxTestFile:
		return nil, fmt.Errorf("it is larger than %d MiB", maxTestFile>>20)
	}
	return fs.ReadFile(dir.FS(), name)
}

func readTest(dir *os.Root, name string) ([]byte, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(file, maxTestBytes+1))
	return src, errors.Join(err, file.Close())
}

// FS returns the assets: names are relative to assets/. Only regular files can be opened; links out of assets/ are refused.
func (f *Folder) FS() fs.FS { return assets{f.root} }

type assets struct{ root *os.Root }

// Open implements fs.FS.
func (a assets) Open(name string) (fs.File, error) {
	fail := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	dir, err := a.root.OpenRoot("assets")
	if err != nil {
		return fail(fs.ErrNotExist)
	}
	defer dir.Close() // an open file outlives its root
	info, err := dir.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return fail(fs.ErrNotExist)
	}
	return dir.Open(name)
}

// Create is CreateOf with the files of a file system.
func Create(dir string, files fs.FS) error {
	content := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content[name], err = fs.ReadFile(files, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("create project: %w", err)
	}
	return CreateOf(dir, content)
}

// CreateOf makes a new project of files (name → bytes) in dir, which must be absent or empty; otherwise nothing is touched.
func CreateOf(dir string, files map[string][]byte) error {
	fail := func(err error) error { return fmt.Errorf("create project: %w", err) }
	// #nosec G301 -- a project holds no secret, and colleagues read it
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fail(err)
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return fail(err)
	}
	if len(there) > 0 {
		return fail(fmt.Errorf("%s is not empty; name a new folder", dir))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(fill(root, files, nil), root.Close()); err != nil {
		return fail(err)
	}
	return nil
}
