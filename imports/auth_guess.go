package imports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// authDraft is what an import knows about logging in.
type authDraft struct {
	draft          *draft
	in             string            // the kind of place where the token goes: header, query or cookie
	header, format string            // its name, "" unknown; and the format of a header
	keys           map[string]string // scheme → header value
	calls          map[Role]*guessed
	userType       *dataType // what user data would be
	userNew        bool      // it is made of the log-in's reply
}

// guessed is a call in a role.
type guessed struct {
	call    *apiCall
	score   int
	reasons []string
	reply   replyFields
	inputs  []input
	with    object // for what the app itself knows: tokens and grant types
	fault   string // why the role cannot be filled in
}

// input is what a person is asked for: a parameter of the call, or a field of its body.
type input struct {
	name, typ string
	inBody    bool
	id        bool // it names the person
}

// replyFields are where a reply holds the parts of a login: paths of field names.
type replyFields struct {
	token, refresh, expiry, uid, user []string
	expiryKind                        string // seconds, time, text, unix
	userType                          string
	profile                           bool // the reply itself is the person
	holders                           []string
}

var roleWords = map[Role]*regexp.Regexp{
	RoleLogIn:   regexp.MustCompile(`(?i)\b(log ?in|sign ?in|authenticate|auth local|sessions?|tokens?)\b`),
	RoleSignUp:  regexp.MustCompile(`(?i)\b(sign ?up|register|registration|create ?account)\b`),
	RoleRefresh: regexp.MustCompile(`(?i)\b(refresh|renew)\b`),
	RoleMe:      regexp.MustCompile(`(?i)\b(me|whoami|who am i|profile|userinfo|user info|current ?user|self)\b`),
	RoleLogOut:  regexp.MustCompile(`(?i)\b(log ?out|sign ?out|logoff)\b`),
}

// spoken is a name as words.
func spoken(s string) string { return strings.Join(words(s), " ") }

// score says how much a call looks like a role.
func (a *authDraft) score(role Role, c *apiCall, tokenURLs []string) *guessed {
	m := &guessed{call: c}
	add := func(points int, reason string) {
		m.score += points
		m.reasons = append(m.reasons, reason)
	}
	path := spoken(c.path)
	last := spoken(c.path[strings.LastIndex(c.path, "/")+1:])
	word := roleWords[role]
	switch {
	case word.MatchString(last):
		add(40, "its path ends with “"+last+"”")
	case word.MatchString(path) && role != RoleMe:
		add(25, "its path says “"+word.FindString(path)+"”")
	}
	if said := spoken(c.name); word.MatchString(said) && !strings.Contains(said, " by ") {
		add(25, "it is called "+c.name)
	} else if word.MatchString(c.doc) && role != RoleMe {
		add(15, "its summary says so")
	}
	m.reply = a.replyOf(c)
	m.inputs = a.inputsOf(c)
	switch role {
	case RoleLogIn, RoleSignUp:
		a.scoreEntry(role, m, add)
		if role == RoleLogIn && slices.ContainsFunc(tokenURLs, func(u string) bool {
			return strings.HasSuffix(strings.TrimSuffix(u, "/"), strings.TrimPrefix(c.path, "/"))
		}) {
			add(40, "the security scheme says that tokens come from it")
		}
	case RoleRefresh:
		a.scoreRefresh(m, add)
	case RoleMe:
		a.scoreMe(m, add)
	case RoleLogOut:
		if c.method == "GET" || c.method == "PUT" || c.method == "PATCH" {
			m.score -= 15
		}
		if c.secured {
			add(10, "it wants a token")
		}
		if roleWords[RoleLogOut].FindString(path) == "" && !roleWords[RoleLogOut].MatchString(spoken(c.name)) {
			m.score = 0
		}
	}
	return m
}

