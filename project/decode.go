package project

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// file is one YAML file while it is checked.
type file struct {
	name  string
	src   []byte
	root  *yaml.Node
	lines []string // made on the first fault
}

// place is a YAML node with its address: what every decoding function is handed.
type place struct {
	c  *checker
	f  *file
	n  *yaml.Node
	at Path
}

func (p place) fail(msg, hint string, fixes ...Fix) {
	p.c.report(p, p.n.Line, p.n.Column, msg, hint, false, fixes)
}
func (p place) warn(msg, hint string, fixes ...Fix) {
	p.c.report(p, p.n.Line, p.n.Column, msg, hint, true, fixes)
}

// failIn reports a fault at a byte offset of the node's text.
func (p place) failIn(offset int, msg, hint string, fixes ...Fix) {
	line, col := p.f.position(p.n, offset)
	p.c.report(p, line, col, msg, hint, false, fixes)
}

// position finds where the byte offset of a scalar's text stands in the file: exact where the text is written as it is, else the
// scalar's first character.
func (f *file) position(n *yaml.Node, offset int) (line, col int) {
	line, col = n.Line, n.Column
	if offset <= 0 || offset > len(n.Value) {
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && offset == 0 {
			col++
		}
		return line, col
	}
	if f.lines == nil {
		f.lines = strings.Split(string(f.src), "\n")
	}
	before := n.Value[:offset]
	if n.Style&yaml.LiteralStyle != 0 {
		nth := strings.Count(before, "\n")
		if raw := f.line(line + 1 + nth); raw != "" {
			start := strings.LastIndexByte(before, '\n') + 1
			whole, _, _ := strings.Cut(n.Value[start:], "\n")
			if i := strings.Index(raw, whole); i >= 0 {
				return line + 1 + nth, utf8.RuneCountInString(raw[:i]) + utf8.RuneCountInString(before[start:]) + 1
			}
		}
		return line, col
	}
	raw := []rune(f.line(line))
	if col-1 > len(raw) {
		return line, col
	}
	rest := string(raw[col-1:])
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && rest != "" {
		rest, col = rest[1:], col+1
	}
	if strings.HasPrefix(rest, before) {
		return line, col + utf8.RuneCountInString(before)
	}
	return n.Line, n.Column
}

func (f *file) line(nth int) string {
	if nth < 1 || nth > len(f.lines) {
		return ""
	}
	return f.lines[nth-1]
}

// scalarKind is what a scalar means under our strict reading of YAML.
type scalarKind int

const (
	notScalar scalarKind = iota
	textScalar
	intScalar
	numberScalar
	boolScalar
	nullScalar
	oddScalar // what other readers of YAML take for a number or a truth: 0777, 0x1f, True, .inf
)

var (
	intPattern    = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
)

func (p place) scalar() scalarKind {
	if p.n.Kind != yaml.ScalarNode {
		return notScalar
	}
	if p.n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return textScalar
	}
	switch p.n.ShortTag() {
	case "!!null":
		return nullScalar
	case "!!bool":
		if p.n.Value == "true" || p.n.Value == "false" {
			return boolScalar
		}
		return oddScalar
	case "!!int", "!!float":
		if intPattern.MatchString(p.n.Value) {
			return intScalar
		}
		if numberPattern.MatchString(p.n.Value) {
			return numberScalar
		}
		return oddScalar
	}
	return textScalar
}

func (p place) null() bool { return p.scalar() == nullScalar }

// describe says what stands here, for “… is needed, not …”.
func (p place) describe() string {
	switch p.n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch p.scalar() {
	case nullScalar:
		return "nothing"
	case textScalar:
		return quoted(p.n.Value)
	}
	return p.n.Value
}

// quoted is a text as messages show it: in quotes, cut when long.
func quoted(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:40]) + "…"
	}
	return strconv.Quote(s)
}

// entry is one key of a mapping.
type entry struct {
	name string
	key  place // the key itself; its path is the value's
	val  place
}

// entries returns the keys of a mapping in order; what is written without a value has none.
func (p place) entries(what string) []entry {
	if p.null() {
		return nil
	}
	if p.n.Kind != yaml.MappingNode {
		p.fail(what+" must be a mapping (key: value), not "+p.describe(), "")
		return nil
	}
	out := make([]entry, 0, len(p.n.Content)/2)
	for i := 0; i+1 < len(p.n.Content); i += 2 {
		name := p.n.Content[i].Value
		at := p.at.key(name)
		out = append(out, entry{name, place{p.c, p.f, p.n.Content[i], at}, place{p.c, p.f, p.n.Content[i+1], at}})
	}
	return out
}

