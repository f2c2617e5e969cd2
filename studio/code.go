package studio

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
)

// getWhere is GET /api/where?at=/pages/home/body/0, where something stands or would stand in its file, or ?file=pages/home.yaml&line=3&column=1, what stands there.
func (s *Studio) getWhere(r *http.Request, _ none) (WhereView, error) {
	v, q := s.snapshot(), r.URL.Query()
	at := project.Path(q.Get("at"))
	if at == "" {
		line, err := strconv.Atoi(q.Get("line"))
		column, err2 := strconv.Atoi(q.Get("column"))
		if err != nil || err2 != nil || !slices.Contains(v.tree.Files(), q.Get("file")) {
			return WhereView{}, fault{http.StatusNotFound, "missing", "There is no such place in a file."}
		}
		at = v.tree.PathAt(q.Get("file"), line, column)
	}
	x, ok := v.tree.Locate(at)
	for up := at; !ok && strings.Count(string(up), "/") > 1; { // what is lacking is where it would stand
		up = up[:strings.LastIndexByte(string(up), '/')]
		x, ok = v.tree.Locate(up)
	}
	if !ok {
		return WhereView{}, fault{http.StatusNotFound, "missing", "There is nothing at this place, or its file cannot be read."}
	}
	return WhereView{Revision: v.revision, At: at, File: x.File, Line: x.Line, Column: x.Col, EndLine: x.EndLine, EndColumn: x.EndCol}, nil
}

// getCompletion is GET /api/completion?at=/pages/home/body/0/text&has=style,color: the keys that may stand in a mapping beside those that it has, and the
// values that may stand there instead. The path is that of a text which is being typed: it need not be there.
func (s *Studio) getCompletion(r *http.Request, _ none) (CompletionView, error) {
	v, q := s.snapshot(), r.URL.Query()
	at := project.Path(q.Get("at"))
	file, rest := at.File()
	if file == "" {
		return CompletionView{}, fault{http.StatusNotFound, "missing", "This is no place of a file."}
	}
	folder, _, _ := strings.Cut(strings.TrimSuffix(file, ".yaml"), "/")
	name := map[string]string{"app": "app", "pages": "page", "components": "component", "calls": "calls", "types": "type", "flows": "flow", "locales": "locale"}[folder]
	var root map[string]any
	if err := json.Unmarshal(s.schemas()[name+".schema.json"], &root); err != nil {
		return CompletionView{}, err
	}
	has := strings.Split(q.Get("has"), ",")
	w := walker{defs: mapOf(root["$defs"])}
	nodes := w.at(root, rest)
	out := CompletionView{Revision: v.revision, Keys: w.keys(nodes, has), Values: w.values(nodes)}
	if len(rest) > 0 {
		for _, name := range v.namesFor(rest[len(rest)-1]) {
			out.Values = append(out.Values, FieldDoc{Name: name})
		}
	}
	return out, nil
}

// namesFor lists what of the project a key names.
func (v *snapshot) namesFor(key string) (names []string) {
	if v.project == nil {
		return nil
	}
	switch key {
	case "page", "navigate", "entryPage", "loggedInPage", "otherwise", "back":
		return v.pageNames()
	case "call", "stream":
		for _, g := range v.project.Groups {
			for _, c := range g.Calls {
				names = append(names, c.ID)
			}
		}
	case "block":
		return inFolder(v.tree, "flows/")
	case "userDataType", "reply", "type":
		return inFolder(v.tree, "types/")
	case "icon":
		return project.Icons()
	}
	return names
}

func inFolder(t *project.Tree, folder string) (names []string) {
	for _, file := range t.Files() {
		if rest, ok := strings.CutPrefix(file, folder); ok {
			names = append(names, strings.TrimSuffix(rest, ".yaml"))
		}
	}
	return names
}

// walker follows the path of a value through a JSON Schema.
type walker struct{ defs map[string]any }

func mapOf(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

const maxAlternatives = 400

// open lists what a schema allows: itself, what it refers to, and each of its alternatives. An alternative with a condition is named by the key that
// the condition asks for.
func (w walker) open(n map[string]any, key string, out []alternative) []alternative {
	if n == nil || len(out) > maxAlternatives {
		return out
	}
	out = append(out, alternative{n, key})
	if to, ok := n["$ref"].(string); ok {
		out = w.open(mapOf(w.defs[strings.TrimPrefix(to, "#/$defs/")]), key, out)
	}
	for _, list := range []string{"anyOf", "oneOf", "allOf"} {
		all, _ := n[list].([]any)
		for _, one := range all {
			out = w.open(mapOf(one), key, out)
		}
	}
	if then := mapOf(n["then"]); then != nil {
		required, _ := mapOf(n["if"])["required"].([]any)
		if len(required) == 1 {
			key, _ = required[0].(string)
		}
		out = w.open(then, key, out)
	}
	return out
}

// alternative is a schema that holds where the key stands beside, "" always.
type alternative struct {
	node map[string]any
	when string
}

// at follows a path.
func (w walker) at(root map[string]any, path []string) []alternative {
	now := w.open(root, "", nil)
	for _, part := range path {
		var next []alternative
		for _, a := range now {
			for _, below := range under(a.node, part) {
				next = w.open(below, "", next)
			}
		}
		now = next
	}
	return now
}

// under is what a schema says of a key or an item.
func under(n map[string]any, part string) (out []map[string]any) {
	if items := mapOf(n["items"]); items != nil {
		if _, err := strconv.Atoi(part); err == nil {
			return []map[string]any{items}
		}
	}
	if p := mapOf(mapOf(n["properties"])[part]); p != nil {
		return []map[string]any{p}
	}
	for pattern, p := range mapOf(n["patternProperties"]) {
		if re, err := regexp.Compile(pattern); err == nil && re.MatchString(part) && mapOf(p) != nil {
			return []map[string]any{mapOf(p)}
		}
	}
	if more := mapOf(n["additionalProperties"]); more != nil {
		out = append(out, more)
	}
	return out
}

// keys lists the keys that may be added to a mapping.
func (w walker) keys(all []alternative, has []string) []FieldDoc {
	found := map[string]string{}
	for _, a := range all {
		if a.when != "" && !slices.Contains(has, a.when) {
			if _, ok := found[a.when]; !ok { // a kind that may be chosen
				if doc := w.doc(mapOf(mapOf(a.node["properties"])[a.when])); doc != "" && !slices.ContainsFunc(all, func(o alternative) bool { return o.when != "" && slices.Contains(has, o.when) }) {
					found[a.when] = doc
				}
			}
			continue
		}
		for name, p := range mapOf(a.node["properties"]) {
			if found[name] == "" {
				found[name] = w.doc(mapOf(p))
			}
		}
	}
	out := []FieldDoc{}
	for name, doc := range found {
		if !slices.Contains(has, name) {
			out = append(out, FieldDoc{name, doc})
		}
	}
	slices.SortFunc(out, func(a, b FieldDoc) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// values lists the values that a place may have.
func (w walker) values(all []alternative) []FieldDoc {
	out := []FieldDoc{}
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			out = append(out, FieldDoc{Name: name})
		}
	}
	for _, a := range all {
		list, _ := a.node["enum"].([]any)
		for _, v := range list {
			if text, ok := v.(string); ok {
				add(text)
			}
		}
		if a.node["type"] == "boolean" {
			add("true")
			add("false")
		}
	}
	return out
}

// doc is the description of a schema, or of the first that it stands for.
func (w walker) doc(n map[string]any) string {
	for _, a := range w.open(n, "", nil) {
		if text, ok := a.node["description"].(string); ok && text != "" {
			return text
		}
	}
	return ""
}
