package fitting

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/templates"
	"github.com/usherdev/usher/value"
)

// facts are what a page and its journey are filled in with.
type facts struct {
	Page, Path, App string
	Entry, Home     string // pages of app.yaml; "" without authentication
	Identifier      field  // what people log in by
	User            person
	List            *list
	LogIn           string // the steps by which a journey logs in; "" not known

	who, password, mail string // of the account of the journeys, as steps write them; "" not known

	Set bool // app.yaml names the page

	studio bool // sentences name the ways of the studio

	project *project.Project // of the app to be, without the page
}

// person says how to read who is logged in.
type person struct {
	Name, First string // as ${…}
	Mail, Image string // likewise; "" there is none
	Rows        []row  // further fields
}

type row struct{ Label, Value string }

// learn gathers the facts.
func (f *fit) learn() (*facts, error) {
	p, problems := f.next.Project()
	if problems.Errors() {
		return nil, f.sound()
	}
	k := &facts{Page: f.wish.As, Path: f.wish.Path, App: p.App.Name, project: p, List: f.shown, studio: f.wish.Studio}
	k.User = personOf(p.App.Auth.UserType)
	k.Identifier = field{ID: "identifier", Label: "E-mail", Kind: "email", Required: true, Autocomplete: "username", Icon: "mail"}
	if p.App.Auth.EntryPage != nil && p.App.Auth.Enabled {
		k.Entry = p.App.Auth.EntryPage.Name
		k.Home = p.App.Auth.Landing[len(p.App.Auth.Landing)-1].Page.Name
		k.enter(p.App.Auth.EntryPage, readStandin(f.tests[standinFile]))
	}
	return k, nil
}

// enter reads from the entry page by what people log in, and how a journey does.
func (k *facts) enter(page *project.Page, s standin) {
	name, password := s.account()
	k.who, k.password, k.mail = s.quoted("IDENTIFIER", name), s.quoted("PASSWORD", password), said(s.mail())
	i := slices.IndexFunc(page.Fields, func(w *project.Widget) bool { return textProp(w, "type") == "password" })
	if i < 0 {
		return
	}
	secret := page.Fields[i]
	j := slices.IndexFunc(page.Fields, func(w *project.Widget) bool { return w.Form == secret.Form && w != secret && w.Kind == "textField" })
	if j < 0 {
		return
	}
	who := page.Fields[j]
	k.Identifier = field{ID: "identifier", Label: textProp(who, "label"), Kind: textProp(who, "type"), Required: true, Autocomplete: "username", Icon: textProp(who, "icon")}
	if k.Identifier.Kind == "text" {
		k.Identifier.Kind = ""
	}
	button := submitOf(page.Body, secret.Form)
	if button == "" || who.ID == "" || secret.ID == "" || k.who == "" || k.password == "" {
		return
	}
	k.LogIn = fmt.Sprintf("open %s\nfill %q %s\nfill %q %s\nclick %q\nexpect page %s", page.Name, who.ID, k.who, secret.ID, k.password, button, k.Home)
}

// errNoAccount says that a journey would have to type what nobody knows.
var errNoAccount = errors.New("no account")

// Who is the name that a journey types to log in.
func (k *facts) Who() (string, error) { return known(k.who) }

// Password is the one of that account.
func (k *facts) Password() (string, error) { return known(k.password) }

// Mail is its e-mail address.
func (k *facts) Mail() (string, error) { return known(k.mail) }

func known(step string) (string, error) {
	if step == "" {
		return "", errNoAccount
	}
	return step, nil
}

// Sample is what a journey fills into an input.
func (k *facts) Sample(f field) (string, error) {
	switch {
	case f.Kind == "email" || f.ID == "identifier" && strings.Contains(f.Label, "mail"):
		return `"nora-{unique}@example.com"`, nil
	case f.Kind == "password":
		return k.Password()
	case f.Kind == "tel":
		return `"+49 30 1234567"`, nil
	case f.ID == "identifier" || f.ID == "username":
		return `"nora.{unique}"`, nil
	}
	return `"Nora {unique}"`, nil
}