// items returns the items of a list; what is written without a value has none.
func (p place) items(what string) []place {
	if p.null() {
		return nil
	}
	if p.n.Kind != yaml.SequenceNode {
		p.fail(what+" must be a list, not "+p.describe(), "begin each item with “- ”")
		return nil
	}
	out := make([]place, len(p.n.Content))
	for i, n := range p.n.Content {
		out[i] = place{p.c, p.f, n, p.at.item(i)}
	}
	return out
}

// section is a mapping whose keys are all known.
type section struct {
	place
	what string
	keys Path    // where its keys are, when that is not below it
	vals []entry // of few keys, so a search is cheaper than a map
	bad  bool    // not a mapping at all: what it lacks need not be said
}

// section reads a mapping and reports every key that is not one of keys.
func (p place) section(what string, keys ...string) section {
	s := section{place: p, what: what, bad: p.n.Kind != yaml.MappingNode && !p.null()}
	entries := p.entries(what)
	s.vals = entries[:0]
	for _, e := range entries {
		if !slices.Contains(keys, e.name) {
			e.key.misnamed(fmt.Sprintf("%s has no %q", what, e.name), e.name, keys)
			continue
		}
		s.vals = append(s.vals, e)
	}
	return s
}

func (s section) get(key string) (place, bool) {
	for i := range s.vals {
		if s.vals[i].name == key {
			return s.vals[i].val, true
		}
	}
	return place{}, false
}

// lacks is the place of a key that is not written: by its path it is found in the studio, by its line in the file.
func (s section) lacks(key string) place {
	at := s.keys
	if at == "" {
		at = s.at
	}
	return place{s.c, s.f, s.n, at.key(key)}
}

// need is get for what must be written.
func (s section) need(key, hint string) (place, bool) {
	p, ok := s.get(key)
	if !ok && !s.bad {
		s.lacks(key).fail(fmt.Sprintf("%s needs %q", s.what, key), hint)
	}
	return p, ok
}

// literal reads text that may not be an expression.
func (p place) literal(what string) (string, bool) {
	switch p.scalar() {
	case notScalar, nullScalar:
		p.fail(what+" must be text, not "+p.describe(), "")
		return "", false
	case boolScalar:
		p.fail(what+" must be text, not "+p.describe(), "put it in quotes if it is meant as text")
		return "", false
	}
	if strings.Contains(p.n.Value, "${") {
		p.fail(what+" must be written as it is, not as ${…}", "")
		return "", false
	}
	return p.n.Value, true
}

// text reads optional literal text of a section.
func (s section) text(key string) string {
	if p, ok := s.get(key); ok {
		v, _ := p.literal(key)
		return v
	}
	return ""
}

// flag reads an optional true or false of a section.
func (s section) flag(key string, otherwise bool) bool {
	p, ok := s.get(key)
	if !ok {
		return otherwise
	}
	v, ok := p.boolean(key)
	return v && ok || !ok && otherwise
}

func (p place) boolean(what string) (v, ok bool) {
	if p.scalar() == boolScalar {
		return p.n.Value == "true", true
	}
	hint := "write true or false"
	switch strings.ToLower(p.n.Value) {
	case "yes", "on", "true":
		hint = "write true, without quotes"
	case "no", "off", "false":
		hint = "write false, without quotes"
	}
	p.fail(what+" must be true or false, not "+p.describe(), hint)
	return false, false
}

func (p place) integer(what string) (int, bool) {
	if p.scalar() == intScalar {
		if v, err := strconv.Atoi(p.n.Value); err == nil {
			return v, true
		}
	}
	p.fail(what+" must be a whole number, not "+p.describe(), p.numberHint())
	return 0, false
}

func (p place) numberHint() string {
	switch k := p.scalar(); {
	case k == textScalar && numberPattern.MatchString(p.n.Value):
		return "remove the quotes"
	case k == oddScalar:
		return "write it in decimal digits, without leading zeros or +"
	}
	return ""
}

// oneOf reads one of a few literal words.
func (p place) oneOf(what string, words ...string) (string, bool) {
	v, ok := p.literal(what)
	if !ok {
		return "", false
	}
	if !slices.Contains(words, v) {
		p.misnamed(fmt.Sprintf("%s cannot be %s", what, quoted(v)), v, words)
		return "", false
	}
	return v, true
}

