package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/usherdev/usher/project"
)

// Document is an OpenAPI document to import.
type Document struct {
	Name   string        // of the file, for messages
	Source []byte        // JSON or YAML, OpenAPI 3.0, 3.1 or Swagger 2.0
	Origin string        // scheme://host that it came from: where relative servers lie; "" unknown
	Beside fs.FS         // files that it may refer to, by paths relative to it; nil: it may refer to none
	Limit  time.Duration // for reading it; 20 s when zero
}

const defaultLimit = 20 * time.Second

// openapi is a document while it is imported.
type openapi struct {
	ctx    context.Context
	doc    *openapi3.T
	root   *node
	v2     bool
	draft  *draft
	plan   *Plan
	origin string // of the groups; "" the document does not say it

	known   map[string]string // reference of a schema → its type
	open    map[string]bool   // references whose types are being made
	said    map[string]bool   // notes, each once
	schemes map[string]scheme
	used    map[string]bool // references that became types
	makes   map[string]bool // a type of that name is being made
}

// operation is one operation of a document with what guesses look at.
type operation struct {
	*openapi3.Operation
	path, method string
	key          string   // of its group
	short        []string // its path without what all paths begin with
	unwrap       string   // the member in which its group wraps replies, "" none
}

// OpenAPI plans what a document becomes in the project of tree: a group a tag, or a first part of the path, a call an operation, a data type a
// schema. It fails with a SourceError when the document cannot be read; what it cannot say in the words of a project is left out and reported.
func OpenAPI(ctx context.Context, tree *project.Tree, d Document) (plan *Plan, err error) {
	if d.Limit == 0 {
		d.Limit = defaultLimit
	}
	ctx, cancel := context.WithTimeout(ctx, d.Limit)
	defer cancel()
	defer func() {
		if fault := recover(); fault != nil { // the library reads what strangers wrote
			plan, err = nil, &SourceError{Name: d.Name, Msg: "the document cannot be understood"}
		}
	}()
	o := &openapi{ctx: ctx, draft: newDraft(tree), plan: &Plan{}, known: map[string]string{}, open: map[string]bool{}, said: map[string]bool{},
		used: map[string]bool{}, makes: map[string]bool{}}
	if err := o.load(d); err != nil {
		return nil, err
	}
	o.title()
	o.readSchemes()
	if err := o.operations(d); err != nil {
		return nil, err
	}
	o.leftovers()
	o.guess()
	o.plan.Made = o.draft.made()
	o.plan.draft = o.draft
	return o.plan, o.ctx.Err()
}

// load reads the document and resolves what it refers to.
func (o *openapi) load(d Document) error {
	root, err := parse(d.Name, d.Source)
	if err != nil {
		return err
	}
	o.root = root
	fail := func(msg string) error { return &SourceError{Name: d.Name, Line: root.line, Col: root.col, Msg: msg} }
	if root.kind != '{' {
		return fail("an OpenAPI document is an object")
	}
	v3, v2 := root.get("openapi"), root.get("swagger")
	if v3 == nil && v2 == nil {
		return fail("this is no OpenAPI document: it has neither openapi nor swagger")
	}
	src, err := json.Marshal(root)
	if err != nil {
		return fmt.Errorf("reading %s: %w", d.Name, err)
	}
	loader := openapi3.NewLoader()
	loader.Context = o.ctx
	loader.ReadFromURIFunc = beside(d)
	here := &url.URL{Path: "document"}
	switch {
	case v3 != nil && strings.HasPrefix(v3.text, "3."):
		o.doc, err = loader.LoadFromDataWithPath(src, here)
	case v2 != nil && strings.HasPrefix(v2.text, "2."):
		o.v2 = true
		var doc openapi2.T
		if err = json.Unmarshal(src, &doc); err == nil {
			o.doc, err = openapi2conv.ToV3WithLoader(&doc, loader, here)
		}
	default:
		return fail("this version of OpenAPI is not known; 3.0, 3.1 and 2.0 are")
	}
	if err != nil {
		return o.loadError(d, err)
	}
	if o.doc.Paths == nil || o.doc.Paths.Len() == 0 {
		return fail("the document has no paths, so there is nothing to import")
	}
	if err := o.doc.Validate(o.ctx, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation(),
		openapi3.AllowExtensionsWithRef()); err != nil {
		o.left("the document", root, "it breaks the OpenAPI standard, what can be read is imported: "+sentence(err.Error()))
	}
	return nil
}

// loadError says in one sentence what the library found, with the place of a reference where that is the reason.
func (o *openapi) loadError(d Document, err error) error {
	out := &SourceError{Name: d.Name, Line: o.root.line, Col: o.root.col, Msg: sentence(err.Error())}
	var outside *outsideError
	if errors.As(err, &outside) {
		out.Msg = outside.Error()
	}
	if n := o.root.badReference(o.root); n != nil {
		out.Line, out.Col = n.line, n.col
		if outside == nil {
			out.Msg = fmt.Sprintf("the reference %q names nothing", sentence(n.text))
		}
	}
	return out
}

