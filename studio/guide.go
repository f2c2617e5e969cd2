package studio

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
)

// guide is how far the project has come in the seven steps of custom authentication. It is read off the files: nothing of it is kept.
func (v *snapshot) guide() []GuideStep {
	const auth = project.Path("/app/authentication")
	a, acts := v.auth(), v.acts()
	landing, _ := firstPage(a.LoggedInPage)
	on := a.Enabled && a.EntryPage != "" && landing != "" && a.UserDataType != ""
	pages := v.pageNamed(a.EntryPage) != nil && v.pageNamed(landing) != nil && a.EntryPage != landing
	step := func(name string, done bool, at project.Path) GuideStep {
		return GuideStep{Name: name, Done: done, At: at}
	}
	entry := project.Path("/pages").Join(a.EntryPage)
	if a.EntryPage == "" {
		entry = ""
	}
	update := acts["updateAuthenticatedUser"]
	if _, declared := v.tree.Value(auth.Join("refresh")); declared {
		update = auth.Join("refresh")
	}
	return []GuideStep{
		step("enable", on, auth), step("pages", pages, entry), step("authenticate", acts["call"] != "", acts["call"]), step("save", acts["logIn"] != "", acts["logIn"]),
		step("access", acts["reads"] != "", acts["reads"]), step("update", update != "", update), step("logOut", acts["logOut"] != "", acts["logOut"]),
	}
}

// firstPage is a page that loggedInPage leads to.
func firstPage(written json.RawMessage) (name string, ok bool) {
	if json.Unmarshal(written, &name) == nil {
		return name, name != ""
	}
	var rules []struct{ Page string }
	if json.Unmarshal(written, &rules) != nil || len(rules) == 0 {
		return "", false
	}
	return rules[len(rules)-1].Page, true
}

// readsLogin finds expressions that show something of who is logged in.
var readsLogin = regexp.MustCompile(`\$\{[^}]*\b(user|auth)\.`)

// acts finds, in pages, blocks, components and the app's own events, the first of each action that the steps ask for, and under “reads” the first
// text of a page that reads the login.
func (v *snapshot) acts() map[string]project.Path {
	found := map[string]project.Path{}
	for _, file := range v.tree.Files() {
		at := project.Path("/" + strings.TrimSuffix(file, ".yaml"))
		folder, _, _ := strings.Cut(file, "/")
		if file != "app.yaml" && !slices.Contains([]string{"pages", "flows", "components"}, folder) {
			continue
		}
		var written any
		raw, ok := v.tree.Value(at)
		if !ok || json.Unmarshal(raw, &written) != nil {
			continue
		}
		if file == "app.yaml" { // the settings of authentication are not actions
			m, _ := written.(map[string]any)
			for name := range m {
				if !strings.HasPrefix(name, "on") {
					delete(m, name)
				}
			}
		}
		findActs(written, at, folder == "pages", found)
	}
	return found
}

var wantedActs = []string{"call", "logIn", "logOut", "updateAuthenticatedUser"}

// findActs walks what is written. shown: texts are read by people.
func findActs(v any, at project.Path, shown bool, found map[string]project.Path) {
	note := func(name string, at project.Path) {
		if _, ok := found[name]; !ok {
			found[name] = at
		}
	}
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if slices.Contains(wantedActs, name) {
				note(name, at)
			}
			findActs(v[name], at.Join(name), shown && !strings.HasPrefix(name, "on") && name != "access", found)
		}
	case []any:
		for i, item := range v {
			if name, ok := item.(string); ok && slices.Contains(wantedActs, name) {
				note(name, at.Join(strconv.Itoa(i)))
			}
			findActs(item, at.Join(strconv.Itoa(i)), shown, found)
		}
	case string:
		if shown && readsLogin.MatchString(v) {
			note("reads", at)
		}
	}
}
