package render

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var update = flag.Bool("update", false, "write the golden files")

// files is a small app: one page under test and one to link to.
func files(page string) map[string][]byte {
	return map[string][]byte{
		"app.yaml":         []byte("usher: 1\nname: Testing\nmedia: [https://videos.example.com]\nframes: [https://maps.example.com]\n"),
		"pages/test.yaml":  []byte(page),
		"pages/other.yaml": []byte("path: /other/{id}\ntitle: Other\nparams: {id: text}\nbody:\n  - text: Other\n"),
		"calls/blog.yaml":  []byte("url: https://example.com\ncalls:\n  posts: {path: /posts, params: {page: int}, query: {page: \"${params.page}\"}}\n"),
		"assets/hill.png":  []byte("x"),
		"assets/hill.mp4":  []byte("x"),
		"assets/hill.vtt":  []byte("x"),
	}
}

func load(t testing.TB, src map[string][]byte) *project.Project {
	t.Helper()
	p, problems := project.NewTree(src).Project()
	if problems.Errors() {
		t.Fatalf("the project has problems: %v", problems)
	}
	return p
}

func compile(t testing.TB, page string, o Options) *Plan {
	t.Helper()
	p := load(t, files(page))
	plan, err := Compile(p, p.Page("test"), o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// frameFor is a frame whose events and links can be read in the output; faults go to the list.
func frameFor(faults *[]string) Frame {
	return Frame{
		Action: "/test", State: "sealed",
		Event: func(tr *project.Trigger, s value.Scope) (string, error) {
			id := tr.ID
			if item, ok := s["item"].(map[string]any); ok {
				id += "@" + value.Text(item["id"])
			}
			return id, nil
		},
		File: func(c *project.Call, with map[string]any) (string, error) {
			return "/file/" + c.ID + "/" + value.Text(with["page"]), nil
		},
		Href: func(p *project.Page, params map[string]any) (string, error) {
			return strings.Replace(p.Path, "{id}", value.Text(params["id"]), 1), nil
		},
		Faults: func(at project.Path, err error) {
			if faults != nil {
				*faults = append(*faults, string(at)+": "+err.Error())
			}
		},
	}
}

func draws(t testing.TB, p *Plan, v View) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.Render(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// render draws a page of one test with scope.
func render(t testing.TB, page string, scope value.Scope) (markup string, faults []string) {
	t.Helper()
	markup = draws(t, compile(t, page, Options{}), View{Scope: scope, Frame: frameFor(&faults)})
	return markup, faults
}

// inside returns what stands between <main …> and </main>, and the dialog over it, an element a line.
func inside(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	_, page, _ = strings.Cut(page, ">")
	page, over, _ := strings.Cut(page, "</main>")
	if over, _, open := strings.Cut(over, "</dialog>"); open {
		page += over + "</dialog>"
	}
	return strings.ReplaceAll(page, "><", ">\n<") + "\n"
}

// goldenView is data.json: a view by name.
type goldenView struct {
	scope  value.Scope
	values map[string]string
	errors map[string]string
	tabs   map[string]int
	open   string
}

func readViews(t *testing.T, file string) (names []string, views map[string]goldenView) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.DecodeJSON(src)
	if err != nil {
		t.Fatal(err)
	}
	views = map[string]goldenView{}
	for _, one := range v.([]any) {
		m := one.(map[string]any)
		g := goldenView{scope: value.Scope{}, values: texts(m["values"]), errors: texts(m["errors"]), tabs: map[string]int{}}
		scope, _ := m["scope"].(map[string]any)
		for k, s := range scope {
			g.scope[k] = s
		}
		tabs, _ := m["tabs"].(map[string]any)
		for k, n := range tabs {
			g.tabs[k] = n.(int)
		}
		g.open, _ = m["open"].(string)
		name := m["name"].(string)
		names = append(names, name)
		views[name] = g
	}
	return names, views
}

func texts(v any) map[string]string {
	m, _ := v.(map[string]any)
	out := map[string]string{}
	for k, s := range m {
		out[k] = value.Text(s)
	}
	return out
}

// TestGolden draws testdata/KIND/page.yaml with each view of data.json beside it. -update writes expected.html.
func TestGolden(t *testing.T) {
	for _, spec := range project.Widgets() {
		t.Run(spec.Kind, func(t *testing.T) { golden(t, filepath.Join("testdata", spec.Kind)) })
	}
}

func golden(t *testing.T, dir string) {
	page, err := os.ReadFile(filepath.Join(dir, "page.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	plan := compile(t, string(page), Options{Assets: func(name string) string { return "/files/" + name }})
	names, views := readViews(t, filepath.Join(dir, "data.json"))
	var out strings.Builder
	for _, name := range names {
		g := views[name]
		var faults []string
		f := frameFor(&faults)
		f.Values, f.Errors, f.Tabs, f.Open = g.values, g.errors, g.tabs, g.open
		out.WriteString("<!-- " + name + " -->\n" + inside(draws(t, plan, View{Scope: g.scope, Frame: f})))
		for _, fault := range faults {
			out.WriteString("<!-- fault: " + fault + " -->\n")
		}
		out.WriteString("\n")
	}
	file := filepath.Join(dir, "expected.html")
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if changes := diff.Diff("want", want, "got", []byte(out.String())); len(changes) > 0 {
		t.Errorf("%s (-want +got); go test ./render -update accepts it:\n%s", file, changes)
	}
}

// TestEveryWidgetHasItsPlace: a widget is one entry in the catalogue, one file and one golden folder.
func TestEveryWidgetHasItsPlace(t *testing.T) {
	table := drawings()
	for _, spec := range project.Widgets() {
		if table[spec.Kind] == nil {
			t.Errorf("no draw function for %s", spec.Kind)
		}
		if _, err := os.Stat(strings.ToLower(spec.Kind) + ".go"); err != nil {
			t.Errorf("%s: %v", spec.Kind, err)
		}
		delete(table, spec.Kind)
	}
	for kind := range table {
		t.Errorf("%s is drawn but not in the catalogue", kind)
	}
}