func (a *authDraft) scoreEntry(role Role, m *guessed, add func(int, string)) {
	if m.call.method != "POST" && m.call.method != "PUT" {
		m.score = 0
		return
	}
	path := spoken(m.call.path + " " + m.call.name)
	other := RoleSignUp
	if role == RoleSignUp {
		other = RoleLogIn
	}
	if roleWords[other].MatchString(strings.NewReplacer("auth local", "", "tokens", "", "token", "", "sessions", "", "session", "").Replace(path)) || roleWords[RoleRefresh].MatchString(path) || roleWords[RoleLogOut].MatchString(path) {
		m.score -= 60
	}
	if slices.ContainsFunc(strings.Fields(path), func(w string) bool { return slices.Contains(entryStops, w) }) {
		m.score -= 60
	}
	password := slices.ContainsFunc(m.inputs, func(i input) bool { return i.typ == "secret" && strings.Contains(plain(i.name), "pass") })
	if !password {
		m.score -= 40
	} else {
		add(20, "it takes a password")
	}
	if slices.ContainsFunc(m.inputs, func(i input) bool { return i.id }) {
		add(10, "it takes what names a person")
	}
	if m.reply.token != nil {
		add(20, "its reply holds "+strings.Join(m.reply.token, "."))
	} else if role == RoleLogIn {
		m.score -= 50
	}
	if !m.call.secured {
		m.score += 5
	}
}

// entryStops are words of calls that take a password and are no way in.
var entryStops = []string{"reset", "forgot", "change", "verify", "invite", "recover", "otp", "magic", "magiclink", "confirm"}

func (a *authDraft) scoreRefresh(m *guessed, add func(int, string)) {
	if m.reply.token == nil {
		m.score = 0
		return
	}
	add(20, "its reply holds "+strings.Join(m.reply.token, "."))
	for _, i := range m.inputs {
		if isRefreshName(i.name) {
			add(30, "it takes "+i.name)
			return
		}
	}
	if m.call.secured {
		add(5, "it takes the token itself")
	}
}

func (a *authDraft) scoreMe(m *guessed, add func(int, string)) {
	if m.call.method != "GET" || len(m.call.params) > 0 && slices.ContainsFunc(m.call.params, func(p *param) bool { return p.required }) || strings.HasPrefix(m.call.reply, "list of ") {
		m.score = 0
		return
	}
	if last := m.call.path[strings.LastIndex(m.call.path, "/")+1:]; strings.EqualFold(last, "user") {
		add(40, "its path ends with “user”")
	}
	if m.call.secured {
		add(15, "it wants a token")
	}
	if m.reply.profile || m.reply.user != nil {
		add(20, "its reply is a person")
	}
}

func isRefreshName(s string) bool {
	p := plain(s)
	return p == "refreshtoken" || p == "refresh" || p == "renewtoken"
}

// inputsOf lists what a call can be given.
func (a *authDraft) inputsOf(c *apiCall) []input {
	var out []input
	one := func(name, wire, typ string, inBody bool) {
		out = append(out, input{name: name, typ: typ, inBody: inBody, id: idNames[plain(wire)]})
	}
	for _, p := range c.params {
		if p.typ != "" && (c.bodyType == nil || p.typ != c.bodyType.name) {
			one(p.name, p.wire, p.typ, false)
		}
	}
	if c.bodyType != nil {
		for _, f := range c.bodyType.fields {
			wire := f.key
			if wire == "" {
				wire = f.name
			}
			one(f.name, wire, f.typ, true)
		}
	}
	return out
}

// replyOf looks through a call's reply for the parts of a login.
func (a *authDraft) replyOf(c *apiCall) replyFields {
	var r replyFields
	if t := a.draft.typeNamed(c.reply); t != nil && t.name == c.reply {
		r.look(a.draft, t, nil, 0)
	}
	return r
}

var (
	tokenWords  = []string{"accesstoken", "token", "jwt", "authtoken", "sessiontoken", "bearertoken", "idtoken"}
	userWords   = wordSet("user", "profile", "account", "me", "member", "person")
	uidWords    = wordSet("id", "uid", "userid", "sub", "uuid")
	personWords = wordSet("email", "username", "firstname", "lastname", "name", "login", "avatar", "displayname")
)

