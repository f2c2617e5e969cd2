package value

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestF125_TimesInTheFormsOfBackends(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 0, 0, time.UTC)
	for _, text := range []string{
		"2030-01-02T03:04:00Z", "2030-01-02T03:04:00.000+00:00", "2030-01-02T05:04:00+02:00", "2030-01-02T05:04:00+0200", "2030-01-02 03:04:00+00",
		"2030-01-02 03:04:00.000000", "2030-01-02T03:04:00", "2030-01-02 03:04", "2030-01-02T03:04Z", "Wed, 02 Jan 2030 03:04:00 GMT", " 2030-01-02T03:04:00Z ",
	} {
		got, wrong := Coerce(text, TimeType())
		if when, ok := got.(time.Time); !ok || !when.Equal(at) || len(wrong) > 0 {
			t.Errorf("%s is read as %v, %v", text, got, wrong)
		}
	}
	for _, text := range []string{"02/01/2030", "2030", "yesterday", "2030-13-01", "1893553440"} {
		if got, wrong := Coerce(text, TimeType()); got != nil || len(wrong) != 1 {
			t.Errorf("%s is read as %v, %v", text, got, wrong)
		}
	}
}

func TestF125_ALongListTellsABoundedNumberOfMismatches(t *testing.T) {
	items := make([]any, 10_000)
	for i := range items {
		items[i] = "x"
	}
	got, wrong := Coerce(items, ListOf(IntType()))
	if len(wrong) != maxMismatches || len(got.([]any)) != len(items) {
		t.Errorf("%d mismatches of %d items", len(wrong), len(got.([]any)))
	}
}

func TestF026_ValuesOfTheAppAreReadByName(t *testing.T) {
	role := EnumOf("Role", EnumValue{Name: "admin", Wire: "member"}, EnumValue{Name: "member", Wire: "m"})
	typ := ObjectOf("User", Field{Name: "nick", Key: "name", Type: TextType()}, Field{Name: "name", Key: "full_name", Type: TextType()},
		Field{Name: "role", Type: role}, Field{Name: "age", Key: "years", Type: IntType()})
	stored := map[string]any{"nick": "A", "name": "Ada", "role": "member", "years": "36", "gone": true}
	got, wrong := CoerceNamed(stored, typ, true)
	if want := map[string]any{"nick": "A", "name": "Ada", "role": "member", "age": 36}; !reflect.DeepEqual(got, want) || len(wrong) > 0 {
		t.Errorf("%v, %v", got, wrong)
	}
	sent, _ := Coerce(map[string]any{"name": "A", "full_name": "Ada", "role": "member", "years": 36}, typ)
	if want := map[string]any{"nick": "A", "name": "Ada", "role": "admin", "age": 36}; !reflect.DeepEqual(sent, want) {
		t.Errorf("what a backend sends: %v", sent)
	}
	open := OpenObjectOf("User", typ.Fields...)
	kept, _ := Coerce(map[string]any{"name": "A", "full_name": "Ada", "extra": 1}, open)
	if want := map[string]any{"nick": "A", "name": "Ada", "extra": 1}; !reflect.DeepEqual(kept, want) {
		t.Errorf("an open type: %v", kept)
	}
}

func TestF126_ToJSONAndBack(t *testing.T) {
	typ := ObjectOf("Post", Field{Name: "id", Type: IntType()}, Field{Name: "title", Type: TextType()}, Field{Name: "at", Type: TimeType()})
	scope := Scope{"post": map[string]any{"id": 1, "title": `"<b>"`, "at": time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}, "text": `{"id": "7", "title": "x", "more": [1]}`}
	env := NewEnv().With("post", typ).With("text", TextType())
	eval := func(src string) any {
		t.Helper()
		tmpl, faults := env.Parse(src, nil)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		v, err := tmpl.Eval(scope)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got := eval("${json(post)}"); got != `{"at":"2030-01-02T03:04:05Z","id":1,"title":"\"<b>\""}` {
		t.Errorf("json(post) = %v", got)
	}
	if got := eval("${fromJson(text).more[0]}"); got != 1 {
		t.Errorf("fromJson(text).more[0] = %v", got)
	}
	tmpl, faults := env.Parse("${fromJson(text)}", typ)
	if len(faults) > 0 {
		t.Fatalf("JSON does not go where a data type is needed: %v", faults)
	}
	v, err := tmpl.Eval(scope)
	if err != nil {
		t.Fatal(err)
	}
	if got, wrong := Coerce(v, typ); fmt.Sprint(got) != "map[id:7 title:x]" || len(wrong) > 0 {
		t.Errorf("as a data type: %v, %v", got, wrong)
	}
	if got := eval("${fromJson('no json')}"); got != nil {
		t.Errorf("what is no JSON gives %v", got)
	}
}
