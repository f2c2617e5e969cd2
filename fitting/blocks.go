package fitting

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// blocks sees to it that the app has the action blocks of the page.
func (f *fit) blocks() error {
	if f.wish.Backend != "" {
		if err := f.named(); err != nil {
			return err
		}
	}
	for role := range f.wish.Calls {
		t := f.wish.Template
		if !slices.Contains(slices.Concat(t.Blocks, t.Some, t.Lists), role) {
			hint := "the page runs no call that has to be named"
			if names := slices.Concat(t.Blocks, t.Some, t.Lists); len(names) > 0 {
				hint = "it takes " + strings.Join(names, ", ")
			}
			return refuse(hint, "--call %s: the page %s does nothing of that name", role, t.Name)
		}
	}
	var missing []role
	for _, name := range f.wish.Template.Blocks {
		r := roleOf(name)
		if done, err := f.block(r); err != nil {
			return err
		} else if !done {
			missing = append(missing, r)
		}
	}
	return f.fromBackend(missing)
}

// block sees to it that there is the block of a role, where the app can do what it does: the app's own, one of the call that is named, or one of
// what a page of the app does already.
func (f *fit) block(r role) (done bool, err error) {
	own, id := f.project.Flow(r.name), f.wish.Calls[r.name]
	switch {
	case own != nil && id != "":
		return false, refuse("leave --call out, or change that file", "--call %s: %s does that already", r.name, own.File)
	case own != nil:
		return true, f.ownBlock(r, own)
	case id != "":
		return true, f.fromCall(r, id)
	}
	return f.fromPages(r)
}

// fromBackend brings the blocks of some roles from one backend, which is chosen for all of them together.
func (f *fit) fromBackend(missing []role) error {
	if len(missing) == 0 {
		return nil
	}
	var does []string
	for _, r := range missing {
		does = append(does, r.does)
	}
	first := missing[0]
	b, err := f.recognise(need{
		does: strings.Join(does, ", and one to "),
		hint: "if yours has one, name it: --call " + first.name + "=GROUP.CALL",
		met:  func(b *backend) bool { return !slices.ContainsFunc(missing, func(r role) bool { return !b.has(r) }) },
	})
	if err != nil {
		return err
	}
	if b == nil {
		return refuse("name one of the app's calls: --call "+first.name+"=GROUP.CALL", "this app has no call to %s that is known, and its backend is none of the presets", first.does)
	}
	for _, r := range missing {
		if !b.has(r) {
			return refuse("if yours has one, name it: --call "+r.name+"=GROUP.CALL", "%s has no call to %s", b.preset.Title, r.does)
		}
		if err := f.bring(b, r); err != nil {
			return err
		}
	}
	return nil
}

// has tells whether the backend has the block of a role.
func (b *backend) has(r role) bool { return b.tree.Bytes("flows/"+r.name+".yaml") != nil }

func (f *fit) ownBlock(r role, own *project.Flow) error {
	b := &block{params: own.Params}
	for _, must := range r.must {
		if !b.Has(must) && !(must == "newPassword" && b.Has("password")) {
			return refuse("give it that parameter, or rename it", "%s takes no parameter %s, which the page gives", own.File, must)
		}
	}
	return nil
}

// object is a JSON object whose keys keep their order.
type object []member

type member struct {
	key string
	val any
}

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	return project.ObjectJSON(func(yield func(string, any) bool) {
		for _, m := range o {
			if !yield(m.key, m.val) {
				return
			}
		}
	})
}

func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil { // never: texts, lists and objects of them
		return json.RawMessage("null")
	}
	return b
}

// fromCall makes the block of a call of the app.
func (f *fit) fromCall(r role, id string) error {
	c := f.project.Call(id)
	if c == nil {
		return f.noCall(r.name, id)
	}
	logIn, as := json.RawMessage(nil), "done"
	if r.logs {
		if logIn, as = f.after(c, "logIn"); logIn == nil {
			return refuse("write flows/"+r.name+".yaml with it; docs/templates.md shows one", "how %s logs somebody in is not known: no page of the app maps its reply to Log In", id)
		}
	}
	if r.name == "whoAmI" {
		if logIn, as = f.after(c, "updateAuthenticatedUser"); logIn == nil {
			logIn, as = jsonOf(object{{"updateAuthenticatedUser", object{{"user", "${done.body}"}}}}), "done"
		}
	}
	params, with, err := arguments(r, c)
	if err != nil {
		return err
	}
	call := object{{"call", id}}
	if len(with) > 0 {
		call = append(call, member{"with", with})
	}
	call = append(call, member{"as", as})
	if logIn != nil {
		call = append(call, member{"then", []any{logIn}})
	} else if kept := f.keeps(r, params); kept != nil {
		call = append(call, member{"then", []any{kept}})
	}
	sorry := object{{"snackBar", object{{"text", "${" + as + ".error ?? 'That did not work.'}"}, {"tone", "error"}}}}
	call = append(call, member{"else", []any{sorry}})
	flow := object{{"doc", capital(r.does) + ", by " + id + "."}}
	if len(params) > 0 {
		flow = append(flow, member{"params", params})
	}
	flow = append(flow, member{"actions", []any{call}})
	switch {
	case r.name == "sendCode":
		flow = append(flow, member{"result", "${" + as + ".ok ? 'sent' : ''}"})
	case !r.logs:
		flow = append(flow, member{"result", "${" + as + ".ok}"})
	}
	f.made("flows/%s.yaml, which runs %s", r.name, id)
	return f.apply(project.Edit{Op: project.OpSet, At: project.Path("/flows").Join(r.name), Value: jsonOf(flow)})
}

