package studio

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// blocked makes an action block Name of the action at At, or of as many from there on as the number Value says, and runs the block in their place.
// What they read of the place becomes parameters of the block; what is read behind of what they bring becomes its result.
func blocked(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	l, err := newLifting(tree, e)
	if err != nil {
		return nil, nil, err
	}
	if err := l.staysRight(); err != nil {
		return nil, nil, err
	}
	made, undo, err := tree.Apply(project.Edit{Op: project.OpSet, At: l.block, Value: json.RawMessage(`{"actions":[]}`)})
	if err != nil {
		return nil, nil, err
	}
	outside, ok := tree.Outlook(e.At, "", "")
	within, okIn := made.Outlook(l.body(0), "", "")
	if !ok || !okIn {
		return nil, nil, fmt.Errorf("a file of the app cannot be read")
	}
	l.given = givings{outside: outside.Env, within: within.Env, sure: l.sure}
	texts := l.texts()
	if err := l.handedOver(); err != nil {
		return nil, nil, err
	}
	var edits []project.Edit
	for i := range l.actions {
		edits = append(edits, project.Edit{Op: project.OpMove, From: e.At, At: l.body(i)})
	}
	next, back, err := made.Apply(slices.Concat(edits, texts, l.run())...)
	if err != nil {
		return nil, nil, err
	}
	if p := newProblem(tree, next); p != nil {
		return nil, nil, fmt.Errorf("it would not be right in an action block: %s", p.Msg)
	}
	return next, append(back, undo...), nil
}

// lifting is the state of one blocked.
type lifting struct {
	tree    *project.Tree
	e       WireEdit
	block   project.Path
	list    project.Path // that the actions stand in
	first   int
	actions []any // as they are written
	given   givings
}

func newLifting(tree *project.Tree, e WireEdit) (*lifting, error) {
	l := &lifting{tree: tree, e: e, block: project.Path("").Join("flows", e.Name)}
	n := 1
	if len(e.Value) > 0 && (json.Unmarshal(e.Value, &n) != nil || n < 1) {
		return nil, fmt.Errorf("%s: so many actions are none", e.At)
	}
	file, _ := l.block.File()
	taken := func(there string) bool { return strings.EqualFold(there, file) }
	flow := flowOf(e.At)
	parts, err := e.At.Parts()
	switch {
	case err != nil || flow == "" || flow == e.At:
		return nil, fmt.Errorf("%s is no action", e.At)
	case file == "" || !blockName.MatchString(e.Name):
		return nil, fmt.Errorf("an action block cannot be named %q: begin with a letter, then letters, digits, _ and -", e.Name)
	case slices.ContainsFunc(tree.Files(), taken):
		return nil, fmt.Errorf("there is an action block %s already", e.Name)
	}
	l.list = project.Path("").Join(parts[:len(parts)-1]...)
	if l.first, err = strconv.Atoi(parts[len(parts)-1]); err != nil {
		return nil, fmt.Errorf("%s is no action", e.At)
	}
	for i := range n {
		var action any
		raw, there := tree.Value(l.list.Join(strconv.Itoa(l.first + i)))
		if !there || json.Unmarshal(raw, &action) != nil {
			return nil, fmt.Errorf("there is no action at %s", l.list.Join(strconv.Itoa(l.first+i)))
		}
		l.actions = append(l.actions, action)
	}
	return l, nil
}

// blockName is what an action block may be named, as its file is.
var blockName = regexp.MustCompile(`^[A-Za-z][\w-]*$`)

// body is the path of the action i of the block.
func (l *lifting) body(i int) project.Path { return l.block.Join("actions", strconv.Itoa(i)) }

// staysRight refuses what ends a loop around the actions, in words that name it.
func (l *lifting) staysRight() error {
	if kind := loopEnd(l.actions, false); kind != "" {
		return fmt.Errorf("%s ends a loop that stays outside, and no action block can leave the loop that runs it", titleOf(kind))
	}
	return nil
}

