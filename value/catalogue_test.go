package value

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr/builtin"
)

// sample is what the examples of the catalogue read; docs/reference/functions.md shows it.
func sample() (*Env, Scope) {
	post := ObjectOf("Post", Field{Name: "title", Type: TextType()}, Field{Name: "likes", Type: IntType()}, Field{Name: "kind", Type: TextType()})
	user := ObjectOf("User", Field{Name: "name", Type: TextType()}, Field{Name: "born", Type: TimeType()}, Field{Name: "city", Type: TextType()})
	hello, _ := ParseMessage("Hello {name}")
	locale := NewLocale("en", map[string]*Message{"home.greeting": hello}, nil)
	env := NewEnv().With("user", user).With("posts", ListOf(post)).With("nothing", AnyType()).
		With("auth", ObjectOf("", Field{Name: "token", Type: SecretType()})).Speaking(locale)
	token := "eyJhbGciOiJIUzI1NiJ9." + strings.TrimRight(base64Text(`{"sub":"7"}`), "=") + ".CANARY" // gitleaks:allow, an unsigned token made up here
	return env, Scope{
		"now": time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), LocaleKey: locale, "auth": map[string]any{"token": NewSecret(token)},
		"user":  map[string]any{"name": "Ada Lovelace", "born": time.Date(1990, 12, 10, 6, 30, 0, 0, time.UTC)},
		"posts": []any{samplePost("Hills", 3, "walk"), samplePost("Alps", 5, "climb"), samplePost("Lakes", 3, "walk")},
	}
}

func samplePost(title string, likes int, kind string) map[string]any {
	return map[string]any{"title": title, "likes": likes, "kind": kind}
}

// asJSON is how the catalogue writes what an example gives.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	if v == nil {
		return "nil"
	}
	b, err := EncodeJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func evalSample(t *testing.T, src string) any {
	t.Helper()
	env, scope := sample()
	tmpl, faults := env.Parse("${"+src+"}", nil)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", src, faults)
	}
	v, err := tmpl.Eval(scope)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return v
}

var callOf = regexp.MustCompile(`\b([a-zA-Z0-9]+)\(`)

// TestF176_EveryFunctionSaysWhatItDoes: the catalogue has a sentence, a group and an example for each, and the example gives what it says.
func TestF176_EveryFunctionSaysWhatItDoes(t *testing.T) {
	var names []string
	for _, f := range Functions() {
		names = append(names, f.Name)
		if f.Doc == "" || f.Group == "" || strings.HasSuffix(f.Doc, ".") || !strings.HasPrefix(f.Usage, f.Name+"(") || !strings.HasPrefix(f.Signature, f.Name+"(") {
			t.Errorf("%+v", f)
		}
		if strings.ContainsRune(functions[f.Name].params, 0) {
			t.Errorf("%s has a parameter of a type that is none", f.Signature)
		}
		if functions[f.Name].result == nil && !functions[f.Name].closure {
			t.Errorf("%s has a result of a type that is none", f.Signature)
		}
		if !slices.ContainsFunc(callOf.FindAllStringSubmatch(f.Example, -1), func(m []string) bool { return m[1] == f.Name }) {
			t.Errorf("the example %s does not call %s", f.Example, f.Name)
		}
		if got := asJSON(t, evalSample(t, f.Example)); got != f.Gives {
			t.Errorf("%s gives\n%s, not\n%s", f.Example, got, f.Gives)
		}
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(functions) {
		t.Errorf("%d names in the catalogue, %d functions", len(names), len(functions))
	}
}

// TestF176_TheLibrariesFunctionsAreOurs: of the functions that the library brings with it, only those of the catalogue can be called.
func TestF176_TheLibrariesFunctionsAreOurs(t *testing.T) {
	env, _ := sample()
	for _, f := range builtin.Builtins {
		args := "posts"
		if f.Predicate {
			args = "posts, true"
		}
		_, faults := env.Parse("${"+f.Name+"("+args+")}", nil)
		unknown := slices.ContainsFunc(faults, func(f Fault) bool { return strings.HasPrefix(f.Msg, "unknown function") })
		if _, ours := functions[f.Name]; ours == unknown {
			t.Errorf("%s: in the catalogue %v, but unknown %v: %v", f.Name, ours, unknown, faults)
		}
		if f.Predicate && !functions[f.Name].closure {
			t.Errorf("the library runs %s itself, and the catalogue does not say so", f.Name)
		}
	}
}

// withFirst is a call of f as in its example, with another first argument.
func withFirst(f Function, arg string) string {
	at := strings.Index(f.Example, f.Name+"(")
	end, depth := at+len(f.Name)+1, 0
	var quote byte
	for ; end < len(f.Example); end++ {
		switch c := f.Example[end]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case depth == 0 && (c == ',' || c == ')'):
			rest, level := end, 0
			for ; level >= 0 && rest < len(f.Example); rest++ {
				switch f.Example[rest] {
				case '(':
					level++
				case ')':
					level--
				}
			}
			return f.Name + "(" + arg + f.Example[end:rest]
		case c == ')' || c == ']' || c == '}':
			depth--
		}
	}
	return ""
}

// TestF175_AbsenceIsNoError: each function takes nil, and gives what the catalogue says.
func TestF175_AbsenceIsNoError(t *testing.T) {
	for _, f := range Functions() {
		if functions[f.Name].params == "" {
			continue
		}
		for _, arg := range []string{"nothing", "nothing.at.all", "nil"} {
			if got := asJSON(t, evalSample(t, withFirst(f, arg))); got != f.Absent {
				t.Errorf("%s gives %s, not %s", withFirst(f, arg), got, f.Absent)
			}
		}
	}
}

func TestF176_GroupsAndPlaces(t *testing.T) {
	for src, want := range map[string]string{
		"groupBy(posts, .likes)[0].items[1].title": `"Lakes"`, "map(groupBy([1, 1.0, '1', nil, nil, '1'], #), count(.items))": "[2,2,2]",
		"unique([1, 1.0, '1', nil, nil, true, {a: 1}, {a: 1.0}])": `[1,"1",null,true,{"a":1}]`, "unique([1.0, 1, 1.5, 1.5])": "[1,1.5]",
		"string(findLast(posts, .likes == 9)) ?? 'none'": `"none"`, "findLastIndex(posts, #index < 2 && .likes > 1) + 0": "1", "findLast(posts, #index < 2).title": `"Alps"`,
		"[findLastIndex(posts, .likes > 9), findIndex(posts, .likes > 9)]": "[null,null]", "findLast(1..9, # % 4 == 0) + 1": "9", "map(posts, groupBy(posts, .kind)[#index].key)": `["walk","climb",null]`,
	} {
		if got := asJSON(t, evalSample(t, src)); got != want {
			t.Errorf("%s = %s, not %s", src, got, want)
		}
	}
	env, _ := sample()
	for src, want := range map[string]string{"groupBy(posts, .likes)[0].key": "int", "groupBy(posts, .kind)[0].items": "list of Post"} {
		if tmpl, faults := env.Parse("${"+src+"}", nil); len(faults) > 0 || tmpl.Type().String() != want {
			t.Errorf("%s is %v, %v", src, tmpl.Type(), faults)
		}
	}
}
