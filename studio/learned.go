package studio

import (
	"strconv"
	"strings"

	"github.com/usherdev/usher/value"
)

// replyOf begins the name of the type of a call's reply; the call's id follows.
const replyOf = "the reply of "

// learned fills in what the last test of a call has shown of replies that have no data type yet: names and kinds, no value. view is that of t.
func (s *Studio) learned(view *TypeView, t *value.Type, depth int) {
	if t == nil || len(view.Fields) != len(t.Fields) {
		return
	}
	id, isReply := strings.CutPrefix(t.Name, replyOf)
	for i, f := range t.Fields {
		switch {
		case isReply && f.Name == "body" && f.Type.Kind == value.KindAny:
			if last, ok := s.tried.last(id); ok && last.View.OK && len(last.View.Tree) > 0 {
				doc := "From the last test of " + id + ", whose reply has no data type yet."
				view.Fields[i].Type, _ = seenType(last.View.Tree, 0, doc)
				view.Fields[i].Doc = doc
			}
		case !isReply && depth > 0:
			s.learned(&view.Fields[i].Type, f.Type, depth-1)
		}
	}
}

// seenType is the type of the value that stands at a line of a tree, and the place of the line behind it.
func seenType(lines []TrialLine, at int, doc string) (TypeView, int) {
	up := lines[at]
	out := TypeView{Kind: up.Kind}
	if up.Kind == "null" {
		out.Kind = value.KindAny.String()
	}
	next := at + 1
	for next < len(lines) && lines[next].Depth > up.Depth {
		name := fieldName(lines[next].Path[min(len(up.Path), len(lines[next].Path)):])
		var inner TypeView
		inner, next = seenType(lines, next, doc)
		switch {
		case up.Kind == "list" && out.Elem == nil:
			out.Elem = &inner
		case up.Kind == "object":
			out.Fields = append(out.Fields, FieldView{Name: name, Type: inner, Doc: doc})
		}
	}
	return out, next
}

// fieldName is the name in the last step of an expression: .city, or ["a city"].
func fieldName(step string) string {
	if name, ok := strings.CutPrefix(step, "."); ok {
		return name
	}
	if name, err := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(step, "["), "]")); err == nil {
		return name
	}
	return step
}
