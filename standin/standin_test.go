package standin

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// world is a stand-in of testdata on a real server, with a clock that tests move.
type world struct {
	t      *testing.T
	b      *Backend
	server *httptest.Server
	now    time.Time
}

func open(t *testing.T, name string) *world {
	t.Helper()
	src, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return start(t, string(src))
}

func start(t *testing.T, src string) *world {
	t.Helper()
	spec, problems := Parse("tests/backend.yaml", []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w := &world{t: t, now: time.Now()}
	var err error
	if w.b, err = New(Config{Spec: spec, Now: func() time.Time { return w.now }}); err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.b)
	t.Cleanup(w.server.Close)
	return w
}

// got is a reply.
type got struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

func (g got) str(name string) string { s, _ := g.json[name].(string); return s }

// ask sends "METHOD host/path" with a body (JSON where it begins with {) and headers as name, value pairs.
func (w *world) ask(what, body string, headers ...string) got {
	w.t.Helper()
	method, target, _ := strings.Cut(what, " ")
	host, path, _ := strings.Cut(target, "/")
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+"/"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if host != "" {
		r.Host = host
	}
	r.Header.Set("Accept", "application/json")
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.server.Client().Transport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	src, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	g := got{status: resp.StatusCode, header: resp.Header, text: string(src)}
	_ = json.Unmarshal(src, &g.json) // not all are objects
	return g
}

func (w *world) want(g got, status int, holds string) got {
	w.t.Helper()
	if g.status != status || !strings.Contains(g.text, holds) {
		w.t.Errorf("%d %s, want %d %s", g.status, g.text, status, holds)
	}
	return g
}

func TestF224_DummyJSON(t *testing.T) {
	w := open(t, "dummyjson")
	w.want(w.ask("POST /auth/login", `{"username":"emilys","password":"no"}`), 400, "Invalid credentials")
	in := w.want(w.ask("POST /auth/login", `{"username":"emilys","password":"emilyspass"}`), 200, `"firstName":"Emily"`)
	access, refresh := in.str("accessToken"), in.str("refreshToken")
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(access, ".")[1])
	var c struct {
		ID       int    `json:"id"`
		Username string `json:"username"`
		Exp, Iat int64
	}
	if err != nil || json.Unmarshal(claims, &c) != nil || c.ID != 1 || c.Username != "emilys" || c.Exp-c.Iat != 3600 {
		t.Errorf("%s %v", claims, err)
	}
	if !strings.HasPrefix(in.header.Get("Set-Cookie"), "accessToken="+access) {
		t.Errorf("%v", in.header)
	}
	me := w.want(w.ask("GET /auth/me", "", "Authorization", "Bearer "+access), 200, `"username":"emilys"`)
	if strings.Contains(me.text, "emilyspass") {
		t.Error("the password is in the reply")
	}
	w.want(w.ask("GET /auth/me", "", "Authorization", access), 200, "emilys") // the word Bearer may be missing
	w.want(w.ask("GET /auth/me", "", "Authorization", refresh), 200, "emilys")
	w.want(w.ask("GET /auth/me", "", "Authorization", "Bearer bad"), 500, "invalid signature")
	w.want(w.ask("GET /auth/me", ""), 401, "required")
	w.want(w.ask("POST /auth/refresh", "{}"), 401, "required")
	w.want(w.ask("POST /auth/refresh", `{"refreshToken":"bad"}`), 403, "Invalid")
	for range 2 { // the old pair stays good
		w.want(w.ask("POST /auth/refresh", `{"refreshToken":"`+refresh+`"}`), 200, `"accessToken":"eyJ`)
	}
	w.now = w.now.Add(time.Hour)
	w.want(w.ask("GET /auth/me", "", "Authorization", "Bearer "+access), 401, "Token Expired!")
	w.want(w.ask("POST /auth/refresh", `{"refreshToken":"`+refresh+`"}`), 200, "accessToken")
	w.b.Revoke(access)
	w.want(w.ask("POST /auth/refresh", `{"refreshToken":"`+refresh+`"}`), 403, "Invalid")
	if faults := w.b.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestF224_PocketBase(t *testing.T) {
	w := open(t, "pocketbase")
	const login, renew, posts = "POST /api/collections/users/auth-with-password", "POST /api/collections/users/auth-refresh", "GET /api/collections/posts/records"
	in := w.want(w.ask(login, `{"identity":"ann@example.com","password":"orange-river-stone"}`), 200, `"id":"u7k2m9x4q1w8e3r"`)
	token := in.str("token")
	w.want(w.ask(posts, "", "Authorization", token), 200, "A story of Ann")
	next := w.want(w.ask(renew, "", "Authorization", token), 200, "record").str("token")
	w.want(w.ask(posts, "", "Authorization", token), 200, "A story of Ann") // the old one stays good
	if !w.b.Expire(token) || w.b.Expire("never issued") {
		t.Error("Expire")
	}
	w.want(w.ask(posts, "", "Authorization", token), 200, `"items":[]`)
	w.want(w.ask(posts, ""), 200, `"items":[]`)
	w.want(w.ask(renew, "", "Authorization", token), 401, "valid record")
	w.want(w.ask(renew, "", "Authorization", next), 200, "record")
}

