package issuer

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/issuer/wire"
)

func TestD13_NothingIsThereByDefault(t *testing.T) {
	b := newBed(t)
	for _, table := range []string{"users", "families", "posts", "known_addresses"} {
		var n int
		if err := b.store.db.Read.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", table, n, err)
		}
	}
	for _, name := range []string{"emily", "admin", "demo", "test", "root"} {
		for _, password := range []string{"emilyspass", "admin", "password", "demo"} {
			if r := b.ask("POST", "/auth/login", wire.Login{Username: name, Password: password}, "from", name+"."+password+":1"); r.status != 400 && r.status != 429 {
				t.Errorf("%s: %d", name, r.status)
			}
		}
	}
	for _, c := range [][2]string{{"GET", "/debug/stats"}, {"POST", "/debug/revoke"}, {"GET", "/debug/pprof/"}, {"GET", "/debug/vars"}} {
		if r := b.ask(c[0], c[1], "{}"); r.status != 404 || r.code() != "not_found" {
			t.Errorf("%s: %d", c[1], r.status)
		}
	}
}

func TestD13_KeysAreMadeOnceAndKeptToOurselves(t *testing.T) {
	start := func(path string) (*keys, error) {
		s, err := New(Config{Path: path, cost: argonCost{memory: 64, time: 1, threads: 1}})
		if err != nil {
			return nil, err
		}
		return s.keys, s.Close()
	}
	path := t.TempDir() + "/data/issuer.db"
	first, err := start(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := start(path)
	if err != nil || !again.sign.Equal(first.sign) || !bytes.Equal(again.refresh, first.refresh) {
		t.Errorf("a second start has other keys: %v", err)
	}
	other, err := start(t.TempDir() + "/issuer.db")
	if err != nil || other.sign.Equal(first.sign) || bytes.Equal(other.digest, first.digest) {
		t.Errorf("two issuers share keys: %v", err)
	}
	info, err := os.Stat(path + ".keys")
	if err != nil || (info.Mode().Perm() != 0o600 && runtime.GOOS != "windows") {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, first.sign.Seed()) {
		t.Errorf("the key is in the database: %v", err)
	}
	zero := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, bad := range []string{"", "{}", "changeme", `{"usherIssuerKeys":1}`, `{"usherIssuerKeys":1,"signing":"` + zero + `","secret":"` + zero + `"}`, `{"usherIssuerKeys":2}`, `{"usherIssuerKeys":1,"signing":"c2VjcmV0","secret":"c2VjcmV0"}`} {
		if err := os.WriteFile(path+".keys", []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := start(path); err == nil {
			t.Errorf("started with %q", bad)
		}
	}
	if err := errors.Join(os.Remove(path+".keys"), os.WriteFile(path+".keys", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := start(path); err == nil || (runtime.GOOS != "windows" && !strings.Contains(err.Error(), "chmod 600")) {
		t.Errorf("started with a file that others read: %v", err)
	}
}

func TestD13_SeedsOnlyWhenAsked(t *testing.T) {
	b := newBed(t)
	if err := b.Seed(t.Context(), DemoData("emilyspass")); err == nil || strings.Contains(err.Error(), "emilyspass") {
		t.Errorf("a weak password was seeded: %v", err)
	}
	for range 2 {
		if err := b.Seed(t.Context(), DemoData("wander far and write home")); err != nil {
			t.Fatal(err)
		}
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "emily", Password: "wander far and write home"}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	_, total, err := b.store.posts(t.Context(), 0, 1)
	if err != nil || total != 14 {
		t.Errorf("%d posts, %v", total, err)
	}
	known := scenes()
	for _, p := range demoPosts() {
		if _, ok := known[p.Scene]; !ok {
			t.Errorf("%s: no scene %s", p.Title, p.Scene)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no path": {}, "issuer": {Path: ":memory:", Issuer: "127.0.0.1:7071"}, "issuer with query": {Path: ":memory:", Issuer: "http://x/?a"}, "short": {Path: ":memory:", TokenTTL: time.Millisecond},
		"negative": {Path: ":memory:", TokenTTL: -1}, "idle": {Path: ":memory:", RefreshIdle: time.Minute}, "absolute": {Path: ":memory:", RefreshAbsolute: time.Hour}, "password": {Path: ":memory:", MinPassword: 100},
	} {
		if s, err := New(cfg); err == nil {
			s.Close()
			t.Errorf("%s was taken", name)
		}
	}
}

func TestF223_DebugCountsAndRevokes(t *testing.T) {
	b := newBed(t, func(c *Config) { c.Debug = true })
	in := b.signUp(1)
	b.mustRefresh(in.RefreshToken)
	b.mustRefresh(in.RefreshToken)
	var stats wire.Stats
	b.ask("GET", "/debug/stats", nil).into(t, &stats)
	if stats != b.Stats() || stats.SignUps != 1 || stats.Refreshes != (wire.Refreshes{Rotated: 1, Repeated: 1}) {
		t.Errorf("%+v", stats)
	}
	if r := b.ask("POST", "/debug/revoke", wire.Revoke{Username: "nobody"}); r.status != 404 {
		t.Errorf("%d", r.status)
	}
	var revoked wire.Revoked
	b.ask("POST", "/debug/revoke", wire.Revoke{Username: "Walker1"}).into(t, &revoked)
	if revoked.Revoked != 1 {
		t.Errorf("%+v", revoked)
	}
	if r := b.get("/auth/me", in.AccessToken); r.status != 401 {
		t.Errorf("%d", r.status)
	}
	if _, r := b.refresh(in.RefreshToken); r.status != 400 || r.code() != "invalid_grant" {
		t.Errorf("%d", r.status)
	}
}

// Every route is in the document, and the document has no other.
func TestF223_OpenAPIDescribesEveryRoute(t *testing.T) {
	b := newBed(t, func(c *Config) { c.Debug = true })
	r := b.ask("GET", "/openapi.yaml", nil)
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Responses map[string]any }
		Components map[string]map[string]any
	}
	if err := yaml.Unmarshal(r.body, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v, version %s", err, doc.OpenAPI)
	}
	var described, served []string
	for path, methods := range doc.Paths {
		for method, op := range methods {
			described = append(described, strings.ToUpper(method)+" "+path)
			if len(op.Responses) == 0 {
				t.Errorf("%s %s has no responses", method, path)
			}
		}
	}
	for _, rt := range b.routes {
		served = append(served, rt.method+" "+rt.path)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described %v\nserved %v", described, served)
	}
	for _, part := range strings.Split(string(r.body), "#/components/")[1:] {
		kind, rest, _ := strings.Cut(part, "/")
		name, _, _ := strings.Cut(rest, `"`)
		if doc.Components[kind][name] == nil {
			t.Errorf("#/components/%s/%s does not exist", kind, name)
		}
	}
	checkSchemas(t, doc.Components["schemas"])
}

// checkSchemas compares the members of the schemas with those of wire.
func checkSchemas(t *testing.T, schemas map[string]any) {
	t.Helper()
	full := "x"
	for name, v := range map[string]any{"User": wire.User{}, "LoggedIn": wire.LoggedIn{}, "Tokens": wire.Tokens{}, "Post": wire.Post{}, "Posts": wire.Posts{}, "Activity": wire.Activity{}, "Day": wire.Day{}, "Stats": wire.Stats{},
		"Refreshes": wire.Refreshes{}, "Error": wire.Error{ID: "x", Fields: map[string]string{"x": "x"}}, "Message": wire.Message{}, "Health": wire.Health{}, "Revoke": wire.Revoke{}, "Revoked": wire.Revoked{},
		"Login": wire.Login{Lifetime: wire.Lifetime{ExpiresInMins: 1, ExpiresInSeconds: 1}}, "Refresh": wire.Refresh{Lifetime: wire.Lifetime{ExpiresInMins: 1, ExpiresInSeconds: 1}}, "Logout": wire.Logout{RefreshToken: "x"},
		"SignUp": wire.SignUp{FirstName: "x", LastName: "x", Gender: "x", Lifetime: wire.Lifetime{ExpiresInMins: 1, ExpiresInSeconds: 1}}, "Update": wire.Update{FirstName: &full, LastName: &full, Gender: &full}} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal(raw, &members); err != nil {
			t.Fatal(err)
		}
		schema, _ := schemas[name].(map[string]any)
		properties, _ := schema["properties"].(map[string]any)
		if len(properties) != len(members) {
			t.Errorf("%s: %d members, described %d", name, len(members), len(properties))
		}
		for member := range members {
			if properties[member] == nil {
				t.Errorf("%s.%s is not described", name, member)
			}
		}
	}
}

func TestF223_EveryRefusalIsJSON(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/", 404, "not_found"}, {"GET", "/nothing", 404, "not_found"}, {"GET", "/posts/", 404, "not_found"}, {"GET", "//posts", 404, "not_found"}, {"GET", "/posts/../auth/me", 404, "not_found"},
		{"GET", "/auth/login", 405, "method_not_allowed"}, {"OPTIONS", "/auth/login", 405, "method_not_allowed"}, {"DELETE", "/auth/me", 405, "method_not_allowed"}, {"PUT", "/posts/1", 405, "method_not_allowed"},
		{"GET", "/auth/me", 401, "invalid_token"}, {"GET", "/posts", 401, "invalid_token"}, {"GET", "/posts/1", 401, "invalid_token"}, {"GET", "/activity", 401, "invalid_token"},
		{"GET", "/covers/1.svg", 404, "not_found"}, {"GET", "/covers/1", 404, "not_found"}, {"GET", "/covers/01.svg", 404, "not_found"}, {"GET", "/avatars/1.svg", 404, "not_found"}, {"GET", "/avatars/..%2f1.svg", 404, "not_found"},
		{"GET", "/posts?access_token=" + in.AccessToken, 401, "invalid_token"},
	} {
		r := b.ask(c.method, c.path, nil, "Origin", "http://evil.example", "Cookie", "accessToken="+in.AccessToken)
		var e wire.Error
		r.into(t, &e)
		if r.status != c.status || e.Code != c.code || e.Message == "" {
			t.Errorf("%s %s: %d %s", c.method, c.path, r.status, r.body)
		}
		if r.status == 405 && r.header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", c.method, c.path)
		}
		if r.status == 401 && !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s %s: no WWW-Authenticate", c.method, c.path)
		}
		for _, name := range []string{"Set-Cookie", "Access-Control-Allow-Origin", "Location"} {
			if r.header.Get(name) != "" {
				t.Errorf("%s %s: %s: %s", c.method, c.path, name, r.header.Get(name))
			}
		}
		if r.header.Get("Cache-Control") != "no-store" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: %v", c.method, c.path, r.header)
		}
	}
}

