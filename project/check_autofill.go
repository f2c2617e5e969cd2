package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/usherdev/usher/value"
)

// autofillFields are the field names of the HTML standard's autofill; contactFields may have a word before them that says which of
// somebody's addresses or numbers is meant.
var (
	autofillFields = strings.Fields(`name honorific-prefix given-name additional-name family-name honorific-suffix nickname username
		new-password current-password one-time-code organization-title organization street-address address-line1 address-line2
		address-line3 address-level4 address-level3 address-level2 address-level1 country country-name postal-code cc-name cc-given-name
		cc-additional-name cc-family-name cc-number cc-exp cc-exp-month cc-exp-year cc-csc cc-type transaction-currency
		transaction-amount language bday bday-day bday-month bday-year sex url photo`)
	contactFields = strings.Fields("tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix tel-extension email impp")
	contactKinds  = strings.Fields("home work mobile fax pager")
)

// autofillNames are what people call the inputs that browsers and password managers know, as letters alone; a name that begins with “…” ends so. The
// first that fits counts.
var autofillNames = []struct {
	fill Autofill
	as   []string
}{
	{Autofill{"new-password", "password"}, []string{"…newpassword", "…newpasswort", "…passwordagain", "…passwordrepeat", "repeatpassword", "repeatthepassword", "repeatnewpassword", "confirmpassword",
		"confirmthepassword", "confirmnewpassword", "passwordconfirm", "…passwordconfirmation", "choosepassword", "chooseapassword"}},
	{Autofill{"current-password", "password"}, []string{"…password", "…passphrase", "passwort", "pwd", "passwd"}},
	{Autofill{"one-time-code", ""}, []string{"otp", "totp", "…onetimecode", "onetimepasscode", "verificationcode", "logincode", "smscode", "mfacode", "2facode", "authenticationcode", "codeofthemail"}},
	{Autofill{"username", ""}, []string{"…username", "user", "login", "loginname", "usernameoremail", "emailorusername", "benutzername"}},
	{Autofill{"email", "email"}, []string{"…email", "…emailaddress", "…mailaddress", "mail"}},
	{Autofill{"tel", "tel"}, []string{"…phone", "…phonenumber", "…telephone", "…telephonenumber", "tel", "mobile", "…mobilenumber", "cellphone"}},
	{Autofill{"given-name", ""}, []string{"firstname", "givenname"}},
	{Autofill{"family-name", ""}, []string{"lastname", "familyname", "surname"}},
}

// Autofill is what a text field tells browsers and password managers, and the type that goes with it; "" nothing.
type Autofill struct{ Autocomplete, Type string }

// AutofillOf reads off an input's id or label what browsers and password managers fill in there, so far as that is plain: the more exact of the two counts.
func AutofillOf(id, label string) Autofill {
	for _, one := range autofillNames {
		for _, name := range []string{id, label} {
			said := letters(name)
			if slices.ContainsFunc(one.as, func(as string) bool {
				end, ends := strings.CutPrefix(as, "…")
				return said == end || ends && strings.HasSuffix(said, end)
			}) {
				return one.fill
			}
		}
	}
	return Autofill{}
}

// letters is a name without what is between its words.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// checkAutofill judges what tells browsers and password managers what to fill in: a word that they do not know silently switches that off.
func checkAutofill(s section) {
	p, ok := s.get("autocomplete")
	if !ok || p.scalar() == notScalar || p.n.Value == "on" || p.n.Value == "off" || p.n.Value == "" {
		return
	}
	words := strings.Fields(strings.ToLower(p.n.Value))
	if n := len(words) - 1; n > 0 && words[n] == "webauthn" {
		words = words[:n]
	}
	if len(words) > 1 && len(words[0]) > len("section-") && strings.HasPrefix(words[0], "section-") {
		words = words[1:]
	}
	if len(words) > 1 && (words[0] == "shipping" || words[0] == "billing") {
		words = words[1:]
	}
	known := slices.Concat(autofillFields, contactFields)
	if len(words) > 1 && slices.Contains(contactKinds, words[0]) {
		words, known = words[1:], contactFields
	}
	switch {
	case len(words) > 1:
		p.fail(fmt.Sprintf("autocomplete cannot be %s: browsers know no such order of words", quoted(p.n.Value)), "such as shipping street-address, work email or username webauthn")
	case len(words) == 1 && !slices.Contains(known, words[0]):
		p.misnamed(fmt.Sprintf("browsers know no autocomplete %s", quoted(words[0])), words[0], known)
	}
}

// checkLogInFields warns of forms that log somebody in and do not tell password managers which input is which: they would neither fill in nor keep
// what is typed there.
func (c *checker) checkLogInFields() {
	for _, p := range c.p.Pages {
		w := c.pages[p.Name]
		for _, form := range loggingIn(p) {
			w.checkLogInForm(form)
		}
	}
}

// loggingIn lists the forms of a page whose flows log somebody in, nil for what stands in none.
func loggingIn(p *Page) []*Widget {
	var out []*Widget
	for _, id := range slices.Sorted(maps.Keys(p.Actions)) {
		t := p.Actions[id]
		if t.Widget == nil || !LogsIn(t.Actions) {
			continue
		}
		form := t.Widget.Form
		if t.Widget.Kind == "form" {
			form = t.Widget
		}
		if !slices.Contains(out, form) {
			out = append(out, form)
		}
	}
	return out
}

// checkLogInForm looks at the inputs of one form. Where it has no password, such as for a code by mail, managers have nothing to keep.
func (w *pageWork) checkLogInForm(form *Widget) {
	var who *Widget // the first text, which must be the user name
	var untold []*Widget
	secrets, named := 0, false
	for _, f := range w.page.Fields {
		if f.Form != form || f.Kind != "textField" {
			continue
		}
		words := strings.Fields(f.word("autocomplete"))
		if f.Field.Kind == value.KindSecret {
			if secrets++; len(words) == 0 {
				untold = append(untold, f)
			}
			continue
		}
		named = named || f.word("type") == "username" || slices.ContainsFunc(words, func(word string) bool { return word == "username" || word == "email" || word == "tel" })
		if who == nil {
			who = f
		}
	}
	for _, f := range untold {
		word := "current-password"
		if secrets > 1 || AutofillOf(f.ID, f.word("label")).Autocomplete == "new-password" {
			word = "new-password"
		}
		w.untold(f, "password managers are not told what "+f.ID+" is", "autocomplete: current-password to log in, new-password for a new account", word)
	}
	if secrets > 0 && !named && who != nil {
		w.untold(who, "password managers are not told which input is the user name", "autocomplete: username", "username")
	}
}

// untold warns of an input without autocomplete, and offers the word.
func (w *pageWork) untold(f *Widget, msg, hint, word string) {
	p := w.ids[f.ID]
	p.at = Path(strings.TrimSuffix(string(p.at), "/id")).key("autocomplete")
	var fixes []Fix
	if _, written := p.c.written(p.at); !written {
		fixes = []Fix{{"Write autocomplete: " + word, []Edit{set(p.at, word)}}}
	}
	p.warn(msg, hint, fixes...)
}