func TestF224_Firebase(t *testing.T) {
	w := open(t, "firebase")
	const login, renew = "POST identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=any-key", "POST securetoken.googleapis.com/v1/token?key=any-key"
	in := w.want(w.ask(login, `{"email":"ann@example.com","password":"orange-river-stone","returnSecureToken":true}`), 200, `"expiresIn":"3600"`)
	again := w.want(w.ask(renew, "grant_type=refresh_token&refresh_token="+in.str("refreshToken")), 200, `"user_id":"fbUid1"`)
	if again.str("refresh_token") != in.str("refreshToken") || again.str("id_token") == in.str("idToken") {
		t.Errorf("%s", again.text)
	}
	w.want(w.ask("GET shop.example.com/notes", "", "Authorization", "Bearer "+again.str("id_token")), 200, "A note of Ann")
	w.want(w.ask("POST identitytoolkit.googleapis.com/v1/token?key=any-key", "grant_type=refresh_token"), 501, "not recorded") // the wrong host
	w.want(w.ask("POST securetoken.googleapis.com/v1/token?key=secret", "grant_type=refresh_token"), 501, "not recorded")
	faults := w.b.Faults()
	if len(faults) != 2 || faults[1] != "POST securetoken.googleapis.com/v1/token is not recorded in tests/backend.yaml" || len(w.b.Faults()) != 0 {
		t.Error(faults)
	}
}

func TestF224_Sanctum(t *testing.T) {
	w := open(t, "sanctum")
	w.want(w.ask("POST /sanctum/token", `{"email":"ann@example.com","password":"no"}`), 422, "incorrect")
	in := w.want(w.ask("POST /sanctum/token", `{"email":"ann@example.com","password":"orange-river-stone","device_name":"web"}`), 200, "1|")
	if in.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%v", in.header)
	}
	w.want(w.ask("GET /user", "", "Authorization", "Bearer "+in.text), 200, `"name":"Ann"`)
	w.want(w.ask("GET /user", "", "Authorization", "Bearer x"), 401, "not valid")
	if g := w.ask("GET /user", "", "Accept", "text/html"); g.status != 302 || g.header.Get("Location") != "/login" {
		t.Errorf("%+v", g)
	}
}

func TestF224_CookieSession(t *testing.T) {
	w := open(t, "cookie")
	in := w.want(w.ask("POST /login", `{"username":"ann","password":"orange-river-stone"}`), 200, `"id":1`)
	cookie, _, _ := strings.Cut(in.header.Get("Set-Cookie"), ";")
	w.want(w.ask("GET /me", "", "Cookie", cookie), 200, "ann")
	w.want(w.ask("GET /me", ""), 401, "log in first")
	w.b.Expire(strings.TrimPrefix(cookie, "sid="))
	w.want(w.ask("GET /me", "", "Cookie", cookie), 419, "expired")
	in = w.ask("POST /login", `{"username":"ann","password":"orange-river-stone"}`)
	cookie, _, _ = strings.Cut(in.header.Get("Set-Cookie"), ";")
	w.want(w.ask("DELETE /session", "", "Cookie", cookie), 204, "")
	w.want(w.ask("GET /me", "", "Cookie", cookie), 401, "")
}

