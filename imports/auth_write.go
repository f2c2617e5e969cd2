package imports

import (
	"errors"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// approval is what approved roles change and add.
type approval struct {
	on      bool              // authentication is on once the edits are made
	open    map[*apiCall]bool // calls that must carry no token
	secret  map[string]bool   // fields that are tokens: “Type.field”
	types   []*dataType
	sets    []pair // path → value
	refresh *apiCall
}

// changed is a call as it must be for the approved roles: a refresh that takes its token in the header gets a parameter for it.
func (a approval) changed(c *apiCall) *apiCall {
	if a.refresh != c || c == nil {
		return c
	}
	next := *c
	next.params = append(slices.Clone(c.params), &param{name: "renewBy", typ: "secret", required: true})
	next.headers = append(slices.Clone(c.headers), pair{"Authorization", "Bearer ${params.renewBy}"})
	return &next
}

// settle fills the roles in: what their calls are given, and what user data is.
func (a *authDraft) settle() {
	if in := a.calls[RoleLogIn]; in != nil {
		in.inputs, in.with = entryInputs(in, true)
	}
	if up := a.calls[RoleSignUp]; up != nil {
		up.inputs, up.with = entryInputs(up, false)
	}
	if r := a.calls[RoleRefresh]; r != nil {
		r.with, r.fault = a.sessionWith(r, true)
	}
	if out := a.calls[RoleLogOut]; out != nil {
		out.with, out.fault = a.sessionWith(out, false)
	}
	if me := a.calls[RoleMe]; me != nil {
		if t := a.draft.typeNamed(me.call.reply); t == nil || t.enum != nil || t.name != me.call.reply {
			me.fault = "its reply is not described by fields"
		}
	}
	if n := a.draft.existing("/app/authentication"); n != nil && !a.draft.authOn() {
		for _, m := range a.calls {
			m.fault = "authentication is switched off in app.yaml"
		}
	}
	a.deriveUser()
}

// deriveUser makes a data type of a log-in's reply that is itself the person, without what is no part of them.
func (a *authDraft) deriveUser() {
	in := a.calls[RoleLogIn]
	if in == nil || !in.reply.profile || in.reply.user != nil || in.reply.token == nil || a.calls[RoleMe] != nil {
		return
	}
	reply := a.draft.typeNamed(in.call.reply)
	t := &dataType{doc: "A person, made of the reply of " + in.call.id() + "."}
	for _, f := range reply.fields {
		path := []string{f.name}
		if !slices.Equal(path, in.reply.token) && !slices.Equal(path, in.reply.refresh) && !slices.Equal(path, in.reply.expiry) && f.typ != "secret" {
			t.fields = append(t.fields, f)
		}
	}
	t.name = a.draft.typeNames.take("User")
	a.userType, a.userNew = t, true
}

// entryInputs picks what a person is asked for to log in or sign up, and how the call gets it.
func entryInputs(m *guessed, logIn bool) ([]input, object) {
	var picked []input
	var with, body object
	put := func(i input, text string) {
		if i.inBody {
			body = append(body, pair{i.name, text})
		} else {
			with = append(with, pair{i.name, text})
		}
	}
	named := false
	for _, i := range m.inputs {
		p := m.call.param(i)
		must := p != nil && p.required && p.def == nil
		simple := i.typ == "text" || i.typ == "secret" || i.typ == "int" || i.typ == "number"
		switch {
		case plain(i.name) == "granttype":
			put(i, "password")
			continue
		case must:
		case !simple, i.typ == "secret" && !strings.Contains(plain(i.name), "pass"):
			continue
		case logIn && i.id && named:
			continue
		case logIn && !i.id && i.typ != "secret":
			continue
		case !logIn && len(picked) >= maxFlat:
			continue
		}
		named = named || i.id
		picked = append(picked, i)
		put(i, "${params."+i.name+"}")
	}
	if len(body) > 0 {
		with = append(with, pair{m.call.bodyParam(), body})
	}
	return picked, with
}

// param is the parameter behind an input, nil for a field of the body.
func (c *apiCall) param(i input) *param {
	for _, p := range c.params {
		if p.name == i.name && !i.inBody {
			return p
		}
	}
	return nil
}

// bodyParam is the name of the parameter that is the whole body.
func (c *apiCall) bodyParam() string {
	for _, p := range c.params {
		if c.bodyType != nil && p.typ == c.bodyType.name {
			return p.name
		}
	}
	return "body"
}

// sessionWith fills a refresh or a log-out call with what the session holds; fault says what it lacks.
func (a *authDraft) sessionWith(m *guessed, refresh bool) (with object, fault string) {
	var body object
	token := false
	for _, i := range m.inputs {
		text := ""
		switch p := plain(i.name); {
		case isRefreshName(i.name):
			text = "${auth.refreshToken}"
			token = true
		case slices.Contains(tokenWords, p) && i.typ == "secret":
			text = "${auth.token}"
			token = true
		case p == "granttype" && refresh:
			text = "refresh_token"
		default:
			if p := m.call.param(i); p != nil && p.required && p.def == nil {
				return nil, "it needs " + i.name + ", which nobody but a person can give"
			}
			continue
		}
		if i.inBody {
			body = append(body, pair{i.name, text})
		} else {
			with = append(with, pair{i.name, text})
		}
	}
	if len(body) > 0 {
		with = append(with, pair{m.call.bodyParam(), body})
	}
	if !refresh || token {
		return with, ""
	}
	if !m.call.secured || a.header != "Authorization" {
		return nil, "it takes no token from the app: a renewal by cookie alone is the browser's business"
	}
	return append(with, pair{"renewBy", "${auth.refreshToken ?? auth.token}"}), ""
}

// inHeader reports whether a refresh call gets its token in the header.
func (m *guessed) inHeader() bool {
	return m != nil && slices.ContainsFunc(m.with, func(p pair) bool { return p.key == "renewBy" })
}

// does says in sentences what approving a role writes.
func (a *authDraft) does(role Role) []string {
	m := a.calls[role]
	for r, key := range map[Role]string{RoleRefresh: "refresh", RoleMe: "userDataType", RoleLogOut: "logOut"} {
		if r == role && a.draft.existing(project.Path("/app/authentication").Join(key)) != nil {
			return []string{"nothing of it into app.yaml: authentication." + key + " is there already and stays as it is"}
		}
	}
	switch role {
	case RoleLogIn:
		out := []string{"flows/logIn.yaml: " + m.call.id() + ", then Log In with " + m.reply.summary()}
		if !a.draft.authOn() {
			home := "a new page home, the Logged In Page"
			if page := a.draft.pageAt("/"); page != "" {
				home = "pages/" + page + ".yaml: a path of its own in place of /, as the Logged In Page"
			}
			out = append(out, "app.yaml: authentication, with a new page where people log in", home, "calls that want a token: auth: required")
		}
		return out
	case RoleSignUp:
		if m.reply.token == nil {
			return []string{"flows/signUp.yaml: " + m.call.id()}
		}
		return []string{"flows/signUp.yaml: " + m.call.id() + ", then Log In with " + m.reply.summary()}
	case RoleRefresh:
		update := replyFields{token: m.reply.token, refresh: m.reply.refresh, expiry: m.reply.expiry}
		return []string{"app.yaml: authentication.refresh by " + m.call.id() + ", updating " + update.summary()}
	case RoleMe:
		return []string{"app.yaml: authentication.userDataType " + m.call.reply + ", asked for by " + m.call.id() + " after a log-in whose reply does not hold it"}
	}
	return []string{"app.yaml: authentication.logOut by " + m.call.id()}
}

// summary names the session fields with the paths that fill them.
func (r replyFields) summary() string {
	var out []string
	for _, f := range []struct {
		name string
		path []string
	}{{"token", r.token}, {"refreshToken", r.refresh}, {"expiry", r.expiry}, {"uid", r.uid}, {"user", r.user}} {
		if f.path != nil {
			out = append(out, f.name+" = "+strings.Join(f.path, "."))
		}
	}
	return strings.Join(out, ", ")
}

// errNeedsLogIn says that an app without authentication must get a way in first.
var errNeedsLogIn = errors.New("approve “" + string(RoleLogIn) + "” as well: the app has no authentication yet")

// approve gathers what the roles write. A nil draft and no roles write nothing.
func (a *authDraft) approve(roles []Role) (approval, error) {
	out := approval{open: map[*apiCall]bool{}, secret: map[string]bool{}}
	if a == nil || len(roles) == 0 {
		return out, nil
	}
	if !a.draft.authOn() && !slices.Contains(roles, RoleLogIn) {
		return out, errNeedsLogIn
	}
	out.on = true
	for _, r := range roles {
		m := a.calls[r]
		if r == RoleLogIn || r == RoleSignUp || r == RoleRefresh {
			out.open[m.call] = true
			for _, h := range m.reply.holders {
				out.secret[h] = true
			}
		}
	}
	w := &authWriter{a: a, roles: roles, out: &out}
	w.write()
	return out, nil
}

// authWriter writes what approved roles add.
type authWriter struct {
	a     *authDraft
	roles []Role
	out   *approval
	user  string // the user data type, "" none
}

func (w *authWriter) role(r Role) *guessed {
	if slices.Contains(w.roles, r) {
		return w.a.calls[r]
	}
	return nil
}

func (w *authWriter) set(at project.Path, v any) {
	w.out.sets = append(w.out.sets, pair{string(at), v})
}

func (w *authWriter) write() {
	w.pickUser()
	if m := w.role(RoleRefresh); m.inHeader() {
		w.out.refresh = m.call
	}
	taken := names{}
	for k := range w.a.draft.flowNames {
		taken[k] = true
	}
	entryFlow := ""
	if m := w.role(RoleLogIn); m != nil {
		entryFlow = taken.take("logIn")
		w.set(project.Path("/flows").Join(entryFlow), w.flow(m, "login", "Logs in: asks "+m.call.id()+" and saves what it hands out."))
	}
	if m := w.role(RoleSignUp); m != nil {
		w.set(project.Path("/flows").Join(taken.take("signUp")), w.flow(m, "signUp", "Signs up by "+m.call.id()+"."))
	}
	parts := w.authentication()
	if w.a.draft.authOn() {
		have := w.a.draft.existing("/app/authentication")
		for _, p := range parts {
			if have.get(p.key) == nil {
				w.set(project.Path("/app/authentication").Join(p.key), p.val)
			}
		}
		return
	}
	login, home := w.pages(entryFlow)
	head := object{{"enabled", true}, {"type", "custom"}, {"entryPage", login}, {"loggedInPage", home}, {"persistSessions", true}}
	w.set("/app/authentication", append(head, parts...))
}

// pickUser settles the user data type: the project's, else the reply of “me”, else the user in the log-in's reply.
func (w *authWriter) pickUser() {
	in, me := w.role(RoleLogIn), w.role(RoleMe)
	have := w.a.draft.existing("/app/authentication/userDataType")
	switch {
	case have != nil:
		w.user = have.text
	case me != nil:
		w.user = me.call.reply
	case in == nil:
	case in.reply.userType != "":
		w.user = in.reply.userType
	case w.a.userNew:
		w.user = w.a.userType.name
		w.out.types = append(w.out.types, w.a.userType)
	}
}

// authentication is what goes into app.yaml besides pages.
func (w *authWriter) authentication() object {
	out := object{}.with("userDataType", w.user)
	if w.a.header != "" {
		out = append(out, pair{"token", object{{w.a.in, w.a.header}}.with("format", w.a.format)})
	}
	if m := w.role(RoleRefresh); m != nil {
		update := object{{"token", hole("reply.body", m.reply.token)}}
		if m.reply.refresh != nil {
			update = append(update, pair{"refreshToken", hole("reply.body", m.reply.refresh)})
		}
		if m.reply.expiry != nil {
			update = append(update, pair{"expiry", m.reply.expiryText("reply.body")})
		}
		out = append(out, pair{"refresh", object{{"call", m.call.id()}}.with("with", m.with).with("update", update)})
	}
	out = out.with("me", w.me())
	if m := w.role(RoleLogOut); m != nil {
		out = append(out, pair{"logOut", object{{"call", m.call.id()}}.with("with", m.with)})
	}
	return out
}

// flow is the action block that logs in or signs up.
func (w *authWriter) flow(m *guessed, as, doc string) object {
	params := object{}
	for _, i := range m.inputs {
		params = append(params, pair{i.name, i.typ})
	}
	action := object{{"call", m.call.id()}}.with("with", m.with).with("as", as)
	if m.reply.token != nil {
		action = append(action, pair{"then", w.then(m, as)})
	}
	action = append(action, pair{"else", []any{object{{"snackBar", object{{"text", "${" + as + ".error ?? 'That did not work.'}"}, {"tone", "error"}}}}}})
	return object{{"doc", doc}}.with("params", params).with("actions", []any{action}).with("result", "${"+as+".ok}")
}

// then saves what the reply holds.
func (w *authWriter) then(m *guessed, as string) []any {
	root := as + ".body"
	r := m.reply
	login := object{{"token", hole(root, r.token)}}
	if r.refresh != nil {
		login = append(login, pair{"refreshToken", hole(root, r.refresh)})
	}
	if r.expiry != nil {
		login = append(login, pair{"expiry", r.expiryText(root)})
	}
	if r.uid != nil {
		login = append(login, pair{"uid", "${string(" + root + "." + strings.Join(r.uid, ".") + ")}"})
	}
	switch {
	case w.holdsUser(m):
		login = append(login, pair{"user", hole(root, r.user)})
	case w.a.userNew && w.user == w.a.userType.name && m == w.a.calls[RoleLogIn]:
		login = append(login, pair{"user", "${" + root + "}"})
	}
	return []any{object{{"logIn", login}}}
}

// holdsUser reports whether a log-in's reply holds user data of the app's type.
func (w *authWriter) holdsUser(m *guessed) bool {
	return m.reply.user != nil && m.reply.userType == w.user
}

// me asks who a login is, where the reply of the log-in does not say.
func (w *authWriter) me() object {
	me, in := w.role(RoleMe), w.role(RoleLogIn)
	if me == nil || me.call.reply != w.user || in != nil && in.reply.uid != nil && w.holdsUser(in) {
		return nil
	}
	out := object{{"call", me.call.id()}}
	if id := w.a.draft.typeNamed(w.user).id(); id != "" {
		out = append(out, pair{"uid", "${string(reply.body." + id + ")}"})
	}
	return append(out, pair{"user", "${reply.body}"})
}

// pages makes the page where people log in. The page of “/” becomes the one they come to, at a path of its own, since “/” then shows either.
func (w *authWriter) pages(flow string) (login, home string) {
	taken, paths := names{}, names{}
	for _, name := range w.a.draft.pages() {
		taken.take(name)
		if p := w.a.draft.existing(project.Path("/pages").Join(name, "path")); p != nil {
			paths.take(p.text)
		}
	}
	home = w.a.draft.pageAt("/")
	login = taken.take("login")
	w.set(project.Path("/pages").Join(login), w.loginPage(paths.take("/login"), flow))
	if home != "" {
		w.set(project.Path("/pages").Join(home, "path"), paths.take("/"+strings.ToLower(home)))
		return login, home
	}
	home = taken.take("home")
	out := object{{"button", object{{"text", "Log out"}, {"icon", "log-out"}, {"onTap", []any{"logOut"}}}}}
	w.set(project.Path("/pages").Join(home), object{{"path", paths.take("/home")}, {"title", "Home"}, {"access", "loggedIn"},
		{"body", []any{object{{"container", object{{"width", "md"}, {"children", []any{object{{"text", object{{"text", "You are logged in"}, {"style", "headline"}}}}, out}}}}}}}})
	return login, home
}

func (w *authWriter) loginPage(path, flow string) object {
	var fields []any
	with := object{}
	for _, i := range w.a.calls[RoleLogIn].inputs {
		with = append(with, pair{i.name, "${form." + i.name + "}"})
		fields = append(fields, object{{"textField", textField(i)}})
	}
	fields = append(fields, object{{"button", object{{"text", "Log in"}, {"submit", true}, {"icon", "log-in"}}}})
	block := object{{"block", flow}}.with("with", with)
	form := object{{"form", object{{"onSubmit", []any{block}}, {"children", fields}}}}
	card := object{{"card", object{{"children", []any{form}}}}}
	return object{{"path", path}, {"title", "Log in"}, {"access", "loggedOut"},
		{"body", []any{object{{"container", object{{"width", "sm"}, {"fill", true}, {"children", []any{card}}}}}}}}
}

func textField(i input) object {
	label := strings.Join(words(i.name), " ")
	out := object{{"id", i.name}, {"label", strings.ToUpper(label[:1]) + label[1:]}, {"required", true}}
	switch p := plain(i.name); {
	case i.typ == "secret":
		return append(out, pair{"type", "password"}, pair{"autocomplete", "current-password"})
	case strings.Contains(p, "email"):
		return append(out, pair{"type", "email"}, pair{"autocomplete", "username"})
	case i.id:
		return append(out, pair{"autocomplete", "username"})
	}
	return out
}
