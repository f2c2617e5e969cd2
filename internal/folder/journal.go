package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// journal is the file that makes a save of several files one step: while it is there, all that the save wrote lies beside the files, and
// whoever opens the folder finishes what was begun. Its name is that of a temporary file, so nobody takes it for a part of the app.
const journal = ".usher-save.tmp"

const maxJournal = 4 << 20

// intent is one change of a journal.
type intent struct {
	Name string `json:"name"`
	Temp string `json:"temp,omitempty"` // what is to be renamed; "" for a removal
	Old  string `json:"old,omitempty"`  // hash of the bytes before, "" for none
}

func hashOf(src []byte) string {
	if src == nil {
		return ""
	}
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}

// begin writes down what a save is about to do, once all of it is on the disk. A save of one file needs no journal: a rename is one step.
func (f *Folder) begin(changes []change) error {
	if len(changes) < 2 {
		return nil
	}
	if err := f.syncDirs(changes); err != nil {
		return err
	}
	var all []intent
	for _, c := range changes {
		all = append(all, intent{Name: c.name, Temp: c.temp, Old: hashOf(c.old)})
	}
	src, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := f.before("journal", "."); err != nil {
		return err
	}
	draft := tempName(".")
	if err := writeNew(f.root, draft, src, 0o600); err != nil {
		return errors.Join(err, f.gone(draft))
	}
	if err := f.root.Rename(draft, journal); err != nil {
		return errors.Join(err, f.gone(draft))
	}
	return syncDir(f.root, ".")
}

// end takes the journal away, for good: one that came back would undo what is edited next.
func (f *Folder) end(changes []change) error {
	if len(changes) < 2 {
		return nil
	}
	return errors.Join(f.before("end", "."), f.gone(journal), syncDir(f.root, "."))
}

// gone removes a file that may not be there.
func (f *Folder) gone(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// finish completes a save that was cut short. A file that somebody else has changed since stays as it is.
func (f *Folder) finish() error {
	src, err := f.read(journal, maxJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", journal, err)
	}
	var all []intent
	if err := json.NewDecoder(bytes.NewReader(src)).Decode(&all); err != nil {
		return fmt.Errorf("%s, which an interrupted save left, cannot be read: %w", journal, err)
	}
	changes := make([]change, len(all))
	for i, in := range all {
		if err := f.fulfil(in); err != nil {
			return fmt.Errorf("finishing a save that was interrupted: %s: %w", in.Name, err)
		}
		changes[i] = change{name: in.Name}
	}
	return errors.Join(f.syncDirs(changes), f.gone(journal), syncDir(f.root, "."))
}

// fulfil does what one intent says, unless it is done or the file is another by now.
func (f *Folder) fulfil(in intent) error {
	if err := errors.Join(nameable(in.Name), temporary(in.Temp)); err != nil {
		return err
	}
	now, err := f.root.ReadFile(in.Name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if hashOf(now) != in.Old {
		if in.Temp == "" {
			return nil
		}
		return f.gone(in.Temp)
	}
	if in.Temp == "" {
		return f.gone(in.Name)
	}
	if err := f.root.Rename(in.Temp, in.Name); err != nil && !errors.Is(err, fs.ErrNotExist) { // another process finishes the same
		return err
	}
	return nil
}

// temporary refuses a name that no save gives to what it writes.
func temporary(name string) error {
	base := name[strings.LastIndexByte(name, '/')+1:]
	if name != "" && (nameable(name) != nil || !strings.HasPrefix(base, ".usher-") || !strings.HasSuffix(base, ".tmp")) {
		return fmt.Errorf("%q is no name of a temporary file", name)
	}
	return nil
}
