package studio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/usherdev/usher/project"
)

// form is how a widget is written. The grammar has short forms; an edit must know which stands there.
type form int

const (
	formFull   form = iota // - text: {text: Hello, style: title}
	formPart               // - {label: Sign In, children: []}, a part such as a tab
	formScalar             // - text: Hello
	formList               // - row: [{text: Hello}]
	formBare               // - divider
	formEmpty              // - divider:
)

// writing is a widget's own text.
type writing struct {
	at   project.Path
	kind string
	form form
	keys map[string]json.RawMessage // formFull, formPart
	main json.RawMessage            // formScalar, formList
}

// written reads how a widget is written.
func (v *snapshot) written(w *project.Widget) writing {
	out := writing{at: w.At, kind: w.Kind, form: formBare}
	raw, ok := v.tree.Value(w.At)
	if !ok || !isObject(raw) {
		return out
	}
	if w.Spec.Part {
		out.form = formPart
		_ = json.Unmarshal(raw, &out.keys) // an object, as seen above
		return out
	}
	var item map[string]json.RawMessage
	_ = json.Unmarshal(raw, &item) // an object, as seen above
	body := item[w.Kind]
	switch {
	case len(body) == 0 || string(body) == "null":
		out.form = formEmpty
	case isObject(body):
		out.form = formFull
		_ = json.Unmarshal(body, &out.keys) // an object, as seen above
	case body[0] == '[':
		out.form, out.main = formList, body
	default:
		out.form, out.main = formScalar, body
	}
	return out
}

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// body is the path that properties stand below when the widget is written in full.
func (w writing) body() project.Path {
	if w.form == formPart {
		return w.at
	}
	return w.at.Join(w.kind)
}

// props returns the properties that are written.
func (w writing) props(spec *project.WidgetSpec) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for name, raw := range w.keys {
		if name == "id" || name == "visible" || spec.Prop(name) != nil {
			out[name] = raw
		}
	}
	if w.main != nil && spec.Prop(spec.Main) != nil {
		out[spec.Main] = w.main
	}
	return out
}

// slot is the path of a slot's list.
func (w writing) slot(name string, spec *project.WidgetSpec) project.Path {
	if w.form == formList && name == spec.Main {
		return w.body()
	}
	return w.body().Join(name)
}

// setProp is the edits that give a widget a property, or take it away when val is null.
func (w writing) setProp(spec *project.WidgetSpec, name string, val json.RawMessage) ([]project.Edit, error) {
	event := slices.ContainsFunc(spec.Events, func(e project.Event) bool { return e.Name == name })
	if name != "id" && name != "visible" && !event && spec.Prop(name) == nil {
		return nil, fault{http.StatusUnprocessableEntity, "property", fmt.Sprintf("%s has no property %q.", spec.Kind, name)}
	}
	remove := len(val) == 0 || string(val) == "null"
	set := func(at project.Path, v json.RawMessage) []project.Edit {
		return []project.Edit{{Op: project.OpSet, At: at, Value: v}}
	}
	switch w.form {
	case formFull, formPart:
		at := w.body().Join(name)
		switch _, there := w.keys[name]; {
		case !remove:
			return set(at, val), nil
		case there:
			return []project.Edit{{Op: project.OpDelete, At: at}}, nil
		}
		return nil, nil
	case formScalar, formList:
		switch {
		case remove && name == spec.Main && w.form == formScalar:
			return set(w.body(), json.RawMessage(`{}`)), nil
		case remove:
			return nil, nil
		case name == spec.Main:
			return set(w.body(), val), nil
		case w.form == formScalar:
			return set(w.body(), jsonObject(spec.Main, w.main, name, val)), nil
		}
		return w.unfold(spec, name, val)
	case formEmpty:
		if remove {
			return nil, nil
		}
		return set(w.body(), jsonObject(name, val)), nil
	}
	if remove {
		return nil, nil
	}
	return set(w.at, jsonObject(w.kind, jsonObject(name, val))), nil
}

// unfold writes a widget in full whose children were its whole value. They are moved, not written anew, so that their comments stay; so does
// the comment above the widget, which belongs to its item.
func (w writing) unfold(spec *project.WidgetSpec, name string, val json.RawMessage) ([]project.Edit, error) {
	parts, err := w.at.Parts()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return nil, err
	}
	up := project.Path("")
	beside := up.Join(append(parts[:len(parts)-1], strconv.Itoa(n+1))...)
	return []project.Edit{
		{Op: project.OpInsert, At: beside, Value: jsonObject(w.kind, json.RawMessage("null"))},
		{Op: project.OpMove, From: w.body(), At: beside.Join(w.kind, spec.Main)},
		{Op: project.OpMove, From: beside.Join(w.kind), At: w.at.Join(w.kind)},
		{Op: project.OpDelete, At: beside},
		{Op: project.OpSet, At: w.body().Join(name), Value: val},
	}, nil
}

// jsonObject writes an object of keys and values, in that order.
func jsonObject(pairs ...any) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(pairs[i]) // a string
		b.Write(key)
		b.WriteByte(':')
		b.Write(pairs[i+1].(json.RawMessage))
	}
	b.WriteByte('}')
	return b.Bytes()
}
