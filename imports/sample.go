package imports

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// sample is a JSON sample while it becomes data types.
type sample struct {
	draft *draft
	plan  *Plan
}

// sight is what was seen at one place of a sample, in all items of the lists around it.
type sight struct {
	kinds  map[byte]bool // '{' '[' 's' 'x' 'i' 'n' 'b'; null and empty text tell nothing
	fields []*sightField
	elem   *sight
	texts  int // not empty
	times  int
	images int
	colors int
	blank  bool // empty text was seen
	place  *node
}

type sightField struct {
	key string
	*sight
}

// Sample plans the data types that a JSON sample shows: name for the object, or for one of the list's objects, and a name below it for each object
// inside (F122). Items of a list are read as one: what one of them lacks, another shows. What is of different kinds is json, and reported.
func Sample(tree *project.Tree, name string, src []byte, source string) (*Plan, error) {
	if err := typeName(name); err != nil {
		return nil, err
	}
	if len(src) > MaxSource {
		return nil, &SourceError{Name: source, Msg: fmt.Sprintf("it is larger than %d MiB", MaxSource>>20)}
	}
	root, err := parseJSON(source, src)
	if err != nil {
		return nil, err
	}
	_, plan, err := sampled(newDraft(tree), name, root, source)
	return plan, err
}

// sampled plans the data types of a sample that was read, and says whether it is a list of them.
func sampled(d *draft, name string, root *node, source string) (list bool, plan *Plan, err error) {
	s := &sample{draft: d, plan: &Plan{Title: "a sample of " + name}}
	top := newSight()
	top.see(root)
	if top.kinds['['] && len(top.kinds) == 1 {
		s.left(name, root, "the sample is a list; one of its items is "+name+", so use list of "+name)
		list, top = true, top.elem
	}
	if top == nil || !top.kinds['{'] || len(top.kinds) > 1 || len(top.fields) == 0 {
		return false, nil, &SourceError{Name: source, Line: root.line, Col: root.col, Msg: "a data type is made of an object, or of a list of objects"}
	}
	if typ := s.object(name, name, top, 0); typ != name {
		return false, nil, fmt.Errorf("types/%s.yaml is there already, and it is another type; name a new one", name)
	}
	s.plan.draft, s.plan.Made = s.draft, s.draft.made()
	return list, s.plan, nil
}

// typeName says why a data type cannot have a name, nil when it can.
func typeName(name string) error {
	if upperCamel(name, "") == "" || !project.LegalName(name) || strings.ToLower(name[:1]) == name[:1] {
		return fmt.Errorf("a data type cannot be named %q: use letters and digits, beginning with a capital letter", sentence(name))
	}
	return nil
}

func newSight() *sight { return &sight{kinds: map[byte]bool{}} }

var (
	colorText = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	imageText = regexp.MustCompile(`(?i)^https?://[^\s?#]+\.(png|jpe?g|gif|webp|avif|svg)([?#].*)?$`)
)

// see adds one value.
func (s *sight) see(n *node) {
	if s.place == nil {
		s.place = n
	}
	switch n.kind {
	case '0':
	case '{':
		s.kinds['{'] = true
		for _, e := range n.entries {
			s.field(e.key).see(e.val)
		}
	case '[':
		s.kinds['['] = true
		if s.elem == nil {
			s.elem = newSight()
		}
		for _, item := range n.items {
			s.elem.see(item)
		}
	case 'n':
		kind := byte('i')
		if strings.ContainsAny(n.text, ".eE") {
			kind = 'n'
		}
		s.kinds[kind] = true
	case 's':
		s.text(n.text)
	case 'x':
		s.kinds['x'] = true
	default:
		s.kinds['b'] = true
	}
}

func (s *sight) text(text string) {
	if text == "" {
		s.blank = true
		return
	}
	s.kinds['s'] = true
	s.texts++
	if at, wrong := value.Coerce(text, value.TimeType()); at != nil && len(wrong) == 0 {
		s.times++
	}
	if imageText.MatchString(text) {
		s.images++
	}
	if colorText.MatchString(text) {
		s.colors++
	}
}

func (s *sight) field(key string) *sight {
	for _, f := range s.fields {
		if f.key == key {
			return f.sight
		}
	}
	f := &sightField{key, newSight()}
	s.fields = append(s.fields, f)
	return f.sight
}

func (s *sample) left(at string, place *node, msg string) {
	n := Note{At: at, Msg: msg}
	if place != nil {
		n.Line, n.Col = place.line, place.col
	}
	s.plan.Left = append(s.plan.Left, n)
}

