package call

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// maskedToken looks like a token; nobody has signed it.
var maskedToken = strings.Join([]string{
	base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)), base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"canary"}`)), base64.RawURLEncoding.EncodeToString([]byte("signature")),
}, ".")

func TestH1_A1_AMaskHidesSecretsWhereverTheyStand(t *testing.T) {
	m := NewMask("hunter22", maskedToken)
	cases := []struct{ name, text string }{
		{"note", "the password is hunter22, keep it"}, {"note", maskedToken}, {"note", "Bearer " + maskedToken}, {"note", `{"x":"` + maskedToken + `"}`}, {"password", "other"},
		{"apiKey", "k-1"}, {"note", strings.Repeat("a1B2", 12)}, {"refresh_token", strings.Repeat("z", 30)}, {"Cookie", "sid=abc"},
	}
	for _, c := range cases {
		shown, hid := m.Text(c.name, c.text)
		if !hid || strings.Contains(shown, "hunter22") || strings.Contains(shown, "eyJzdWIiOi") || shown == c.text {
			t.Errorf("%s %q: %q", c.name, c.text, shown)
		}
	}
	for _, plain := range []string{"", "Emily", "https://example.com/a/picture.png", "2026-05-04T09:30:00Z", "A sentence of some words."} {
		if shown, hid := m.Text("title", plain); hid || shown != plain {
			t.Errorf("%q: %q", plain, shown)
		}
	}
	v := m.Value("", map[string]any{"token": value.NewSecret(maskedToken), "secretAnswer": value.NewSecret("blue"), "list": []any{"hunter22"}, "n": json.Number("3"), "pin": json.Number("1234")})
	b, err := json.Marshal(v)
	if err != nil || strings.Contains(string(b), "hunter22") || strings.Contains(string(b), "blue") || strings.Contains(string(b), "1234") || !strings.Contains(string(b), `"n":3`) || !strings.Contains(string(b), "eyJhbG…") {
		t.Errorf("%s %v", b, err)
	}
}

func TestF213_TheWitnessSeesWhatWasSentAndCameBackMasked(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Token", maskedToken)
		_, _ = w.Write([]byte(`{"name":"Emily","accessToken":"` + maskedToken + `","echo":"hunter22"}`))
	})
	logIn := &project.Call{Name: "login", Method: "POST", Params: []project.Param{{Name: "name", Type: value.TextType()}, {Name: "password", Type: value.SecretType()}},
		BodyKind: project.BodyJSON, Body: object(t, "name", "${params.name}", "password", "${params.password}")}
	var seen []Exchange
	c, err := New(Config{Project: api(t, b.URL, logIn), Witness: func(e Exchange) { seen = append(seen, e) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	do(t, c, logIn, map[string]any{"name": "emily", "password": value.NewSecret("hunter22")}, nil)
	if len(seen) != 1 {
		t.Fatalf("%d exchanges", len(seen))
	}
	e := seen[0]
	all, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter22", "eyJzdWIiOi"} {
		if strings.Contains(string(all), secret) {
			t.Errorf("%s is in %s", secret, all)
		}
	}
	if e.Status != 200 || !e.OK || !strings.Contains(e.Sent.Body, `"emily"`) || !strings.Contains(e.Got.Body, `"Emily"`) || !strings.Contains(e.Got.Body, "eyJhbG…") || e.Tries != 1 || e.Got.Cut {
		t.Errorf("%+v", e)
	}
}