// someOf reads a list of literal words, each of them called one; false when one is none of them.
func (p place) someOf(what, one string, words ...string) ([]any, bool) {
	out := []any{}
	for _, item := range p.items(what) {
		word, ok := item.oneOf(one+" of "+what, words...)
		switch {
		case !ok:
			return nil, false
		case slices.Contains(out, any(word)):
			item.warn(word+" is there twice", "")
		default:
			out = append(out, word)
		}
	}
	return out, true
}

// choice reads an optional literal word of a section.
func (s section) choice(key, otherwise string, words ...string) string {
	p, ok := s.get(key)
	if !ok {
		return otherwise
	}
	if v, ok := p.oneOf(key, words...); ok {
		return v
	}
	return otherwise
}

// duration reads an optional length of time of a section: 30s, 15m, 12h, 7d.
func (s section) duration(key string, otherwise, least, most time.Duration) time.Duration {
	p, ok := s.get(key)
	if !ok {
		return otherwise
	}
	text, ok := p.literal(key)
	if !ok {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays && intPattern.MatchString(days) {
		n, tooLarge := strconv.Atoi(days)
		if tooLarge == nil && n >= 0 && n <= 36500 {
			d, err = time.Duration(n)*24*time.Hour, nil
		}
	}
	switch {
	case err != nil:
		p.fail(key+" is not a length of time: "+p.describe(), "write a number and a unit: 30s, 15m, 12h or 7d")
		return otherwise
	case d < least || d > most:
		p.fail(fmt.Sprintf("%s must be between %s and %s", key, least, most), "")
		return otherwise
	}
	return d
}

var sizePattern = regexp.MustCompile(`^([1-9][0-9]{0,6}) ?(B|KB|MB)$`)

// size reads an optional amount of bytes of a section: 512 KB, 4 MB.
func (s section) size(key string, otherwise, least, most int64) int64 {
	p, ok := s.get(key)
	if !ok {
		return otherwise
	}
	text, ok := p.literal(key)
	if !ok {
		return otherwise
	}
	n := readSize(text)
	if n == 0 {
		p.fail(key+" is not a size: "+p.describe(), "write a number and a unit: 512 KB or 4 MB")
		return otherwise
	}
	if n < least || n > most {
		p.fail(fmt.Sprintf("%s must be between %s and %s", key, sizeText(least), sizeText(most)), "")
		return otherwise
	}
	return n
}

// readSize reads an amount of bytes; 0 is none.
func readSize(text string) int64 {
	m := sizePattern.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // seven digits at most
	return n * map[string]int64{"B": 1, "KB": 1 << 10, "MB": 1 << 20}[m[2]]
}

func sizeText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// count reads an optional whole number of a section.
func (s section) count(key string, otherwise, least, most int) int {
	p, ok := s.get(key)
	if !ok {
		return otherwise
	}
	n, ok := p.integer(key)
	if !ok {
		return otherwise
	}
	if n < least || n > most {
		p.fail(fmt.Sprintf("%s must be between %d and %d", key, least, most), "")
		return otherwise
	}
	return n
}

var (
	namePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	filePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
)

// exprWords cannot be names, because expressions read them as operators and constants.
var exprWords = []string{"in", "not", "and", "or", "let", "if", "else", "matches", "contains", "startsWith", "endsWith", "true", "false", "nil"}

// sources are the names that expressions begin with; no output may hide them.
var sources = []string{"auth", "user", "form", "state", "app", "params", "constants", "env", "queries", "item", "index", "reply", "request", "session", "page", "now", "secrets", "message", "props", "own"}

// LegalOutput reports whether an action's output can have this name: a legal one that hides nothing that expressions read.
func LegalOutput(name string) bool { return LegalName(name) && !slices.Contains(sources, name) }

// LegalName reports whether fields, parameters, calls and variables can have this name.
func LegalName(name string) bool {
	return namePattern.MatchString(name) && !slices.Contains(exprWords, name)
}

// name checks that a name can be used in expressions.
func (p place) name(what, name string) bool {
	switch {
	case !namePattern.MatchString(name):
		p.fail(fmt.Sprintf("%s cannot be named %s", what, quoted(name)), "use letters, digits and _, beginning with a letter")
		return false
	case slices.Contains(exprWords, name):
		p.fail(fmt.Sprintf("%s cannot be named %q, a word of expressions", what, name), "")
		return false
	}
	return true
}
