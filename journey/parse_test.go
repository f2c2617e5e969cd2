package journey

import (
	"os"
	"strings"
	"testing"
)

func TestF224_EachStepIsRead(t *testing.T) {
	const all = `
open /posts/1?x=2
open home
reload
fill "Name" "Ann \"A\" # no comment"   # a comment
fill "Password" $PASSWORD
choose "Country" "France"
check "Remember me"
uncheck "Remember me"
click "Save"
click "Delete" in "the second post"
press enter in "Name"
see "Welcome"
not see "Sorry"
wait until see "Done"
wait until see "Done" for 30s
expect page home
expect title "Home"
expect field "Name" ""
expect checked "Remember me"
expect unchecked "Remember me"
expect error "wrong"
expect notice "saved"
choose file "Photo" "hut.png"
check "Sea" in "Wishes"
uncheck "Sea" in "Wishes"
expect picture "The hut"
expect no picture "The hut"
expect file "year.csv"
expect no errors
expect 1 call of auth.login
expect 0 calls of auth.login
expire token
expire token soon
revoke refresh token
backend down
backend up
restart
second browser
browser 1
`
	js, problems := Parse("tests/all.txt", []byte(all))
	if len(problems) > 0 || len(js) != 1 {
		t.Fatalf("%d journeys, %v", len(js), problems)
	}
	if js[0].Name != "all" || len(js[0].Steps) != strings.Count(all, "\n")-1 {
		t.Errorf("%q has %d steps", js[0].Name, len(js[0].Steps))
	}
	if st := js[0].Steps[3]; st.args[1].text != `Ann "A" # no comment` || st.Text != `fill "Name" "Ann \"A\" # no comment"` || st.Line != 5 {
		t.Errorf("%+v", st)
	}
	used := map[string]bool{}
	for _, pat := range grammar() { // each pattern stands above
		words := strings.Join(pat.words, " ")
		for _, st := range js[0].Steps {
			tokens, _, _ := (&parser{}).split(1, st.Text)
			if _, fits := pat.match(tokens); fits == len(pat.words) && fits == len(tokens) {
				used[words] = true
			}
		}
		if !used[words] {
			t.Errorf("no line is read as %q", words)
		}
	}
}

func TestParseNamesJourneys(t *testing.T) {
	js, problems := Parse("tests/a.txt", []byte("# about\r\njourney: first # of two\r\nopen /\r\n\r\njourney: second\n\topen /\nreload"))
	if len(problems) > 0 || len(js) != 2 || js[0].Name != "first" || js[1].Name != "second" || js[1].Line != 5 || len(js[1].Steps) != 2 {
		t.Errorf("%+v %v", js, problems)
	}
}

func TestF224_AJourneyForTheStandInAlone(t *testing.T) {
	js, problems := Parse("f", []byte("journey: a\nstand-in only  # nobody has such an account\nopen /\n\njourney: b\nopen /"))
	if len(problems) > 0 || !js[0].StandIn || len(js[0].Steps) != 1 || js[1].StandIn {
		t.Errorf("%+v %v", js, problems)
	}
	if js, problems = Parse("f", []byte("stand-in only\nopen /")); len(problems) > 0 || !js[0].StandIn || js[0].Name != "f" {
		t.Errorf("%+v %v", js, problems)
	}
}