// loopEnd is the kind of an action in a value that ends a loop around the value, "" none.
func loopEnd(v any, looped bool) string {
	switch v := v.(type) {
	case string:
		if !looped && (v == "break" || v == "continue") {
			return v
		}
	case []any:
		for _, item := range v {
			if kind := loopEnd(item, looped); kind != "" {
				return kind
			}
		}
	case map[string]any:
		kind := kindOfAction(v)
		if !looped && (kind == "break" || kind == "continue") {
			return kind
		}
		for _, key := range branchKeys() {
			if kind := loopEnd(v[key], looped || key == "do"); kind != "" {
				return kind
			}
		}
	}
	return ""
}

// kindOfAction is the kind of an action as it is written, "" for what is none. A property may be called as another kind is: block of snackBar.
func kindOfAction(action any) string {
	if kind, ok := action.(string); ok {
		return kind
	}
	m, _ := action.(map[string]any)
	kinds := slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(key string) bool { return project.ActionSpecOf(key) == nil })
	for _, kind := range kinds {
		another := func(key string) bool { return key != kind && project.ActionSpecOf(kind).Prop(key) == nil }
		if !slices.ContainsFunc(kinds, another) {
			return kind
		}
	}
	return ""
}

// titleOf is what people call a kind of action.
func titleOf(kind string) string {
	if spec := project.ActionSpecOf(kind); spec != nil {
		return spec.Title
	}
	return kind
}

// texts are the edits by which the actions read parameters, once they stand in the block.
func (l *lifting) texts() (edits []project.Edit) {
	var reads []string
	own := func(visit func(at project.Path, text string, bound []string)) {
		for i, action := range l.actions {
			eachRead(action, l.body(i), nil, visit)
		}
	}
	own(func(_ project.Path, text string, bound []string) {
		value.EachPath(text, func(path []string) string {
			if !slices.Contains(bound, path[0]) {
				reads = append(reads, strings.Join(path, "."))
			}
			return ""
		})
	})
	slices.Sort(reads)
	for _, dotted := range slices.Compact(reads) {
		l.given.give(dotted)
	}
	own(func(at project.Path, text string, bound []string) {
		now := value.EachPath(text, func(path []string) string {
			if slices.Contains(bound, path[0]) {
				return ""
			}
			return l.given.param(path)
		})
		if now != text {
			edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: quoted(now)})
		}
	})
	slices.SortFunc(edits, func(a, b project.Edit) int { return strings.Compare(string(a.At), string(b.At)) })
	return edits
}

// eachRead calls fn for the texts with expressions in an action, with the names that mean something within the action alone.
func eachRead(v any, at project.Path, bound []string, fn func(at project.Path, text string, bound []string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			eachRead(item, at.Join(strconv.Itoa(i)), bound, fn)
		}
	case map[string]any:
		kind := kindOfAction(v)
		for key, val := range v {
			eachRead(val, at.Join(key), slices.Concat(bound, boundBy(v, kind, key)), fn)
		}
	case string:
		if strings.Contains(v, "${") {
			fn(at, v, bound)
		}
	}
}

// boundBy are the names that a branch of an action has for itself.
func boundBy(action map[string]any, kind, key string) (names []string) {
	switch {
	case key == "onError":
		return []string{"error"}
	case key == "onMessage":
		return []string{"message"}
	case kind == "change":
		return []string{"each"}
	case kind != "forEach" || key != "do":
		return nil
	}
	names = []string{"each"}
	inner, _ := action["forEach"].(map[string]any)
	for _, m := range []map[string]any{action, inner} {
		if name, ok := m["as"].(string); ok {
			names[0] = name
		}
		if name, ok := m["index"].(string); ok {
			names = append(names, name)
		}
	}
	return names
}

// sure reports whether what a path reads has a value whenever the block is run, so that its parameter may be required.
func (l *lifting) sure(path []string, t *value.Type) bool {
	switch path[0] {
	case "error":
		return true
	case "form":
		return t != nil && (t.Kind == value.KindText || t.Kind == value.KindSecret || t.Kind == value.KindBool)
	case "params":
		file, _ := l.list.File()
		if len(path) < 2 || !strings.HasPrefix(file, "flows/") {
			return false
		}
		raw, _ := l.tree.Value(project.Path("").Join("flows", strings.TrimSuffix(strings.TrimPrefix(file, "flows/"), ".yaml"), "params", path[1]))
		return len(path) == 2 && len(raw) > 0 && raw[0] == '"'
	}
	return false
}

