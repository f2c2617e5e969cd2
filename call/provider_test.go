package call

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/usherdev/usher/openid"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// campus is an identity provider in one process with the test: what its endpoints answer can be set.
type campus struct {
	*httptest.Server
	key    *ecdsa.PrivateKey
	nonce  string
	token  func(w http.ResponseWriter, form url.Values, basic string)
	forms  []url.Values
	info   string // answer of userinfo
	doc    map[string]any
	basics []string
}

func newCampus(t *testing.T) *campus {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &campus{key: key, info: `{"sub":"42","email":"ada@example.com","given_name":"Ada","sub2":1}`, doc: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		d := map[string]any{"issuer": c.URL, "authorization_endpoint": c.URL + "/authorize", "token_endpoint": c.URL + "/token", "jwks_uri": c.URL + "/keys",
			"userinfo_endpoint": c.URL + "/me", "revocation_endpoint": c.URL + "/revoke", "id_token_signing_alg_values_supported": []string{"ES256"}}
		for k, v := range c.doc {
			d[k] = v
		}
		_ = json.NewEncoder(w).Encode(d)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		pub, _ := key.PublicKey.Bytes()
		b64 := base64.RawURLEncoding.EncodeToString
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": "EC", "crv": "P-256", "kid": "1", "x": b64(pub[1:33]), "y": b64(pub[33:])}}})
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, c.info) })
	post := func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		c.forms = append(c.forms, r.PostForm)
		user, pass, _ := r.BasicAuth()
		c.basics = append(c.basics, user+":"+pass)
		if r.URL.Path == "/token" {
			c.token(w, r.PostForm, user+":"+pass)
		}
	}
	mux.HandleFunc("POST /token", post)
	mux.HandleFunc("POST /revoke", post)
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	c.token = c.grant
	return c
}

func (c *campus) grant(w http.ResponseWriter, form url.Values, _ string) {
	tok := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{"iss": c.URL, "aud": "shop", "sub": "42", "nonce": c.nonce, "exp": time.Now().Add(time.Hour).Unix(), "role": "guide"})
	tok.Header["kid"] = "1"
	id, _ := tok.SignedString(c.key)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "at-" + form.Get("grant_type"), "refresh_token": "rt-1", "id_token": id, "token_type": "Bearer", "expires_in": 300})
}

func (c *campus) client(t *testing.T, change func(*project.Provider)) *Client {
	t.Helper()
	o := &project.Provider{Name: "campus", Issuer: value.Const(c.URL), ClientID: value.Const("shop"), ClientSecret: value.Const(value.NewSecret("s3cr3t:/ü")), Scopes: []string{"openid", "email"}, Token: project.ProviderAccessToken}
	if change != nil {
		change(o)
	}
	p := api(t, c.URL)
	p.App.Auth.Providers = []*project.Provider{o}
	p.App.Auth.UserType = value.ObjectOf("User", value.Field{Name: "email", Type: value.TextType()}, value.Field{Name: "role", Type: value.TextType()})
	return client(t, p)
}

const back = "https://shop.example/_usher/back"

// through goes the whole way: out to the provider and back with its code.
func (c *campus) through(t *testing.T, cl *Client) (session.AuthData, error) {
	t.Helper()
	to, h, err := cl.LeaveFor(t.Context(), "campus", back)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	c.nonce = u.Query().Get("nonce")
	return cl.ComeBack(t.Context(), h, back, url.Values{"state": {u.Query().Get("state")}, "code": {"c0de"}})
}

