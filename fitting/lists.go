package fitting

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// list is what a page lists and how one item is shown. Fields are names of the item's data type; "" there is none.
type list struct {
	Call, Detail                 string // group.call; Detail brings one item
	Name                         string // for people: Posts
	Items                        string // expression over reply: body.posts
	Key, Title, Sub, Text, Image string
	Numbers                      []number
	Param                        project.Param // of Detail
	First                        string        // title of the first item that the stand-in brings; "" not known
}

// number is a field to count and to draw.
type number struct{ Field, Label string }

// Figures is how many figures a dashboard shows of the list.
func (l *list) Figures() int { return 1 + len(l.Numbers) }

// From is the list as an expression over a query.
func (l *list) From(query string) string { return "queries." + query + "." + l.Items }

// ID is the item's key as what the call for one item takes.
func (l *list) ID() string {
	if l.Param.Type != nil && l.Param.Type.Kind == value.KindText {
		return "string(item." + l.Key + ")"
	}
	return "item." + l.Key
}

// Kind is the type of that.
func (l *list) Kind() string {
	if l.Param.Type == nil {
		return "text"
	}
	return l.Param.Type.String()
}

// lists settles which calls the page shows.
func (f *fit) lists() error {
	if len(f.wish.Template.Lists) == 0 {
		return nil
	}
	c, items, err := f.listCall()
	if err != nil {
		return err
	}
	p, problems := f.next.Project()
	if problems.Errors() {
		return f.sound()
	}
	if c = p.Call(c.ID); c == nil {
		return refuse("name another one", "the call is gone")
	}
	path, item := itemsOf(c.Reply)
	l := &list{Call: c.ID, Items: "body", Name: value.Words(items)}
	if path != "" {
		l.Items, l.Name = "body."+path, value.Words(path)
	}
	l.describe(item)
	if slices.Contains(f.wish.Template.Lists, "detail") {
		if err := f.detail(p, l, item); err != nil {
			return err
		}
	}
	l.First = f.first(c, path, l.Title)
	f.shown = l
	return nil
}

// listCall is the call that is named, the one of the app that brings a list, or the backend's. items is what it is called.
func (f *fit) listCall() (c *project.Call, items string, err error) {
	if id := f.wish.Calls["list"]; id != "" {
		if c = f.project.Call(id); c == nil {
			return nil, "", f.noCall("list", id)
		}
		if _, item := itemsOf(c.Reply); item == nil {
			return nil, "", refuse("give it a data type: usher import json Item reply.json, then reply: Item or list of Item", "%s does not say what its list holds", id)
		}
		if needs(c) > 0 {
			return nil, "", refuse("give them defaults, or name another call", "%s wants parameters, which the page does not have", id)
		}
		return c, c.Group.Name, nil
	}
	var found []*project.Call
	for _, g := range f.project.Groups {
		for _, c := range g.Calls {
			if _, item := itemsOf(c.Reply); item != nil && c.Method == "GET" && needs(c) == 0 && hasTitle(item) {
				found = append(found, c)
			}
		}
	}
	if keyed := slices.DeleteFunc(slices.Clone(found), func(c *project.Call) bool { return !hasKey(c) }); len(keyed) == 1 {
		found = keyed // the others list figures, not things
	}
	switch {
	case len(found) == 1:
		return found[0], found[0].Group.Name, nil
	case len(found) > 1:
		return nil, "", refuse("say which: --call list="+found[0].ID, "several calls of the app bring a list: %s", idsOf(found))
	}
	return f.listOfBackend()
}

func idsOf(calls []*project.Call) string {
	var ids []string
	for _, c := range calls {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, ", ")
}

// listOfBackend brings the backend's own list, the calls list and one of its group posts.
func (f *fit) listOfBackend() (*project.Call, string, error) {
	const hint = "name yours: --call list=GROUP.CALL, with a data type as its reply"
	lists := func(b *backend) bool { return group(b.tree, "posts").Calls != nil }
	b, err := f.recognise(need{does: "bring a list", hint: hint, met: lists})
	switch {
	case err != nil:
		return nil, "", err
	case b == nil || !lists(b):
		title := "this app"
		if b != nil {
			title = b.preset.Title
		}
		return nil, "", refuse(hint, "%s has no call to bring a list that is known", title)
	}
	for _, call := range []string{"list", "one"} {
		if f.same(b, "posts", call) == "" {
			if _, err := f.bringCall(b, "posts", call); err != nil {
				return nil, "", err
			}
		}
		if err := f.answer(b, request(b.tree, "posts", call)); err != nil {
			return nil, "", err
		}
	}
	p, problems := f.next.Project()
	if problems.Errors() {
		return nil, "", f.sound()
	}
	return p.Call(f.same(b, "posts", "list")), "posts", nil
}

