// Package schema holds Usher's JSON Schemas against files that are right and files that are wrong, with a validator of somebody else's.
package schema

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

const repo = "../.."

// kinds are the kinds of files that have a schema, by the folder in which they lie; app.yaml has the one of the app.
var kinds = map[string]string{"": "app", "pages": "page", "components": "component", "calls": "calls", "types": "type", "flows": "flow", "locales": "locale"}

// schemas writes the schemas by the command and reads them.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "run", "./cmd/usher", "schema", dir)
	cmd.Dir = repo
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := filepath.Glob(dir + "/*.schema.json")
	if err != nil || len(files) != len(kinds) {
		t.Fatalf("%d schemas (%v)", len(files), err)
	}
	all := map[string]*jsonschema.Schema{}
	for _, file := range files {
		s, err := jsonschema.NewCompiler().Compile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".schema.json")] = s
	}
	return all
}

// kindOf says which schema a file of an app follows, "" for none.
func kindOf(file string) string {
	if filepath.Base(file) == "app.yaml" {
		return "app"
	}
	if filepath.Ext(file) != ".yaml" {
		return ""
	}
	return kinds[filepath.Base(filepath.Dir(file))]
}

// against validates the text of a file.
func against(s *jsonschema.Schema, src []byte) error {
	var v any
	if err := yaml.Unmarshal(src, &v); err != nil {
		return err
	}
	return s.Validate(v)
}

func TestEveryExampleAndPresetIsValid(t *testing.T) {
	all := schemas(t)
	seen := map[string]int{}
	for _, folder := range []string{"examples", "presets", "templates"} {
		err := filepath.WalkDir(filepath.Join(repo, folder), func(file string, d os.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err == nil && d.IsDir() && d.Name() == "more" { // pieces that are added to the files of an app
				return filepath.SkipDir
			}
			kind := kindOf(file)
			if err != nil || d.IsDir() || kind == "" {
				return err
			}
			src, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			seen[kind]++
			if err := against(all[kind], src); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	for _, lang := range []string{"en", "de"} { // Usher's own sentences are texts like an app's
		src, err := os.ReadFile(filepath.Join(repo, "project", "words", lang+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		seen["locale"]++
		if err := against(all["locale"], src); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
	}
	for _, kind := range kinds {
		if seen[kind] == 0 {
			t.Errorf("no file of the kind %s was seen", kind)
		}
	}
}

// structural are the broken projects whose fault a schema can see: in one file, and not in an expression or a name.
var structural = []string{
	"action-outputs", "action-unknown", "app-missing", "app-rules", "auth-settings", "call-rules",
	"call-settings", "expr-literal-only", "fonts", "install", "key-unknown", "norway", "page-params", "problems-everywhere",
	"route-syntax", "text-in-flow", "theme", "type-rules", "widget-ids", "widget-required", "widget-two-keys",
	"widget-unknown", "wrong-kinds", "yaml-empty", "yaml-not-a-mapping",
}

func TestBrokenStructureIsRefused(t *testing.T) {
	all := schemas(t)
	files, err := filepath.Glob(repo + "/project/testdata/broken/*.txtar")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d broken projects (%v)", len(files), err)
	}
	var refused []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if refuses(t, all, file) {
			refused = append(refused, name)
		}
	}
	for _, name := range structural {
		if !slices.Contains(refused, name) {
			t.Errorf("%s is let through", name)
		}
	}
}

// refuses says whether any file of an archive breaks its schema. What is no YAML at all is not the schema's to say.
func refuses(t *testing.T, all map[string]*jsonschema.Schema, archive string) bool {
	t.Helper()
	src, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split("\n"+string(src), "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		var v any
		if s := all[kindOf(name)]; s != nil && yaml.Unmarshal([]byte(body), &v) == nil && s.Validate(v) != nil {
			return true
		}
	}
	return false
}
