package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/fitting"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/studio"
	"github.com/usherdev/usher/templates"
)

// TestF191_TheStudioNamesItsOwnWays: what is left to do after a page was made in the studio, and why there can be none, names no command, no flag and
// no line of a file; on the command line it does.
func TestF191_TheStudioNamesItsOwnWays(t *testing.T) {
	t.Parallel()
	all, err := templates.All()
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, app := range []string{"starter", "touristtrail"} {
		dir := filepath.Join(t.TempDir(), "app")
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(repoExamples(t), app))); err != nil {
			t.Fatal(err)
		}
		f, err := folder.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		tree, err := f.Tree()
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range all {
			fit, err := pageMaker{f}.Fit(tree, studio.TemplateRequest{Template: page.Name, Name: "fresh", Path: "/fresh"})
			if no := (*studio.Misfit)(nil); errors.As(err, &no) {
				said = append(said, no.Msg)
			} else if err != nil {
				t.Fatal(err)
			} else {
				said = append(said, fit.Left...)
			}
		}
	}
	for _, hint := range []fitting.Refusal{{Msg: "this app has no call to log in that is known", Hint: "name one of the app's calls: --call logIn=GROUP.CALL"}, {Msg: "--call detail: x.y should want one parameter, the item's id"}} {
		said = append(said, inStudio(&hint))
	}
	for _, s := range said {
		if strings.Contains(s, "usher ") || strings.Contains(s, "--") || strings.Contains(s, "pages/") {
			t.Errorf("%s", s)
		}
	}
	for _, want := range []string{
		"Forgotten passwords have no page: choose “Forgotten password” in Add a page, then link it here.",
		"Link it on the page login, below the password: add a Link with the text “Forgot your password?” that opens the page fresh.",
		"this app has no call to log in that is known; choose one under “Which calls it sends”",
		"Detail: x.y should want one parameter, the item's id",
	} {
		if !slices.Contains(said, want) {
			t.Errorf("nobody says %q, but %q", want, said)
		}
	}
}
