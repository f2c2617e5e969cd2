package usher

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// speaking are the places whose sentences reach the people of an app; they may hold none of their own.
var speaking = []string{"render/*.go", "app/*.go", "flow/*.go", "call/*.go", "project/input*.go"}

// builderSentences are what only builders read.
var builderSentences = map[string]bool{
	"There is no project on the canvas yet.":                      true, // the studio's frame
	"This page is for the studio alone.":                          true,
	"This page cannot be drawn yet":                               true,
	"A paragraph of text that stands where the real one will be.": true, // sample data
	"Some words of text.":                                         true,
	"A few more words of text.":                                   true,
	"A third, rather longer title to see how it wraps":            true,
}

var sentence = regexp.MustCompile(`^\p{Lu}[\p{L}’' ,;:-]+ .*(\.|!|\?|…)$`)

// sentencesIn lists the literals of a Go file that read like a sentence for people.
func sentencesIn(t *testing.T, name string, src []byte) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil && sentence.MatchString(text) && !builderSentences[text] {
				out = append(out, text)
			}
		}
		return true
	})
	return out
}

// eachSpeaking hands out the sources that may speak to people.
func eachSpeaking(t *testing.T, fn func(name string, src []byte)) {
	t.Helper()
	for _, pattern := range speaking {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fn(name, src)
		}
	}
}

// TestEverySentenceForPeopleIsInTheTable: what people read stands in project/words alone, so that it can be said in another language.
func TestEverySentenceForPeopleIsInTheTable(t *testing.T) {
	files := 0
	eachSpeaking(t, func(name string, src []byte) {
		files++
		for _, s := range sentencesIn(t, name, src) {
			t.Errorf("%s: %q is a sentence for people: put it into project/words/*.yaml", name, s)
		}
	})
	if files < 100 {
		t.Fatalf("only %d files were read", files)
	}
	if found := sentencesIn(t, "x.go", []byte("package x\n\nconst a = \"There is no page at this address.\"\n")); len(found) != 1 {
		t.Errorf("a sentence is not seen: %v", found)
	}
}

// TestEveryKeyOfASentenceIsThere: each key that the code names is in the table, and each of the table is named.
func TestEveryKeyOfASentenceIsThere(t *testing.T) {
	english := project.Speak("en")
	named := regexp.MustCompile(`"(?:usher\.)?((?:page|ask|embed|field|files|chart|shown|valid|heading|link|text|stale|ended|call)\.[A-Za-z_]+)"`)
	used := map[string]bool{}
	eachSpeaking(t, func(name string, src []byte) {
		for _, m := range named.FindAllStringSubmatch(string(src), -1) {
			if used[m[1]] = true; !english.Has("usher." + m[1]) {
				t.Errorf("%s names %s, which no language has", name, m[1])
			}
		}
	})
	for _, key := range english.Keys() {
		if short := strings.TrimPrefix(key, "usher."); !used[short] && !strings.HasPrefix(short, "ended.") {
			t.Errorf("nobody says %s", key)
		}
	}
}
