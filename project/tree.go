package project

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Tree is the app as its files: file name (slash separated, relative) → bytes. It is immutable: edits make another.
type Tree struct {
	files map[string][]byte
	heads map[string][]byte // the first bytes of assets whose kind matters
	read  *readings         // of these files and of those of the trees before
	once  *verdict          // what Project returns; nil: it is not kept
}

// Problem is one fault or warning in the files.
type Problem struct {
	At      Path   `json:"at,omitempty"`
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1; 0: the file as a whole
	Col     int    `json:"column"`
	Msg     string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
	Fixes   []Fix  `json:"fixes,omitempty"` // what would end it, the likeliest first
}

// Fix is a change that ends a problem. It may bring others to light.
type Fix struct {
	Title string `json:"title"` // what it does: a phrase such as “Turn authentication on”
	Edits []Edit `json:"edits"`
}

// String prints file:line:column: path: sentence (hint).
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.At != "" {
		fmt.Fprintf(&b, "%s: ", p.At)
	}
	b.WriteString(p.Msg)
	if p.Hint != "" {
		fmt.Fprintf(&b, " (%s)", p.Hint)
	}
	return b.String()
}

// Problems is a list of problems, sorted by file, line and column.
type Problems []Problem

// Errors reports whether any of them is not a warning.
func (ps Problems) Errors() bool {
	for _, p := range ps {
		if !p.Warning {
			return true
		}
	}
	return false
}

// Op is what an edit does.
type Op string

// The edits. Set replaces or adds the value at a path; Insert puts a list item before the index that ends the path; Delete removes
// the key or item; Move takes the item at From to At.
const (
	OpSet    Op = "set"
	OpInsert Op = "insert"
	OpDelete Op = "delete"
	OpMove   Op = "move"
	OpBytes  Op = "bytes" // replaces a byte range of a file: what undo is made of
)

// Edit is one change of the files. Value is JSON; its object keys keep their order.
type Edit struct {
	Op    Op              `json:"op"`
	At    Path            `json:"at,omitempty"`
	From  Path            `json:"from,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
	Patch *Patch          `json:"patch,omitempty"` // OpBytes
}

// Patch puts New in place of Old at Offset of a file whose bytes have the hash Hash (hex SHA-256) before it. A patch whose Hash does
// not fit is applied only where exactly one place of the file holds the lines Before, Old and After; otherwise it is refused. An empty
// Hash makes the file, which must not be there.
type Patch struct {
	File   string `json:"file"`
	Offset int    `json:"offset"`
	Old    string `json:"old"`
	New    string `json:"new"`
	Hash   string `json:"hash"`
	Before string `json:"before,omitempty"` // lines right above Old that make its place known
	After  string `json:"after,omitempty"`  // lines right below Old
	Remove bool   `json:"remove,omitempty"` // the file, which is Old, goes away
}