// typeOf returns the type of what was seen; hint names a data type made of it.
func (s *sample) typeOf(at, hint string, v *sight, depth int) string {
	if v.kinds['i'] && v.kinds['n'] {
		delete(v.kinds, 'i') // 1 and 1.5 are numbers
	}
	if v.kinds['x'] {
		delete(v.kinds, 's') // one that was not recognized is one all the same
	}
	if len(v.kinds) > 1 {
		s.left(at, v.place, "it is of different kinds: "+v.said()+"; it is json")
		return "json"
	}
	for kind := range v.kinds {
		switch kind {
		case 'i':
			return "int"
		case 'n':
			return "number"
		case 'b':
			return "bool"
		case 's':
			return v.textType()
		case 'x':
			s.left(at, nil, "it is a token, so its type is secret: no page can show it")
			return "secret"
		case '[':
			return s.list(at, hint, v, depth)
		default:
			return s.object(at, hint, v, depth)
		}
	}
	if v.blank {
		return "text"
	}
	s.left(at, v.place, "it is always null here, so its type is not known; it is json")
	return "json"
}

// said names the kinds that were seen.
func (v *sight) said() string {
	var out []string
	for _, k := range []struct {
		kind byte
		name string
	}{{'s', "text"}, {'x', "a secret"}, {'i', "a number"}, {'n', "a number"}, {'b', "a bool"}, {'[', "a list"}, {'{', "an object"}} {
		if v.kinds[k.kind] {
			out = append(out, k.name)
		}
	}
	return strings.Join(out, ", ")
}

func (v *sight) textType() string {
	switch v.texts {
	case v.times:
		return "time"
	case v.images:
		return "image"
	case v.colors:
		return "color"
	}
	return "text"
}

func (s *sample) list(at, hint string, v *sight, depth int) string {
	if len(v.elem.kinds) == 0 && !v.elem.blank {
		s.left(at, v.place, "the list is empty here, so the type of its items is not known; they are json")
		return "list of json"
	}
	return "list of " + s.typeOf(at, singular(hint), v.elem, depth+1)
}

// object makes a data type of an object, or uses one that has the same fields already.
func (s *sample) object(at, hint string, v *sight, depth int) string {
	switch {
	case len(v.fields) == 0:
		s.left(at, v.place, "the object is empty here; it is json")
		return "json"
	case v.isMap():
		s.left(at, v.place, "its keys look like ids, not like names; it is json")
		return "json"
	case depth > maxShapeDepth || len(s.draft.types) >= maxTypes:
		s.left(at, v.place, "too deep, or too many data types; it is json")
		return "json"
	}
	t := &dataType{}
	keys := make([]string, len(v.fields))
	for i, f := range v.fields {
		keys[i] = f.key
	}
	named := fieldNames(keys)
	for _, f := range v.fields {
		path := at + "." + sentence(f.key)
		if f.key == "" || strings.Contains(f.key, "${") {
			s.left(path, f.place, "it is left out: no field has such a name")
			continue
		}
		made := &field{name: named[f.key]}
		if made.name != f.key {
			made.key = f.key
		}
		made.typ = s.typeOf(path, hint+upperCamel(f.key, "Field"), f.sight, depth+1)
		if made.typ == "text" && SecretName(f.key) {
			made.typ = "secret"
			s.left(path, nil, "it looks like a credential, so its type is secret: no page can show it")
		}
		t.fields = append(t.fields, made)
	}
	if depth > 0 {
		if same := s.draft.sameFields(t); same != "" {
			return same
		}
	}
	s.draft.settle(t, hint)
	return t.name
}

// isMap tells a map from an object by keys that no field would have.
func (v *sight) isMap() bool {
	odd := 0
	for _, f := range v.fields {
		if len(f.key) > 0 && (f.key[0] >= '0' && f.key[0] <= '9' || uuidText.MatchString(f.key)) {
			odd++
		}
	}
	return odd == len(v.fields) && odd > 1
}

var uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// sameFields returns the data type of the draft that has the same fields, "" when there is none.
func (d *draft) sameFields(t *dataType) string {
	want, err := json.Marshal(t.value(nil))
	if err != nil || len(t.fields) < 2 {
		return ""
	}
	for _, o := range d.types {
		if have, err := json.Marshal(o.value(nil)); err == nil && string(have) == string(want) {
			return o.name
		}
	}
	return ""
}
