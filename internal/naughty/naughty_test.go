package naughty

import (
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestTheCorpusIsLargeAndItsOwn: as many as the promises say, each another, and each of the families among them.
func TestTheCorpusIsLargeAndItsOwn(t *testing.T) {
	for _, c := range []struct {
		what  string
		all   []string
		least int
		among []string
	}{
		{"strings", Strings(), 485, []string{"\x00", "\u202e", "\ufeff", "\xed\xa0\x80", "NULL", "%n", "../", "DROP TABLE", "$(", "!!str", "Europe/Oslo", "COM1"}},
		{"payloads", Payloads(), 500, []string{"<script>", "onerror=", "javascript:", "srcdoc", "expression(", "foreignObject", "mglyph", "${", "\u2028", "\r\nSet-Cookie", "view-transition", "id=page", "http-equiv=refresh", "data:text/html", "srcset", "hx-", "&#x", "autofocus"}},
		{"addresses", Addresses(), 200, []string{"javascript&colon;", "javas\tcript:", "vbscript:", "data:image/svg+xml", "\x01javascript"}},
		{"mutations", Mutations(), 300, []string{"<noscript>", "<math><mtext>", "CDATA", "<select><svg>"}},
		{"redirects", Redirects(), 600, []string{"//", "\\", "%2f", "@", "\t"}},
		{"log lines", LogLines(), 60, []string{"\n", "\r", "\x1b", "\u2028"}},
	} {
		if len(c.all) < c.least {
			t.Errorf("%d %s, at least %d are wanted", len(c.all), c.what, c.least)
		}
		if n := len(slices.Compact(slices.Sorted(slices.Values(c.all)))); n != len(c.all) || slices.Contains(c.all, "") {
			t.Errorf("%s: %d of %d are others", c.what, n, len(c.all))
		}
		for _, part := range c.among {
			if !slices.ContainsFunc(c.all, func(s string) bool { return strings.Contains(s, part) }) {
				t.Errorf("none of the %s holds %q", c.what, part)
			}
		}
		t.Logf("%d %s", len(c.all), c.what)
	}
}

func TestSample(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e"}
	for _, c := range []struct {
		nth, offset int
		want        string
	}{{1, 0, "a b c d e"}, {2, 0, "a c e"}, {2, 1, "b d"}, {3, 4, "b e"}, {9, 0, "a"}} {
		if got := strings.Join(Sample(all, c.nth, c.offset), " "); got != c.want {
			t.Errorf("every %d from %d: %s, want %s", c.nth, c.offset, got, c.want)
		}
	}
}

// TestTheAppHasEveryWidget: it loads, and each kind of the catalogue has a place that shows text, or no property that could.
func TestTheAppHasEveryWidget(t *testing.T) {
	a := Sinks()
	if _, problems := project.NewTree(a.Files).Project(); problems.Errors() {
		t.Fatal(problems)
	}
	kinds := map[string]bool{}
	for _, s := range a.Sinks {
		kind, _, _ := strings.Cut(s.Name, ".")
		kinds[kind] = true
	}
	for _, s := range project.Widgets() {
		text := slices.ContainsFunc(s.Props, func(p project.Prop) bool {
			return !p.Literal && slices.Contains([]project.PropKind{project.PropText, project.PropImage, project.PropJSON, project.PropOptions, project.PropTexts, project.PropList}, p.Kind)
		})
		if text && !kinds[s.Kind] {
			t.Errorf("%s shows text, and the app has none of it", s.Kind)
		}
	}
	t.Logf("%d places on %d pages", len(a.Sinks), len(a.Pages))
}

// TestShapesDiffer shows that each way of breaking out is seen.
func TestShapesDiffer(t *testing.T) {
	const page = `<!doctype html><title>harmless</title><p class="a" title="harmless">harmless</p><a href="harmless">x</a><img class="u-image" src="harmless">`
	want, err := Read(page)
	if err != nil {
		t.Fatal(err)
	}
	for text, broken := range map[string]string{
		"x":            page,
		`<b>`:          page,
		`" id="y`:      page,
		"<!-- -->":     page,
		"javascript:x": strings.ReplaceAll(page, "href=\"harmless\"", `href="java&#9;script:x"`),
		"src":          strings.ReplaceAll(page, "src=\"harmless\"", `src="data:x"`),
		"y":            strings.ReplaceAll(page, "class=\"a\"", `class="b"`),
	} {
		got, err := Read(strings.ReplaceAll(broken, Harmless, text))
		if err != nil {
			t.Fatal(err)
		}
		if fault := want.Differs(got, text); (fault == "") != (text == "x") {
			t.Errorf("%q: %q", text, fault)
		}
		if fault := want.Restructured(got, text); (fault == "") != (text == "x" || text == "y") {
			t.Errorf("%q, structure: %q", text, fault)
		}
	}
}
