package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// ChangeItem is the name by which a change reads the item of its list.
const ChangeItem = "each"

// changeOp is one way to change a variable.
type changeOp struct {
	name string
	of   value.Kind // what the variable must be; KindAny: anything
	also []string   // what may stand beside it
}

var changeOps = []changeOp{
	{name: "set"}, {name: "reset"}, {name: "clear"},
	{name: "increment", of: value.KindNumber}, {name: "toggle", of: value.KindBool},
	{name: "append", of: value.KindList}, {name: "prepend", of: value.KindList}, {name: "insert", of: value.KindList, also: []string{"at"}},
	{name: "removeAt", of: value.KindList}, {name: "removeWhere", of: value.KindList},
	{name: "updateAt", of: value.KindList, also: []string{"to", "fields"}}, {name: "updateWhere", of: value.KindList, also: []string{"to", "fields"}},
}

// ChangeOp is the way in which an action changes its variable; "" for one that is not sound.
func ChangeOp(a *Action) string {
	for _, op := range changeOps {
		if a.Props[op.name] != nil {
			return op.name
		}
	}
	return ""
}

// fillChange decodes how one variable of the state is changed (F150).
func (sc scope) fillChange(a *Action, s section) {
	p, ok := s.get("variable")
	if !ok {
		return
	}
	t, whole, ok := sc.changed(p)
	op, have := changeOf(s)
	if !ok || !have {
		return
	}
	a.Props["variable"] = value.Const(p.n.Value)
	at, _ := s.get(op.name)
	switch {
	case !fits(t, op.of):
		at.fail(fmt.Sprintf("%s works on %s, and %s is %s", op.name, map[value.Kind]string{value.KindNumber: "a number", value.KindBool: "a truth", value.KindList: "a list"}[op.of], p.n.Value, t), "")
		return
	case op.name == "reset" && !whole:
		at.fail("reset works on a whole variable", "use clear, or set")
		return
	}
	sc.changeValues(a, s, op, t, p.n.Value)
}

func fits(t *value.Type, k value.Kind) bool {
	return k == value.KindAny || t.Kind == value.KindAny || t.Kind == k || k == value.KindNumber && t.Kind == value.KindInt
}

// changed is the type of what is to be changed: a variable, or a field of an object in one.
func (sc scope) changed(p place) (t *value.Type, whole, ok bool) {
	name, ok := p.literal("variable")
	if !ok {
		return nil, false, false
	}
	path := strings.Split(name, ".")
	kind := map[string]string{"state": "setState", "app": "setAppState", "own": setOwn}[path[0]]
	if kind == "" || len(path) < 2 {
		p.fail(fmt.Sprintf("%q is no variable", name), "write state.NAME for the state of the page, app.NAME for that of the app, or own.NAME in a component for its own")
		return nil, false, false
	}
	types, what := sc.targets(kind, "change of "+name, p)
	if types == nil {
		return nil, false, false
	}
	if t, ok = types[path[1]]; !ok {
		p.misnamed(fmt.Sprintf("there is no %s %q", what, path[1]), path[1], slices.Collect(maps.Keys(types)))
		return nil, false, false
	}
	for i, field := range path[2:] {
		f, ok := t.Field(field)
		if !ok {
			p.misnamed(fmt.Sprintf("%s has no field %q", strings.Join(path[:i+2], "."), field), field, fieldNames(t))
			return nil, false, false
		}
		t = f.Type
	}
	return t, len(path) == 2, true
}

// changeOf finds the one way in which a variable is to be changed.
func changeOf(s section) (changeOp, bool) {
	var found []changeOp
	for _, op := range changeOps {
		if _, ok := s.get(op.name); ok {
			found = append(found, op)
		}
	}
	if len(found) != 1 {
		names := make([]string, len(changeOps))
		for i, op := range changeOps {
			names[i] = op.name
		}
		s.fail(fmt.Sprintf("change takes one of these, not %d: %s", len(found), strings.Join(names, ", ")), "")
		return changeOp{}, false
	}
	for _, extra := range []string{"at", "to", "fields"} {
		if p, ok := s.get(extra); ok && !slices.Contains(found[0].also, extra) {
			p.fail(fmt.Sprintf("%s has no %q", found[0].name, extra), "")
		}
	}
	return found[0], true
}

// changeValues decodes what a change is made with.
func (sc scope) changeValues(a *Action, s section, op changeOp, t *value.Type, name string) {
	elem := value.AnyType()
	if t.Kind == value.KindList && t.Elem != nil {
		elem = t.Elem
	}
	if strings.HasSuffix(op.name, "Where") {
		p, _ := s.get(op.name)
		if _, taken := sc.env.Lookup(ChangeItem); taken {
			p.fail(ChangeItem+" is the item of a loop here", "give the loop's item another name by as, so that "+op.name+" can read its own as "+ChangeItem)
			return
		}
	}
	inside := sc.with(ChangeItem, elem)
	read := func(sc scope, key string, t *value.Type) {
		if p, ok := s.get(key); ok {
			if tmpl := sc.value(p, want{what: key + " of change", typ: t, null: true, secret: t.Kind == value.KindSecret || t.Kind == value.KindBool}); tmpl != nil {
				if holdsFile(tmpl.Type()) {
					p.fail("no state can hold a file", "a file is there while its event runs: let the event send it")
				}
				a.Props[key] = tmpl
			}
		}
	}
	switch op.name {
	case "set", "increment":
		read(sc, op.name, t)
	case "reset", "clear", "toggle":
		a.Props[op.name] = s.only(op.name)
	case "append", "prepend", "insert":
		read(sc, op.name, elem)
		read(sc, "at", value.IntType())
		if op.name == "insert" {
			s.need("at", "the place at which it is to stand, from 0")
		}
	case "removeAt":
		read(sc, op.name, value.IntType())
	case "removeWhere":
		read(inside, op.name, value.BoolType())
	case "updateAt":
		read(sc, op.name, value.IntType())
		read(sc, "to", elem)
		sc.changedFields(a, s, elem, name)
	case "updateWhere":
		read(inside, op.name, value.BoolType())
		read(inside, "to", elem)
		inside.changedFields(a, s, elem, name)
	}
}

// only is a property that is true or not written.
func (s section) only(name string) *value.Template {
	if p, ok := s.get(name); ok {
		if v, ok := p.boolean(name); ok && !v {
			p.fail(name+" is true or not there", "")
		}
	}
	return value.Const(true)
}

// changedFields decodes the fields of an item that are to be changed.
func (sc scope) changedFields(a *Action, s section, elem *value.Type, name string) {
	p, ok := s.get("fields")
	_, to := s.get("to")
	if ok == to {
		s.fail("an item is changed by to, which is the whole of it, or by fields", "")
		return
	}
	if !ok {
		return
	}
	if !fits(elem, value.KindObject) {
		p.fail(fmt.Sprintf("the items of %s have no fields", name), "use to")
		return
	}
	var keys []string
	var vals []*value.Template
	for _, e := range p.entries("fields") {
		t := value.AnyType()
		if elem.Kind == value.KindObject {
			f, ok := elem.Field(e.name)
			if !ok {
				e.key.misnamed(fmt.Sprintf("%s has no field %q", elem, e.name), e.name, fieldNames(elem))
				continue
			}
			t = f.Type
		}
		if tmpl := sc.value(e.val, want{what: e.name + " of fields", typ: t, null: true}); tmpl != nil {
			keys, vals = append(keys, e.name), append(vals, tmpl)
		}
	}
	a.Props["fields"] = value.MapOf(keys, vals)
}