// formKinds are actions after which the form of the page has other values, or that look whether it has right ones.
var formKinds = []string{"validate", "resetForm", "clearFields"}

// handedOver refuses what would be read of the form too early: a block is handed its parameters before its first action runs.
func (l *lifting) handedOver() error {
	if _, early := l.readLate(l.actions, ""); early != "" {
		return fmt.Errorf("the form is read behind %s, and an action block is handed what it reads before it begins: leave %[1]s outside", titleOf(early))
	}
	return nil
}

// readLate follows actions as they run. changed is the kind of an action before them that has to do with the whole form, "" none; it returns which
// is one behind them, and which one the form is read behind.
func (l *lifting) readLate(v any, changed string) (after, early string) {
	m, _ := v.(map[string]any)
	if list, ok := v.([]any); ok {
		for _, item := range list {
			if changed, early = l.readLate(item, changed); early != "" {
				break
			}
		}
		return changed, early
	}
	branches := branchKeys()
	for key, val := range m {
		if changed != "" && !slices.Contains(branches, key) && readsForm(val) {
			return changed, changed
		}
	}
	if kind := kindOfAction(v); slices.Contains(formKinds, kind) || kind == "block" && l.changesForm(v, nil) != "" {
		changed = kind
	}
	after = changed
	for _, key := range branches {
		if m[key] == nil {
			continue
		}
		behind := changed
		for range 2 { // what a round of a loop has changed is read in the next
			if behind, early = l.readLate(m[key], behind); early != "" || key != "do" {
				break
			}
		}
		if early != "" {
			return after, early
		}
		if after == "" {
			after = behind
		}
	}
	return after, ""
}

func readsForm(v any) (reads bool) {
	eachText(v, "", func(_ project.Path, text string) {
		value.EachPath(text, func(path []string) string {
			reads = reads || path[0] == "form"
			return ""
		})
	})
	return reads
}

// changesForm is the kind of an action in a value, or in the action blocks that it runs, that has to do with the whole form; "" none.
func (l *lifting) changesForm(v any, ran []string) string {
	switch v := v.(type) {
	case string:
		if slices.Contains(formKinds, v) {
			return v
		}
	case []any:
		for _, item := range v {
			if kind := l.changesForm(item, ran); kind != "" {
				return kind
			}
		}
	case map[string]any:
		kind := kindOfAction(v)
		if slices.Contains(formKinds, kind) {
			return kind
		}
		if kind == "block" {
			name, _ := v["block"].(string)
			if inner, ok := v["block"].(map[string]any); ok {
				name, _ = inner["block"].(string)
			}
			var actions any
			raw, _ := l.tree.Value(project.Path("").Join("flows", name, "actions"))
			if name != "" && !slices.Contains(ran, name) && json.Unmarshal(raw, &actions) == nil && l.changesForm(actions, append(ran, name)) != "" {
				return kind
			}
		}
		for _, key := range branchKeys() {
			if kind := l.changesForm(v[key], ran); kind != "" {
				return kind
			}
		}
	}
	return ""
}

// run is the edits that declare the block's parameters and result, run it where the actions stood, and let what is behind read its output.
func (l *lifting) run() (edits []project.Edit) {
	run := []any{"block", quoted(l.e.Name)}
	if len(l.given.list) > 0 {
		var with []any
		for _, x := range l.given.list {
			declared := quoted(x.typ)
			if !x.sure {
				declared = jsonObject("type", declared, "required", json.RawMessage("false"))
			}
			edits = append(edits, project.Edit{Op: project.OpSet, At: l.block.Join("params", x.param), Value: declared})
			with = append(with, x.param, quoted("${"+x.path+"}"))
		}
		run = append(run, "with", jsonObject(with...))
	}
	as, result, behind := l.brings()
	if as != "" {
		edits = append(edits, project.Edit{Op: project.OpSet, At: l.block.Join("result"), Value: quoted(result)})
		run = append(run, "as", quoted(as))
	}
	edits = append(edits, project.Edit{Op: project.OpInsert, At: l.e.At, Value: jsonObject(run...)})
	return append(edits, behind...)
}