// badReference finds the first reference that leaves the document or names nothing in it.
func (n *node) badReference(root *node) *node {
	if ref := n.get("$ref"); ref != nil && ref.kind == 's' && root.pointer(ref.text) == nil {
		return ref
	}
	for _, e := range n.entries {
		if bad := e.val.badReference(root); bad != nil {
			return bad
		}
	}
	for _, item := range n.items {
		if bad := item.badReference(root); bad != nil {
			return bad
		}
	}
	return nil
}

// pointer follows “#/components/schemas/Pet”, nil when that leads nowhere or out of the document.
func (n *node) pointer(ref string) *node {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil
	}
	for _, part := range strings.Split(rest, "/") {
		if n == nil {
			return nil
		}
		if text, err := url.PathUnescape(part); err == nil {
			part = text
		}
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if n.kind == '[' {
			at, err := strconv.Atoi(part)
			if err != nil || at < 0 || at >= len(n.items) {
				return nil
			}
			n = n.items[at]
			continue
		}
		n = n.get(part)
	}
	return n
}

// outsideError refuses a reference to another file.
type outsideError struct{ name, why string }

func (e *outsideError) Error() string {
	return fmt.Sprintf("the document refers to %q: %s", e.name, e.why)
}

// beside reads the files that a document may refer to: none, or those in its folder.
func beside(d Document) openapi3.ReadFromURIFunc {
	count := 0
	return func(_ *openapi3.Loader, at *url.URL) ([]byte, error) {
		refuse := func(why string) ([]byte, error) { return nil, &outsideError{name: sentence(at.String()), why: why} }
		name := path.Clean(at.Path)
		switch {
		case at.Scheme != "" || at.Host != "":
			return refuse("references to other places of the net are never followed")
		case d.Beside == nil:
			return refuse("other files are read only where that is allowed")
		case !fs.ValidPath(name):
			return refuse("it lies outside the folder of the document")
		}
		if count++; count > maxBeside {
			return refuse(fmt.Sprintf("it refers to more than %d files", maxBeside))
		}
		info, err := fs.Stat(d.Beside, name)
		if err != nil || !info.Mode().IsRegular() {
			return refuse("there is no such file")
		}
		if info.Size() > MaxSource {
			return refuse(fmt.Sprintf("it is larger than %d MiB", MaxSource>>20))
		}
		src, err := fs.ReadFile(d.Beside, name)
		if err != nil {
			return refuse("it cannot be read")
		}
		n, err := parse(name, src)
		if err != nil {
			return nil, &outsideError{name: name, why: err.Error()}
		}
		return json.Marshal(n)
	}
}

func (o *openapi) title() {
	o.plan.Title = "an OpenAPI document"
	if i := o.doc.Info; i != nil {
		o.plan.Title = strings.TrimSpace(sentence(i.Title) + " " + sentence(i.Version))
	}
}

// left notes what is not imported, once.
func (o *openapi) left(at string, place *node, msg string) {
	if key := at + "\x00" + msg; !o.said[key] {
		o.said[key] = true
		n := Note{At: at, Msg: msg}
		if place != nil {
			n.Line, n.Col = place.line, place.col
		}
		o.plan.Left = append(o.plan.Left, n)
	}
}

// orderly returns the keys of a map in the order of the source, those that it does not show at the end.
func orderly[V any](m map[string]V, like *node) []string {
	out := make([]string, 0, len(m))
	for _, k := range like.keys() {
		if _, ok := m[k]; ok {
			out = append(out, k)
		}
	}
	var rest []string
	for k := range m {
		if like.get(k) == nil {
			rest = append(rest, k)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

// leftovers notes the parts of a document that no app has a place for.
func (o *openapi) leftovers() {
	if n := len(o.doc.Webhooks); n > 0 {
		o.left("webhooks", o.root.get("webhooks"), fmt.Sprintf("%d not imported: an app is not called by its backend", n))
	}
	var unused []string
	if c := o.doc.Components; c != nil {
		for name := range c.Schemas {
			if !o.used["#/components/schemas/"+name] {
				unused = append(unused, name)
			}
		}
	}
	if slices.Sort(unused); len(unused) > 0 {
		more := ""
		if n := len(unused) - 20; n > 0 {
			unused, more = unused[:20], fmt.Sprintf(" and %d more", n)
		}
		o.left("schemas", o.root.find("components", "schemas"), "not made into data types, since no imported call uses them as fields: "+strings.Join(unused, ", ")+more)
	}
}