func TestF224_OAuth2PasswordForm(t *testing.T) {
	w := open(t, "oauth2")
	w.want(w.ask("POST /token", "grant_type=password&username=ann&password=orange-river-stone"), 401, "invalid_client")
	in := w.want(w.ask("POST /token", "client_id=shop&grant_type=password&username=ann&password=orange-river-stone"), 200, `"expires_in":300`)
	refresh := "client_id=shop&grant_type=refresh_token&refresh_token="
	again := w.want(w.ask("POST /token", refresh+in.str("refresh_token")), 200, "access_token")
	w.want(w.ask("GET /userinfo", "", "Authorization", "Bearer "+again.str("access_token")), 200, `"sub":"a1"`)
	if g := w.ask("GET /userinfo", "", "Authorization", "Bearer x"); g.status != 401 || g.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%+v", g)
	}
	w.want(w.ask("POST /token", refresh+in.str("refresh_token")), 400, "invalid_grant") // used twice: the login is over
	w.want(w.ask("POST /token", refresh+again.str("refresh_token")), 400, "invalid_grant")
	w.want(w.ask("GET /userinfo", "", "Authorization", "Bearer "+again.str("access_token")), 401, "")
}

func TestF224_OddShapes(t *testing.T) {
	w := open(t, "odd")
	const who = `{"username":"ann","password":"orange-river-stone"}`
	w.want(w.ask("POST /parse/login", who), 403, "unauthorized")
	in := w.want(w.ask("POST /parse/login", who, "X-Parse-Application-Id", "app"), 200, `"sessionToken":"r:`)
	w.want(w.ask("GET /parse/users/me", "", "X-Parse-Session-Token", in.str("sessionToken")), 200, in.str("sessionToken"))
	w.b.Expire(in.str("sessionToken"))
	w.want(w.ask("GET /parse/users/me", "", "X-Parse-Session-Token", in.str("sessionToken")), 400, `"code":209`)
	devise := w.want(w.ask("POST /devise/sign_in", `{"user":{"login":"ann","password":"orange-river-stone"}}`), 201, `"id":7`)
	bearer := devise.header.Get("Authorization")
	w.want(w.ask("GET /parse/users/me", "", "Authorization", bearer), 200, "7")
	w.want(w.ask("DELETE /devise/sign_out", "", "Authorization", bearer), 204, "")
	w.want(w.ask("GET /parse/users/me", "", "Authorization", bearer), 400, "209")
	times := w.want(w.ask("POST /times?grant_type=password", who), 200, `"expires_in":7200`)
	if times.json["expires"] != 7200000. || times.json["expires_at"] != float64(w.now.Add(2*time.Hour).Unix()) {
		t.Errorf("%s", times.text)
	}
	if at, err := time.Parse(time.RFC3339, times.str("expire")); err != nil || at.Unix() != w.now.Add(2*time.Hour).Unix() {
		t.Errorf("%s %v", times.text, err)
	}
	w.want(w.ask("POST /bare", ""), 400, `"jwt expired"`)
}

func TestF224_RetrySafeRotation(t *testing.T) {
	w := start(t, strings.Replace(read(t, "oauth2"), "rotation: strict", "rotation: retry-safe", 1))
	in := w.ask("POST /token", "client_id=shop&grant_type=password&username=ann&password=orange-river-stone")
	refresh := "client_id=shop&grant_type=refresh_token&refresh_token="
	first := w.want(w.ask("POST /token", refresh+in.str("refresh_token")), 200, "")
	if again := w.want(w.ask("POST /token", refresh+in.str("refresh_token")), 200, ""); again.str("refresh_token") != first.str("refresh_token") {
		t.Errorf("another pair: %s %s", first.text, again.text)
	}
	w.want(w.ask("POST /token", refresh+first.str("refresh_token")), 200, "")
	w.want(w.ask("POST /token", refresh+in.str("refresh_token")), 400, "invalid_grant") // its successor is spent
}

