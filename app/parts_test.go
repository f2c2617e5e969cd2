package app

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(maxResults)
	for i := range maxResults + 50 {
		m.put(fmt.Sprint(i), "ada", 100, map[string]any{"i": i})
	}
	if n := m.used.Len(); n != maxResults || len(m.all) != n || m.size != 100*n {
		t.Errorf("%d results, %d keys, %d bytes", n, len(m.all), m.size)
	}
	if _, ok := m.get("0"); ok {
		t.Error("the oldest is still there")
	}
	m.put("large", "ada", maxMemory, nil)
	if _, ok := m.get("large"); ok {
		t.Error("one result may take all the room")
	}
	m.put("x", "bob", maxMemory/8, nil)
	m.drop("ada")
	if m.used.Len() != 1 || m.size != maxMemory/8 {
		t.Errorf("after dropping: %d results, %d bytes", m.used.Len(), m.size)
	}
}

func TestOnceIsBounded(t *testing.T) {
	o := newOnce()
	for i := range maxSpent + 10 {
		if !o.first(fmt.Sprint(i)) {
			t.Fatalf("%d was there before", i)
		}
	}
	if o.first(fmt.Sprint(maxSpent)) || len(o.done) != maxSpent {
		t.Errorf("the newest is forgotten, or %d are kept", len(o.done))
	}
}

func TestSealedValuesKeepTheirKind(t *testing.T) {
	in := map[string]any{
		"text": "a <b> \u2028", "int": 7, "float": 1.5, "bool": true, "none": nil, "time": time.Date(2026, 5, 4, 9, 0, 0, 5, time.UTC),
		"list": []any{1, "x", map[string]any{"$secret": "not one", "$map": 3}}, "$time": "also not one",
		"secret": value.NewSecret("s3cret"), "number": value.Number("12345678901234567890.5"),
	}
	b, err := encode(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := out["secret"].(value.Secret); !ok || s.Reveal() != "s3cret" {
		t.Errorf("secret: %#v", out["secret"])
	}
	delete(in, "secret")
	delete(out, "secret")
	if !reflect.DeepEqual(in, out) {
		t.Errorf("got  %#v\nwant %#v", out, in)
	}
}

func TestSealedTextServesOnePurpose(t *testing.T) {
	s := sealer{session.NewKeys([32]byte{1}), []byte("a")}
	text, err := s.seal(sealState, pageState{bond: bond{"w", "r", "p"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.openState(text, bond{"w", "r", "p"}); err != nil {
		t.Errorf("its own: %v", err)
	}
	for want, b := range map[error]bond{errPage: {"w", "r", "q"}, errRev: {"w", "s", "p"}, errWho: {"v", "r", "p"}} {
		if _, err := s.openState(text, b); !errors.Is(err, want) {
			t.Errorf("%v: %v", b, err)
		}
	}
	if err := s.open(sealEvent, text, &event{}); !errors.Is(err, errForged) {
		t.Errorf("as an event: %v", err)
	}
	if err := (sealer{s.keys, []byte("b")}).open(sealState, text, &pageState{}); !errors.Is(err, errForged) {
		t.Errorf("in another app: %v", err)
	}
	anonymous, err := s.seal(sealState, pageState{bond: bond{"", "r", "p"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.openState(anonymous, bond{"", "r", "p"}); !errors.Is(err, errWho) {
		t.Errorf("state of nobody: %v", err)
	}
}

func TestHrefAndMatchAgree(t *testing.T) {
	page := &project.Page{Name: "p", Path: "/a/{id}/b", Params: []project.Param{{Name: "id", Type: value.TextType(), Required: true}, {Name: "tags", Type: value.ListOf(value.TextType())}}}
	rs := newRoutes([]*project.Page{{Name: "other", Path: "/a/{x}/{y}"}, page, {Name: "fixed", Path: "/a/fixed/b"}})
	for _, id := range []string{"1", "a b", "a/b", "%2F", "ü", "?x#y", "…", "a;b", "+", "..a"} {
		href, _, err := rs.href(page, map[string]any{"id": id, "tags": []any{"x&y", "z"}})
		if err != nil {
			t.Fatal(err)
		}
		path, _, _ := strings.Cut(href, "?")
		got, raw := rs.match(path)
		if got != page || raw["id"] != id {
			t.Errorf("%q became %s, which is %v of %v", id, href, raw, got)
		}
	}
	for _, id := range []any{"", ".", "..", nil, value.NewSecret("x")} {
		if href, _, err := rs.href(page, map[string]any{"id": id}); !errors.Is(err, errParam) {
			t.Errorf("%v became %s", id, href)
		}
	}
	if got, _ := rs.match("/a/fixed/b"); got == nil || got.Name != "fixed" {
		t.Error("a literal does not go before a parameter")
	}
}

func TestPick(t *testing.T) {
	scope := map[string]any{"item": map[string]any{"id": 1, "big": "x", "tags": []any{"a", "b"}}, "index": 3, "queries": map[string]any{"p": nil}}
	out := map[string]any{}
	for _, path := range []string{"item.id", "item.tags.first", "index", "queries.p.body", "absent.x", "item.none"} {
		pick(out, scope, path)
	}
	want := map[string]any{"item": map[string]any{"id": 1, "tags": []any{"a", "b"}}, "index": 3, "queries": map[string]any{"p": nil}}
	if !reflect.DeepEqual(out, want) {
		t.Errorf("%#v", out)
	}
}
