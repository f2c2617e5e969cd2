package call

import (
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// mapped runs a Log In's mapping over a reply body.
func mapped(t *testing.T, m *Mapper, f project.AuthFields, body string) (session.Update, error) {
	t.Helper()
	v, err := value.DecodeJSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	reply := map[string]any{"body": v, "text": body, "headers": map[string]any{"authorization": value.NewSecret("bearer h1.h2")}}
	return m.Fields(Mapping{At: "/here", Fields: f, Scope: value.Scope{"reply": reply, "now": time.Unix(1_700_000_000, 0)}, Strict: true})
}

func mapper(t *testing.T) *Mapper {
	t.Helper()
	m, err := NewMapper(&project.Project{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestF027_WhatIsNoToken: a mapping that finds nothing, a word for nothing or something other than text is an error that names
// the field and where it was looked for. A whole body never becomes a token because a path leads nowhere.
func TestF027_WhatIsNoToken(t *testing.T) {
	for _, field := range []string{"token", "refreshToken"} {
		for _, x := range []string{`null`, `""`, `"null"`, `"undefined"`, `1`, `true`, `["a"]`, `{"a":"b"}`, `"<!doctype html><p>log in"`, `"{\"jwt\":1}"`} {
			f := project.AuthFields{Token: tmpl(t, "${reply.body.good}")}
			if field == "token" {
				f.Token = tmpl(t, "${reply.body.x}")
			} else {
				f.RefreshToken = tmpl(t, "${reply.body.x}")
			}
			u, err := mapped(t, mapper(t), f, `{"good":"a.b.c","x":`+x+`}`)
			e, ok := AsMapping(err)
			if !ok || e.Field != field || e.From != "reply.body.x" || !strings.Contains(e.Msg, "reply.body.x") || u.Token != nil {
				t.Errorf("%s from %s: %v, %+v", field, x, err, u)
			}
		}
	}
	if _, err := mapped(t, mapper(t), project.AuthFields{Token: tmpl(t, "${reply.body.data.token}")}, `{"good":"a"}`); err == nil {
		t.Error("a path that leads nowhere gave a token")
	}
}

// TestF027_TokenSources: a path, a list, odd names, the whole text, a header with its scheme.
func TestF027_TokenSources(t *testing.T) {
	for _, tc := range []struct{ src, body, want string }{
		{"${reply.body.data[0].token}", `{"data":[{"token":"a"}]}`, "a"},
		{"${reply.body['$id']}", `{"$id":"a"}`, "a"},
		{"${reply.body['x-token']}", `{"x-token":"a"}`, "a"},
		{"${reply.body}", `"1|abc"`, "1|abc"},
		{"${trim(replace(reply.text, '\"', ''))}", `"1|abc"`, "1|abc"},
		{"${reply.headers.authorization}", `{}`, "h1.h2"},
		{"${reply.body.t}", `{"t":"Bearer a"}`, "a"},
	} {
		u, err := mapped(t, mapper(t), project.AuthFields{Token: tmpl(t, tc.src)}, tc.body)
		if err != nil || u.Token.Reveal() != tc.want {
			t.Errorf("%s of %s: %v, %v", tc.src, tc.body, u.Token, err)
		}
	}
}

// TestF027_Drift: what a reply lacks and the login can do without is told, once, and counted; what is optional is not.
func TestF027_Drift(t *testing.T) {
	m := mapper(t)
	var told []Drift
	m.drifts.tell = func(d Drift) { told = append(told, d) }
	f := project.AuthFields{Token: tmpl(t, "${reply.body.t}"), RefreshToken: tmpl(t, "${reply.body.r}"), UID: tmpl(t, "${reply.body.id}"), User: tmpl(t, "${reply.body.user}"),
		Optional: []string{"refreshToken", "user"}}
	for range 3 {
		if u, err := mapped(t, m, f, `{"t":"a"}`); err != nil || u.Token.Reveal() != "a" {
			t.Fatal(err)
		}
	}
	if len(told) != 1 || told[0].Field != "uid" || told[0].From != "reply.body.id" || !told[0].Kept || told[0].At != "/here" {
		t.Errorf("told %+v", told)
	}
	if _, err := mapped(t, m, f, `{"renamed":"secret-value"}`); err == nil {
		t.Error("a login without token passed")
	}
	c := &Client{mapper: m}
	all := c.Drifts()
	if len(all) != 2 || all[0].Count != 3 || all[1].Field != "token" || all[1].Kept || strings.Contains(all[1].Msg, "secret-value") {
		t.Errorf("drifts %+v", all)
	}
}

// TestA2_UserDataWithoutTokens: flat bodies hold the tokens beside the user; what is stored as user data has none of them.
func TestA2_UserDataWithoutTokens(t *testing.T) {
	body := `{"id":1,"name":"Ada","accessToken":"token-one","again":{"list":["token-one","fine","see token-two!"]},"refreshToken":"token-two"}`
	f := project.AuthFields{Token: tmpl(t, "${reply.body.accessToken}"), RefreshToken: tmpl(t, "${reply.body.refreshToken}"), User: tmpl(t, "${reply.body}")}
	u, err := mapped(t, mapper(t), f, body)
	if err != nil || string(u.MergeUser) != `{"again":{"list":["fine"]},"id":1,"name":"Ada"}` {
		t.Errorf("%s, %v", u.MergeUser, err)
	}
	typed := &Mapper{userType: value.ObjectOf("User", value.Field{Name: "name", Type: value.TextType()}, value.Field{Name: "sessionToken", Type: value.TextType()}), drifts: &drifts{}, now: time.Now}
	s := value.Scope{"reply": map[string]any{"body": map[string]any{"name": "Ada", "sessionToken": "token-one"}}, "auth": map[string]any{"token": value.NewSecret("token-one")}}
	u, err = typed.Fields(Mapping{Fields: project.AuthFields{User: tmpl(t, "${reply.body}")}, Scope: s})
	if err != nil || string(u.MergeUser) != `{"name":"Ada"}` {
		t.Errorf("what a me call repeats: %s, %v", u.MergeUser, err)
	}
}

// TestB25_NeverAndRefreshExpiry: never() beats the token's own claim; times are brought from the backend's clock to ours.
func TestB25_NeverAndRefreshExpiry(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	jwt := jwtWith(`{"exp":1900000000}`)
	in := Mapping{Fields: project.AuthFields{Token: tmpl(t, "${reply.body.t}"), Expiry: tmpl(t, "${never()}"), RefreshExpiry: tmpl(t, "${inSeconds(reply.body.r)}")},
		Scope: value.Scope{"now": now, "reply": map[string]any{"body": map[string]any{"t": jwt, "r": 60}}}, Skew: time.Hour}
	u, err := mapper(t).Fields(in)
	if err != nil || !u.Expiry.IsZero() || !u.RefreshExpiry.Equal(now.Add(time.Minute)) {
		t.Errorf("%v, %v, %v", u.Expiry, u.RefreshExpiry, err)
	}
	in.Fields.Expiry = tmpl(t, "${unix(1700003660)}") // a minute on, by a clock that is an hour ahead
	if u, err = mapper(t).Fields(in); err != nil || !u.Expiry.Equal(now.Add(time.Minute)) {
		t.Errorf("%v, %v", u.Expiry, err)
	}
	in.Fields.Expiry = nil
	if u, err = mapper(t).Fields(in); err != nil || !u.Expiry.Equal(time.Unix(1900000000-3600, 0)) {
		t.Errorf("the claim: %v, %v", u.Expiry, err)
	}
}