func TestParseFaults(t *testing.T) {
	for src, want := range map[string]string{
		"opne /":                                 `f:1:1: there is no step "opne" (did you mean open?)`,
		"dance":                                  `f:1:1: there is no step "dance" (a step begins with open, `,
		"open":                                   `f:1:5: something is missing after "open" (next comes a /path or the name of a page)`,
		"open /\n  clik \"x\"":                   `f:2:3: there is no step "clik" (did you mean click?)`,
		`fill "é" text`:                          `f:1:10: "text" does not fit after "é" (next comes text in quotes)`,
		`fill "é`:                                `f:1:6: this text is not closed`,
		`expect 1 calls auth.login`:              `f:1:16: "auth.login" does not fit after "calls" (next comes of)`,
		`expect 1 calls of login`:                `f:1:19: "login" does not fit after "of" (next comes a call, as group.call)`,
		`expect -1 calls of a.b`:                 `f:1:8: "-1" does not fit after "expect" (next comes page or title or`,
		`reload now`:                             `f:1:8: "now" does not fit after "reload" (next comes the end of the line)`,
		`fill "a" $`:                             `f:1:10: "$" does not fit`,
		`open $HOME`:                             `f:1:6: "$HOME" does not fit`,
		`"open" /`:                               `f:1:1: there is no step "open" (a step begins with`,
		`wait until see "x" for 3h`:              `f:1:24: "3h" does not fit after "for" (next comes a time such as 30s)`,
		"open /\n stand-in only":                 `f:2:2: stand-in only is said of a whole journey (write it above its first step)`,
		"stand-in alone":                         `f:1:1: there is no step "stand-in"`,
		"":                                       `f:1:1: the file holds no journey`,
		"# only words":                           `f:1:1: the file holds no journey`,
		"journey:\nopen /":                       `f:1:1: the journey has no name`,
		"journey: a":                             `f:1:1: this journey has no steps`,
		"journey: a\nopen /\njourney: a\nopen /": `f:3:1: a journey of this name stands above`,
		"open /\xff":                             `f:1:1: the file is not valid UTF-8 text`,
		strings.Repeat("#", 1<<20) + "#":         `f:1:1: the file is larger than 1 MiB`,
	} {
		js, problems := Parse("f", []byte(src))
		if len(problems) != 1 || js != nil || !strings.HasPrefix(problems[0].String(), want) {
			t.Errorf("%.60q: %v, want %s", src, problems, want)
		}
	}
	if _, problems := Parse("f", []byte("opne /\nclik \"x\"\nsee")); len(problems) != 3 {
		t.Errorf("not all at once: %v", problems)
	}
}

func TestCheckFindsWhatTheAppHasNot(t *testing.T) {
	js, _ := Parse("f", []byte("open home\nopen /anything\nexpect page hone\nexpect 2 calls of auth.me\nexpect 1 call of auth.mee\nchoose file \"A\" \"hut.png\"\nchoose file \"A\" \"hat.png\""))
	got := Check(js, []Page{{"home", "/home"}}, []string{"auth.me"}, func(file string) bool { return file != "hut.png" })
	if len(got) != 3 || got[2].String() != `f:7:17: there is no file "hat.png" beside the journeys (put it into tests/)` || got[0].String() != `f:3:13: the app has no page "hone" (did you mean home?)` || got[1].Line != 5 || got[1].Col != 18 {
		t.Errorf("%v", got)
	}
}

func FuzzF224_Parse(f *testing.F) {
	for _, s := range []string{"open /", "journey: a\nfill \"x\" $Y # z", `see "\\\"`, "expect 1 call of a.b", "wait until see \"x\" for 3s", "\"", "é\t\"é\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		js, problems := Parse("f", src)
		if (len(js) == 0) == (len(problems) == 0) {
			t.Fatalf("%d journeys and %d problems", len(js), len(problems))
		}
		lines := strings.Split(string(src), "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > len(lines[p.Line-1])+1 || p.Msg == "" {
				t.Fatalf("%+v is nowhere in %q", p, src)
			}
		}
		for _, j := range js {
			if j.Name == "" || len(j.Steps) == 0 {
				t.Fatalf("%+v", j)
			}
			for _, st := range j.Steps { // what is read as a step is read so again
				again, bad := Parse("f", []byte(st.Text))
				if len(bad) > 0 || len(again[0].Steps) != 1 || again[0].Steps[0].Text != st.Text {
					t.Fatalf("%q is read as %v, %v", st.Text, again, bad)
				}
			}
		}
	})
}

// TestF224_TheDocumentationExplainsEachStep compares docs/testing.md with the grammar.
func TestF224_TheDocumentationExplainsEachStep(t *testing.T) {
	src, err := os.ReadFile("../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, line := range strings.Split(string(src), "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for i, code := range strings.Split(cell, "`") {
			if i%2 == 1 && strings.HasPrefix(line, "| `") {
				documented = append(documented, code)
			}
		}
	}
	p := &parser{}
	for _, pat := range grammar() {
		found := false
		for _, code := range documented {
			tokens, _, ok := p.split(1, strings.Replace(code, "… for 30s", `wait until see "text" for 30s`, 1))
			_, fits := pat.match(tokens)
			found = found || ok && fits == len(pat.words) && fits == len(tokens)
		}
		if words := strings.Join(pat.words, " "); !found && words != "expect <number> call of <call>" { // the singular of another
			t.Errorf("docs/testing.md does not explain %q", words)
		}
	}
}
