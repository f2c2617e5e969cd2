package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// usherProbe runs usher probe as main does.
func usherProbe(t *testing.T, env map[string]string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	env["USHER_DATA"] = t.TempDir()
	code = run(t.Context(), append([]string{"probe", "--patience", "1s"}, args...), &o, &e, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return code, o.String(), e.String()
}

// newApp makes an app as usher new does.
func newApp(t *testing.T, args ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), append([]string{"new", dir}, args...), &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
		t.Fatalf("%s%s", &out, &errOut)
	}
	return dir
}

// TestProbeOfTheIssuer: against the real reference backend the new app fits as it is, and what was learned is written into it.
func TestProbeOfTheIssuer(t *testing.T) {
	t.Parallel()
	address, password := realIssuer(t)
	dir := newApp(t)
	env := map[string]string{"API_URL": address, "USHER_PROBE_USERNAME": "emily", "USHER_PROBE_PASSWORD": password}
	code, out, errOut := usherProbe(t, env, dir)
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	for _, want := range []string{
		"authentication token: a JWT of", "read as the exp of a JWT from ${jwt(login.body.accessToken).exp}", "unknown token: status 401, which the app takes for expired",
		"refresh token: a new one each time", "set /app/authentication/refresh/rotation to \"retry-safe\"", "Nothing was written",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out+errOut, password) || strings.Contains(out+errOut, "eyJ") {
		t.Error("a secret was printed")
	}
	if code, out, errOut = usherProbe(t, env, dir, "--write"); code != 0 || !strings.Contains(out, "Written.") {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	b, err := os.ReadFile(filepath.Join(dir, "app.yaml"))
	if err != nil || !strings.Contains(string(b), "rotation: retry-safe") || !strings.Contains(string(b), "# what is absent is kept") {
		t.Errorf("%v\n%s", err, b)
	}
	if code, out, errOut = usherProbe(t, env, dir, "--json"); code != 0 || !strings.HasPrefix(out, "{") || !strings.Contains(out, `"Edits": null`) {
		t.Errorf("exit code %d\n%s%s", code, out, errOut)
	}
}

// TestProbeThatCannotLogIn: a wrong password is a finding and an exit code; without credentials it says which are missing.
func TestProbeThatCannotLogIn(t *testing.T) {
	t.Parallel()
	address, _ := realIssuer(t)
	dir := newApp(t)
	env := map[string]string{"API_URL": address, "USHER_PROBE_USERNAME": "emily", "USHER_PROBE_PASSWORD": "not the password of anybody"}
	if code, out, _ := usherProbe(t, env, dir); code == 0 || !strings.Contains(out, "auth.login answered with status 400 and nobody was logged in") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	delete(env, "USHER_PROBE_PASSWORD")
	if code, _, errOut := usherProbe(t, env, dir); code == 0 || !strings.Contains(errOut, "USHER_PROBE_PASSWORD") {
		t.Errorf("exit code %d\n%s", code, errOut)
	}
}
