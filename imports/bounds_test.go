package imports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// document is an OpenAPI document with these paths and schemas.
func document(paths, schemas string) []byte {
	return []byte("openapi: 3.0.3\ninfo: {title: x, version: '1'}\nservers: [{url: https://x.example}]\npaths:\n" + paths + "\ncomponents:\n  schemas:\n    Last: {type: string}\n" + schemas)
}

const onePath = "  /a: {get: {responses: {'200': {description: a, content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}\n"

func TestF18_HostileDocumentsAreBounded(t *testing.T) {
	var bomb, chain, operations strings.Builder
	bomb.WriteString("openapi: 3.0.3\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9)+fmt.Sprintf("*a%d", i))
	}
	for i := range 60 {
		fmt.Fprintf(&chain, "    S%d: {type: object, properties: {next: {$ref: '#/components/schemas/S%d'}, x: {type: string}}}\n", i, i+1)
	}
	chain.WriteString("    S60: {type: string}\n")
	for i := range maxOperations + 1 {
		fmt.Fprintf(&operations, "  /p%d: {get: {responses: {'200': {description: a}}}}\n", i)
	}
	for name, c := range map[string]struct {
		src  []byte
		want string // of the error, "" the import is made
		left string // of the report
	}{
		"a bomb of aliases":   {[]byte(bomb.String()), "more than 600000 values", ""},
		"deep nesting":        {[]byte("openapi: 3.0.0\nx: " + strings.Repeat("[", 200) + strings.Repeat("]", 200)), "", ""},
		"a deep chain":        {document(onePath, chain.String()), "", "nested deeper than 40 levels"},
		"too many operations": {document(operations.String(), "    S0: {type: string}\n"), "more than 1000 operations", ""},
		"too large":           {make([]byte, MaxSource+1), "larger than 8 MiB", ""},
		"a circle of allOf":   {document(onePath, "    S0: {allOf: [{$ref: '#/components/schemas/S1'}]}\n    S1: {allOf: [{$ref: '#/components/schemas/S0'}]}\n"), "", "it contains itself"},
		"a circle of lists":   {document(onePath, "    S0: {type: array, items: {$ref: '#/components/schemas/S0'}}\n"), "", "it contains itself"},
	} {
		plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: c.src})
		if name == "deep nesting" {
			if err == nil {
				t.Error("deep nesting is read")
			}
			continue
		}
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %.200v, want %q", name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if next, err := plan.Apply(); err != nil {
			t.Errorf("%s: %v", name, err)
		} else {
			sound(t, next)
		}
		if !strings.Contains(report(plan), c.left) {
			t.Errorf("%s: the report does not say %q:\n%s", name, c.left, report(plan))
		}
	}
}

func TestF18_ADocumentHasLimitedTime(t *testing.T) {
	src := document(onePath, "    S0: {type: string}\n")
	if _, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: src, Limit: time.Nanosecond}); err == nil || !errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "deadline") {
		t.Errorf("an import without time left: %v", err)
	}
}

func TestF105_ReferencesReadOnlyWhatIsAllowed(t *testing.T) {
	src := func(ref string) []byte {
		return document("  /a: {get: {responses: {'200': {description: a, content: {application/json: {schema: {$ref: '"+ref+"'}}}}}}}\n", "")
	}
	folder := fstest.MapFS{
		"parts/more.yaml": {Data: []byte("Part: {type: object, properties: {id: {type: integer}, sub: {$ref: 'sub.yaml#/Sub'}}}\n")},
		"parts/sub.yaml":  {Data: []byte("Sub: {type: object, properties: {a: {type: string}, b: {type: string}}}\n")},
		"bad.yaml":        {Data: []byte("a: [\n")},
	}
	plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: src("parts/more.yaml#/Part"), Beside: folder})
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply()
	if err != nil || next.Bytes("types/Part.yaml") == nil || next.Bytes("types/Sub.yaml") == nil {
		t.Errorf("%v, files %v", err, next.Files())
	}
	for ref, want := range map[string]string{
		"../secret.yaml#/X": "outside the folder", "/etc/passwd#/X": "outside the folder", "https://x.example/a.yaml#/X": "never followed",
		"file:///etc/passwd#/X": "never followed", "none.yaml#/X": "there is no such file", "bad.yaml#/X": "bad.yaml:", "parts#/X": "there is no such file",
	} {
		if _, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: src(ref), Beside: folder}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	if _, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: src("parts/more.yaml#/Part")}); err == nil || !strings.Contains(err.Error(), "only where that is allowed") {
		t.Errorf("a file was read without leave: %v", err)
	}
}

func TestF105_ApprovalIsNeededAndSound(t *testing.T) {
	src := document("  /auth/refresh: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [refreshToken], properties: {refreshToken: {type: string}}}}}}, "+
		"responses: {'200': {description: a, content: {application/json: {schema: {type: object, properties: {token: {type: string}}}}}}}}}\n", "")
	plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "x.yaml", Source: src})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Edits(RoleRefresh); !errors.Is(err, errNeedsLogIn) {
		t.Errorf("a refresh without a way in: %v", err)
	}
	if _, err := plan.Edits(RoleMe); err == nil {
		t.Error("a role that nothing was guessed for was approved")
	}
	plan, err = OpenAPI(t.Context(), postsApp(), Document{Name: "x.yaml", Source: src})
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply(RoleRefresh)
	if err != nil || !strings.Contains(string(next.Bytes("app.yaml")), "call: auth.postRefresh") {
		t.Errorf("%v\n%s", err, next.Bytes("app.yaml"))
	}
	again, err := OpenAPI(t.Context(), next, Document{Name: "x.yaml", Source: src})
	if err != nil {
		t.Fatal(err)
	}
	later, err := again.Apply(RoleRefresh)
	if err != nil || string(later.Bytes("app.yaml")) != string(next.Bytes("app.yaml")) {
		t.Errorf("a declared refresh was changed: %v", err)
	}
}
