package imports

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

var update = flag.Bool("update", false, "write the golden folders anew")

// bareApp is an app without calls, types and authentication.
func bareApp() *project.Tree {
	return project.NewTree(map[string][]byte{
		"app.yaml":        []byte("# kept\nusher: 1\nname: Bare\n"),
		"pages/main.yaml": []byte("path: /\ntitle: Start\nbody:\n  - text: Hello\n"),
	})
}

// report is a plan as text.
func report(p *Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nmade\n", p.Title)
	for _, n := range p.Made {
		fmt.Fprintln(&b, " ", n)
	}
	fmt.Fprintln(&b, "\nnot imported")
	for _, n := range p.Left {
		fmt.Fprintln(&b, " ", n)
	}
	fmt.Fprintln(&b, "\nguesses")
	for _, g := range p.Guesses {
		fmt.Fprintf(&b, "  %s: %s, %d %%\n", g.Role, g.Call, g.Confidence)
		for _, r := range g.Reasons {
			fmt.Fprintln(&b, "    because", r)
		}
		for _, d := range g.Does {
			fmt.Fprintln(&b, "    writes", d)
		}
	}
	return b.String()
}

func roles(p *Plan) []Role {
	var out []Role
	for _, g := range p.Guesses {
		out = append(out, g.Role)
	}
	return out
}

// golden compares what a tree holds beside base, and a report, with the files below dir.
func golden(t *testing.T, dir string, base, next *project.Tree, report string) {
	t.Helper()
	got := map[string]string{"report.txt": report}
	for _, name := range next.Files() {
		if string(base.Bytes(name)) != string(next.Bytes(name)) {
			got[name] = string(next.Bytes(name))
		}
	}
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for name, text := range got {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(file)
		name, relErr := filepath.Rel(dir, file)
		if relErr != nil {
			return relErr
		}
		want[filepath.ToSlash(name)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range got {
		if want[name] != text {
			t.Errorf("%s/%s differs (-update writes it anew):\n%s\nwant\n%s", dir, name, text, want[name])
		}
	}
	for name := range want {
		if _, made := got[name]; !made {
			t.Errorf("%s/%s is not made", dir, name)
		}
	}
}

// sound fails unless the check finds nothing at all and the files have the one format.
func sound(t *testing.T, tree *project.Tree) {
	t.Helper()
	_, problems := tree.Project()
	for _, p := range problems {
		t.Error(p)
	}
	for _, name := range tree.Files() {
		if src := tree.Bytes(name); strings.HasSuffix(name, ".yaml") {
			if out, err := project.Format(name, src); err != nil || string(out) != string(src) {
				t.Errorf("%s is not in the one format: %v", name, err)
			}
		}
	}
}

func TestF105_OpenAPIBecomesGroupsCallsAndTypes(t *testing.T) {
	specs, err := filepath.Glob("testdata/openapi/*/spec.*")
	if err != nil || len(specs) < 8 {
		t.Fatalf("%d documents: %v", len(specs), err)
	}
	for _, spec := range specs {
		t.Run(filepath.Base(filepath.Dir(spec)), func(t *testing.T) {
			src, err := os.ReadFile(spec)
			if err != nil {
				t.Fatal(err)
			}
			base := bareApp()
			plan, err := OpenAPI(t.Context(), base, Document{Name: filepath.Base(spec), Source: src})
			if err != nil {
				t.Fatal(err)
			}
			plainly, err := plan.Apply()
			if err != nil {
				t.Fatalf("without approval: %v", err)
			}
			sound(t, plainly)
			next, err := plan.Apply(roles(plan)...)
			if err != nil {
				t.Fatalf("with all approved: %v", err)
			}
			sound(t, next)
			golden(t, filepath.Join(filepath.Dir(spec), "want"), base, next, report(plan))
		})
	}
}

// TestF105_TheIssuersDocumentIsSound: the reference backend's own description keeps to the standard.
func TestF105_TheIssuersDocumentIsSound(t *testing.T) {
	src, err := os.ReadFile("../issuer/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "openapi.yaml", Source: src})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range plan.Left {
		if strings.Contains(n.Msg, "breaks the OpenAPI standard") {
			t.Error(n)
		}
	}
}
