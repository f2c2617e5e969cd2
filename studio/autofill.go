package studio

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// tells lets a text field that has got a telling id or label say so to browsers and password managers, in the same step: a field that becomes
// “Password” hides what is typed and is filled in. What somebody wrote there stays; what came of an older name goes with it.
func tells(before, after *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	at := renamedField(after, e)
	if at == "" {
		return after, nil, nil
	}
	was, is := autofillAt(before, at), autofillAt(after, at)
	if was == is {
		return after, nil, nil
	}
	var edits []project.Edit
	for _, key := range []struct{ name, was, is string }{{"type", was.Type, is.Type}, {"autocomplete", was.Autocomplete, is.Autocomplete}} {
		path := at.Join(key.name)
		written, there := writtenText(after, path)
		switch {
		case key.was == key.is || written != key.was && written != "":
		case key.is != "":
			raw, err := json.Marshal(key.is)
			if err != nil {
				return nil, nil, err
			}
			edits = append(edits, project.Edit{Op: project.OpSet, At: path, Value: raw})
		case there:
			edits = append(edits, project.Edit{Op: project.OpDelete, At: path})
		}
	}
	return after.Apply(edits...)
}

// renamedField is the text field whose id or label an edit changes, "" none.
func renamedField(tree *project.Tree, e WireEdit) project.Path {
	at := e.At
	switch {
	case e.Op == "prop" && slices.Contains([]string{"id", "label"}, e.Name):
		at = at.Join("textField")
	case e.Op == "rename" && strings.HasSuffix(string(at), "/textField/id"):
		at = project.Path(strings.TrimSuffix(string(at), "/id"))
	default:
		return ""
	}
	if len(tree.Keys(at)) == 0 {
		return ""
	}
	return at
}

func autofillAt(tree *project.Tree, at project.Path) project.Autofill {
	id, _ := writtenText(tree, at.Join("id"))
	label, _ := writtenText(tree, at.Join("label"))
	if strings.Contains(label, "${") {
		label = ""
	}
	return project.AutofillOf(id, label)
}

// writtenText is a text as it is written, "" where there is none; there says that something is.
func writtenText(tree *project.Tree, at project.Path) (text string, there bool) {
	raw, there := tree.Value(at)
	if json.Unmarshal(raw, &text) != nil {
		return string(raw), there
	}
	return text, there
}
