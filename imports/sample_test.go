package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestF122_SampleBecomesDataTypes(t *testing.T) {
	files, err := filepath.Glob("testdata/sample/*/sample.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d samples: %v", len(files), err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			base := bareApp()
			plan, err := Sample(base, "Thing", src, "sample.json")
			if err != nil {
				t.Fatal(err)
			}
			next, err := plan.Apply()
			if err != nil {
				t.Fatal(err)
			}
			sound(t, next)
			golden(t, filepath.Join(dir, "want"), base, next, report(plan))
		})
	}
}

func TestF122_SampleFaults(t *testing.T) {
	for src, want := range map[string]string{
		"":                       "x.json:1:1: the JSON ends too early",
		"{\n  \"a\": 1,\n}":      "x.json:3:1: not JSON",
		"{\"a\": 1, \"a\": 2}":   "x.json:1:10: a key is given twice",
		"[1, 2]":                 "x.json:1:1: a data type is made of an object",
		"\"text\"":               "x.json:1:1: a data type is made of an object",
		"{} {}":                  "x.json:1:4: there is more behind the JSON value",
		strings.Repeat("[", 200): "x.json:1:101: it is nested deeper than 100 levels",
	} {
		if _, err := Sample(bareApp(), "Thing", []byte(src), "x.json"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: %v, want %s", src, err, want)
		}
	}
	for _, name := range []string{"", "thing", "My Thing", "1st", "${x}"} {
		if _, err := Sample(bareApp(), name, []byte(`{"a":1}`), "x.json"); err == nil {
			t.Errorf("a data type may be named %q", name)
		}
	}
}

func TestF122_NothingIsOverwritten(t *testing.T) {
	src := []byte(`{"a": 1, "sub": {"b": 2, "c": 3}}`)
	plan, err := Sample(bareApp(), "Thing", src, "x.json")
	if err != nil {
		t.Fatal(err)
	}
	once, err := plan.Apply()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Sample(once, "Thing", src, "x.json")
	if err != nil {
		t.Fatalf("the same sample again: %v", err)
	}
	if edits, err := again.Edits(); err != nil || len(edits) != 0 {
		t.Errorf("the same sample again makes %d edits, %v", len(edits), err)
	}
	if _, err := Sample(once, "Thing", []byte(`{"a": "text"}`), "x.json"); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("another type of the name: %v", err)
	}
	other, err := Sample(once, "Other", []byte(`{"thingSub": {"x": 1, "y": 2}}`), "x.json")
	if err != nil {
		t.Fatal(err)
	}
	next, err := other.Apply()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range once.Files() {
		if string(next.Bytes(name)) != string(once.Bytes(name)) {
			t.Errorf("%s changed", name)
		}
	}
}

func FuzzF18_Sample(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[{"a":[{"b":null}]}]`, `{"a":{"a":{"a":1}}}`, "{\"\\u0000\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		plan, err := Sample(bareApp(), "Thing", src, "x.json")
		if err != nil {
			return
		}
		if _, err := plan.Apply(); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	})
}

func FuzzF18_CURL(f *testing.F) {
	files, err := filepath.Glob("testdata/curl/*/command.sh")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, command string) {
		plan, err := CURL(postsApp(), command, "")
		if err != nil {
			return
		}
		if _, err := plan.Apply(); err != nil {
			t.Errorf("%q: %v", command, err)
		}
	})
}

func FuzzF18_OpenAPI(f *testing.F) {
	specs, err := filepath.Glob("testdata/openapi/*/spec.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, spec := range specs {
		src, err := os.ReadFile(spec)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "spec.yaml", Source: src})
		if err != nil {
			return
		}
		if _, err := plan.Apply(); err != nil {
			t.Errorf("%q: %v", src, err)
		}
		if _, err := plan.Apply(roles(plan)...); err != nil && err != errNeedsLogIn {
			t.Errorf("with the guesses: %q: %v", src, err)
		}
	})
}
