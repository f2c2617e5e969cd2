package imports

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// wrapWords are what backends call the one member that holds the payload; besideWords what may stand beside it without being missed.
var (
	wrapWords   = []string{"data", "result"}
	besideWords = wordSet("status", "message", "msg", "success", "ok", "code", "statuscode", "error", "errors")
)

// wrappers finds, by group, the member in which every JSON reply of the group is wrapped. A group with a reply of text has none: a text is not unwrapped.
func (o *openapi) wrappers(all []described) map[string]string {
	out, never := map[string]string{}, map[string]bool{}
	for _, d := range all {
		if d.op.method == "HEAD" || !slices.Contains(callMethods, d.op.method) {
			continue
		}
		reply, ok := o.responseSchema(d.op.Operation, d.place)
		if !ok {
			if kind := otherReply(d.op.Operation); strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") {
				never[d.op.key] = true
			}
			continue
		}
		key := o.wrapper(o.resolve(reply))
		if have, seen := out[d.op.key]; key == "" || seen && have != key {
			never[d.op.key] = true
		}
		out[d.op.key] = key
	}
	for key := range never {
		delete(out, key)
	}
	return out
}

// wrapper is the member that wraps the payload of one reply, "" when there is none.
func (o *openapi) wrapper(s shape) string {
	if s.ref == nil || s.ref.Value == nil || len(s.ref.Value.OneOf)+len(s.ref.Value.AnyOf) > 0 {
		return ""
	}
	props, whole := o.props(s, map[*openapi3.Schema]bool{})
	found := ""
	for _, p := range props {
		switch {
		case found == "" && slices.Contains(wrapWords, p.name):
			found = p.name
		case !besideWords[plain(p.name)]:
			return ""
		}
	}
	if !whole {
		return ""
	}
	return found
}

// unwrapped is the payload of a reply that is wrapped in a member.
func (o *openapi) unwrapped(s shape, key string) shape {
	if key == "" {
		return s
	}
	o.used[s.ref.Ref] = true
	s = o.resolve(s)
	props, _ := o.props(s, map[*openapi3.Schema]bool{})
	for _, p := range props {
		if p.name == key {
			return shape{ref: p.ref, place: p.place}
		}
	}
	return s
}
