package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// usherCall runs usher call as main does.
func usherCall(t *testing.T, env map[string]string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	env["USHER_DATA"] = t.TempDir()
	code = run(t.Context(), append([]string{"call"}, args...), &o, &e, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return code, o.String(), e.String()
}

// tourist is a copy of the tutorial's app, and what its calls and its log-in need.
func tourist(t *testing.T) (dir, password string, env map[string]string) {
	t.Helper()
	address, password := realIssuer(t)
	dir = filepath.Join(t.TempDir(), "app")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(repoExamples(t), "touristtrail"))); err != nil {
		t.Fatal(err)
	}
	return dir, password, map[string]string{"API_URL": address, "USHER_PROBE_USERNAME": "emily", "USHER_PROBE_PASSWORD": password}
}

func wants(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in\n%s", w, text)
		}
	}
}

// TestF091_ACallIsTriedAgainstTheIssuer: with a log-in by the app's own page, without one, and with the log-in call itself; no output holds a secret.
func TestF091_ACallIsTriedAgainstTheIssuer(t *testing.T) {
	t.Parallel()
	dir, password, env := tourist(t)
	var all strings.Builder
	try := func(want int, args ...string) (out, errOut string) {
		t.Helper()
		code, out, errOut := usherCall(t, env, append([]string{dir}, args...)...)
		if code != want {
			t.Errorf("%v: exit code %d\n%s%s", args, code, out, errOut)
		}
		all.WriteString(out + errOut)
		t.Logf("%v\n%s%s", args, out, errOut)
		return out, errOut
	}
	out, _ := try(0, "trail.posts", "--with", "limit=2", "--log-in")
	wants(t, out, "GET "+env["API_URL"]+"/posts", "Authorization: …", "status 200 after ", "content-type: application/json", "posts.body.posts[0].title", "2 items")
	out, _ = try(0, "auth.me", "--log-in", "--as", "who", "--paths", "NAME")
	wants(t, out, "who.body.firstName", `"Emily"`)
	out, errOut := try(1, "auth.me")
	wants(t, out, "GET auth.me was not sent.")
	wants(t, errOut, "People read: not logged in", "hint: this call needs a login: --log-in")
	out, _ = try(0, "auth.login", "--with", "username=emily", "--with-env", "password=USHER_PROBE_PASSWORD")
	wants(t, out, "login.body.accessToken", "secret", "[redacted]")
	try(0, "auth.login", "--with", "username=emily", "--with-env", "password=USHER_PROBE_PASSWORD", "--raw")
	try(0, "auth.login", "--with", "username=emily", "--with-env", "password=USHER_PROBE_PASSWORD", "--json")
	_, errOut = try(1, "auth.login", "--with", "username=emily", "--with", "password=wrong-"+password)
	wants(t, errOut, "The call failed. People read: ")
	_, errOut = try(1, "trail.post", "--log-in", "--with", "id=no-such")
	wants(t, errOut, "The call failed. People read: ")
	if text := all.String(); strings.Contains(text, password) || strings.Contains(text, "eyJ") {
		t.Errorf("a secret was printed:\n%s", text)
	}
	env["USHER_PROBE_PASSWORD"] = "not the password of anybody"
	_, errOut = try(1, "auth.me", "--log-in")
	wants(t, errOut, "logging in: auth.login answered with status 400 and nobody was logged in", "hint: usher probe")
}

// TestF094_ATypeOfTheReply: the log-in reply becomes data types in which the tokens are secret, one save, and the app is sound with it.
func TestF094_ATypeOfTheReply(t *testing.T) {
	t.Parallel()
	dir, password, env := tourist(t)
	file := filepath.Join(dir, "calls", "auth.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	login := []string{dir, "auth.login", "--with", "username=emily", "--with-env", "password=USHER_PROBE_PASSWORD", "--make-type", "Entry"}
	if code, _, errOut := usherCall(t, env, append(login, "--yes")...); code == 0 || !strings.Contains(errOut, "auth.login says reply: LoginReply already, and nothing is overwritten") {
		t.Errorf("exit code %d: %s", code, errOut)
	}
	if err := os.WriteFile(file, bytes.Replace(src, []byte("    reply: LoginReply\n\n  createAccount"), []byte("\n  createAccount"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := usherCall(t, env, login...)
	if code == 0 || !strings.Contains(out, "Write ") || !strings.Contains(errOut, "nothing was written") {
		t.Errorf("unasked: exit code %d\n%s%s", code, out, errOut)
	}
	code, out, errOut = usherCall(t, env, append(login, "--yes")...)
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	t.Log(out)
	wants(t, out, "+ calls/auth.yaml: login gets reply: Entry", "types/Entry.yaml")
	made, err := os.ReadFile(filepath.Join(dir, "types", "Entry.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(made), "accessToken: secret", "refreshToken: secret")
	src, _ = os.ReadFile(file)
	wants(t, string(src), "reply: Entry")
	var o, e bytes.Buffer
	if code := run(t.Context(), []string{"check", dir}, &o, &e, func(string) (string, bool) { return "", false }); code != 0 {
		t.Errorf("%s%s", &o, &e)
	}
	if strings.Contains(out+errOut, password) || strings.Contains(out+errOut, "eyJ") {
		t.Error("a secret was printed")
	}
	if code, out, _ = usherCall(t, env, append(login, "--yes", "--json")...); code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("again, for programs: exit code %d\n%s", code, out)
	}
}