func read(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func TestF224_SignUp(t *testing.T) {
	w := start(t, `
standin: 1
logInBy: [username, email]
routes:
  - {on: POST /signup, signUp: {id: "${newId}", username: "${body.username}", email: "${body.email}", password: "${body.password}"}, status: 201, json: "${account}"}
  - {on: POST /login, logIn: {name: "${body.name}", password: "${body.password}"}, json: {token: "${issued.access}"}}
`)
	w.want(w.ask("POST /signup", `{"username":"ann","email":"a@x.org","password":"pw"}`), 201, `{"email":"a@x.org","id":1,"username":"ann"}`)
	w.want(w.ask("POST /signup", `{"username":"bob","email":"a@x.org","password":"pw"}`), 409, "taken")
	w.want(w.ask("POST /signup", `{"email":"b@x.org","password":"pw"}`), 409, "")
	w.want(w.ask("POST /login", `{"name":"a@x.org","password":"pw"}`), 200, "token")
	w.want(w.ask("POST /login", `{"name":"","password":"pw"}`), 401, "wrong")
}

// TestF224_ABadTokenByWhoseItWas: what is answered to a token that is not valid may depend on the request and, for an expired one, on
// whose it was; whoever is taken for a guest is nobody.
func TestF224_ABadTokenByWhoseItWas(t *testing.T) {
	const src = `
standin: 1
accounts: [{id: 1, username: ann, password: pw}, {id: 2, username: bob, password: pw}]
tokens:
  expired: [{when: "${account.id == 2}", status: 302, headers: {Location: /login}}, {status: 419, text: ended}]
  missing: [{when: '${string(headers.accept) contains "html"}', status: 302, headers: {Location: /login}}, {status: 401}]
routes:
  - {on: POST /login, logIn: {name: "${body.name}", password: "${body.password}"}, text: "${issued.access}"}
  - {on: GET /me, auth: required, text: "${account.username}"}
  - {on: GET /who, auth: optional, text: "${account?.username ?? 'nobody'}"}
`
	w := start(t, src)
	for name, want := range map[string]int{"ann": 419, "bob": 302} {
		in := w.want(w.ask("POST /login", `{"name":"`+name+`","password":"pw"}`), 200, "")
		w.want(w.ask("GET /me", "", "Authorization", in.text), 200, name)
		w.b.Expire(in.text)
		w.want(w.ask("GET /me", "", "Authorization", in.text), want, "")
	}
	w.want(w.ask("GET /me", ""), 401, "")
	w.want(w.ask("GET /me", "", "Accept", "text/html"), 302, "")
	w = start(t, strings.Replace(src, `[{when: "${account.id == 2}", status: 302, headers: {Location: /login}}, {status: 419, text: ended}]`, "guest", 1))
	in := w.want(w.ask("POST /login", `{"name":"ann","password":"pw"}`), 200, "")
	w.b.Expire(in.text)
	w.want(w.ask("GET /who", "", "Authorization", in.text), 200, "nobody")
}

func TestAReplyThatCannotBeMadeIsAFault(t *testing.T) {
	w := start(t, "standin: 1\nroutes:\n  - on: GET /x\n    replies:\n      - {when: \"${query.a == 'b'}\", text: \"${upper(query.a)}\"}\n")
	w.want(w.ask("GET /x?a=b", ""), 200, "B")
	w.want(w.ask("GET /x?a=c", ""), 500, "could not be made")
	w.want(w.ask("POST /x", "{bad"), 400, "JSON")
	if faults := w.b.Faults(); len(faults) != 2 || !strings.HasPrefix(faults[0], "tests/backend.yaml:3: GET 127.0.0.1/x: none of its replies fits") || !strings.Contains(faults[1], "POST /x") {
		t.Errorf("%q", faults)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("no spec is no fault")
	}
}

func TestParseFaults(t *testing.T) {
	const head = "standin: 1\n"
	for src, want := range map[string]string{
		"":                                 "f:1:1: the file is empty",
		"routes: []":                       "f:1:1: the file must begin with standin: 1",
		head:                               "f:1:1: a stand-in backend needs routes",
		head + "rotes: []\nroutes: []":     `f:2:1: a stand-in backend has no "rotes" (did you mean routes?)`,
		head + "routes: {}":                "f:2:9: routes must be a list",
		head + "routes:\n  - {json: {}}":   "f:3:5: a route needs on",
		head + "routes:\n  - {on: /x}":     "f:3:10: on is a method and a path",
		head + "routes:\n  - {on: GTE /x}": "f:3:10: there is no method GTE (did you mean GET?)",
		head + "routes:\n  - {on: GET x}":  "f:3:10: on holds no path",
		head + "routes:\n  - {on: GET /x, jsn: 1}":                                                `f:3:18: a route has no "jsn" (did you mean json?)`,
		head + "routes:\n  - {on: GET /x, json: 1, json: 2}":                                      `f:3:27: `,
		head + "routes:\n  - {on: GET /x, json: 1, text: x}":                                      "f:3:33: a reply has json or text, not both",
		head + "routes:\n  - {on: GET /x, status: 99}":                                            "f:3:26: status must be a number from 200 to 599",
		head + "routes:\n  - {on: GET /x, auth: maybe}":                                           `f:3:24: auth cannot be "maybe" (one of none, optional, required)`,
		head + "routes:\n  - {on: GET /x, logIn: {name: x}}":                                      "f:3:25: logIn needs name and password",
		head + "routes:\n  - {on: GET /x, logOut: x, refused: {}}":                                "f:3:38: refused belongs to logIn, signUp or refresh",
		head + "routes:\n  - {on: GET /x, refresh: x}":                                            "f:3:27: a route refreshes, and tokens declare no refresh",
		head + "routes:\n  - {on: GET /x, replies: [{json: 1}], status: 200}":                     "f:3:48: status stands beside replies",
		head + "routes:\n  - {on: GET /x, json: \"${bdy.x}\"}":                                    `f:3:27: unknown name "bdy" (did you mean body?)`,
		head + "routes:\n  - {on: GET /x, json: \"${body.x\"}":                                    "f:3:",
		head + "routes:\n  - {on: GET /x, json: 0x1f}":                                            "f:3:24: this is not a number",
		head + "accounts: [{username: a}]\nroutes: []":                                            "f:2:12: an account needs password",
		head + "accounts: [{username: \"${x}\", password: b}]\nroutes: []":                        "f:2:",
		head + "tokens: {access: {kind: jwt, life: soon}}\nroutes: []":                            "f:2:36: life is not a length of time",
		head + "tokens: {access: {claims: {a: 1}}}\nroutes: []":                                   "f:2:27: claims is a mapping, and only of kind: jwt",
		head + "tokens: {rotation: strict}\nroutes: []":                                           "f:2:20: rotation and refresh do not fit each other",
		head + "tokens: {expired: gest}\nroutes: []":                                              `f:2:19: expired cannot be "gest" (did you mean guest?)`,
		head + "env: {A: \"${x}\"}\nroutes: []":                                                   "f:2:10: A must be plain text",
		head + "routes: [\n":                                                                      "f:",
		head + "routes: *x\n":                                                                     "f:2:",
		head + "routes: []\n---\nstandin: 1":                                                      "f:3:1: the file holds more than one document",
		"# " + strings.Repeat("x", 1<<20):                                                         "f:1:1: the file is larger than 1 MiB",
		head + "data: {a: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}\nroutes: []": "f:",
	} {
		spec, problems := Parse("f", []byte(src))
		if spec != nil || len(problems) == 0 || !strings.HasPrefix(problems[0].String(), want) {
			t.Errorf("%.80q: %v, want %s", src, problems, want)
		}
	}
}

func FuzzF224_ParseStandIn(f *testing.F) {
	for _, name := range []string{"dummyjson", "pocketbase", "firebase", "sanctum", "cookie", "oauth2", "odd"} {
		src, err := os.ReadFile("testdata/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("standin: 1\nroutes:\n  - {on: GET /{a}, json: ${params.a}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		spec, problems := Parse("f", src)
		if (spec == nil) == (len(problems) == 0) {
			t.Fatalf("%v %v", spec, problems)
		}
		lines := 1
		for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} { // what YAML takes for the end of a line
			lines += bytes.Count(src, []byte(end))
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines+1 || p.Col < 1 || p.Msg == "" {
				t.Fatalf("%+v is nowhere", p)
			}
		}
		if spec == nil {
			return
		}
		b, err := New(Config{Spec: spec})
		if err != nil {
			t.Fatal(err)
		}
		for _, rt := range spec.routes { // any route answers
			r := httptest.NewRequest(rt.method, "http://x.localhost/", nil)
			r.URL.Path = strings.Join(rt.path, "/")
			b.ServeHTTP(httptest.NewRecorder(), r)
		}
	})
}

// TestF103_AStreamIsReplayed: a text with the media type of events is a stream to whoever calls.
func TestF103_AStreamIsReplayed(t *testing.T) {
	w := start(t, `standin: 1
env: {API_URL: http://chat.localhost}
routes:
  - on: POST /answers
    headers: {Content-Type: text/event-stream}
    text: "data: {\"word\": \"${body.question}\"}\n\ndata: [DONE]\n\n"
`)
	g := w.ask("POST chat.localhost/answers", `{"question":"Why"}`)
	if g.status != 200 || g.header.Get("Content-Type") != "text/event-stream" || g.text != "data: {\"word\": \"Why\"}\n\ndata: [DONE]\n\n" {
		t.Errorf("%d %v %q", g.status, g.header, g.text)
	}
}
