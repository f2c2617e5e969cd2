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
		return p.words(what, spec.Values)
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
		p.fail(fmt.Sprintf("there is no icon %q", name), didYouMean(name, icons))
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
		p.fail(fmt.Sprintf("there is no asset %q", name), didYouMean(name, assets))
	}
	return t
}

// options decodes the choices of a dropdown: texts, {value, label}, or one ${a list}.
func (sc scope) options(p place, what string) *value.Template {
	if p.n.Kind != yaml.SequenceNode {
		return sc.value(p, want{what: what, typ: value.ListOf(nil), list: true})
	}
	var out []*value.Template
	seen := map[string]bool{}
	for _, item := range p.items(what) {
		var t *value.Template
		if item.scalar() != notScalar {
			t = sc.value(item, want{what: "an option", typ: value.TextType()})
		} else {
			s := item.section("an option", "value", "label")
			var keys []string
			var vals []*value.Template
			for _, key := range []string{"value", "label"} {
				if kp, ok := s.need(key, ""); ok {
					if v := sc.value(kp, want{what: key + " of an option", typ: value.TextType()}); v != nil {
						keys, vals = append(keys, key), append(vals, v)
					}
				}
			}
			t = value.MapOf(keys, vals)
		}
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
	return value.ListOfTemplates(out)
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
