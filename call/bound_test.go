package call

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

const canaryKey = "canary-canary-canary"

// withSecret is a project whose one group has the secret KEY for origin, sent in a header and a body.
func withSecret(t *testing.T, url, origin string) *project.Project {
	t.Helper()
	env := value.NewEnv().With("secrets", value.ObjectOf("secrets", value.Field{Name: "KEY", Type: value.SecretType()}))
	key, faults := env.Parse("${secrets.KEY}", nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sent := &project.Call{Name: "sent", Method: "POST", BodyKind: project.BodyJSON, Body: value.MapOf([]string{"k"}, []*value.Template{key})}
	p := api(t, url, sent, &project.Call{Name: "plain"})
	p.Groups[0].Secrets = []project.GroupSecret{{Name: "KEY", Origin: origin}, {Name: "UNREAD", Origin: origin}}
	p.Groups[0].Headers = []project.KV{{Name: "X-Key", Value: key}}
	return p
}

// TestE9_SecretsAreBoundToTheirOrigin: a secret is sent to the origin that it was given for; when the declaration, the address or both
// move, no call carries it; what it is never shows in an error.
func TestE9_SecretsAreBoundToTheirOrigin(t *testing.T) {
	mine := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.URL.Path == "/sent" {
			writeJSON(w, 400, `{"message":"bad key `+r.Header.Get("X-Key")+`"}`)
		}
	})
	thief := newBackend(t, nil)
	given := map[string]Secret{"api.KEY": {Value: value.NewSecret(canaryKey), Origin: mine.URL}}
	for name, tc := range map[string]struct {
		url, origin string
		given       map[string]Secret
		sent        bool
	}{
		"as given":               {mine.URL, mine.URL, given, true},
		"the address moved":      {thief.URL, mine.URL, given, false},
		"the declaration moved":  {mine.URL, thief.URL, given, false},
		"both moved":             {thief.URL, thief.URL, given, false},
		"dead":                   {mine.URL, mine.URL, map[string]Secret{"api.KEY": {Origin: mine.URL}}, false},
		"given for another name": {strings.Replace(mine.URL, "127.0.0.1", "localhost", 1), strings.Replace(mine.URL, "127.0.0.1", "localhost", 1), given, false},
	} {
		c, err := New(Config{Project: withSecret(t, tc.url, tc.origin), Secrets: tc.given})
		if err != nil {
			t.Fatal(err)
		}
		before := len(mine.requests())
		r := do(t, c, c.project.Groups[0].Calls[0], nil, nil)
		if sent := len(mine.requests()) > before; sent != tc.sent || !sent && (r.Status != 0 || !strings.Contains(r.Error, "KEY")) {
			t.Errorf("%s: sent %v, %+v", name, sent, r)
		}
		if strings.Contains(fmt.Sprintf("%+v %v", r.Error, r.Value()), canaryKey) {
			t.Errorf("%s: the secret shows: %+v", name, r.Error)
		}
		c.Close()
	}
	if got := mine.last(t); got.header.Get("X-Key") != canaryKey || got.body != `{"k":"`+canaryKey+`"}` {
		t.Errorf("%+v", got)
	}
	if len(thief.requests()) != 0 {
		t.Errorf("the other origin was asked: %+v", thief.requests())
	}
}

// TestF219_MissingSecretsAreNamed: what is read and not given is named with the values of env.*, all at once; what nobody reads is not.
func TestF219_MissingSecretsAreNamed(t *testing.T) {
	p := withSecret(t, "http://localhost:1", "http://localhost:1")
	p.App.Env = []project.EnvVar{{Name: "API_URL"}}
	p.Groups[0].Calls[1].Headers = []project.KV{{Name: "X-A", Value: tmpl(t, "${env.API_URL}")}}
	_, err := New(Config{Project: p})
	if err == nil || !strings.Contains(err.Error(), "API_URL, api.KEY") || strings.Contains(err.Error(), "UNREAD") {
		t.Errorf("error %v", err)
	}
}
