package examples_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var update = flag.Bool("update", false, "write docs/reference anew")

const referenceDir = "../docs/reference"

// reference writes the pages of docs/reference/ by file name, from the catalogue and the gallery's examples.
func reference(example func(kind string) string) map[string]string {
	out := map[string]string{}
	var groups []string
	for _, s := range project.Widgets() {
		if !slices.Contains(groups, s.Group) {
			groups = append(groups, s.Group)
		}
	}
	var index strings.Builder
	index.WriteString("# Reference\n\nWritten from the catalogue by `go test ./examples -run Reference -update`; do not edit it by hand. The examples are those of\n`examples/gallery`, where each widget has a page with all its variants.\n")
	for _, g := range groups {
		name := strings.ToLower(g) + ".md"
		fmt.Fprintf(&index, "\n## [%s](%s)\n\n", g, name)
		var page strings.Builder
		fmt.Fprintf(&page, "# %s\n", g)
		for _, s := range project.Widgets() {
			if s.Group == g {
				fmt.Fprintf(&index, "- [%s](%s#%s): %s\n", s.Kind, name, strings.ToLower(s.Kind), s.Doc)
				widgetReference(&page, s, example(s.Kind))
			}
		}
		page.WriteString("\n## What every widget has\n\nBesides its own properties: `id`, its name on the page, which inputs need; and `visible`, `true`, `false` or `${…}`: drawn only while it holds.\n\n")
		propTable(&page, shared())
		out[name] = page.String()
	}
	index.WriteString("\n## [Actions](actions.md)\n\n")
	out["actions.md"] = actionsReference(&index)
	out["functions.md"] = functionsReference(&index)
	index.WriteString("\n## [Settings](app.md)\n\nWhat stands in `app.yaml`.\n")
	out["app.md"] = settingsReference()
	out["README.md"] = index.String()
	return out
}

// shared are the properties that all widgets have.
func shared() []project.Prop {
	all := project.Widgets()
	return slices.DeleteFunc(slices.Clone(all[0].Props), func(p project.Prop) bool {
		return slices.ContainsFunc(all, func(s *project.WidgetSpec) bool { return s.Prop(p.Name) == nil })
	})
}

func widgetReference(b *strings.Builder, s *project.WidgetSpec, example string) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n![%s](../pictures/widgets/%s.png)\n\n```yaml\n%s```\n\n", s.Kind, s.Doc, s.Title, s.Kind, example)
	if s.Main != "" {
		fmt.Fprintf(b, "Written with a bare value, that is its `%s`.\n\n", s.Main)
	}
	propTable(b, slices.DeleteFunc(slices.Clone(s.Props), func(p project.Prop) bool {
		return slices.ContainsFunc(shared(), func(o project.Prop) bool { return o.Name == p.Name })
	}))
	for _, slot := range s.Slots {
		fmt.Fprintf(b, "- `%s` holds widgets: %s\n", slot.Name, slot.Doc)
	}
	for _, e := range s.Events {
		fmt.Fprintf(b, "- `%s` runs a flow: %s\n", e.Name, e.Doc)
	}
}

func actionsReference(index *strings.Builder) string {
	var b strings.Builder
	b.WriteString("# Actions\n\nEvery action may have `note` and `disabled: true` beside it. [Flows](../flows.md) says how loops, choices and error branches work.\n")
	for _, s := range project.Actions() {
		fmt.Fprintf(index, "- [%s](actions.md#%s): %s\n", s.Kind, strings.ToLower(s.Kind), s.Doc)
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", s.Kind, s.Doc)
		if s.Main != "" {
			fmt.Fprintf(&b, "Written with a bare value, that is its `%s`.\n\n", s.Main)
		}
		propTable(&b, s.Props)
		for _, branch := range s.AllBranches() {
			what := "actions"
			if branch == "elseIf" {
				what = "a list of `if` and `then`"
			}
			fmt.Fprintf(&b, "- `%s` holds %s.\n", branch, what)
		}
		if s.Output {
			b.WriteString("- `as` names its output.\n")
		}
	}
	return b.String()
}

