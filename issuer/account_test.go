package issuer

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/issuer/wire"
)

func TestD11_ParallelSignUpsMakeOneAccount(t *testing.T) {
	b := newBed(t)
	emails := []string{"René@Example.com", "rene\u0301@example.com", "RENÉ@EXAMPLE.COM", "rené@example.COM", " René@example.com ", "ｒené@example.com"}
	got := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			in := person(i)
			in.Email = emails[i%len(emails)]
			r := b.ask("POST", "/auth/signup", in)
			mu.Lock()
			defer mu.Unlock()
			got[r.status]++
			if r.status == http.StatusConflict && (r.code() != "taken" || r.fields()["email"] == "") {
				t.Errorf("%s", r.body)
			}
		})
	}
	wg.Wait()
	var n int
	if err := b.store.db.Read.QueryRow(`SELECT count(*) FROM users`).Scan(&n); err != nil || n != 1 || got[201] != 1 {
		t.Errorf("%d accounts, statuses %v, %v", n, got, err)
	}
	if got[201]+got[409]+got[503] != 100 {
		t.Errorf("statuses = %v", got)
	}
}

func TestD11_UsernamesWithoutRegardToCase(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	for _, name := range []string{"WALKER1", "Walker1", "ｗalker1", " walker1 "} {
		in := person(2)
		in.Username = name
		if r := b.ask("POST", "/auth/signup", in); r.status != 409 || r.fields()["username"] == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

func TestD12_ClientsCannotSetWhatIsNotTheirs(t *testing.T) {
	b := newBed(t)
	extra := map[string]any{"role": "admin", "Role": "admin", "ROLE": "admin", "roles": []string{"admin"}, "isAdmin": true, "admin": true, "id": 77, "ID": 77, "uid": "77", "userId": 77, "user_id": 77,
		"verified": true, "emailVerified": true, "email_verified": true, "image": "http://evil.example/x.svg", "avatar": "x", "avatarID": "x", "password_hash": "x", "passwordHash": "x", "phc": "x",
		"createdAt": "1970-01-01T00:00:00Z", "created_at": 0, "accessToken": "x", "refreshToken": "x", "username_key": "x", "email_key": "x", "__proto__": map[string]any{"role": "admin"},
		"constructor": "x", "permissions": []string{"*"}, "user": map[string]any{"role": "admin"}, "Lifetime": map[string]any{"ExpiresInMins": 1}}
	if len(extra) < 30 {
		t.Fatal(len(extra))
	}
	body := map[string]any{"username": "walker1", "email": "walker1@example.com", "password": passphrase, "firstName": "Wilma", "lastName": "Walker"}
	for k, v := range extra {
		body[k] = v
	}
	r := b.ask("POST", "/auth/signup", body)
	var in wire.LoggedIn
	if r.status != 201 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r.into(t, &in)
	if in.Role != "member" || in.ID == 77 || strings.Contains(in.Image, "evil") || in.AccessToken == "x" {
		t.Errorf("%+v", in.User)
	}
	delete(body, "firstName")
	delete(body, "lastName")
	body["username"], body["email"], body["password"] = "taken-over", "evil@example.com", "another password 123"
	r = b.ask("PATCH", "/auth/me", body, "Authorization", "Bearer "+in.AccessToken)
	var after wire.User
	r.into(t, &after)
	if after != in.User {
		t.Errorf("update changed %+v into %+v", in.User, after)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}); r.status != 200 {
		t.Errorf("the password changed: %d", r.status)
	}
}

func TestF223_Profile(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	auth := []string{"Authorization", "Bearer " + in.AccessToken}
	var u wire.User
	b.ask("PATCH", "/auth/me", `{"firstName":" Zoë ","gender":"female"}`, auth...).into(t, &u)
	if u.FirstName != "Zoë" || u.LastName != "Walker" || u.Gender != "female" {
		t.Errorf("%+v", u)
	}
	if r := b.ask("PATCH", "/auth/me", `{"lastName":"a\u0007b","firstName":"`+strings.Repeat("x", 101)+`"}`, auth...); r.status != 422 || len(r.fields()) != 2 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestF223_SignUpSaysWhatIsWrong(t *testing.T) {
	b := newBed(t)
	r := b.ask("POST", "/auth/signup", wire.SignUp{Username: "a b", Email: "nobody", Password: "short", FirstName: "x\x00"})
	if r.status != 422 || r.code() != "invalid_input" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, name := range []string{"username", "email", "password", "firstName"} {
		if r.fields()[name] == "" {
			t.Errorf("nothing about %s in %s", name, r.body)
		}
	}
	for _, email := range []string{"", "a", "a@", "@b", "a@b@c", "a b@c.de", "A <a@b.de>", "<a@b.de>", "a@b.de\r\nBcc: x", strings.Repeat("a", 250) + "@b.de", `"a"@b.de`} {
		in := person(1)
		in.Email = email
		if r := b.ask("POST", "/auth/signup", in); r.status != 422 || r.fields()["email"] == "" {
			t.Errorf("%q: %d", email, r.status)
		}
	}
	in := person(3)
	in.FirstName = ""
	var out wire.LoggedIn
	b.ask("POST", "/auth/signup", in).into(t, &out)
	if out.FirstName != "walker3" {
		t.Errorf("first name = %q", out.FirstName)
	}
}

func TestF223_WrongPasswordIs400(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	for _, in := range []wire.Login{{Username: "walker1", Password: "nope"}, {Username: "nobody", Password: passphrase}, {Username: "walker1", Password: strings.Repeat("x", 2000)}} {
		r := b.ask("POST", "/auth/login", in)
		var e wire.Error
		r.into(t, &e)
		if r.status != 400 || e.Code != "invalid_credentials" || e.Message != "Username or password is wrong." {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	for body, fields := range map[string]int{`{}`: 2, `{"username":"walker1"}`: 1, `{"Username":"walker1","PASSWORD":"x"}`: 2} {
		if r := b.ask("POST", "/auth/login", body); r.status != 400 || r.code() != "invalid_request" || len(r.fields()) != fields {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
}

// JSON is read strictly.
func TestF9_BadBodies(t *testing.T) {
	b := newBed(t)
	for _, body := range []string{"", "null", "[]", "1", `"x"`, "{", "{}x", "{}{}", `{"username":1}`, `{"username":"a","username":"b"}`, `{'a':1}`, `{"a":01}`, "{\"a\":\"\xff\"}", "\ufeff{}",
		`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", strings.Repeat("[", 30000), `{"a":NaN}`, "{\"a\":1,}"} {
		for _, path := range []string{"/auth/signup", "/auth/login", "/auth/refresh"} {
			if r := b.ask("POST", path, body); r.status != 400 || r.code() != "invalid_request" {
				t.Errorf("%s %.40q: %d %s", path, body, r.status, r.body)
			}
		}
	}
	big := `{"username":"` + strings.Repeat("x", 65<<10) + `"}`
	if r := b.ask("POST", "/auth/login", big); r.status != 413 || r.code() != "too_large" {
		t.Errorf("%d", r.status)
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jsonp"} {
		if r := b.ask("POST", "/auth/login", "{}", "Content-Type", kind); r.status != 415 || r.code() != "unsupported_media_type" {
			t.Errorf("%s: %d", kind, r.status)
		}
	}
	if r := b.ask("POST", "/auth/login", "{}", "Content-Type", "Application/JSON; charset=UTF-8"); r.status != 400 || r.code() != "invalid_request" {
		t.Errorf("%d", r.status)
	}
}

func FuzzF18_Unmarshal(f *testing.F) {
	for _, seed := range []string{`{"username":"a","password":"b"}`, `{"expiresInMins":1e9}`, `[[[`, `{"a":{"a":1,"a":2}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var in wire.SignUp
		if unmarshal(b, &in) == nil && !json.Valid(b) {
			t.Fatalf("%q was taken", b)
		}
	})
}
