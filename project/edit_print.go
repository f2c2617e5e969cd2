package project

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// piece is new text for a value: head stands behind the key or dash, body are the lines below it. Lines are without the indentation
// of the place they go to; an empty line stays empty.
type piece struct {
	head  string
	body  []string
	block bool // a list or mapping over several lines: the first line of its body may follow a dash
}

// lineWidth is how long a line may get by writing a small mapping in braces.
const lineWidth = 100

// print writes v the way a person would: block style, with small mappings of plain values in braces. indent is only for the width.
func print(v any, indent int, like yaml.Style) piece {
	switch v := v.(type) {
	case object:
		if len(v) > 0 {
			return piece{block: true, body: printMapping(v, indent)}
		}
	case []any:
		if len(v) > 0 {
			return piece{block: true, body: printList(v, indent)}
		}
	case string:
		if lines, mark, ok := literal(v); ok {
			return piece{head: mark, body: lines}
		}
	}
	return piece{head: flowText(v, like, false)}
}

func printMapping(o object, indent int) []string {
	var lines []string
	for _, m := range o {
		lines = append(lines, printEntry(m.key, m.value, indent)...)
	}
	return lines
}

// printEntry writes a key with its value.
func printEntry(key string, v any, indent int) []string {
	if o, ok := v.(object); ok && indent > 0 && small(o) {
		line := keyText(key, false) + ": " + flowText(o, 0, true)
		if indent+len(line) <= lineWidth {
			return []string{line}
		}
	}
	return print(v, indent+2, 0).under(key)
}

// under is the piece as the value of key.
func (p piece) under(key string) []string {
	first := keyText(key, false) + ":"
	if p.head != "" {
		first += " " + p.head
	}
	return append([]string{first}, shift(p.body, 2)...)
}

// small reports whether o holds nothing but values of one line.
func small(o object) bool {
	for _, m := range o {
		switch v := m.value.(type) {
		case object, []any:
			return false
		case string:
			if strings.Contains(v, "\n") {
				return false
			}
		}
	}
	return len(o) > 0
}

func printList(list []any, indent int) []string {
	var lines []string
	for _, v := range list {
		lines = append(lines, print(v, indent+2, 0).dashed()...)
	}
	return lines
}

// dashed is the piece as an item of a list.
func (p piece) dashed() []string {
	if p.block {
		lines := shift(p.body, 2)
		lines[0] = "- " + p.body[0]
		return lines
	}
	return append([]string{"- " + p.head}, shift(p.body, 2)...)
}

// shift indents lines by n spaces.
func shift(lines []string, n int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			line = strings.Repeat(" ", n) + line
		}
		out[i] = line
	}
	return out
}

// literal writes a text of several lines as a block scalar; ok is false where that is not possible.
func literal(s string) (lines []string, mark string, ok bool) {
	text, mark := s, "|-"
	if strings.HasSuffix(s, "\n") {
		text, mark = s[:len(s)-1], "|"
	}
	if !strings.Contains(s, "\n") || strings.Trim(text, "\n") == "" || strings.HasSuffix(text, "\n") || !printable(strings.ReplaceAll(text, "\n", "")) {
		return nil, "", false
	}
	lines = strings.Split(text, "\n")
	for _, line := range lines {
		if line != "" && strings.TrimSpace(line) == "" {
			return nil, "", false // editors strip such lines
		}
	}
	if c := strings.TrimLeft(text, "\n")[0]; c == ' ' || c == '\t' {
		return nil, "", false // the indentation could not be told from the text
	}
	return lines, mark, true
}

// flowText writes v in one line; like is the quoting to keep.
func flowText(v any, like yaml.Style, flow bool) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case number:
		return string(v)
	case string:
		return scalarText(v, like, flow)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = flowText(item, 0, true)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case object:
		pairs := make([]string, len(v))
		for i, m := range v {
			pairs[i] = pairText(m.key, m.value)
		}
		return "{" + strings.Join(pairs, ", ") + "}"
	}
	return ""
}

// pairText writes a key and value for a mapping in braces.
func pairText(key string, v any) string { return keyText(key, true) + ": " + flowText(v, 0, true) }

func keyText(key string, flow bool) string {
	if simpleNumber(key) {
		return key
	}
	return scalarText(key, 0, flow)
}

func simpleNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// scalarText writes a text in one line, plain where YAML reads it back as this very text.
func scalarText(s string, like yaml.Style, flow bool) string {
	switch {
	case !printable(s):
		return doubleQuoted(s)
	case like&yaml.SingleQuotedStyle != 0:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	case like&yaml.DoubleQuotedStyle == 0 && plainSafe(s, flow):
		return s
	case strings.ContainsAny(s, "\"\\") && !strings.Contains(s, "'"):
		return "'" + s + "'"
	}
	return doubleQuoted(s)
}

// printable reports whether s can be written without escapes.
func printable(s string) bool {
	for _, r := range s {
		if r == unicode.ReplacementChar || r != ' ' && !unicode.IsPrint(r) || r == '\u0085' || r == '\ufeff' {
			return false
		}
	}
	return true
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == ' ' || unicode.IsPrint(r) && r != '\u0085' && r != '\ufeff':
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plainSafe reports whether s without quotes is read as the text s, by every YAML version.
func plainSafe(s string, flow bool) bool {
	if s == "" || strings.TrimSpace(s) != s || strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") {
		return false
	}
	if strings.IndexByte(",[]{}#&*!|>'\"%@`?:=<~", s[0]) >= 0 || strings.HasPrefix(s, "- ") || s == "-" || strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") {
		return false
	}
	if flow && (strings.ContainsAny(s, ",[]{}") || s[0] == '-') {
		return false
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	if c := s[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		return !looksNumeric(s) && readsAsText(s)
	}
	return true
}

var numeric = regexp.MustCompile(`^[-+.]?[0-9][0-9a-fA-F_xo.:+-]*([TtZ][0-9:.Z+-]*)?$`)

// looksNumeric reports whether s would be a number, a date or a time in some YAML version.
func looksNumeric(s string) bool {
	return numeric.MatchString(s)
}

// readsAsText asks the parser.
func readsAsText(s string) bool {
	var doc yaml.Node
	err := yaml.Load([]byte("k: "+s+"\n"), &doc)
	if err != nil || len(doc.Content) != 1 || len(doc.Content[0].Content) != 2 {
		return false
	}
	n := doc.Content[0].Content[1]
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && n.Value == s
}