// look reads a data type of the reply; path leads to it.
func (r *replyFields) look(d *draft, t *dataType, path []string, depth int) {
	below := func(f *field) []string { return append(slices.Clone(path), f.name) }
	best := len(tokenWords)
	for _, f := range t.fields {
		key := f.key
		if key == "" {
			key = f.name
		}
		p := plain(key)
		textual := f.typ == "text" || f.typ == "secret"
		if i := slices.Index(tokenWords, p); textual && i >= 0 && i < best && (r.token == nil || len(r.token) == len(path)+1) {
			best, r.token = i, below(f)
			r.holders = append(r.holders, t.name+"."+f.name)
		}
		if textual && isRefreshName(key) && r.refresh == nil {
			r.refresh = below(f)
			r.holders = append(r.holders, t.name+"."+f.name)
		}
		if kind := expiryKind(p, f); kind != "" && r.expiry == nil {
			r.expiry, r.expiryKind = below(f), kind
		}
		if isID(f.typ) && uidWords[p] && (r.uid == nil || r.user == nil && depth == 0) {
			r.uid = below(f)
		}
	}
	r.profile = r.profile || depth == 0 && looksLikePerson(t)
	for _, f := range t.fields {
		sub := d.typeNamed(f.typ)
		if sub == nil || sub.enum != nil || sub.name != f.typ || depth >= 3 {
			continue
		}
		if isUser := userWords[plain(f.name)] || plain(f.name) == "data" && r.token == nil && looksLikePerson(sub); isUser && r.user == nil {
			r.user, r.userType = below(f), sub.name
			if id := sub.id(); id != "" {
				r.uid = append(below(f), id)
			}
			continue
		}
		if r.token == nil || depth == 0 {
			r.look(d, sub, below(f), depth+1)
		}
	}
}

func looksLikePerson(t *dataType) bool {
	n := 0
	for _, f := range t.fields {
		if personWords[plain(f.name)] {
			n++
		}
	}
	return n >= 1 && t.id() != ""
}

// isID reports whether a thing may be named by a value of a type.
func isID(typ string) bool { return typ == "int" || typ == "text" || typ == "number" }

// id is the field that names one thing of a type, "" when there is none.
func (t *dataType) id() string {
	for _, f := range t.fields {
		if uidWords[plain(f.name)] && isID(f.typ) {
			return f.name
		}
	}
	return ""
}

// expiryKind says what a field that tells the expiry is written in, "" for others.
func expiryKind(p string, f *field) string {
	numeric := f.typ == "int" || f.typ == "number"
	milli := strings.Contains(strings.ToLower(f.doc), "millisecond") || strings.HasSuffix(p, "ms") || strings.HasSuffix(p, "millis")
	switch {
	case strings.HasPrefix(p, "refresh") || strings.HasPrefix(p, "absolute"):
		return ""
	case (p == "expiresin" || p == "expires" || p == "ttl" || p == "expiresinms" || p == "expiresinsecs" || p == "expiresinseconds" || p == "accesstokenexpiresin") && numeric:
		if milli {
			return "inMs"
		}
		return "inSeconds"
	case p == "expiresat" || p == "expiry" || p == "expiration" || p == "expires" || p == "exp" || p == "tokenexpiry" || p == "accesstokenexpiresat":
		switch {
		case f.typ == "time":
			return "asIs"
		case f.typ == "text":
			return "time"
		case numeric && milli:
			return "unixMs"
		case numeric:
			return "unix"
		}
	}
	return ""
}

// expression reads the expiry below root.
func (r replyFields) expiryText(root string) string {
	path := root + "." + strings.Join(r.expiry, ".")
	if r.expiryKind == "asIs" {
		return "${" + path + "}"
	}
	return fmt.Sprintf("${%s(%s)}", r.expiryKind, path)
}

func hole(root string, path []string) string {
	return "${" + root + "." + strings.Join(path, ".") + "}"
}
