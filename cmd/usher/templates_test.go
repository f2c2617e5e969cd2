package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/templates"
)

// TestF191_EachTemplateFitsTheAppsOfThePresets: every page, added to the app of every backend that can carry it, is formatted, sound and passes its
// journey; where the backend cannot, the command says so and writes nothing. Each template fits the issuer's app and two others at least.
func TestF191_EachTemplateFitsTheAppsOfThePresets(t *testing.T) {
	t.Parallel()
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := templates.All()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("USHER_LONG") == "" { // each has pages that the others have not, or lacks some
		some := []string{"issuer", "supabase", "dummyjson", "pocketbase", "json-server-auth", "keycloak"}
		all = slices.DeleteFunc(all, func(p presets.Preset) bool { return !slices.Contains(some, p.Name) })
	}
	fits := map[string][]string{}
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			quietly(t, "new", dir, "--backend", p.Name, "--name", "My App")
			for _, name := range addAll(t, dir, pages) {
				fits[name] = append(fits[name], p.Name)
			}
		})
	}
	for _, page := range pages {
		if on := fits[page.Name]; len(on) < 3 || !slices.Contains(on, "issuer") {
			t.Errorf("%s fits %v alone", page.Name, on)
		}
	}
}

// TestF191_TemplatesFitAppsWithoutBlocks: the apps whose pages call the backend themselves, as the starter's do, lend what they do to the new pages.
func TestF191_TemplatesFitAppsWithoutBlocks(t *testing.T) {
	t.Parallel()
	pages, err := templates.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"starter", "touristtrail"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(repoExamples(t), name))); err != nil {
				t.Fatal(err)
			}
			if got := addAll(t, dir, pages); len(got) != len(pages) {
				t.Errorf("only %v fit", got)
			}
		})
	}
}

// TestF191_TheIssuerDoesWhatItsPresetSays: the journeys of new pages that need no code from a mail pass against the issuer itself, too.
func TestF191_TheIssuerDoesWhatItsPresetSays(t *testing.T) {
	t.Parallel()
	address, password := realIssuer(t)
	dir := filepath.Join(t.TempDir(), "app")
	quietly(t, "new", dir, "--backend", "issuer")
	for _, page := range []string{"login-tabs", "edit-profile", "forgot-password", "change-password"} {
		quietly(t, "add", "page", page, "--in", dir)
	}
	env := map[string]string{"IDENTIFIER": "emily", "PASSWORD": password}
	for _, some := range []string{"welcome|edit-profile|forgot-password", "change-password.txt: .*stay logged in"} { // after the last the password is another
		code, out, errOut := usherTest(t, env, dir, "--backend", address, "--run", some)
		wantAllPassed(t, code, out, errOut)
	}
}

// addAll adds each page that can be added under a name of its own, and plays the journeys of all. It returns the names of those.
func addAll(t *testing.T, dir string, pages []templates.Template) (added []string) {
	t.Helper()
	for _, page := range pages {
		before := filesBelow(t, dir)
		code, out, errOut := releasedRun(t, "add", "page", page.Name, "--as", "t-"+page.Name, "--path", "/t/"+page.Name, "--in", dir)
		switch {
		case code == 0 && strings.Contains(out, "tests/t-"+page.Name+".txt, its journey"):
			added = append(added, page.Name)
		case code == 1 && strings.Contains(errOut, " has no call to "):
			if !slices.Equal(before, filesBelow(t, dir)) {
				t.Errorf("%s was refused, and something was written", page.Name)
			}
		default:
			t.Errorf("%s: exit code %d\n%s%s", page.Name, code, out, errOut)
		}
	}
	if out := quietly(t, "check", dir); !strings.Contains(out, "no problems") {
		t.Errorf("usher check:\n%s", out)
	}
	quietly(t, "fmt", "--check", dir)
	code, out, errOut := releasedRun(t, "test", dir, "--run", "tests/t-")
	wantAllPassed(t, code, out, errOut)
	for _, name := range added {
		if !strings.Contains(out, "ok    tests/t-"+name+".txt") {
			t.Errorf("no journey of %s was played", name)
		}
	}
	return added
}

// filesBelow is every file of a folder with its bytes.
func filesBelow(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		out = append(out, path+"\n"+string(src))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// quietly runs a command that must work, and returns what it prints.
func quietly(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errOut := releasedRun(t, args...)
	if code != 0 {
		t.Fatalf("usher %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, errOut)
	}
	return out
}
