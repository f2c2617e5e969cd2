package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/presets"
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
			usher := func(args ...string) string {
				var out, errOut bytes.Buffer
				if code := run(t.Context(), args, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
					t.Fatalf("usher %s: exit code %d\n%s%s", strings.Join(args, " "), code, &out, &errOut)
				}
				return out.String()
			}
			usher("new", dir, "--backend", p.Name, "--name", "My App")
			if out := usher("check", dir); !strings.Contains(out, "no problems") {
				t.Errorf("usher check:\n%s", out)
			}
			usher("fmt", "--check", dir)
			for _, page := range []string{"login", "home", "profile"} {
				if _, err := os.Stat(filepath.Join(dir, "pages", page+".yaml")); err != nil {
					t.Error(err)
				}
			}
			code, out, errOut := usherTest(t, nil, dir)
			wantAllPassed(t, code, out, errOut)
		})
	}
}

// TestTheIssuersPresetPassesAgainstTheIssuer: what the stand-in of that preset says is what the issuer does.
func TestTheIssuersPresetPassesAgainstTheIssuer(t *testing.T) {
	t.Parallel()
	address, password := realIssuer(t)
	dir := filepath.Join(t.TempDir(), "app")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"new", dir, "--backend", "issuer"}, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, &out, &errOut)
	}
	as := map[string]string{"IDENTIFIER": "emily", "PASSWORD": password, "FULL_NAME": "Emily", "USER_UID": "1", "WRONG": "Username or password is wrong."}
	code, said, faults := usherTest(t, as, dir, "--backend", address)
	wantAllPassed(t, code, said, faults)
}
