package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// widgetsApp is an app whose home page has 50 widgets and 20 bindings and asks the backend nothing: what is measured is Usher's own work.
func widgetsApp() (*project.Project, error) {
	p, problems := project.NewTree(widgetsFiles()).Project()
	if problems.Errors() {
		return nil, fmt.Errorf("the project of the widgets: %v", problems)
	}
	return p, nil
}

func widgetsFiles() map[string][]byte {
	return map[string][]byte{
		"app.yaml":         []byte("usher: 1\nname: Bench\nauthentication: {enabled: true, type: custom, entryPage: login, loggedInPage: home, persistSessions: true, userDataType: User}\n"),
		"types/User.yaml":  []byte("fields: {id: int, username: text, email: text, firstName: text, lastName: text, image: image, role: text}\n"),
		"pages/login.yaml": []byte("path: /login\ntitle: Log in\naccess: loggedOut\nbody: [{text: Log in}]\n"),
		"pages/home.yaml":  []byte(widgetsPage()),
	}
}

// widgetsPage is a page of 50 widgets with 20 bindings: a greeting, eight cards, a list of links and a footer.
func widgetsPage() string {
	var b strings.Builder
	b.WriteString("path: /home\ntitle: Home\naccess: loggedIn\nbody:\n- container:\n    children:\n") // widget 1
	line := func(format string, args ...any) { fmt.Fprintf(&b, "    - "+format+"\n", args...) }
	line(`text: {text: "Welcome ${user.firstName} ${user.lastName}", style: headline}`) // 2; bindings 1, 2
	line(`avatar: {name: "${user.firstName}"}`)                                         // 3; 3
	fields := []string{"username", "email", "firstName", "lastName", "role", "id", "username", "email"}
	for i, f := range fields { // 8 × 5 = 40 widgets, 16 bindings
		line(`card:`)
		fmt.Fprintf(&b, "        children:\n        - row:\n            children: [{icon: star}, {text: {text: \"Card %d of ${user.firstName}\", style: title}}]\n        - text: \"Here stands your %s: ${user.%s}\"\n", i+1, f, f)
	}
	line(`divider: {}`)                                     // 44
	line(`link: {text: To the log-in page, page: login}`)   // 45
	line(`progress: {label: Done so far, value: 40}`)       // 46
	line(`text: "Signed in as ${user.email}"`)              // 47; 20
	line(`button: {text: Log out, onTap: [logOut]}`)        // 48
	line(`spacer: {size: lg}`)                              // 49
	line(`text: {text: "Made with Usher", style: caption}`) // 50
	return b.String()
}

// widgetsContest prepares the drawing of that page.
func widgetsContest() (*contest, error) {
	p, err := widgetsApp()
	if err != nil {
		return nil, err
	}
	plan, err := render.Compile(p, p.Page("home"), render.Options{})
	if err != nil {
		return nil, err
	}
	marks := map[string]any{}
	for _, field := range []string{"id", "username", "email", "firstName", "lastName", "image", "role"} {
		marks[field] = mark(field)
	}
	user, err := value.DecodeJSON([]byte(userJSON))
	if err != nil {
		return nil, err
	}
	return contestOf(plan, value.Scope{"user": marks}, value.Scope{"user": user}, map[string]any{"user": user})
}

// widgetsAgainstBare is pageAgainstBare for that page.
func widgetsAgainstBare(ctx context.Context, dir string) (err error) {
	p, err := widgetsApp()
	if err != nil {
		return err
	}
	f, err := serveProject(ctx, p, "/home", filepath.Join(dir, "widgets.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return pageAgainstBare(f, "a home page with 50 widgets and 20 bindings, logged in, SQLite session")
}