// brings is the output of the block for those of the actions that are read behind: its name, the result that it is, and the edits by which it is
// read. One output keeps its name; several become fields of one.
func (l *lifting) brings() (as, result string, edits []project.Edit) {
	behind := l.behind()
	names := l.readBehind(behind)
	switch len(names) {
	case 0:
		return "", "", nil
	case 1:
		return names[0], "${" + names[0] + "}", nil
	}
	var there any
	raw, _ := l.tree.Value(flowOf(l.e.At))
	_ = json.Unmarshal(raw, &there) // a list, for an action stands in it
	as = l.e.Name
	if !project.LegalOutput(as) {
		as = "done"
	}
	if taken := outputsIn(there); slices.Contains(taken, as) {
		as = freshName(as, taken)
	}
	fields := make([]string, len(names))
	for i, name := range names {
		fields[i] = name + ": " + name
	}
	for _, text := range behind {
		now := value.EachPath(text.now, func(path []string) string {
			if slices.Contains(names, path[0]) {
				return as + "." + strings.Join(path, ".")
			}
			return ""
		})
		if now != text.now {
			edits = append(edits, project.Edit{Op: project.OpSet, At: text.at, Value: quoted(now)})
		}
	}
	return as, "${{" + strings.Join(fields, ", ") + "}}", edits
}

// behindText is a text that is read behind the actions: what it is, and where it stands when the block is run in their place.
type behindText struct {
	at  project.Path
	now string
}

// behind are the texts that may read what the actions bring: of the actions below them, of those behind the parallel that they are a branch of, and
// the result of the block that they stand in.
func (l *lifting) behind() (texts []behindText) {
	from := func(list project.Path, first, less int) {
		var all []any
		raw, _ := l.tree.Value(list)
		_ = json.Unmarshal(raw, &all) // a list, for an action stands in it
		for i := first; i < len(all); i++ {
			eachText(all[i], list.Join(strconv.Itoa(i-less)), func(at project.Path, text string) { texts = append(texts, behindText{at, text}) })
		}
	}
	from(l.list, l.first+len(l.actions), len(l.actions)-1)
	list := l.list
	if parts, _ := list.Parts(); len(parts) > 2 { // a path, as newLifting has seen
		outer := project.Path("").Join(parts[:len(parts)-1]...)
		if l.branchOfParallel(outer) {
			if n, err := strconv.Atoi(parts[len(parts)-2]); err == nil {
				list = project.Path("").Join(parts[:len(parts)-2]...)
				from(list, n+1, 0)
			}
		}
	}
	if file, rest := list.File(); strings.HasPrefix(file, "flows/") && len(rest) == 1 {
		parts, _ := list.Parts()
		at := project.Path("").Join(parts[0], parts[1], "result")
		var v any
		raw, _ := l.tree.Value(at)
		_ = json.Unmarshal(raw, &v) // nil where nothing is written
		eachText(v, at, func(at project.Path, text string) { texts = append(texts, behindText{at, text}) })
	}
	slices.SortFunc(texts, func(a, b behindText) int { return strings.Compare(string(a.at), string(b.at)) })
	return texts
}

// branchOfParallel reports whether the action at a path runs its branches at once.
func (l *lifting) branchOfParallel(at project.Path) bool {
	var action any
	raw, _ := l.tree.Value(at)
	return json.Unmarshal(raw, &action) == nil && kindOfAction(action) == "parallel"
}

// readBehind are the outputs of the actions that texts behind them read, in the order in which they are brought.
func (l *lifting) readBehind(behind []behindText) (names []string) {
	read := map[string]bool{}
	for _, text := range behind {
		value.EachPath(text.now, func(path []string) string {
			read[path[0]] = true
			return ""
		})
	}
	for _, action := range l.actions {
		for _, name := range outputsOf(action) {
			if read[name] {
				names = append(names, name)
			}
		}
	}
	return names
}

// outputsOf are the outputs that actions behind an action read of it: its own, and those of the branches that it runs at once.
func outputsOf(action any) (names []string) {
	m, _ := action.(map[string]any)
	if name, ok := m["as"].(string); ok && hasOutput(m) {
		names = append(names, name)
	}
	if kindOfAction(action) != "parallel" {
		return names
	}
	for _, key := range project.ActionSpecOf("parallel").Branches {
		list, _ := m[key].([]any)
		for _, one := range list {
			if in, _ := one.(map[string]any); in != nil && hasOutput(in) {
				if name, ok := in["as"].(string); ok {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
