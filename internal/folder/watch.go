package folder

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/usherdev/usher/project"
)

const (
	quiet   = 50 * time.Millisecond  // how long nothing must happen before a change is read
	atLeast = 500 * time.Millisecond // how long a stream of changes may hold that back
)

// Watch calls fn with the project's tree each time its files have changed, whoever changed them, this Folder's Save included; a tree equal to the last is not
// reported. fn gets an error instead when the project cannot be read. Calls come one at a time from a goroutine that ends with ctx or Close.
// The first comparison is with the files as they are when Watch is called.
func (f *Folder) Watch(ctx context.Context, fn func(*project.Tree, error)) error {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch project: %w", err)
	}
	w := &watcher{folder: f, notify: notify, fn: fn}
	w.addAll()
	if tree, err := f.Tree(); err == nil {
		w.last = tree.Revision()
	}
	f.work.Go(func() {
		defer notify.Close()
		w.run(ctx)
	})
	return nil
}

// watcher is one Watch.
type watcher struct {
	folder *Folder
	notify *fsnotify.Watcher
	fn     func(*project.Tree, error)
	last   string // revision reported last
}

// addAll watches the folder and the directories in it; links are not followed, what begins with a dot is not watched.
func (w *watcher) addAll() {
	_ = fs.WalkDir(w.folder.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // gone while we walked; its directory tells of it
		}
		if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		_ = w.notify.Add(filepath.Join(w.folder.dir, filepath.FromSlash(name))) // gone again: the same
		return nil
	})
}

func (w *watcher) run(ctx context.Context) {
	timer := time.NewTimer(0)
	timer.Stop()
	defer timer.Stop()
	var first time.Time // of the changes not read yet
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.folder.closed:
			return
		case e := <-w.notify.Events:
			if strings.HasPrefix(filepath.Base(e.Name), ".") || e.Op == fsnotify.Chmod {
				continue
			}
			if first.IsZero() {
				first = time.Now()
			}
			timer.Reset(max(0, min(quiet, time.Until(first.Add(atLeast)))))
		case <-w.notify.Errors: // events may be lost
			first = time.Now()
			timer.Reset(quiet)
		case <-timer.C:
			first = time.Time{}
			w.addAll()
			w.report()
		}
	}
}

// report reads the tree and tells of it when it is another.
func (w *watcher) report() {
	tree, err := w.folder.Tree()
	if err != nil {
		w.last = ""
		w.fn(nil, err)
		return
	}
	if revision := tree.Revision(); revision != w.last {
		w.last = revision
		w.fn(tree, nil)
	}
}