// itemsOf finds the list in a reply: the reply itself, or its one field that lists objects.
func itemsOf(t *value.Type) (path string, item *value.Type) {
	switch {
	case t == nil:
	case t.Kind == value.KindList && t.Elem != nil && t.Elem.Kind == value.KindObject:
		return "", t.Elem
	case t.Kind == value.KindObject:
		for _, f := range t.Fields {
			if f.Type != nil && f.Type.Kind == value.KindList && f.Type.Elem != nil && f.Type.Elem.Kind == value.KindObject {
				if item != nil {
					return "", nil
				}
				path, item = f.Name, f.Type.Elem
			}
		}
	}
	return path, item
}

// needs counts the parameters that a call cannot do without.
func needs(c *project.Call) (n int) {
	for _, p := range c.Params {
		if p.Required {
			n++
		}
	}
	return n
}

func hasKey(c *project.Call) bool {
	_, item := itemsOf(c.Reply)
	var l list
	l.describe(item)
	return l.Key != ""
}

func hasTitle(item *value.Type) bool {
	var l list
	l.describe(item)
	return l.Title != ""
}

// describe chooses what of an item is shown where.
func (l *list) describe(item *value.Type) {
	l.Key = named(item, nil, "id", "_id", "uuid", "documentId", "slug", "key")
	l.Image = named(item, images, "image", "cover", "thumbnail", "picture", "photo", "avatar")
	l.Title = named(item, texts, "title", "name", "headline", "subject", "label")
	l.Text = named(item, texts, "body", "description", "content", "text", "summary")
	l.Sub = named(item, texts, "author", "category", "place", "status", "city", "email")
	for _, f := range item.Fields {
		name := strings.ToLower(f.Name)
		switch {
		case f.Type == nil || f.Name == l.Key:
		case f.Type.Kind == value.KindText && l.Title == "" && f.Name != l.Text:
			l.Title = f.Name
		case (f.Type.Kind == value.KindInt || f.Type.Kind == value.KindNumber) && !strings.HasSuffix(name, "id") && len(l.Numbers) < 3:
			l.Numbers = append(l.Numbers, number{f.Name, value.Words(f.Name)})
		}
	}
}

func texts(t *value.Type) bool  { return t != nil && t.Kind == value.KindText }
func images(t *value.Type) bool { return t != nil && t.Kind == value.KindImage }

// named is the first of some fields that the type has, of a fitting type.
func named(t *value.Type, fits func(*value.Type) bool, names ...string) string {
	for _, name := range names {
		if f, ok := t.Field(name); ok && (fits == nil || fits(f.Type)) {
			return name
		}
	}
	return ""
}

// detail finds the call for one item: the one that is named, or the one of the app that answers with such an item. None is no fault.
func (f *fit) detail(p *project.Project, l *list, item *value.Type) error {
	var found []*project.Call
	if id := f.wish.Calls["detail"]; id != "" {
		c := p.Call(id)
		if c == nil {
			return f.noCall("detail", id)
		}
		if needs(c) != 1 {
			return refuse("name another call", "--call detail: %s should want one parameter, the item's id", id)
		}
		found = append(found, c)
	} else {
		for _, g := range p.Groups {
			for _, c := range g.Calls {
				if c.Method == "GET" && c.Reply != nil && c.Reply.Name == item.Name && item.Name != "" && needs(c) == 1 {
					found = append(found, c)
				}
			}
		}
	}
	if len(found) == 0 || l.Key == "" {
		how := "--call detail=GROUP.CALL makes"
		if f.wish.Studio {
			how = "a call that is chosen for Detail, under “Which calls it sends”, makes"
		}
		f.left("No call of the app brings one item, so the items lead nowhere: %s a second page.", how)
		return nil
	}
	if len(found) > 1 {
		return refuse("say which: --call detail="+found[0].ID, "several calls of the app bring one item: %s", idsOf(found))
	}
	l.Detail = found[0].ID
	l.Param = found[0].Params[slices.IndexFunc(found[0].Params, func(p project.Param) bool { return p.Required })]
	return nil
}

// first reads in the stand-in the title of the first item.
func (f *fit) first(c *project.Call, path, title string) string {
	var s struct {
		Data   map[string]any `yaml:"data"`
		Routes []struct {
			On   string `yaml:"on"`
			JSON any    `yaml:"json"`
		} `yaml:"routes"`
	}
	if src := f.tests[standinFile]; src == nil || yaml.Load(src, &s) != nil {
		return ""
	}
	req := request(f.next, c.Group.Name, c.Name)
	for _, r := range s.Routes {
		if !answers(r.On, req) {
			continue
		}
		v := r.JSON
		if m, ok := v.(map[string]any); ok && path != "" {
			v = m[path]
		}
		if text, ok := v.(string); ok {
			v = s.Data[strings.TrimSuffix(strings.TrimPrefix(text, "${data."), "}")]
		}
		items, _ := v.([]any)
		if len(items) == 0 {
			continue
		}
		one, _ := items[0].(map[string]any)
		if text, ok := one[title].(string); ok && !strings.Contains(text, "${") && !strings.ContainsAny(text, "\"\\\n") {
			return text
		}
	}
	return ""
}
