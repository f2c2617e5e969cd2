package studio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// ownEdits are the edits that the studio has beside those of the project. Each is carried out on the tree as the edits before it left it.
var ownEdits = map[string]func(*project.Tree, WireEdit) (*project.Tree, []project.Edit, error){
	"rename": renamed, "text": typed, "wrap": wrapped, "duplicate": duplicated, "paste": pasted, "moveCall": callMoved, "actions": acted, "block": blocked, "component": turned,
}

// renamed gives what stands at At the name Name, and everything that names it the same.
func renamed(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	return tree.Rename(e.At, e.Name)
}

// typed puts the text Value in the place of the file at At, as it was typed: one that cannot be read is kept too, and its problems are told.
func typed(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	file, rest := e.At.File()
	var text string
	switch {
	case file == "" || len(rest) > 0:
		return nil, nil, fmt.Errorf("%s is no file of the app", e.At)
	case !strings.HasPrefix(string(e.Value), `"`) || json.Unmarshal(e.Value, &text) != nil:
		return nil, nil, fmt.Errorf("%s: a file is text", e.At)
	case len(text) > project.MaxFileBytes || !utf8.ValidString(text):
		return nil, nil, fmt.Errorf("%s: the text is larger than %d MiB", e.At, project.MaxFileBytes>>20)
	}
	return tree.Apply(tree.Retype(file, text)...)
}

// wrapped puts the widget at At into a new one of the kind Name, in its place, with the properties Value.
func wrapped(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	list, i, err := itemOf(e.At)
	if err != nil {
		return nil, nil, err
	}
	slot := ""
	if spec := project.WidgetSpecOf(e.Name); spec != nil && !spec.Part {
		for _, s := range spec.Slots {
			if !s.Item && s.Of == "" {
				slot = s.Name
				break
			}
		}
	}
	if slot == "" {
		return nil, nil, fmt.Errorf("%s: nothing can be put into %q", e.At, e.Name)
	}
	body := jsonObject(slot, json.RawMessage("[]"))
	var props map[string]json.RawMessage
	if isObject(e.Value) && json.Unmarshal(e.Value, &props) == nil && len(props) > 0 {
		body = append(append(bytes.Clone(e.Value[:len(e.Value)-1]), ','), body[1:]...)
	}
	return tree.Apply(
		project.Edit{Op: project.OpInsert, At: e.At, Value: jsonObject(e.Name, body)},
		project.Edit{Op: project.OpMove, From: list.Join(strconv.Itoa(i + 1)), At: e.At.Join(e.Name, slot, "0")},
	)
}

// duplicated puts a copy of the widget at At below it.
func duplicated(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	list, i, err := itemOf(e.At)
	if err != nil {
		return nil, nil, err
	}
	return pasted(tree, WireEdit{From: e.At, At: list.Join(strconv.Itoa(i + 1))})
}

// pasted puts a copy of the widget at From, which may stand on another page, or the widget Value, before the item At. Ids that the page has
// already get others, and what the copy reads of its own inputs follows.
func pasted(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	if _, _, err := itemOf(e.At); err != nil {
		return nil, nil, err
	}
	raw := e.Value
	if e.From != "" {
		var ok bool
		if raw, ok = tree.Value(e.From); !ok {
			return nil, nil, fmt.Errorf("%s: there is nothing to copy", e.From)
		}
	}
	var copied any
	if err := json.Unmarshal(raw, &copied); err != nil {
		return nil, nil, fmt.Errorf("%s: there is nothing to copy", e.At)
	}
	edits := []project.Edit{{Op: project.OpInsert, At: e.At, Value: raw}}
	kind := func(name string) bool {
		return project.WidgetSpecOf(name) != nil || slices.Contains(tree.Files(), "components/"+name+".yaml")
	}
	taken := idsIn(fileOf(tree, e.At), kind)
	own := idsIn(copied, kind)
	fresh := map[string]string{}
	for _, id := range own {
		if slices.Contains(taken, id) {
			fresh[id] = freshName(id, slices.Concat(taken, own))
			taken = append(taken, fresh[id])
		}
	}
	return tree.Apply(append(edits, renamedIDs(copied, e.At, fresh, kind)...)...)
}

// itemOf is the list that a path's item stands in, and its number.
func itemOf(at project.Path) (project.Path, int, error) {
	parts, err := at.Parts()
	if err != nil {
		return "", 0, err
	}
	last := len(parts) - 1
	i, err := strconv.Atoi(parts[last])
	sheet := last > 2 && (parts[0] == "pages" || parts[0] == "components") || last > 1 && parts[0] == "app" && parts[1] == "bars"
	if err != nil || i < 0 || !sheet {
		return "", 0, fmt.Errorf("%s is no place of a widget", at)
	}
	return project.Path("").Join(parts[:last]...), i, nil
}

// fileOf is the value of the file that a path stands in.
func fileOf(tree *project.Tree, at project.Path) (v any) {
	parts, _ := at.Parts() // a path, as itemOf has seen
	raw, _ := tree.Value(project.Path("").Join(parts[:2]...))
	_ = json.Unmarshal(raw, &v) // nil when it cannot be read
	return v
}

