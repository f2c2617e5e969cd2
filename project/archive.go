package project

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits of an archive (promises.md G6).
const (
	MaxArchiveBytes = 64 << 20 // of the archive, and of what it holds when unpacked
	maxJourneys     = 500      // files of tests/, which count apart from MaxFiles
	maxArchiveNames = 4_000    // entries, folders and what does not belong to an app included
	maxNameBytes    = 255      // of each part of a name
)

// archived are files beside app.yaml that are no part of the app and go along with it.
var archived = []string{"README.md", "LICENSE"}

// Archived reports whether a file goes into an archive of its project: the files of the app, its assets, its journeys, and what explains
// it. Everything else stays behind, above all .env, session databases and what a version control keeps.
func Archived(name string) bool {
	dir, _, nested := strings.Cut(name, "/")
	switch {
	case slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return strings.HasPrefix(part, ".") || part == "node_modules" }):
		return false
	case !nested:
		return name == appFile || slices.Contains(archived, name)
	case dir == "tests":
		return strings.Count(name, "/") == 1 && (path.Ext(name) == ".txt" || path.Ext(name) == ".yaml")
	case dir+"/" == assetsDir:
		return !slices.Contains([]string{".db", ".db-wal", ".db-shm", ".sqlite", ".sqlite3", ".key", ".pem", ".p12", ".pfx"}, strings.ToLower(path.Ext(name)))
	}
	return wanted(name)
}

// Shareable reports whether a file's bytes may go into an archive: no database, and no private key.
func Shareable(content []byte) bool {
	head := content[:min(len(content), 4<<10)]
	return !bytes.HasPrefix(head, []byte("SQLite format 3\x00")) && !bytes.Contains(head, []byte("PRIVATE KEY-----"))
}

// WriteArchive writes a project's files as one zip archive. Equal files give equal bytes: names are sorted, and no time is told. It
// writes what Archived and Shareable admit, and fails where ReadArchive would refuse the result.
func WriteArchive(w io.Writer, files map[string][]byte) error {
	fail := func(err error) error { return fmt.Errorf("write the archive: %w", err) }
	var names nameList
	total := 0
	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		src := files[name]
		if !Archived(name) || !Shareable(src) {
			continue
		}
		if total += len(src); total > MaxArchiveBytes {
			return fail(errArchiveSize)
		}
		if err := errors.Join(names.add(name, false), fileFits(name, len(src))); err != nil {
			return fail(err)
		}
		entry, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return fail(err)
		}
		if _, err := entry.Write(src); err != nil {
			return fail(err)
		}
	}
	if err := names.whole(); err != nil {
		return fail(err)
	}
	if err := z.Close(); err != nil {
		return fail(err)
	}
	return nil
}

var errArchiveSize = fmt.Errorf("it holds more than %d MiB", MaxArchiveBytes>>20)

// fits refuses a file that no project may have.
func fileFits(name string, size int) error {
	if !strings.HasPrefix(name, assetsDir) && size > MaxFileBytes {
		return fmt.Errorf("%s is larger than %d MiB", name, MaxFileBytes>>20)
	}
	return nil
}

// ReadArchive reads an archive of size bytes: the files of a project in it, and the names of what does not belong to one. A folder around
// everything is taken off. Nothing is returned of an archive that could write elsewhere, grow beyond MaxArchiveBytes or mean different
// files on different systems.
func ReadArchive(r io.ReaderAt, size int64) (files map[string][]byte, left []string, err error) {
	fail := func(err error) (map[string][]byte, []string, error) {
		return nil, nil, fmt.Errorf("the archive is refused: %w", err)
	}
	if size > MaxArchiveBytes {
		return fail(fmt.Errorf("it is larger than %d MiB", MaxArchiveBytes>>20))
	}
	if err := countEntries(io.NewSectionReader(r, 0, size)); err != nil {
		return fail(err)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fail(fmt.Errorf("it is no whole zip file: %w", err))
	}
	var names nameList
	for _, f := range z.File {
		if err := errors.Join(plainEntry(f), names.add(strings.TrimSuffix(f.Name, "/"), strings.HasSuffix(f.Name, "/"))); err != nil {
			return fail(err)
		}
	}
	top := topFolder(z.File)
	files, budget := map[string][]byte{}, int64(MaxArchiveBytes)
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, top)
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		src, err := unpack(f, budget)
		if err != nil {
			return fail(fmt.Errorf("%q: %w", f.Name, err))
		}
		budget -= int64(len(src))
		if !Archived(name) || !Shareable(src) {
			left = append(left, name)
			continue
		}
		if err := fileFits(name, len(src)); err != nil {
			return fail(err)
		}
		files[name] = src
	}
	if files[appFile] == nil {
		return fail(errors.New("it holds no app.yaml"))
	}
	if err := inProject(files); err != nil {
		return fail(err)
	}
	slices.Sort(left)
	return files, left, nil
}

