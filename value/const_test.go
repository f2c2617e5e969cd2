package value

import (
	"reflect"
	"testing"
	"time"
)

func TestConst(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		v           any
		typ, reads  string
		asText      string
		holdsSecret bool
	}{
		{nil, "nil", "", "", false}, {"x", "text", "", "x", false}, {int64(3), "int", "", "3", false}, {uint64(1 << 63), "number", "", "9223372036854775808", false},
		{1.5, "number", "", "1.5", false}, {true, "bool", "", "true", false}, {at, "time", "", "2030-01-02T03:04:05Z", false},
		{NewSecret("s"), "secret", "", "[redacted]", true}, {[]any{1, 2.5}, "list of number", "", "[1,2.5]", false},
		{[]any{map[string]any{"a": 1}, map[string]any{"a": 2}}, "list of object", "", `[{"a":1},{"a":2}]`, false},
		{map[string]any{"t": []any{NewSecret("s")}, "a": nil}, "object", "", `{"a":null,"t":["[redacted]"]}`, true},
	} {
		tmpl := Const(c.v)
		text, err := tmpl.String(nil)
		if tmpl.Type().String() != c.typ || tmpl.Secret() != c.holdsSecret || text != c.asText || err != nil {
			t.Errorf("Const(%v): %s, secret %v, %q, %v", c.v, tmpl.Type(), tmpl.Secret(), text, err)
		}
	}
	m := Const(map[string]any{"b": 1, "a": "x"})
	if got, _ := m.Field("a").Constant(); got != "x" || !reflect.DeepEqual(m.Keys(), []string{"a", "b"}) || m.Field("c") != nil {
		t.Error("a constant map has no fields")
	}
}

func TestConstOfListKeepsFieldTypes(t *testing.T) {
	typ := Const([]any{map[string]any{"a": 1}, map[string]any{"a": 2, "b": 1}}).Type()
	if typ.String() != "list of json" || typ.Elem.Kind != KindAny {
		t.Errorf("items without a common shape are %s", typ)
	}
	typ = Const([]any{map[string]any{"a": 1}, map[string]any{"a": 2}}).Type()
	if f, ok := typ.Elem.Field("a"); !ok || f.Type.Kind != KindInt {
		t.Errorf("items of one shape are %s", typ.Elem)
	}
}

func TestRuntimeCorners(t *testing.T) {
	for src, want := range map[string]any{
		"${int(true)}": 1, "${int(1e30)}": nil, "${abs(2.5)}": 2.5, "${item.f % 2}": 0.5, "${item.big == item.big}": true, "${item.big > 1}": true,
		"${int(item.big)}": Number("18446744073709551616"), "${string(item.big)}": "18446744073709551616", "${item.big + 1}": 18446744073709551617.0,
		"${item.list contains 2}": true, "${item.s matches item.p}": true, "${item.s[-2:]}": "xy", "${item.list[1e300:]}": []any{}, "${item.list[-9:1]}": []any{1},
		"${item.at > '2029-01-01'}": true, "${item.at == '2030-01-02T03:04:05Z'}": true, "${len(item.m)}": 1, "${isEmpty({})}": true, "${min(item.list)}": 1,
		"${item.at < 3}": false, "${item.m == item.list}": false, "${sort(['b', nil, 'a'])}": []any{"a", "b", nil}, "${item.zero ?? 1}": 0,
	} {
		v, err := mustParse(t, src, nil).Eval(Scope{"item": map[string]any{
			"f": 4.5, "big": Number("18446744073709551616"), "list": []any{1, 2}, "s": "xxy", "p": "^x+y$", "m": map[string]any{"a": 1}, "zero": int32(0),
			"at": time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
		}})
		if err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("%s = %#v, %v, want %#v", src, v, err, want)
		}
	}
	for _, src := range []string{"${item.n % 0}", "${item.n / 0}", "${item.x - 1}", "${item.s matches item.bad}"} {
		if v, err := mustParse(t, src, nil).Eval(Scope{"item": map[string]any{"n": 1, "x": "text", "s": "a", "bad": "["}}); err == nil {
			t.Errorf("%s = %v", src, v)
		}
	}
}
