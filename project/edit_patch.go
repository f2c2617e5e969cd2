package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// hashText is the hash that patches name a file's bytes by.
func hashText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// cover is the one range that the splices change together.
func (ss splices) cover(src string) splice {
	if len(ss) == 0 {
		return splice{}
	}
	at, end := ss[0].at, ss[len(ss)-1].end
	var b strings.Builder
	pos := at
	for _, sp := range ss {
		b.WriteString(src[pos:sp.at])
		b.WriteString(sp.text)
		pos = sp.end
	}
	return splice{at, end, b.String()}
}

// write puts new text into a file and remembers how to take it back. cut is the range that changed; it is not used for a new file.
func (ed *editor) write(file, text string, cut splice) {
	old, was := ed.files[file]
	ed.files[file] = []byte(text)
	p := &Patch{File: file, Old: text, Hash: hashText(text), Remove: true}
	if was {
		p = undoPatch(file, string(old), text, cut)
	}
	ed.undo = append(ed.undo, Edit{Op: OpBytes, Patch: p})
}

// remove takes a file away.
func (ed *editor) remove(file string) {
	ed.undo = append(ed.undo, Edit{Op: OpBytes, Patch: &Patch{File: file, New: string(ed.files[file])}})
	delete(ed.files, file)
}

// undoPatch turns text back into old, in whole lines, with as many lines around them as make the place known.
func undoPatch(file, old, text string, cut splice) *Patch {
	at, tail := cut.at, len(old)-cut.end
	for !startsLine(old, at) {
		at--
	}
	for tail > 0 && !(startsLine(old, len(old)-tail) && startsLine(text, len(text)-tail)) {
		tail--
	}
	p := &Patch{File: file, Offset: at, Old: text[at : len(text)-tail], New: old[at : len(old)-tail], Hash: hashText(text)}
	before, after := at, len(text)-tail
	for {
		moved := false
		if before > 0 {
			before = strings.LastIndexByte(text[:before-1], '\n') + 1
			moved = true
		}
		if after < len(text) {
			if i := strings.IndexByte(text[after:], '\n'); i >= 0 {
				after += i + 1
			} else {
				after = len(text)
			}
			moved = true
		}
		if !moved || once(text, text[before:after]) {
			break
		}
	}
	p.Before, p.After = text[before:at], text[len(text)-tail:after]
	return p
}

func startsLine(s string, pos int) bool { return pos == 0 || s[pos-1] == '\n' }

// once reports whether part occurs in s at the start of exactly one line.
func once(s, part string) bool {
	_, n := findLines(s, part)
	return n == 1
}

// findLines returns the first place where part starts a line of s, and how many there are, two at most.
func findLines(s, part string) (at, n int) {
	at = -1
	for from := 0; n < 2; {
		i := strings.Index(s[from:], part)
		if i < 0 {
			break
		}
		i += from
		if startsLine(s, i) {
			if n++; n == 1 {
				at = i
			}
		}
		from = i + 1
		if from > len(s) {
			break
		}
	}
	return at, n
}

var errPatchGone = errors.New("these lines have been changed since, so the change cannot be taken back")

// bytes carries out a patch.
func (ed *editor) bytes(p *Patch) error {
	if p == nil || !patchable(p.File) {
		return errors.New("the edit names no file of the project")
	}
	old, is := ed.files[p.File]
	switch {
	case p.Hash == "" && is:
		return fmt.Errorf("%s: the file is there already", p.File)
	case p.Hash == "" && p.Old == "":
		ed.write(p.File, p.New, splice{})
		return nil
	case !is:
		return fmt.Errorf("%s: the file is gone", p.File)
	}
	src := string(old)
	at, err := p.find(src)
	if err != nil {
		return fmt.Errorf("%s: %w", p.File, err)
	}
	if p.Remove {
		if len(p.Old) != len(src) {
			return fmt.Errorf("%s: %w", p.File, errPatchGone)
		}
		ed.remove(p.File)
		return nil
	}
	cut := splice{at, at + len(p.Old), p.New}
	ed.write(p.File, splices{cut}.apply(src), cut)
	return nil
}

// find is where the patch belongs in src: at its offset in the very bytes it was made for, else where its lines stand, if that is one place.
func (p *Patch) find(src string) (int, error) {
	if hashText(src) == p.Hash {
		if p.Offset < 0 || p.Offset > len(src) || !strings.HasPrefix(src[p.Offset:], p.Old) {
			return 0, errors.New("the patch does not fit the file")
		}
		return p.Offset, nil
	}
	if p.Before+p.Old+p.After == "" {
		return 0, errPatchGone
	}
	at, n := findLines(src, p.Before+p.Old+p.After)
	if n != 1 {
		return 0, errPatchGone
	}
	return at + len(p.Before), nil
}

// patchable refuses names that leave the project, and assets: their bytes are not in the tree.
func patchable(file string) bool {
	if !fs.ValidPath(file) || strings.ContainsAny(file, "\\\x00:") || strings.HasPrefix(file, assetsDir) {
		return false
	}
	return wanted(file)
}