// A fault gives an id and nothing else; a panic is a fault.
func TestH9_FaultsHaveAnID(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	if err := b.store.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{b.get("/auth/me", in.AccessToken), b.get("/healthz", ""), b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}),
		b.ask("POST", "/auth/refresh", wire.Refresh{RefreshToken: in.RefreshToken}), b.ask("POST", "/auth/logout", wire.Logout{RefreshToken: in.RefreshToken})} {
		var e wire.Error
		r.into(t, &e)
		if r.status != 500 || e.Code != "internal" || e.ID == "" || !strings.Contains(b.log.String(), e.ID) || strings.Contains(string(r.body), "sql") {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	b.mux.HandleFunc("GET /panics", func(http.ResponseWriter, *http.Request) { panic("canary-in-a-panic") })
	if r := b.ask("GET", "/panics", nil); r.status != 500 || r.code() != "internal" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if strings.Contains(b.log.String(), "canary-in-a-panic") {
		t.Error("the value of a panic is in the log")
	}
}

// No secret is in the log, at any level, nor in the files.
func TestH1_NoSecretIsLogged(t *testing.T) {
	dir := t.TempDir()
	b := newBed(t, func(c *Config) { c.Path, c.Debug = dir+"/issuer.db", true })
	in := b.signUp(1)
	next := b.mustRefresh(in.RefreshToken)
	b.get("/auth/me", next.AccessToken)
	b.get("/posts?limit=canary-in-a-query", next.AccessToken)
	b.ask("POST", "/auth/login", wire.Login{Username: "canary-typed-as-name", Password: "canary-typed-as-password"})
	b.ask("POST", "/auth/login", `{"password":"canary-cut-off`)
	b.clock.pass(time.Minute)
	b.refresh(in.RefreshToken)
	b.ask("POST", "/auth/logout", wire.Logout{RefreshToken: next.RefreshToken}, "Authorization", "Bearer "+next.AccessToken)
	if !strings.Contains(b.log.String(), "spent refresh token") || !strings.Contains(b.log.String(), "/auth/login") {
		t.Fatalf("the log is not the one to search: %s", b.log)
	}
	family := newForger(t, b, in.AccessToken).claims["sid"].(string)
	tokens := []string{in.AccessToken, in.RefreshToken, next.AccessToken, next.RefreshToken, passphrase}
	for _, secret := range append([]string{"canary", family}, tokens...) {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("%.12s… is in the log", secret)
		}
	}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(dir + "/" + name)
		for _, secret := range tokens {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%.12s… is in %s", secret, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Pictures are the same each time, hold no script and close what they open.
func TestF223_PicturesAreDeterministic(t *testing.T) {
	for name := range scenes() {
		svg := drawScene(name, "7")
		if svg != drawScene(name, "7") || svg == drawScene(name, "8") {
			t.Errorf("%s does not follow its seed", name)
		}
		checkSVG(t, name, svg)
	}
	checkSVG(t, "avatar", drawAvatar("x", initials(user{firstName: "<b>", lastName: "&amp"})))
	if got := initials(user{firstName: "émile", lastName: "(van) Gogh"}); got != "ÉV" {
		t.Errorf("initials = %s", got)
	}
}

func checkSVG(t *testing.T, name, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if el, ok := token.(xml.StartElement); ok && (el.Name.Local == "script" || el.Name.Local == "foreignObject") {
			t.Errorf("%s holds a %s", name, el.Name.Local)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "%!") || len(svg) > 200<<10 {
		t.Errorf("%s is damaged or too large (%d bytes)", name, len(svg))
	}
}
