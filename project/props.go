package project

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// propTypes are the value types of property kinds that are named like one.
var propTypes = map[PropKind]func() *value.Type{
	PropText: value.TextType, PropInt: value.IntType, PropNumber: value.NumberType, PropBool: value.BoolType, PropTime: value.TimeType,
	PropJSON: value.AnyType, PropColor: value.ColorType, PropImage: value.ImageType, PropSecret: value.SecretType, PropCond: value.BoolType,
	PropTexts: func() *value.Type { return value.ListOf(value.TextType()) },
}

// prop decodes a property whose kind needs nothing but the kind.
func (sc scope) prop(spec *Prop, p place, owner string) *value.Template {
	what := spec.Name + " of " + owner
	if spec.Literal && p.n.Kind == yaml.ScalarNode && strings.Contains(p.n.Value, "${") {
		p.fail(what+" must be written as it is, not as ${…}", "")
		return nil
	}
	switch spec.Kind {
	case PropEnum:
		if !spec.Literal && strings.Contains(p.n.Value, "${") {
			return sc.value(p, want{what: what, typ: value.TextType()})
		}
		return constWord(p.oneOf(what, spec.Values...))
	case PropSizes:
		return p.sizes(what)
	case PropIcon:
		return p.icon(what)
	case PropImage:
		return sc.image(p, what)
	case PropMedia:
		return sc.media(p, what, spec.Values)
	case PropWords:
		if list, ok := p.someOf(what, "a word", spec.Values...); ok {
			return value.Const(list)
		}
		return nil
	case PropOptions:
		return sc.options(p, what)
	case PropList:
		return sc.value(p, want{what: what, typ: value.ListOf(nil), list: true})
	case PropPage, PropCall, PropBlock, PropVia, PropField, PropName:
		return constWord(p.literal(what))
	}
	w := want{what: what, secret: spec.Kind == PropCond || spec.Kind == PropSecret}
	if t := propTypes[spec.Kind]; t != nil {
		w.typ = t()
	}
	return sc.value(p, w)
}

func constWord(v string, ok bool) *value.Template {
	if !ok {
		return nil
	}
	return value.Const(v)
}

func (p place) icon(what string) *value.Template {
	name, ok := p.literal(what)
	if ok && !slices.Contains(icons, name) {
		p.misnamed(fmt.Sprintf("there is no icon %q", name), name, icons)
		ok = false
	}
	return constWord(name, ok)
}

// image decodes the address of a picture, or the name of an asset.
func (sc scope) image(p place, what string) *value.Template {
	t := sc.value(p, want{what: what, typ: value.ImageType()})
	v, ok := t.Constant()
	name, isText := v.(string)
	if t == nil || !ok || !isText || name == "" {
		return t
	}
	u, err := url.Parse(name)
	switch assets := p.c.p.Assets; {
	case err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
	case err == nil && u.Scheme != "":
		p.fail(fmt.Sprintf("%s cannot have the scheme %s:", what, u.Scheme), "use https://…, or the name of a file in assets/")
	case !slices.Contains(assets, name):
		p.misnamed(fmt.Sprintf("there is no asset %q", name), name, assets)
	}
	return t
}

// options decodes the choices of a dropdown and its like: texts, {value, label}, groups of them, or one ${a list}.
func (sc scope) options(p place, what string) *value.Template {
	if p.n.Kind != yaml.SequenceNode {
		return sc.value(p, want{what: what, typ: value.ListOf(nil), list: true})
	}
	return value.ListOfTemplates(sc.optionList(p, what, nil, map[string]bool{}))
}

// optionList decodes options, those of a group with its heading.
func (sc scope) optionList(p place, what string, group *value.Template, seen map[string]bool) []*value.Template {
	var out []*value.Template
	for _, item := range p.items(what) {
		if list, heading, ok := sc.optionGroup(item, what, group != nil); ok {
			if list.n != nil {
				out = append(out, sc.optionList(list, what, heading, seen)...)
			}
			continue
		}
		t := sc.option(item, group)
		if t == nil {
			continue
		}
		val := t
		if f := t.Field("value"); f != nil {
			val = f
		}
		if v, ok := val.Constant(); ok {
			if seen[value.Text(v)] {
				item.warn("the option "+quoted(value.Text(v))+" is there twice", "")
			}
			seen[value.Text(v)] = true
		}
		out = append(out, t)
	}
	return out
}

// option decodes a text, or a value with its label.
func (sc scope) option(item place, group *value.Template) *value.Template {
	var keys []string
	var vals []*value.Template
	add := func(key string, v *value.Template) {
		if v != nil {
			keys, vals = append(keys, key), append(vals, v)
		}
	}
	if item.scalar() != notScalar {
		t := sc.value(item, want{what: "an option", typ: value.TextType()})
		if group == nil || t == nil {
			return t
		}
		add("value", t)
		add("label", t)
	} else {
		s := item.section("an option", "value", "label")
		for _, key := range []string{"value", "label"} {
			if kp, ok := s.need(key, ""); ok {
				add(key, sc.value(kp, want{what: key + " of an option", typ: value.TextType()}))
			}
		}
	}
	add("group", group)
	return value.MapOf(keys, vals)
}

// optionGroup decodes {group, options}; false when an item is none.
func (sc scope) optionGroup(item place, what string, inside bool) (list place, heading *value.Template, ok bool) {
	if !hasKey(item.n, "options") && !hasKey(item.n, "group") {
		return place{}, nil, false
	}
	s := item.section("a group of options", "group", "options")
	gp, named := s.need("group", "the heading above them")
	list, listed := s.need("options", "")
	switch {
	case inside:
		item.fail("a group of options cannot stand in another", "")
		return place{}, nil, true
	case !strings.HasSuffix(what, " dropdown"):
		item.fail(what+" have no groups", "a dropdown has")
		return place{}, nil, true
	case listed && list.n.Kind != yaml.SequenceNode:
		list.fail("options of a group are a list", "options from data carry their group themselves: {value, label, group}")
		return place{}, nil, true
	case !named || !listed:
		return place{}, nil, true
	}
	return list, sc.value(gp, want{what: "group", typ: value.TextType()}), true
}

// address judges a constant address of a link.
func (p place) address(what string, t *value.Template) {
	v, ok := t.Constant()
	text, isText := v.(string)
	if t == nil || !ok || !isText {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		p.fail(what+" is not an address", "")
	case u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto" || u.Scheme == "tel":
	case u.Scheme == "":
		p.fail(what+" needs a scheme such as https:", "to open a page of this app, use page")
	default:
		p.fail(fmt.Sprintf("%s cannot have the scheme %s:", what, u.Scheme), "use https:, mailto: or tel:")
	}
}
