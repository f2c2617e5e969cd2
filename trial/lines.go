package trial

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Line is one value of a reply beside the expression that reads it.
type Line struct {
	Path  string `json:"path"`
	Depth int    `json:"depth"`
	Kind  string `json:"kind"`           // text, int, number, bool, time, null, secret, list, object
	List  bool   `json:"list,omitempty"` // the expression gives a list
	Count int    `json:"count,omitempty"`
	Value string `json:"value"` // a preview, on one line; [redacted] for a secret
}

const (
	maxPreview = 80      // characters
	maxFound   = 200     // lines of Find
	maxVisited = 200_000 // values that are looked at
)

// lines writes a tree of at most max lines, each list with at most items of its items; more is how many lines are left out.
func lines(root string, v any, max, items int) (out []Line, more int) {
	w := walk{items: items}
	w.each = func(l Line) {
		if len(out) < max {
			out = append(out, l)
		} else {
			more++
		}
	}
	w.value(root, v, 0)
	return out, more + w.left
}

// Find returns the expressions that hold filter, in whatever case, with a preview: of each list its first item, and for a list of objects the
// expression that gives one field of all of them (F092). All of them for "". They are 200 at most.
func (r *Result) Find(filter string) []Line {
	filter = strings.ToLower(filter)
	out := []Line{}
	w := walk{items: 1, maps: true}
	w.each = func(l Line) {
		if len(out) < maxFound && strings.Contains(strings.ToLower(l.Path), filter) {
			l.Depth = 0
			out = append(out, l)
		}
	}
	w.value(r.as+".body", r.body, 0)
	return out
}

// walk visits the values of a reply.
type walk struct {
	each    func(Line)
	items   int  // of each list
	maps    bool // tell of the fields of all items as well
	visited int
	left    int // values that were not looked at
}

func (w *walk) value(path string, v any, depth int) {
	if w.visited++; w.visited > maxVisited {
		w.left++
		return
	}
	l := Line{Path: path, Depth: depth, Kind: kindOf(v), Value: preview(v)}
	switch x := v.(type) {
	case []any:
		l.List, l.Count = true, len(x)
		w.each(l)
		if w.maps {
			w.fields(path, x)
		}
		for i, e := range x {
			if i == w.items {
				w.left += len(x) - i
				break
			}
			w.value(path+"["+strconv.Itoa(i)+"]", e, depth+1)
		}
	case map[string]any:
		l.Count = len(x)
		w.each(l)
		for _, k := range slices.Sorted(maps.Keys(x)) {
			w.value(path+segment(k), x[k], depth+1)
		}
	default:
		w.each(l)
	}
}

// fields tells of each field that the objects of a list have, as the list of it.
func (w *walk) fields(path string, list []any) {
	if strings.Contains(path, "[") {
		return // the same list stands in other items too
	}
	all := map[string][]any{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		for k, v := range m {
			if project.LegalName(k) {
				all[k] = append(all[k], v)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		w.each(Line{Path: fmt.Sprintf("map(%s, .%s)", path, k), Kind: "list", List: true, Count: len(list), Value: preview(all[k])})
	}
}

// segment is how an expression goes on to a key.
func segment(key string) string {
	if project.LegalName(key) {
		return "." + key
	}
	b, err := json.Marshal(key)
	if err != nil {
		return "[" + strconv.Quote(key) + "]"
	}
	return "[" + string(b) + "]"
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case bool:
		return "bool"
	case int:
		return "int"
	case time.Time:
		return "time"
	case value.Secret:
		return "secret"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	return "number"
}

// preview is a value on one line.
func preview(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case value.Secret:
		return redacted
	case string:
		return strconv.Quote(cut(x))
	case []any:
		return cut(previewList(x))
	case map[string]any:
		return count(len(x), "field")
	}
	return cut(value.Text(v))
}

func previewList(list []any) string {
	shown := []string{count(len(list), "item")}
	for _, e := range list[:min(len(list), 3)] {
		switch e.(type) {
		case []any, map[string]any, nil:
			return shown[0]
		}
		shown = append(shown, preview(e))
	}
	if len(shown) == 1 {
		return shown[0]
	}
	more := ""
	if len(list) > 3 {
		more = ", …"
	}
	return shown[0] + ": " + strings.Join(shown[1:], ", ") + more
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func cut(s string) string {
	if r := []rune(s); len(r) > maxPreview {
		return string(r[:maxPreview-1]) + "…"
	}
	return s
}
