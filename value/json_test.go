package value

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDecodeJSONNumbersAreExact(t *testing.T) {
	long := strings.Repeat("1234567890", 40)
	for in, want := range map[string]any{
		"0": 0, "-7": -7, "9007199254740991": 1<<53 - 1, "9007199254740992": 1 << 53, "9007199254740993": 1<<53 + 1,
		"9223372036854775807": math.MaxInt64, "9223372036854775808": Number("9223372036854775808"), "1.5": 1.5, "0.1": 0.1,
		"1e2": 100.0, "1.10": 1.1, "1E400": Number("1E400"), "1e-400": Number("1e-400"), "0.0": 0.0,
		"0.12345678901234567890123": Number("0.12345678901234567890123"), long: Number(long), "-" + long + ".5": Number("-" + long + ".5"),
	} {
		got, err := DecodeJSON([]byte(in))
		if err != nil || got != want {
			t.Errorf("%.40s = %#v, %v, want %#v", in, got, err, want)
			continue
		}
		if out, err := EncodeJSON(got); err != nil || (Text(got) != string(out)) {
			t.Errorf("%.40s is written %s, read %s: %v", in, out, Text(got), err)
		}
	}
	if out, _ := EncodeJSON(map[string]any{"n": Number(long)}); string(out) != `{"n":`+long+`}` {
		t.Error("a 400-digit number lost its text")
	}
}

func TestDecodeJSONIsStrict(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, in := range []string{
		"", " ", `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"x":{"b":1,"b":1}}`, "1 2", "{} x", "[1,]", `{"a":1,}`, "{a:1}", "'a'", "nul", "tru",
		"01", "+1", "1.", ".5", "1e", "-", "NaN", "Infinity", "0x1", "\"a", "\"a\nb\"", `"\x"`, "\"\xff\"", "[", "{", `{"a"`, `{"a":`, `"\`, "[1 2]",
		"// x\n1", deep(65), strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 100_000), "\x00", "<html>", "1\x00",
	} {
		if v, err := DecodeJSON([]byte(in)); err == nil {
			t.Errorf("%.40q is accepted as %v", in, v)
		}
	}
	for _, in := range []string{deep(64), "\xef\xbb\xbf{}", " {\"a\" : [ 1 , null , true , false , \"\\u00e9\\n\" ] } \n", `{"":""}`, `"\ud800"`} {
		if _, err := DecodeJSON([]byte(in)); err != nil {
			t.Errorf("%.40q: %v", in, err)
		}
	}
	if _, err := DecodeJSON([]byte(`{"token":"` + canary + `" x`)); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("an error tells what was there: %v", err)
	}
}

func TestEncodeJSON(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, in := range map[string]any{
		`{"a":1,"b":[true,null,"<&>\u0001\n\"\\é"]}`: map[string]any{"b": []any{true, nil, "<&>\x01\n\"\\é"}, "a": 1},
		`"2030-01-02T03:04:05Z"`:                     at,
		`1e+30`:                                      1e30,
		`1500000000000`:                              1.5e12,
		`"�"`:                                        "\xff",
	} {
		got, err := EncodeJSON(in)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		if !json.Valid(got) {
			t.Errorf("%s is not JSON", got)
		}
	}
	nested := any(1)
	for range 80 {
		nested = []any{nested}
	}
	shared := any("x")
	for range 50 {
		shared = []any{shared, shared}
	}
	for name, in := range map[string]any{"NaN": math.NaN(), "deep": nested, "foreign": struct{}{}, "number": Number("1;2")} {
		if got, err := EncodeJSON(in); err == nil {
			t.Errorf("%s is written: %.40s", name, got)
		}
	}
	w := jsonWriter{room: 1 << 20} // as EncodeJSON, with less room
	if err := w.value(shared, 0); err != errTooLarge {
		t.Errorf("a value that shares its parts 2^50 times gives %v", err)
	}
}

// FuzzDecodeJSON holds DecodeJSON against encoding/json: what we accept, it accepts, with the same meaning, and
// what we write we read back.
func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\u00e9",null,true]}`, "1e400", "[[]]", `"\ud83d\ude00"`, "-0", "[1,]", "\xef\xbb\xbf1", `{"a":1,"a":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := DecodeJSON(b)
		if err != nil {
			return
		}
		var theirs any
		d := json.NewDecoder(bytes.NewReader(trimBOM(b)))
		d.UseNumber()
		if err := d.Decode(&theirs); err != nil {
			t.Fatalf("%q: encoding/json says %v", b, err)
		}
		out, err := EncodeJSON(v)
		if err != nil {
			t.Fatalf("%q can not be written: %v", b, err)
		}
		again, err := DecodeJSON(out)
		if err != nil || !reflect.DeepEqual(again, v) && Text(again) != Text(v) {
			t.Fatalf("%q is read as %#v, written %s, read as %#v, %v", b, v, out, again, err)
		}
	})
}
