package project

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// ruled is an input of testdata/rules.json with what people enter and what is said of it; a browser is asked the same (e2e/rules.test.mjs).
type ruled struct {
	Kind, Props, Lang string
	Cases             [][2]string
}

func (r ruled) page(other []string) string {
	return fmt.Sprintf("path: /\ntitle: X\naccess: any\nbody:\n  - %s\n  - %s: {id: x, label: X, %s}\n", strings.Join(other, "\n  - "), r.Kind, r.Props)
}

var repeated = regexp.MustCompile(`^@([0-9]+)`)

// longer replaces @100 at the start of a text by a hundred letters.
func longer(text string) string {
	return repeated.ReplaceAllStringFunc(text, func(m string) string {
		n, _ := strconv.Atoi(m[1:])
		return strings.Repeat("a", n)
	})
}

// TestF196_EveryRuleOfEveryInput: what the server says of what is entered, rule by rule, at its edges.
func TestF196_EveryRuleOfEveryInput(t *testing.T) {
	var table struct {
		Other  []string
		Fields []ruled
	}
	b, err := os.ReadFile("testdata/rules.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Fields {
		tree := NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: T\n"), "pages/x.yaml": []byte(r.page(table.Other))})
		p, problems := tree.Project()
		if problems.Errors() {
			t.Fatalf("%s {%s}: %s", r.Kind, r.Props, told(problems))
		}
		lang := Speak(cmp.Or(r.Lang, "en"))
		for _, c := range r.Cases {
			if got := saidOf(p.Page("x"), lang, longer(c[0])); got != c[1] {
				t.Errorf("%s {%s} %.40q: %q, want %q", r.Kind, r.Props, c[0], got, c[1])
			}
		}
	}
}

// saidOf posts a text in the input x and what stands in the others, and returns what is said of x.
func saidOf(p *Page, lang *value.Locale, text string) string {
	form := map[string]any{}
	for _, w := range p.Fields {
		switch {
		case w.ID != "x":
			v, _ := w.Prop("initial").Constant()
			form[w.ID], _ = w.Read([]string{value.Text(v)}, nil)
		case w.Many():
			form["x"], _ = w.Read(strings.Split(text, "|"), lang)
		default:
			form["x"], _ = w.Read([]string{text}, lang)
		}
	}
	return p.Validate(nil, form, value.Scope{"form": form, value.LocaleKey: lang})["x"]
}

const formsDoc = "../docs/forms.md"

// commonRules are those that every input has.
var commonRules = []string{"required", "check"}

// inputRules lists the rules of an input beside the common ones, without messages.
func inputRules(s *WidgetSpec) []string {
	var out []string
	for _, p := range s.Props {
		if p.Group == "Validation" && !strings.HasSuffix(p.Name, "Message") && !slices.Contains(commonRules, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// ruleValues are sound values of the rules, as they are written.
var ruleValues = map[string]string{"required": "true", "check": `"${true}"`, "minLength": "1", "maxLength": "9", "pattern": `"[a-z]"`, "mask": `"000"`, "sameAs": "twin", "min": "1", "max": "9", "step": "1",
	"integer": "true", "length": "6", "minCount": "1", "maxCount": "2", "accept": "image/*", "maxSize": "1 MB"}

// TestF196_WhichRuleFitsWhichInput: each input takes its rules, and any other is refused with the inputs that have it; docs/forms.md lists them.
func TestF196_WhichRuleFitsWhichInput(t *testing.T) {
	doc, err := os.ReadFile(formsDoc)
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for _, s := range Widgets() {
		if !s.Input {
			continue
		}
		own := inputRules(s)
		row := "| " + s.Title + " `" + s.Kind + "` | " + cmp.Or(strings.Join(quotedAll(own), ", "), "–") + " |\n"
		if !strings.Contains(string(doc), row) {
			t.Errorf("docs/forms.md has no row\n%s", row)
		}
		for rule, written := range ruleValues {
			pairs++
			fits := slices.Contains(own, rule) || slices.Contains(commonRules, rule)
			said := told(ruleProblems(s, rule, written))
			switch refused := fmt.Sprintf("%s has no %q", s.Kind, rule); {
			case fits && said != "":
				t.Errorf("%s: {%s: %s} is refused: %s", s.Kind, rule, written, said)
			case !fits && !strings.Contains(said, refused):
				t.Errorf("%s: {%s: %s} is taken: %s", s.Kind, rule, written, said)
			case !fits && !strings.Contains(said, "inputs that have it: ") && !strings.Contains(said, "did you mean"):
				t.Errorf("%s: {%s: %s}: nobody says where it belongs: %s", s.Kind, rule, written, said)
			}
		}
	}
	if pairs < 150 {
		t.Errorf("only %d pairs were looked at", pairs)
	}
}

func quotedAll(names []string) []string {
	out := slices.Clone(names)
	for i, n := range out {
		out[i] = "`" + n + "`"
	}
	return out
}

// ruleProblems checks a page on which an input has a rule.
func ruleProblems(s *WidgetSpec, rule, written string) Problems {
	if strings.HasPrefix(s.Kind, "date") || s.Kind == "timeField" {
		if rule == "min" || rule == "max" {
			written = map[string]string{"dateField": `"2026-05-31"`, "timeField": `"14:30"`, "dateTimeField": `"2026-05-31T14:30"`}[s.Kind]
		}
	}
	more := ""
	if s.Prop("options") != nil {
		more = ", options: [A, B]"
	}
	if s.Kind == "fileUpload" && rule == "maxCount" {
		more = ", multiple: true"
	}
	src := fmt.Sprintf("path: /\ntitle: X\naccess: any\nbody:\n  - textField: {id: twin, label: Twin}\n  - %s: {id: x, label: X%s, %s: %s}\n", s.Kind, more, rule, written)
	return NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: T\n"), "pages/x.yaml": []byte(src)}).Check(CheckOptions{})
}