// mail is the e-mail address of the account that journeys log in by.
func (s standin) mail() string {
	if len(s.Accounts) == 0 {
		return ""
	}
	if m := textOf(s.Accounts[0]["email"]); m != "" {
		return m
	}
	return textOf(s.Accounts[0]["username"])
}

func textProp(w *project.Widget, name string) string {
	v, ok := w.Prop(name).Constant()
	if !ok {
		return ""
	}
	text, _ := v.(string)
	return text
}

// submitOf finds the text of the button that sends a form.
func submitOf(list []*project.Widget, form *project.Widget) string {
	for _, w := range list {
		if w.Kind == "button" && w.Form == form && (w.Triggers["onTap"] == nil || form == nil) {
			if text := textProp(w, "text"); text != "" {
				return text
			}
		}
		for _, inner := range w.Slots {
			if text := submitOf(inner, form); text != "" {
				return text
			}
		}
	}
	return ""
}

// personOf reads the user data type.
func personOf(t *value.Type) person {
	field := func(names ...string) string {
		for _, name := range names {
			if t == nil {
				break
			}
			if f, ok := t.Field(name); ok && f.Type != nil && (f.Type.Kind == value.KindText || f.Type.Kind == value.KindImage) {
				return name
			}
		}
		return ""
	}
	read := func(name string) string {
		if name == "" {
			return ""
		}
		return "${user." + name + "}"
	}
	first, last := field("firstName", "first_name"), field("lastName", "last_name")
	name := field("name", "displayName", "fullName", "full_name", "display_name")
	p := person{Name: read(name), First: read(first), Mail: read(field("email", "mail")), Image: read(field("image", "avatar", "picture", "photo", "avatarUrl", "photoUrl"))}
	used := []string{"sub", name, first, last, field("email", "mail"), field("image", "avatar", "picture", "photo", "avatarUrl", "photoUrl")}
	switch {
	case p.Name == "" && first != "" && last != "":
		p.Name = read(first) + " " + read(last)
	case p.Name == "" && first != "":
		p.Name = read(first)
	case p.Name == "" && field("username") != "":
		p.Name, used = read("username"), append(used, "username")
	case p.Name == "" && p.Mail != "":
		p.Name = p.Mail
	case p.Name == "":
		p.Name = "${auth.uid}"
	}
	if p.First == "" {
		p.First = p.Name
	}
	if t != nil {
		for _, f := range t.Fields {
			if f.Type != nil && f.Type.Kind == value.KindText && !slices.Contains(used, f.Name) && len(p.Rows) < 4 && !strings.HasSuffix(strings.ToLower(f.Name), "id") {
				p.Rows = append(p.Rows, row{value.Words(f.Name), "${user." + f.Name + " ?? '–'}"})
			}
		}
	}
	return p
}

