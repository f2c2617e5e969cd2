package value

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestF126_F127_DataTypesAreFunctions: a data type makes its values of fields, each checked, and reads them leniently from JSON.
func TestF126_F127_DataTypesAreFunctions(t *testing.T) {
	role := EnumOf("Role", EnumValue{Name: "admin", Wire: 1}, EnumValue{Name: "member", Wire: 2})
	user := ObjectOf("User", Field{Name: "name", Key: "full_name", Type: TextType()}, Field{Name: "age", Type: IntType()}, Field{Name: "role", Type: role, Default: "member"},
		Field{Name: "born", Type: TimeType()}, Field{Name: "pin", Type: SecretType()})
	env := NewEnv().With("reply", AnyType()).With("form", ObjectOf("form", Field{Name: "name", Type: TextType()}, Field{Name: "age", Type: TextType()})).
		With("users", ListOf(user)).With("token", SecretType()).Typing(map[string]*Type{"User": user, "Role": role}).With("more", AnyType())
	scope := Scope{"reply": map[string]any{"full_name": "Ada", "age": "36", "role": 1, "born": "1990-12-10", "extra": true}, "form": map[string]any{"name": "Bob", "age": " 20"}, "token": NewSecret(canary)}
	for src, want := range map[string]any{
		"User(reply).name": "Ada", "User(reply).age + 1": 37, "User(reply).role": "admin", "User(reply).born": time.Date(1990, 12, 10, 0, 0, 0, 0, time.UTC), "User(fromJson('{\"age\": \"x\"}')).age": nil,
		"User({name: form.name, age: form.age}).age": 20, "User({name: 'x'}).role": "member", "isSet(User({name: 'x'}).role)": false, "User(form).name": "Bob", "User(nil)": nil, "User(reply.nothing).name": nil,
		"Role(reply.role)": "admin", "Role('member')": "member", "Role(reply.age)": nil, "map([reply, reply], User(#).name)[1]": "Ada", "json(User(form))": `{"age":20,"name":"Bob"}`, "User(3 > 2 ? reply : nil).name": "Ada",
	} {
		tmpl, faults := env.Parse("${"+src+"}", nil)
		if len(faults) > 0 {
			t.Errorf("%s: %v", src, faults)
			continue
		}
		if got, err := tmpl.Eval(scope); got != want || err != nil {
			t.Errorf("%s = %v, %v, not %v", src, got, err, want)
		}
	}
	for src, want := range map[string]string{
		"User({nmae: 'x'})": `User has no field "nmae" (did you mean name?)`, "User({full_name: 'x'})": `User has no field "full_name" (did you mean name?)`, "User({age: [1]})": "age of User is list of int, but an int is needed",
		"User(users)": "users is list of User, not one User (write map(users, User(#)))", "User('x')": "User can not be made of text", "User()": "User takes one value to be read as User (write User({…}) or User(value))",
		"Role('admni')": `Role has no value "admni" (did you mean admin?)`, "Usre(reply)": `unknown function "Usre" (did you mean User?)`, "User(reply).nmae": `User(reply).nmae: User has no field "nmae" (did you mean name?)`,
	} {
		if _, faults := env.Parse("${"+src+"}", nil); len(faults) != 1 || faults[0].String() != want {
			t.Errorf("%s: %v, not %s", src, faults, want)
		}
	}
	if tmpl, _ := env.Parse("${User(reply)}", nil); tmpl.Type() != user || !tmpl.Secret() || !slices.Equal(tmpl.Reads(), []string{"reply"}) {
		t.Errorf("User(reply) is %v", tmpl.Type())
	}
	tmpl, faults := env.Parse("${User({name: token}).name}", nil)
	if len(faults) > 0 || !tmpl.Secret() {
		t.Errorf("a secret in a field of text is not seen: %v", faults)
	}
	if v, err := tmpl.Eval(scope); err != nil || !HasSecret(v) {
		t.Errorf("a secret in a field of text: %v, %v", fmt.Sprintf("%T", v), err)
	}
	sent, faults := env.Wired().Parse("${User({name: 'Ada', role: 'admin'})}", nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if v, _ := sent.Eval(scope); fmt.Sprint(v) != "map[full_name:Ada role:1]" {
		t.Errorf("what is sent: %v", v)
	}
	if v, err := sent.Eval(nil); err != nil || v == nil {
		t.Errorf("%v, %v", v, err)
	}
}
