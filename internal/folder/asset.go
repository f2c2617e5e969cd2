package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// AssetInfo is a file in assets/.
type AssetInfo struct {
	Name string // below assets/
	Size int64
}

// Assets lists the files in assets/ as FS opens them; names that begin with a dot and what is not a regular file are passed over.
func (f *Folder) Assets() ([]AssetInfo, error) {
	var out []AssetInfo
	dir, err := f.root.OpenRoot("assets")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	defer dir.Close()
	err = fs.WalkDir(dir.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") {
			return skip(d)
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			out = append(out, AssetInfo{name, info.Size()})
		}
		return nil
	})
	return out, err
}

// PutAsset makes or replaces a file in assets/, all of it or nothing; nil bytes take it away. Like every save it stays inside the folder and
// goes through no link.
func (f *Folder) PutAsset(ctx context.Context, name string, src []byte) (err error) {
	f.saving.Lock()
	defer f.saving.Unlock()
	defer func() {
		if err != nil {
			err = fmt.Errorf("asset %s: %w", name, err)
		}
	}()
	c := change{name: path.Join("assets", name), new: src}
	if err := errors.Join(ctx.Err(), nameable(name), nameable(c.name), f.plainWay(c.name)); err != nil {
		return err
	}
	info, err := f.root.Lstat(c.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && src != nil:
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fs.ErrInvalid
	default:
		if c.old, err = f.root.ReadFile(c.name); err != nil {
			return err
		}
	}
	changes := []change{c}
	defer func() { f.dropTemps(changes) }()
	if err := f.prepare(&changes[0]); err != nil {
		return err
	}
	if err := f.commit(&changes[0]); err != nil {
		return err
	}
	return f.syncDirs(changes)
}

// plainWay refuses a name on whose way stands something else than a folder: a link could lead to the app's own files.
func (f *Folder) plainWay(name string) error {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := f.root.Lstat(dir)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder", dir)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