// eachID calls fn for the widgets in a value that have an id, with the path of the id. kind says which keys are kinds of widgets.
func eachID(v any, at project.Path, kind func(string) bool, fn func(at project.Path, id string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			eachID(item, at.Join(strconv.Itoa(i)), kind, fn)
		}
	case map[string]any:
		for key, val := range v {
			if body, ok := val.(map[string]any); ok && kind(key) {
				if id, ok := body["id"].(string); ok && project.LegalName(id) {
					fn(at.Join(key, "id"), id)
				}
			}
			eachID(val, at.Join(key), kind, fn)
		}
	}
}

func idsIn(v any, kind func(string) bool) (ids []string) {
	eachID(v, "", kind, func(_ project.Path, id string) { ids = append(ids, id) })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// freshName is a name like old that is not taken: email, email2, email3.
func freshName(old string, taken []string) string {
	base := strings.TrimRight(old, "0123456789")
	if base == "" {
		base = old
	}
	for n := 2; ; n++ {
		if name := base + strconv.Itoa(n); !slices.Contains(taken, name) {
			return name
		}
	}
}

// renamedIDs are the edits that give the copy at a path its fresh ids, and the expressions in it the same.
func renamedIDs(v any, at project.Path, fresh map[string]string, kind func(string) bool) (edits []project.Edit) {
	if len(fresh) == 0 {
		return nil
	}
	set := func(at project.Path, text string) {
		raw, _ := json.Marshal(text) // text cannot fail
		edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: raw})
	}
	eachID(v, at, kind, func(at project.Path, id string) {
		if fresh[id] != "" {
			set(at, fresh[id])
		}
	})
	eachText(v, at, func(at project.Path, text string) {
		now := text
		for _, id := range slices.Sorted(maps.Keys(fresh)) {
			now = value.RenamePath(now, []string{"form", id}, fresh[id])
		}
		if now != text {
			set(at, now)
		}
	})
	return edits
}

// eachText calls fn for the texts in a value that hold expressions.
func eachText(v any, at project.Path, fn func(at project.Path, text string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			eachText(item, at.Join(strconv.Itoa(i)), fn)
		}
	case map[string]any:
		for key, val := range v {
			eachText(val, at.Join(key), fn)
		}
	case string:
		if strings.Contains(v, "${") {
			fn(at, v)
		}
	}
}

// getText is GET /api/text?at=/pages/home: a file as it is written.
func (s *Studio) getText(r *http.Request, _ none) (TextView, error) {
	v := s.snapshot()
	file, rest := project.Path(r.URL.Query().Get("at")).File()
	if !slices.Contains(v.tree.Files(), file) || len(rest) > 0 {
		return TextView{}, fault{http.StatusNotFound, "missing", "There is no such file any more."}
	}
	return TextView{Revision: v.revision, File: file, Text: string(v.tree.Bytes(file))}, nil
}

// getUses is GET /api/uses?at=/pages/home: what would no longer be right without it.
func (s *Studio) getUses(r *http.Request, _ none) (UsesView, error) {
	v := s.snapshot()
	uses, err := v.tree.Uses(project.Path(r.URL.Query().Get("at")))
	if err != nil {
		return UsesView{}, fault{http.StatusUnprocessableEntity, "uses", sentence(err)}
	}
	if uses == nil {
		uses = project.Problems{}
	}
	return UsesView{Revision: v.revision, Uses: uses}, nil
}

// getHistory is GET /api/history: the steps of this sitting, what they and others have made of the files since it began,
// and what version control knows of the time before.
func (s *Studio) getHistory(r *http.Request, _ none) (HistoryView, error) {
	out := HistoryView{Steps: []StepView{}, Files: []FileView{}, Commits: []Commit{}}
	if s.commits != nil {
		commits, err := s.commits.Commits(r.Context())
		if err != nil { // a damaged repository; the rest can be told
			s.log.Warn("the commits cannot be read", "error", err)
		}
		out.Commits = append(out.Commits, commits...)
	}
	s.edits.Lock()
	defer s.edits.Unlock()
	v := s.snapshot()
	out.Revision = v.revision
	for _, c := range s.undone.past {
		out.Steps = append(out.Steps, StepView{Label: c.label, About: c.about})
	}
	for _, c := range slices.Backward(s.undone.future) {
		out.Steps = append(out.Steps, StepView{Label: c.label, About: c.about, Undone: true})
	}
	names := slices.Concat(s.began.Files(), v.tree.Files())
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		before, after := fileText(s.began, name), fileText(v.tree, name)
		if before == nil || after == nil || *before != *after {
			out.Files = append(out.Files, FileView{File: name, Before: before, After: after})
		}
	}
	return out, nil
}

// fileText is a file's text, nil where there is none.
func fileText(t *project.Tree, name string) *string {
	if !slices.Contains(t.Files(), name) {
		return nil
	}
	text := string(t.Bytes(name))
	return &text
}