// noCall refuses a call that the app does not have.
func (f *fit) noCall(role, id string) error {
	var ids []string
	for _, g := range f.project.Groups {
		for _, c := range g.Calls {
			ids = append(ids, c.ID)
		}
	}
	return refuse(value.Choices(id, "the app has", ids), "--call %s: there is no call %s", role, id)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// keeps is the action by which what was changed in a profile is known to the app at once.
func (f *fit) keeps(r role, params object) any {
	user := f.project.App.Auth.UserType
	if r.name != "updateProfile" || user == nil {
		return nil
	}
	var set object
	for _, p := range params {
		if _, known := user.Field(p.key); known {
			set = append(set, member{p.key, "${params." + p.key + "}"})
		}
	}
	if set == nil {
		return nil
	}
	return object{{"updateAuthenticatedUser", object{{"user", set}}}}
}

// arguments settles what a block takes and what of it the call gets.
func arguments(r role, c *project.Call) (params, with object, err error) {
	taken := map[string]string{} // the call's parameter → the block's
	mine := slices.Clone(r.must)
	if r.name == "signUp" {
		mine = append([]string{"identifier"}, mine...)
	}
	if r.name == "changePassword" {
		mine = append([]string{"currentPassword"}, mine...)
	}
	if r.name == "logInWithCode" {
		mine = append([]string{"identifier"}, mine...)
	}
	for _, want := range mine {
		for _, name := range meanings[want] {
			if p := paramOf(c, name); p != nil && taken[name] == "" {
				taken[name] = want
				break
			}
		}
	}
	for _, p := range c.Params {
		want := taken[p.Name]
		switch {
		case want == "" && !p.Required && !r.other:
			continue
		case want == "" && !r.other:
			return nil, nil, refuse("write flows/"+r.name+".yaml yourself; docs/templates.md shows one", "%s wants %s, which the page does not ask for", c.ID, p.Name)
		case want == "":
			want = p.Name
		}
		kind := "text"
		if p.Type != nil && p.Type.Kind == value.KindSecret || strings.Contains(strings.ToLower(want), "password") {
			kind = "secret"
		}
		params = append(params, member{want, kind})
		with = append(with, member{p.Name, "${params." + want + "}"})
	}
	for _, must := range r.must {
		if !slices.ContainsFunc(params, func(m member) bool { return m.key == must }) {
			return nil, nil, refuse("name another call, or write flows/"+r.name+".yaml yourself", "%s takes nothing that looks like %s", c.ID, must)
		}
	}
	return params, with, nil
}

func paramOf(c *project.Call, name string) *project.Param {
	for i := range c.Params {
		if c.Params[i].Name == name {
			return &c.Params[i]
		}
	}
	return nil
}

// each calls fn for every action of the app's pages and blocks, those in branches too.
func (f *fit) each(fn func(page *project.Page, a *project.Action)) {
	walk := func(page *project.Page, list []*project.Action) {
		project.EachAction(list, func(a *project.Action) { fn(page, a) })
	}
	for _, p := range f.project.Pages {
		walk(p, p.OnLoad)
		for _, t := range p.Actions {
			walk(p, t.Actions)
		}
	}
	for _, fl := range f.project.Flows {
		walk(nil, fl.Actions)
	}
}

// after returns the action of a kind that follows a call somewhere in the app, as it is written, and the name by which it reads the reply. A call
// that answers as another one does is followed by that one's.
func (f *fit) after(c *project.Call, kind string) (action json.RawMessage, as string) {
	exact := false
	f.each(func(_ *project.Page, a *project.Action) {
		if exact || a.Call == nil || a.As == "" || a.Call != c && (c.Reply == nil || a.Call.Reply != c.Reply) {
			return
		}
		for _, then := range a.Branches["then"] {
			if written, ok := f.app.Tree.Value(then.At); ok && then.Kind == kind {
				action, as, exact = written, a.As, a.Call == c
			}
		}
	})
	return action, as
}

// fromPages makes the block of what a page of the app does already: the one call there that is followed by a Log In, or, to know who is logged in,
// by an update of the Authenticated User.
func (f *fit) fromPages(r role) (done bool, err error) {
	kind := "logIn"
	switch r.name {
	case "logIn", "signUp":
	case "whoAmI":
		kind = "updateAuthenticatedUser"
	default:
		return false, nil
	}
	var found []string
	f.each(func(page *project.Page, a *project.Action) {
		if page == nil || a.Call == nil || slices.Contains(found, a.Call.ID) || r.name == "whoAmI" && a.Call.Method != "GET" {
			return
		}
		followed := slices.ContainsFunc(a.Branches["then"], func(b *project.Action) bool { return b.Kind == kind })
		if followed && makesAccounts(a.Call.Name) == (r.name == "signUp") {
			found = append(found, a.Call.ID)
		}
	})
	if len(found) != 1 {
		return false, nil
	}
	return true, f.fromCall(r, found[0])
}

// makesAccounts tells by its name whether a call creates an account: createSession and its like create logins.
func makesAccounts(name string) bool {
	name = strings.ToLower(name)
	if strings.Contains(name, "session") || strings.Contains(name, "token") {
		return false
	}
	return slices.ContainsFunc([]string{"signup", "sign_up", "register", "create"}, func(w string) bool { return strings.Contains(name, w) })
}
