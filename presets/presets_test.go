package presets

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// TestEachPresetSaysWhatItIs: title, sentence, README, and nothing of shared/ that is not there.
func TestEachPresetSaysWhatItIs(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 || !slices.ContainsFunc(all, func(p Preset) bool { return p.Name == "dummyjson" }) {
		t.Fatalf("%v", all)
	}
	for _, p := range all {
		if p.Title == "" || p.About == "" || len(p.Pages) == 0 || len(p.Tests) == 0 {
			t.Errorf("%s: %+v", p.Name, p)
		}
		if text, err := p.Readme(); err != nil || !strings.HasPrefix(text, "# "+p.Title) || !strings.Contains(text, "--backend "+p.Name) {
			t.Errorf("%s: its README does not begin with its title, or does not say how to begin: %v", p.Name, err)
		}
		app, err := p.App()
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		for _, want := range []string{"app.yaml", "pages/login.yaml", "tests/backend.yaml", "flows/logIn.yaml"} {
			if _, err := fs.Stat(app, want); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
		}
		for _, not := range []string{readme, about} {
			if _, err := fs.Stat(app, not); err == nil {
				t.Errorf("%s: the app holds %s", p.Name, not)
			}
		}
	}
}
