package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/usherdev/usher/project"
)

// usherTest runs usher test as main does, with an environment of its own.
func usherTest(t *testing.T, env map[string]string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append([]string{"test"}, args...), &o, &e, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return code, o.String(), e.String()
}

// wantAllPassed fails unless each journey passed, and there was one at least.
// wantAllPassed: journeys have passed and none has failed. Against a real backend, those that need the stand-in are skipped.
func wantAllPassed(t *testing.T, code int, out, errOut string) {
	t.Helper()
	if code != 0 || !regexp.MustCompile(`(?m)^[1-9]\d* passed, 0 failed(, \d+ skipped)?$`).MatchString(out) {
		t.Errorf("exit code %d\n%s%s", code, out, errOut)
	}
}

var exampleNames = []string{"touristtrail", "manual-refresh", "starter"}

func TestF224_ExamplesPassAgainstTheirStandIn(t *testing.T) {
	t.Parallel()
	for _, name := range exampleNames {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := usherTest(t, nil, filepath.Join(repoExamples(t), name))
			wantAllPassed(t, code, out, errOut)
		})
	}
}

// realIssuer is the backend of usher demo, on a port of its own.
func realIssuer(t *testing.T) (address, password string) {
	t.Helper()
	con := &console{Log: slog.New(slog.DiscardHandler)}
	srv, err := issuerCmd{Listen: "127.0.0.1:1", Data: t.TempDir(), TokenTTL: time.Hour, MinPassword: 8}.open(con, "")
	if err != nil {
		t.Fatal(err)
	}
	backend := httptest.NewServer(srv)
	t.Cleanup(func() {
		backend.Close()
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	if password, err = seedUnder(context.Background(), srv); err != nil {
		t.Fatal(err)
	}
	return backend.URL, password
}

func TestF224_TheSameJourneysPassAgainstTheIssuer(t *testing.T) {
	t.Parallel()
	address, password := realIssuer(t)
	for _, name := range exampleNames {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := usherTest(t, map[string]string{"PASSWORD": password}, filepath.Join(repoExamples(t), name), "--backend", address)
			wantAllPassed(t, code, out, errOut)
			if strings.Contains(out+errOut, password) {
				t.Error("the password was printed")
			}
		})
	}
}

// TestF224_NoSecretIsPrinted fails a journey at every place where a password or a token is at hand.
func TestF224_NoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	address, password := realIssuer(t)
	dir := t.TempDir()
	copyApp(t, filepath.Join(repoExamples(t), "touristtrail"), dir, map[string]string{"tests/show.txt": `
open login
fill "Username or e-mail" $PASSWORD
fill "Password" $PASSWORD
expect field "Username or e-mail" "somebody"
`, "tests/later.txt": `
open login
fill "Username or e-mail" "emily"
fill "Password" $PASSWORD
click "Sign in"
open profile
see $PASSWORD
`})
	code, out, errOut := usherTest(t, map[string]string{"PASSWORD": password}, dir, "--backend", address, "--run", "tests/(show|later)", "-v")
	if code != 1 || !strings.Contains(out, "0 passed, 2 failed") {
		t.Errorf("exit code %d\n%s%s", code, out, errOut)
	}
	if strings.Contains(out+errOut, password) || !strings.Contains(out, "[hidden]") {
		t.Errorf("the password is not hidden:\n%s", out)
	}
	if regexp.MustCompile(`eyJ[\w-]{20,}`).MatchString(out + errOut) {
		t.Errorf("a token was printed:\n%s", out)
	}
}

func TestBackendEnv(t *testing.T) {
	for _, tc := range []struct{ env, given, name, address, fault string }{
		{"API_URL: http://a", "http://b/", "API_URL", "http://b", ""},
		{"SHOP: http://a", "https://b", "SHOP", "https://b", ""},
		{"SHOP: http://a\n  MAPS: http://c", "MAPS=https://b/x=1", "MAPS", "https://b/x=1", ""},
		{"SHOP: http://a\n  MAPS: http://c", "https://b", "", "", "not known"},
		{"SHOP: http://a", "MAPS=https://b", "", "", "declares no env.MAPS"},
		{"SHOP: http://a", "b", "", "", "no address"},
		{"SHOP: http://a", "https://me:secret@b", "", "", "no address"},
	} {
		p, problems := appOf(t, "usher: 1\nname: A\nenv:\n  "+tc.env+"\n")
		if p == nil {
			t.Fatal(problems)
		}
		name, address, err := backendEnv(p.App, tc.given)
		if name != tc.name || address != tc.address || (err == nil) != (tc.fault == "") || err != nil && !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%s with %s: %q %q %v", tc.given, tc.env, name, address, err)
		}
	}
}

func appOf(t *testing.T, yaml string) (*project.Project, project.Problems) {
	t.Helper()
	return project.NewTree(map[string][]byte{"app.yaml": []byte(yaml), "pages/home.yaml": []byte("path: /home\nbody:\n  - text: Hello\n")}).Project()
}

// copyApp copies an app and adds files.
func copyApp(t *testing.T, from, to string, more map[string]string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for name, text := range more {
		if err := os.WriteFile(filepath.Join(to, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheDocumentationShowsARealFailure compares docs/testing.md with what the command prints, which the script test.txtar holds.
func TestTheDocumentationShowsARealFailure(t *testing.T) {
	script, err := txtar.ParseFile("testdata/script/test.txtar")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range script.Files {
		if f.Name != "failing.out" {
			continue
		}
		first, _, ok := strings.Cut(string(f.Data), "\nFAIL")
		if !ok || !strings.Contains(string(doc), "```\n"+first+"\n```") {
			t.Errorf("docs/testing.md does not show\n%s", first)
		}
		return
	}
	t.Error("the script holds no failing.out")
}