func TestProviderLogIn(t *testing.T) {
	c := newCampus(t)
	a, err := c.through(t, c.client(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if a.Token.Reveal() != "at-authorization_code" || a.RefreshToken.Reveal() != "rt-1" || a.UID != "42" || a.Via != "campus" || string(a.User) != `{"email":"ada@example.com","role":"guide"}` {
		t.Errorf("%+v %s", a, a.User)
	}
	if left := time.Until(a.Expiry); left < 290*time.Second || left > 300*time.Second {
		t.Errorf("expires in %v", left)
	}
	f := c.forms[0]
	if f.Get("code") != "c0de" || f.Get("redirect_uri") != back || len(f.Get("code_verifier")) < 43 || f.Has("client_secret") {
		t.Errorf("%v", f)
	}
	if want := url.QueryEscape("s3cr3t:/ü"); c.basics[0] != "shop:"+want {
		t.Errorf("Basic %s", c.basics[0])
	}
}

func TestProviderVariants(t *testing.T) {
	c := newCampus(t)
	c.doc["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	env := value.NewEnv().With("claims", value.AnyType())
	claim := func(src string) *value.Template {
		out, faults := env.Parse(src, nil)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return out
	}
	a, err := c.through(t, c.client(t, func(o *project.Provider) {
		o.Token, o.UID, o.User = project.ProviderIDToken, claim("campus-${claims.sub}"), claim("${claims}")
	}))
	if err != nil {
		t.Fatal(err)
	}
	if a.UID != "campus-42" || strings.Count(a.Token.Reveal(), ".") != 2 || time.Until(a.Expiry) < 50*time.Minute {
		t.Errorf("%+v", a)
	}
	if c.forms[0].Get("client_secret") != "s3cr3t:/ü" || c.basics[0] != ":" {
		t.Errorf("%v %v", c.forms[0], c.basics[0])
	}
	public := c.client(t, func(o *project.Provider) { o.ClientSecret = nil })
	if _, err := c.through(t, public); err != nil {
		t.Fatal(err)
	}
	if last := c.forms[len(c.forms)-1]; last.Get("client_id") != "shop" || last.Has("client_secret") {
		t.Errorf("%v", last)
	}
}

// TestProviderLogInFails: whatever goes wrong on the way, nobody is logged in, and the error holds no token, code or secret.
func TestProviderLogInFails(t *testing.T) {
	refused := func(status int, body string) func(http.ResponseWriter, url.Values, string) {
		return func(w http.ResponseWriter, _ url.Values, _ string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for name, change := range map[string]func(*campus){
		"code refused":        func(c *campus) { c.token = refused(400, `{"error":"invalid_grant"}`) },
		"client refused":      func(c *campus) { c.token = refused(401, `{"error":"invalid_client"}`) },
		"no access token":     func(c *campus) { c.token = refused(200, `{"token_type":"Bearer"}`) },
		"no bearer":           func(c *campus) { c.token = refused(200, `{"access_token":"rt-secret","token_type":"mac"}`) },
		"no ID token":         func(c *campus) { c.token = refused(200, `{"access_token":"rt-secret","token_type":"bearer"}`) },
		"HTML":                func(c *campus) { c.token = refused(200, `<!doctype html>`) },
		"userinfo of another": func(c *campus) { c.info = `{"sub":"43"}` },
		"userinfo is no JSON": func(c *campus) { c.info = `oops` },
		"token in a redirect": func(c *campus) {
			c.token = func(w http.ResponseWriter, _ url.Values, _ string) {
				w.Header().Set("Location", c.URL+"/token2")
				w.WriteHeader(307)
			}
		},
	} {
		c := newCampus(t)
		change(c)
		a, err := c.through(t, c.client(t, nil))
		if err == nil {
			t.Errorf("%s: %+v", name, a)
		} else if s := err.Error(); strings.Contains(s, "c0de") || strings.Contains(s, "rt-secret") || strings.Contains(s, "s3cr3t") {
			t.Errorf("%s: the error tells too much: %s", name, s)
		}
	}
	c := newCampus(t)
	cl := c.client(t, nil)
	_, h, err := cl.LeaveFor(t.Context(), "campus", back)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cl.ComeBack(t.Context(), h, back, url.Values{"state": {"other"}, "code": {"c"}}); !errors.Is(err, openid.ErrForeign) || len(c.forms) != 0 {
		t.Errorf("a foreign answer: %v, %d codes were spent", err, len(c.forms))
	}
}

func TestB12_ProviderRenewalIsClassed(t *testing.T) {
	c := newCampus(t)
	cl := c.client(t, nil)
	renew := cl.Refresher()
	a := session.AuthData{Via: "campus", Token: session.NewSecret("at"), RefreshToken: session.NewSecret("rt-0")}
	ans, err := renew(t.Context(), a)
	if err != nil || ans.Class != session.Success || ans.Update.Token.Reveal() != "at-refresh_token" || ans.Update.RefreshToken.Reveal() != "rt-1" || ans.Update.UID != nil || ans.Update.MergeUser != nil {
		t.Errorf("%+v, %v", ans, err)
	}
	if c.forms[0].Get("refresh_token") != "rt-0" {
		t.Errorf("%v", c.forms[0])
	}
	for body, want := range map[string]session.Class{
		`400 {"error":"invalid_grant"}`:  session.Reject,
		`401 {"error":"invalid_client"}`: session.Misconfig,
		`429 {}`:                         session.NotSent,
		`502 bad`:                        session.Ambiguous,
		`200 {"token_type":"Bearer"}`:    session.Misconfig,
		`404 {}`:                         session.Misconfig,
	} {
		c.token = func(w http.ResponseWriter, _ url.Values, _ string) {
			var status int
			code, text, _ := strings.Cut(body, " ")
			_, _ = fmt.Sscan(code, &status)
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
		if ans, _ := renew(t.Context(), a); ans.Class != want {
			t.Errorf("%s: %v, want %v", body, ans.Class, want)
		}
	}
	if ans, _ := renew(t.Context(), session.AuthData{RefreshToken: session.NewSecret("own")}); ans.Class != session.Misconfig {
		t.Errorf("a login of the app's own, which has no refresh: %v", ans.Class)
	}
	if ans, _ := renew(t.Context(), session.AuthData{Via: "gone", RefreshToken: session.NewSecret("r")}); ans.Class != session.Misconfig {
		t.Errorf("a provider that is declared no more: %v", ans.Class)
	}
	if !cl.RefreshViaOnly() {
		t.Error("the app declares no refresh")
	}
	c.Close()
	if ans, _ := renew(t.Context(), a); ans.Class != session.NotSent {
		t.Errorf("a provider that is away: %v", ans.Class)
	}
}

func TestProviderIsToldOfALogOut(t *testing.T) {
	c := newCampus(t)
	revoke := c.client(t, nil).Revoker()
	for token, a := range map[string]session.AuthData{
		"rt-0": {Via: "campus", Token: session.NewSecret("at-0"), RefreshToken: session.NewSecret("rt-0")},
		"at-0": {Via: "campus", Token: session.NewSecret("at-0")},
	} {
		c.forms = nil
		if err := revoke(t.Context(), a); err != nil || len(c.forms) != 1 || c.forms[0].Get("token") != token {
			t.Errorf("%v, %v", err, c.forms)
		}
	}
	c.forms = nil
	if err := revoke(t.Context(), session.AuthData{Token: session.NewSecret("own")}); err != nil || len(c.forms) != 0 {
		t.Errorf("the app's own login went to the provider: %v, %v", err, c.forms)
	}
}

func TestProvidersAreCheckedAtTheStart(t *testing.T) {
	p := api(t, "http://127.0.0.1:1")
	p.App.Auth.Providers = []*project.Provider{{Name: "campus", Issuer: value.Const("http://accounts.example.com"), ClientID: value.Const("x")}}
	if _, err := New(Config{Project: p}); err == nil || !strings.Contains(err.Error(), "providers/campus") {
		t.Errorf("%v", err)
	}
}
