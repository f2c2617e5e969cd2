package fitting

import (
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// role is a thing that action blocks do for pages. Its name is the block's.
type role struct {
	name  string
	does  string   // “has no call to …”
	must  []string // parameters without which the block is another one
	logs  bool     // it logs somebody in
	other bool     // it takes what else the call wants, as fields of the form
}

var roles = []role{
	{name: "logIn", does: "log somebody in", must: []string{"identifier", "password"}, logs: true},
	{name: "signUp", does: "create an account", must: []string{"password"}, logs: true, other: true},
	{name: "whoAmI", does: "say who is logged in"},
	{name: "forgotPassword", does: "send somebody who forgot the password a mail", must: []string{"identifier"}},
	{name: "resetPassword", does: "set a new password with what that mail said", must: []string{"newPassword"}, other: true},
	{name: "sendCode", does: "send a one-time code to log in with", must: []string{"identifier"}},
	{name: "logInWithCode", does: "log in with a one-time code", must: []string{"code"}, logs: true},
	{name: "updateProfile", does: "change somebody's own data", other: true},
	{name: "changePassword", does: "change a password", must: []string{"newPassword"}},
}

func roleOf(name string) role {
	return roles[slices.IndexFunc(roles, func(r role) bool { return r.name == name })]
}

// Roles returns the names of what --call may name a call for.
func Roles() []string {
	out := []string{"list", "detail"}
	for _, r := range roles {
		out = append(out, r.name)
	}
	slices.Sort(out)
	return out
}

// meanings says by which names calls ask for what a page's form holds.
var meanings = map[string][]string{
	"identifier":      {"identifier", "username", "email", "login", "identity", "user", "userName", "mail", "account"},
	"password":        {"password", "pass", "passwd", "pwd"},
	"newPassword":     {"newPassword", "new_password", "password", "passwordNew"},
	"currentPassword": {"currentPassword", "current_password", "oldPassword", "old_password", "password"},
	"code":            {"code", "otp", "token", "pin", "secret"},
}

// block is an action block of the app to be, as a page runs it.
type block struct {
	Name   string
	params []project.Param
}

// Has tells whether the block takes a parameter.
func (b *block) Has(param string) bool {
	return b != nil && slices.ContainsFunc(b.params, func(p project.Param) bool { return p.Name == param })
}

// field is an input for one parameter of a block.
type field struct {
	ID, Label, Kind, Icon, Autocomplete, Initial string
	Required                                     bool
}

// fieldOf makes an input of a parameter.
func fieldOf(p project.Param) field {
	f := field{ID: p.Name, Label: value.Words(p.Name), Required: p.Required}
	switch name := strings.ToLower(p.Name); {
	case p.Type != nil && p.Type.Kind == value.KindSecret && strings.Contains(name, "password"):
		f.Kind, f.Icon, f.Autocomplete = "password", "lock", "current-password"
	case strings.Contains(name, "email"):
		f.Label, f.Kind, f.Icon, f.Autocomplete = "E-mail", "email", "mail", "email"
	case strings.Contains(name, "phone"):
		f.Kind, f.Icon, f.Autocomplete = "tel", "phone", "tel"
	case strings.Contains(name, "first"):
		f.Icon, f.Autocomplete = "user", "given-name"
	case strings.Contains(name, "last"), strings.Contains(name, "family"):
		f.Icon, f.Autocomplete = "user", "family-name"
	case name == "name":
		f.Label, f.Icon, f.Autocomplete = "Your name", "user", "name"
	case name == "username":
		f.Icon, f.Autocomplete = "user", "username"
	}
	return f
}

// As is the input under another id.
func (f field) As(id string) field {
	f.ID = id
	return f
}

// Line is the input as YAML in braces.
func (f field) Line() string {
	parts := []string{"id: " + f.ID, "label: " + plain(f.Label)}
	if f.Kind != "" {
		parts = append(parts, "type: "+f.Kind)
	}
	if f.Required {
		parts = append(parts, "required: true")
	}
	if f.Autocomplete != "" {
		parts = append(parts, "autocomplete: "+f.Autocomplete)
	}
	if f.Icon != "" {
		parts = append(parts, "icon: "+f.Icon)
	}
	if f.Initial != "" {
		parts = append(parts, "initial: "+quote(f.Initial))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

var plainText = regexp.MustCompile(`^\pL[\pL\pN -]*$`)

// plain writes a text as YAML, with quotes where a text without them could be something else.
func plain(s string) string {
	if plainText.MatchString(s) && !slices.Contains([]string{"yes", "no", "true", "false", "null", "on", "off"}, strings.ToLower(s)) {
		return s
	}
	return quote(s)
}
