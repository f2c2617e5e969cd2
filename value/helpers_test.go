package value

import (
	"testing"
	"time"
)

const canary = "eyJhbGciOiJIUzI1NiJ9CANARYCANARYCANARYCANARY"

// house is the Env and Scope that the tests share: an app with a logged-in user.
func house() *Env {
	role := EnumOf("Role", EnumValue{Name: "admin", Wire: 1}, EnumValue{Name: "member", Wire: 2})
	post := ObjectOf("Post", Field{Name: "title", Type: TextType()}, Field{Name: "likes", Type: IntType()})
	user := ObjectOf("User",
		Field{Name: "firstName", Key: "first_name", Type: TextType()}, Field{Name: "age", Type: IntType()},
		Field{Name: "city", Type: TextType(), Default: "Bern"}, Field{Name: "role", Type: role},
		Field{Name: "born", Type: TimeType()}, Field{Name: "apiToken", Type: SecretType()})
	return NewEnv().
		With("auth", ObjectOf("", Field{Name: "token", Type: SecretType()}, Field{Name: "refreshToken", Type: SecretType()},
			Field{Name: "expiry", Type: TimeType()}, Field{Name: "uid", Type: TextType()}, Field{Name: "loggedIn", Type: BoolType()})).
		With("user", user).
		With("users", ListOf(user)).
		With("posts", ListOf(post)).
		With("login", ObjectOf("", Field{Name: "ok", Type: BoolType()}, Field{Name: "status", Type: IntType()},
			Field{Name: "body", Type: OpenObjectOf("LoginReply", Field{Name: "accessToken", Type: SecretType()})})).
		With("form", ObjectOf("", Field{Name: "username", Type: TextType()}, Field{Name: "remember", Type: BoolType()})).
		With("item", AnyType()).
		With("reply", AnyType())
}

func houseScope() Scope {
	user := map[string]any{"firstName": "Ada", "age": 36, "role": "admin", "apiToken": NewSecret(canary)}
	return Scope{
		"now":   time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
		"auth":  map[string]any{"token": NewSecret(canary), "uid": "7", "loggedIn": true},
		"user":  user,
		"users": []any{user, map[string]any{"firstName": "Bob", "age": 20}},
		"posts": []any{map[string]any{"title": "B", "likes": 1}, map[string]any{"title": "A", "likes": 5}},
		"login": map[string]any{"ok": true, "status": 200, "body": map[string]any{"accessToken": NewSecret(canary), "id": 7}},
		"form":  map[string]any{"username": "ada/../x"},
		"item":  map[string]any{"title": "T"},
	}
}

func mustParse(t testing.TB, src string, want *Type) *Template {
	t.Helper()
	tmpl, faults := house().Parse(src, want)
	if len(faults) > 0 {
		t.Fatalf("Parse(%q): %v", src, faults)
	}
	return tmpl
}

func mustEval(t testing.TB, src string) any {
	t.Helper()
	v, err := mustParse(t, src, nil).Eval(houseScope())
	if err != nil {
		t.Fatalf("Eval(%q): %v", src, err)
	}
	return v
}