// countEntries refuses too long a directory before it is read into memory. Each of its entries begins with this mark, and what an
// archive says about their number need not be true.
func countEntries(r io.Reader) error {
	mark, n := []byte("PK\x01\x02"), 0
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		got, err := r.Read(buf[kept:])
		n += bytes.Count(buf[:kept+got], mark)
		if n > maxArchiveNames {
			return errTooMany
		}
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		seen := buf[:kept+got]
		kept = copy(buf, seen[max(0, len(seen)-len(mark)+1):])
	}
}

var errTooMany = fmt.Errorf("it has more than %d entries", maxArchiveNames)

// plainEntry refuses what is neither a regular file nor a folder.
func plainEntry(f *zip.File) error {
	folder := strings.HasSuffix(f.Name, "/")
	switch mode := f.Mode(); {
	case f.Flags&1 != 0:
		return fmt.Errorf("%q is encrypted", f.Name)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Errorf("%q is packed in a way that is not read here", f.Name)
	case folder != mode.IsDir() || mode.Type()&^fs.ModeDir != 0:
		return fmt.Errorf("%q is a link, or no plain file", f.Name)
	case folder && f.UncompressedSize64 > 0:
		return fmt.Errorf("%q is a folder and has content", f.Name)
	}
	return nil
}

// unpack reads an entry, whatever it says about its size.
func unpack(f *zip.File, budget int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(r, budget+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	if int64(len(src)) > budget {
		return nil, errArchiveSize
	}
	return src, nil
}

// topFolder is the folder with a slash that everything lies in, "" when there is none or it is one of an app's.
func topFolder(all []*zip.File) string {
	top := ""
	for _, f := range all {
		first, _, nested := strings.Cut(f.Name, "/")
		if !nested || first == "assets" || first == "tests" || slices.Contains(folders, first) || top != "" && top != first+"/" {
			return ""
		}
		top = first + "/"
	}
	return top
}

// inProject refuses more files than a project may have.
func inProject(files map[string][]byte) error {
	own, tests := 0, 0
	for name := range files {
		if strings.HasPrefix(name, "tests/") {
			tests++
		} else if !slices.Contains(archived, name) {
			own++
		}
	}
	if own > MaxFiles || tests > maxJourneys {
		return fmt.Errorf("it has more than %d files, or more than %d tests", MaxFiles, maxJourneys)
	}
	return nil
}

// nameList is the names of an archive, each checked to mean one file on every system, and none of them twice.
type nameList struct {
	count int
	kinds map[string]string // name, letters' case and composition taken away → "file", "folder" or "within", a folder by what is in it
	first map[string]string // the same → as it was written first
}

func (l *nameList) add(name string, folder bool) error {
	if l.count++; l.count > maxArchiveNames {
		return errTooMany
	}
	if err := safeName(name); err != nil {
		return err
	}
	if l.kinds == nil {
		l.kinds, l.first = map[string]string{}, map[string]string{}
	}
	kind := "file"
	if folder {
		kind = "folder"
	}
	if err := l.put(name, kind); err != nil {
		return err
	}
	for i, r := range name {
		if r != '/' {
			continue
		}
		if err := l.put(name[:i], "within"); err != nil {
			return err
		}
	}
	return nil
}

func (l *nameList) put(name, kind string) error {
	key := cases.Fold().String(norm.NFKC.String(name))
	had, first := l.kinds[key], l.first[key]
	switch {
	case had == "":
		l.kinds[key], l.first[key] = kind, name
		return nil
	case first != name:
		return fmt.Errorf("%q and %q would be one file on some systems", first, name)
	case had == "file" || kind == "file":
		return fmt.Errorf("%q is there twice", name)
	case kind == had && kind == "folder":
		return fmt.Errorf("%q is there twice", name)
	case kind == "folder":
		l.kinds[key] = kind
	}
	return nil
}

// whole refuses what has no app.yaml.
func (l *nameList) whole() error {
	if l.kinds[appFile] == "" {
		return errors.New("there is no app.yaml")
	}
	return nil
}

// safeName refuses names that leave the folder, that some system cannot have, or that look like another.
func safeName(name string) error {
	if !utf8.ValidString(name) || !fs.ValidPath(name) || name == "." || len(name) > 4*maxNameBytes || strings.ContainsAny(name, "\\:*?\"<>|") {
		return fmt.Errorf("%q is no name of a project's file", name)
	}
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r != ' ' && unicode.IsSpace(r) {
			return fmt.Errorf("%+q has characters that nobody sees", name)
		}
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " ") || len(part) > maxNameBytes || reserved(part) {
			return fmt.Errorf("%q is no name that every system can have", name)
		}
	}
	return nil
}

// reserved reports whether a name means a device on Windows, with whatever ending.
func reserved(part string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(part), ".")
	base = strings.TrimRight(base, " ")
	if utf8.RuneCountInString(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) {
		return strings.Contains("0123456789¹²³", base[3:])
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}, base)
}
