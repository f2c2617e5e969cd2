package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

func TestH2_NothingPrintsASecret(t *testing.T) {
	b := newBackend(t)
	c := open(t, b, client.Memory())
	l := logIn(t, c)
	cr := client.Credentials{Username: "ada", Password: session.NewSecret(password), Fields: map[string]session.Secret{"otp": session.NewSecret("canary-otp")}}
	token := session.NewSecret("canary-a1")
	for _, v := range []any{
		c, l, &l, cr, client.Grant[person]{Token: token, RefreshToken: token}, client.Change[person]{Token: &token},
		client.Renewed(client.Grant[person]{Token: token}), c.HTTPClient(), client.Memory(),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", "canary")) {
				t.Errorf("%s of a %T: %s", verb, v, text)
			}
		}
		if text, err := json.Marshal(v); err == nil && strings.Contains(string(text), "canary") {
			t.Errorf("JSON of a %T: %s", v, text)
		}
	}
}

// TestH1_ErrorsAndEventsHoldNoSecret: of a backend that repeats in its replies whatever it is told.
func TestH1_ErrorsAndEventsHoldNoSecret(t *testing.T) {
	for _, status := range []int{200, 302, 400, 401, 404, 422, 429, 500, 503} {
		for _, body := range []string{`{"message":%q,"error":%q,"token":{"a":%q}}`, `[%q,%q,%q]`, `<p>%s %s %s`, `{"token":%q,"x":%q,"user":{"name":[%q]}}`} {
			echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				in := decode(r)
				said := "I do not take " + in["password"] + in["refresh"] + in["otp"]
				w.Header().Set("Location", "/"+said)
				w.WriteHeader(status)
				fmt.Fprintf(w, body, said, said, said)
			}))
			probe(t, echo.URL)
			echo.Close()
		}
	}
	probe(t, "http://127.0.0.1:1/"+"path")
}

func probe(t *testing.T, url string) {
	t.Helper()
	a := api()
	a.LogIn.Body["otp"] = "{otp}"
	cfg, err := client.JSON[person](url, a)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var events []session.Event
	cfg.Name = "test"
	cfg.Base = &http.Transport{DisableKeepAlives: true}
	cfg.Tuning = session.Tuning{NotSentDelays: []time.Duration{}, AmbiguousDelays: []time.Duration{}}
	cfg.Events = func(e session.Event) { mu.Lock(); defer mu.Unlock(); events = append(events, e) }
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	_, err = c.LogIn(t.Context(), client.Credentials{
		Username: "ada", Password: session.NewSecret(password), Fields: map[string]session.Secret{"otp": session.NewSecret("canary-otp")},
	})
	texts = append(texts, fmt.Sprintf("%v %+v", err, err))
	var no *client.Refusal
	if errors.As(err, &no) {
		texts = append(texts, fmt.Sprintf("%#v", *no))
	}
	_, err = c.LogInWith(t.Context(), client.Grant[person]{Token: session.NewSecret("canary-a"), RefreshToken: session.NewSecret("canary-r"), Expiry: time.Unix(1, 0)})
	texts = append(texts, fmt.Sprintf("%v", err))
	_, err = c.Fresh(t.Context())
	texts = append(texts, fmt.Sprintf("%v", err))
	if err := c.LogOut(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	for _, e := range events {
		texts = append(texts, fmt.Sprintf("%+v %v", e, e.Err))
	}
	for _, text := range texts {
		if strings.Contains(text, "canary") {
			t.Errorf("%s", text)
		}
	}
}