// sampleData is what the examples of the functions read: sample() of the tests of package value.
const sampleData = `now:   2030-01-02T03:04:05Z
user:  {name: Ada Lovelace, born: 1990-12-10T06:30:00Z, city: nil}
posts: [{title: Hills, likes: 3, kind: walk}, {title: Alps, likes: 5, kind: climb}, {title: Lakes, likes: 3, kind: walk}]
auth:  {token: a secret}
`

func functionsReference(index *strings.Builder) string {
	index.WriteString("\n## [Functions](functions.md)\n\n")
	var b strings.Builder
	b.WriteString("# Functions\n\nWhat stands inside `${…}` may call these; [Expressions](../expressions.md) says how the language works. A `?` marks what may be left out. The examples read\n\n```yaml\n" + sampleData + "```\n")
	group := ""
	for _, f := range value.Functions() {
		if f.Group != group {
			group = f.Group
			anchor := strings.ReplaceAll(strings.ToLower(group), " ", "-")
			fmt.Fprintf(index, "- [%s](functions.md#%s):", group, anchor)
			fmt.Fprintf(&b, "\n## %s\n", group)
			for i, other := range value.Functions() {
				if other.Group == group {
					separator := ","
					if i == 0 || value.Functions()[i-1].Group != group {
						separator = ""
					}
					fmt.Fprintf(index, "%s [%s](functions.md#%s)", separator, other.Name, strings.ToLower(other.Name))
				}
			}
			index.WriteString("\n")
		}
		fmt.Fprintf(&b, "\n### %s\n\n`%s`: %s.\n\n    %s → %s\n\nOf nil: `%s`. A secret %s.\n", f.Name, f.Signature, f.Doc, f.Example, f.Gives, f.Absent, f.Secret)
	}
	return b.String()
}

func propTable(b *strings.Builder, props []project.Prop) {
	if len(props) == 0 {
		return
	}
	b.WriteString("| Property | Takes | Unless set | |\n|---|---|---|---|\n")
	for _, p := range props {
		takes := string(p.Kind)
		if p.Kind == project.PropEnum {
			takes = "`" + strings.Join(p.Values, "`, `") + "`"
		}
		otherwise := "–"
		switch {
		case p.Required:
			otherwise = "required"
		case p.Default != nil:
			otherwise = fmt.Sprintf("`%v`", p.Default)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.Name, takes, otherwise, strings.ReplaceAll(p.Doc, "|", `\|`))
	}
	b.WriteString("\n")
}

// exampleIn returns the item that follows the line “# example”, without its indentation.
func exampleIn(src string) string {
	_, after, _ := strings.Cut(src, "# example\n")
	indent := len(after) - len(strings.TrimLeft(after, " "))
	var b strings.Builder
	for i, line := range strings.SplitAfter(after, "\n") {
		deep := len(line) - len(strings.TrimLeft(line, " "))
		if i > 0 && strings.TrimSpace(line) != "" && deep <= indent {
			break
		}
		b.WriteString(line[min(indent, deep):])
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// TestReference: docs/reference/ is what the catalogue says today, and each widget has its picture. -update writes it anew.
func TestReference(t *testing.T) {
	pages := reference(func(kind string) string {
		src, err := os.ReadFile("gallery/pages/" + kind + ".yaml")
		if err != nil {
			t.Error(err)
		}
		return exampleIn(string(src))
	})
	if *update {
		if err := os.MkdirAll(referenceDir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range pages {
		file := filepath.Join(referenceDir, name)
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s is not what the catalogue says (%v): go test ./examples -run Reference -update", file, err)
		}
	}
	for _, s := range project.Widgets() {
		kind := s.Kind
		if _, err := os.Stat("../docs/pictures/widgets/" + kind + ".png"); err != nil {
			t.Errorf("%s has no picture: UPDATE_PICTURES=1 node --test e2e/gallery.test.mjs", kind)
		}
	}
	var size int64
	pictures, err := filepath.Glob("../docs/pictures/widgets/*.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pictures {
		if info, err := os.Stat(p); err == nil {
			size += info.Size()
		}
	}
	if size > 3<<20 {
		t.Errorf("the pictures of the widgets weigh %d bytes, at most 3 MB are wanted", size)
	}
}

func TestExampleIn(t *testing.T) {
	src := "    children:\n      # example\n      - row:\n          gap: sm\n\n          children: []\n\n      - text: after\n"
	if got, want := exampleIn(src), "- row:\n    gap: sm\n\n    children: []\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
