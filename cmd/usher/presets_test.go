package main

import (
	"bytes"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/standin"
)

// TestPresetsAreWholeApps: what `usher new --backend` makes of each preset is sound, formatted, and passes its own journeys.
func TestPresetsAreWholeApps(t *testing.T) {
	t.Parallel()
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			quietly(t, "new", dir, "--backend", p.Name, "--name", "My App")
			if out := quietly(t, "check", dir); !strings.Contains(out, "no problems") {
				t.Errorf("usher check:\n%s", out)
			}
			quietly(t, "fmt", "--check", dir)
			for _, page := range []string{"login", "home", "profile"} {
				if _, err := os.Stat(filepath.Join(dir, "pages", page+".yaml")); err != nil {
					t.Error(err)
				}
			}
			code, out, errOut := releasedRun(t, "test", dir)
			wantAllPassed(t, code, out, errOut)
		})
	}
}

// TestACookieSessionIsSpoiledAgainstARealBackend: a backend that `usher test` did not start cannot be told to forget a cookie, so the
// cookies that the login keeps get other values, and all journeys of that preset pass there too.
func TestACookieSessionIsSpoiledAgainstARealBackend(t *testing.T) {
	t.Parallel()
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	app, err := all[slices.IndexFunc(all, func(p presets.Preset) bool { return p.Name == "session-cookie" })].App()
	if err != nil {
		t.Fatal(err)
	}
	src, err := fs.ReadFile(app, "tests/backend.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spec, problems := standin.Parse("tests/backend.yaml", src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	backend, err := standin.New(standin.Config{Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(backend)
	defer server.Close()
	dir := filepath.Join(t.TempDir(), "app")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"new", dir, "--backend", "session-cookie"}, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, &out, &errOut)
	}
	code, said, faults := usherTest(t, spec.Variables, dir, "--backend", server.URL)
	wantAllPassed(t, code, said, faults)
}