// fill puts the facts into a text of a template.
func (k *facts) fill(source string) (string, error) {
	t, err := template.New("").Delims("[[", "]]").Option("missingkey=error").Funcs(template.FuncMap{
		"does": k.does, "runs": k.runs, "page": k.page, "quote": quote, "label": value.Words, "fields": fieldsOf, "add": k.add, "link": k.link,
	}).Parse(source)
	if err != nil {
		return "", fmt.Errorf("a template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, k); err != nil {
		return "", fmt.Errorf("a template: %w", err)
	}
	return out.String(), nil
}

// NewFields are the inputs of a sign-up but for the password. People of a new account log in by their address, unless the form asks for that as well.
func (k *facts) NewFields() []field {
	b := k.does("signUp")
	out := fieldsOf(b, "password", "identifier")
	if b.Has("identifier") {
		f := k.Identifier
		if b.Has("email") {
			f.Label, f.Kind, f.Icon = "Username", "", "user"
		}
		out = append(out, f)
	}
	return out
}

// DetailPage is the name of the page of one item.
func (k *facts) DetailPage() string { return k.Page + "-item" }

// Edited are the inputs of somebody's own data, with what stands in them at first.
func (k *facts) Edited() []field {
	user := k.project.App.Auth.UserType
	out := fieldsOf(k.does("updateProfile"))
	for i := range out {
		if user == nil || out[i].Kind == "password" {
			continue
		}
		for _, f := range user.Fields {
			if f.Name == out[i].ID || f.Key == out[i].ID {
				out[i].Initial = "${user." + f.Name + "}"
			}
		}
	}
	return out
}

// Brought are the inputs of a new password beside it: what a mail says, typed in or brought by its link.
func (k *facts) Brought() []field {
	out := fieldsOf(k.does("resetPassword"), "identifier", "newPassword")
	for i := range out {
		if out[i].Label = "Code of the mail"; i > 0 {
			out[i].Label = value.Words(out[i].ID) + " of the mail"
		}
	}
	return out
}

// Given is what the block of a new password gets of that.
func (k *facts) Given() []string {
	var out []string
	for _, f := range k.Brought() {
		out = append(out, fmt.Sprintf("%s=isEmpty(params.%s) ? form.%s : params.%s", f.ID, f.ID, f.ID, f.ID))
	}
	return out
}

// Links names what of that a link may bring.
func (k *facts) Links() string {
	var names []string
	for _, f := range k.Brought() {
		names = append(names, "?"+f.ID+"=…")
	}
	return strings.Join(names, " and ")
}

// AfterReset is the page that follows a new password: somebody whom the backend logs in with it is not asked again.
func (k *facts) AfterReset() string {
	if fl := k.project.Flow("resetPassword"); fl != nil && project.LogsIn(fl.Actions) {
		return k.Home
	}
	return k.Entry
}

// CallOf is the first call that the block of a role sends.
func (k *facts) CallOf(role string) string {
	if fl := k.project.Flow(role); fl != nil {
		for _, a := range fl.Actions {
			if a.Call != nil {
				return a.Call.ID
			}
		}
	}
	return ""
}

// quote writes a text as YAML in double quotes.
func quote(s string) string { return string(jsonOf(s)) }

// does is the app's block of a role, nil when it has none.
func (k *facts) does(role string) *block {
	fl := k.project.Flow(role)
	if fl == nil {
		return nil
	}
	return &block{Name: fl.Name, params: fl.Params}
}

// runs is the name of the first page that runs the block of a role, "" for none.
func (k *facts) runs(role string) string {
	for _, p := range k.project.Pages {
		for _, t := range p.Actions {
			if slices.ContainsFunc(t.Actions, func(a *project.Action) bool { return a.Block != nil && a.Block.Name == role }) {
				return p.Name
			}
		}
	}
	return ""
}

// page is name where the app has such a page, else "".
func (k *facts) page(name string) string {
	if k.project.Page(name) == nil {
		return ""
	}
	return name
}

// add says how the page of a template is added.
func (k *facts) add(name string) (string, error) {
	if !k.studio {
		return "usher add page " + name, nil
	}
	all, err := templates.All()
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(t templates.Template) bool { return t.Name == name })
	if i < 0 {
		return "", fmt.Errorf("there is no template %s", name)
	}
	return "choose “" + all[i].Title + "” in Add a page", nil
}

// link says how the page is linked on another.
func (k *facts) link(on, where, text, icon string) string {
	with, shown := "", ""
	if icon != "" {
		with, shown = ", icon: "+icon, " and the icon "+icon
	}
	if !k.studio {
		return fmt.Sprintf("Link it on pages/%s.yaml%s: - link: {text: %s, page: %s%s}", on, where, text, k.Page, with)
	}
	return fmt.Sprintf("Link it on the page %s%s: add a Link with the text “%s”%s that opens the page %s.", on, where, text, shown, k.Page)
}

// fieldsOf are inputs for the parameters of a block but for some.
func fieldsOf(b *block, but ...string) (out []field) {
	if b == nil {
		return nil
	}
	for _, p := range b.params {
		if !slices.Contains(but, p.Name) {
			out = append(out, fieldOf(p))
		}
	}
	return out
}

// With is what a page gives to a block, as YAML in braces: the input of a parameter's name, or what is said as name=expression.
func (b *block) With(over ...any) string {
	var said []string
	for _, o := range over {
		switch o := o.(type) {
		case string:
			said = append(said, o)
		case []string:
			said = append(said, o...)
		}
	}
	var parts []string
	for _, p := range b.params {
		from := "form." + p.Name
		for _, o := range said {
			if name, expr, _ := strings.Cut(o, "="); name == p.Name {
				from = expr
			}
		}
		parts = append(parts, p.Name+`: "${`+from+`}"`)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
