package project

import "unicode/utf8"

// Retype returns the edits that make text of a file, which need not be one that can be read; a file that is not there is made. What begins
// and ends the file as before is no part of them, so that undoing them outlives changes there.
func (t *Tree) Retype(file, text string) []Edit {
	src, there := t.files[file]
	old := string(src)
	switch {
	case !there:
		return []Edit{{Op: OpBytes, Patch: &Patch{File: file, New: text}}}
	case old == text:
		return nil
	}
	from, tail := 0, 0
	for from < min(len(old), len(text)) && old[from] == text[from] {
		from++
	}
	for from > 0 && !(boundary(old, from) && boundary(text, from)) {
		from--
	}
	for tail < min(len(old), len(text))-from && old[len(old)-1-tail] == text[len(text)-1-tail] {
		tail++
	}
	for tail > 0 && !(boundary(old, len(old)-tail) && boundary(text, len(text)-tail)) {
		tail--
	}
	return []Edit{{Op: OpBytes, Patch: &Patch{File: file, Offset: from, Old: old[from : len(old)-tail], New: text[from : len(text)-tail], Hash: hashText(old)}}}
}

// boundary reports whether a letter begins or the text ends at i.
func boundary(s string, i int) bool { return i >= len(s) || utf8.RuneStart(s[i]) }
