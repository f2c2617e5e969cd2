package journey

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/usherdev/usher/value"
)

const maxFile = 1 << 20

// arg is what stands at a placeholder of a step.
type arg struct {
	kind   string // the placeholder
	col    int
	text   string
	env    string // the name, of a $NAME
	number int
	time   time.Duration
}

// token is one word of a line.
type token struct {
	text     string
	col, end int // from its first sign to after its last
	quoted   bool
}

// pattern is a step: words, and placeholders in <…>.
type pattern struct {
	words []string
	do    action
}

func step(words string, do action) pattern { return pattern{strings.Fields(words), do} }

// grammar is every step that there is; docs/testing.md explains them.
func grammar() []pattern {
	return []pattern{
		step("open <page>", open), step("reload", reload),
		step("fill <text> <text>", fill), step("choose <text> <text>", choose), step("choose file <text> <file>", chooseFile),
		step("check <text>", check), step("uncheck <text>", uncheck), step("check <text> in <text>", check), step("uncheck <text> in <text>", uncheck),
		step("click <text>", click), step("click <text> in <text>", click), step("press enter in <text>", pressEnter),
		step("see <text>", see), step("not see <text>", notSee),
		step("wait until see <text>", waitSee), step("wait until see <text> for <time>", waitSee),
		step("expect page <page>", expectPage), step("expect title <text>", expectTitle), step("expect field <text> <text>", expectField),
		step("expect checked <text>", expectChecked), step("expect unchecked <text>", expectUnchecked),
		step("expect picture <text>", expectPicture), step("expect no picture <text>", expectNoPicture), step("expect file <text>", expectFile),
		step("expect error <text>", expectError), step("expect notice <text>", expectNotice), step("expect no errors", expectNoErrors),
		step("expect <number> call of <call>", expectCalls), step("expect <number> calls of <call>", expectCalls),
		step("expire token", expireToken), step("expire token soon", expireSoon), step("revoke refresh token", revokeRefresh),
		step("backend down", backendDown), step("backend up", backendUp), step("restart", restart),
		step("second browser", secondBrowser), step("browser <number>", useBrowser),
	}
}

// Parse reads the journeys of a file: all below the first line, or each below a line “journey: name”. All problems come at once; with any,
// there are no journeys.
func Parse(file string, src []byte) ([]Journey, []Problem) {
	p := &parser{file: file, grammar: grammar()}
	switch {
	case len(src) > maxFile:
		p.fail(1, 1, "the file is larger than 1 MiB", "")
		return nil, p.problems
	case !utf8.Valid(src):
		p.fail(1, 1, "the file is not valid UTF-8 text", "save it as plain UTF-8 text")
		return nil, p.problems
	}
	for n, line := range strings.Split(string(src), "\n") {
		p.line(n+1, strings.TrimSuffix(line, "\r"))
	}
	for _, j := range p.journeys {
		if len(j.Steps) == 0 && len(p.problems) == 0 {
			p.fail(j.Line, 1, "this journey has no steps", "open /, to begin with")
		}
	}
	if len(p.journeys) == 0 && len(p.problems) == 0 {
		p.fail(1, 1, "the file holds no journey", "begin with: journey: what it shows")
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return p.journeys, nil
}

type parser struct {
	file     string
	grammar  []pattern
	journeys []Journey
	problems []Problem
}

func (p *parser) fail(line, col int, msg, hint string) {
	p.problems = append(p.problems, Problem{p.file, line, col, msg, hint})
}

func (p *parser) line(n int, text string) {
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "journey:") {
		p.heading(n, strings.TrimSpace(strings.TrimPrefix(trimmed, "journey:")))
		return
	}
	tokens, end, ok := p.split(n, text)
	if !ok || len(tokens) == 0 {
		return
	}
	if len(tokens) == 2 && tokens[0].text == "stand-in" && tokens[1].text == "only" && !tokens[0].quoted && !tokens[1].quoted {
		p.standIn(n, tokens[0].col)
		return
	}
	st, ok := p.step(n, tokens)
	if !ok {
		return
	}
	st.Text = strings.Trim(text[:end], " \t")
	j := p.journey(n)
	j.Steps = append(j.Steps, st)
}

// journey is the one that a line belongs to; a file without a heading is one.
func (p *parser) journey(n int) *Journey {
	if len(p.journeys) == 0 {
		p.journeys = append(p.journeys, Journey{File: p.file, Line: n, Name: strings.TrimSuffix(path.Base(p.file), ".txt")})
	}
	return &p.journeys[len(p.journeys)-1]
}

// standIn marks a journey that a real backend cannot play.
func (p *parser) standIn(n, col int) {
	j := p.journey(n)
	if len(j.Steps) > 0 {
		p.fail(n, col, "stand-in only is said of a whole journey", "write it above its first step")
	}
	j.StandIn = true
}

func (p *parser) heading(n int, name string) {
	if i := strings.Index(name, " #"); i >= 0 {
		name = strings.TrimSpace(name[:i])
	}
	same := func(j Journey) bool { return j.Name == name }
	switch {
	case name == "":
		p.fail(n, 1, "the journey has no name", "journey: what it shows")
	case slices.ContainsFunc(p.journeys, same):
		p.fail(n, 1, "a journey of this name stands above", "give it another name")
	}
	p.journeys = append(p.journeys, Journey{File: p.file, Line: n, Name: name})
}

// split makes words of a line; end is where its comment begins.
func (p *parser) split(n int, text string) (tokens []token, end int, ok bool) {
	for i := 0; i < len(text); {
		col := utf8.RuneCountInString(text[:i]) + 1
		switch c := text[i]; {
		case c == ' ' || c == '\t':
			i++
		case c < ' ' || c == 0x7f:
			p.fail(n, col, fmt.Sprintf("the line holds the control character 0x%02x", c), "save it as plain text")
			return nil, 0, false
		case c == '#':
			return tokens, i, true
		case c == '"':
			s, size, closed := unquote(text[i:])
			if !closed {
				p.fail(n, col, "this text is not closed", `end it with "; write \" for a quote inside`)
				return nil, 0, false
			}
			i += size
			tokens = append(tokens, token{s, col, utf8.RuneCountInString(text[:i]) + 1, true})
		default:
			word := text[i:]
			if k := strings.IndexFunc(word, func(c rune) bool { return c <= ' ' || c == '"' || c == 0x7f }); k >= 0 {
				word = word[:k]
			}
			tokens = append(tokens, token{word, col, col + utf8.RuneCountInString(word), false})
			i += len(word)
		}
	}
	return tokens, len(text), true
}

// unquote reads "…" at the start of s, with \" and \\ in it.
func unquote(s string) (text string, size int, closed bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), i + 1, true
		case s[i] < ' ' && s[i] != '\t':
			return "", 0, false
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}

// step finds the pattern that fits a line, or says where it stops to fit any.
func (p *parser) step(n int, tokens []token) (Step, bool) {
	best := -1
	var nearest []pattern
	for _, pat := range p.grammar {
		args, fits := pat.match(tokens)
		if fits == len(pat.words) && fits == len(tokens) {
			return Step{Line: n, do: pat.do, args: args}, true
		}
		if fits > best {
			best, nearest = fits, nil
		}
		if fits == best {
			nearest = append(nearest, pat)
		}
	}
	p.misfit(n, tokens, best, nearest)
	return Step{}, false
}

// misfit explains a line that no pattern fits: its words up to at are those of the nearest patterns.
func (p *parser) misfit(n int, tokens []token, at int, nearest []pattern) {
	var next []string
	for _, pat := range nearest {
		word := "the end of the line"
		if at < len(pat.words) {
			word = shown(pat.words[at])
		}
		if !slices.Contains(next, word) {
			next = append(next, word)
		}
	}
	if at == len(tokens) {
		last := tokens[at-1]
		p.fail(n, last.end, fmt.Sprintf("something is missing after %s", last), "next comes "+strings.Join(next, " or "))
		return
	}
	odd := tokens[at]
	hint := "next comes " + strings.Join(next, " or ")
	if near := value.Nearest(odd.text, next); near != "" && !odd.quoted {
		hint = "did you mean " + near + "?"
	} else if at == 0 {
		hint = "a step begins with " + strings.Join(next, ", ")
	}
	msg := fmt.Sprintf("%s does not fit after %s", odd, tokens[max(at-1, 0)])
	if at == 0 {
		msg = fmt.Sprintf("there is no step %s", odd)
	}
	p.fail(n, odd.col, msg, hint)
}

// shown is a pattern's word in a message.
func shown(word string) string {
	switch word {
	case "<text>":
		return "text in quotes"
	case "<file>":
		return "the name of a file beside the journeys, in quotes"
	case "<page>":
		return "a /path or the name of a page"
	case "<number>":
		return "a number"
	case "<call>":
		return "a call, as group.call"
	case "<time>":
		return "a time such as 30s"
	}
	return word
}

// String shows a word in a message.
func (t token) String() string {
	if utf8.RuneCountInString(t.text) > 40 {
		return strconv.Quote(string([]rune(t.text)[:40]) + "…")
	}
	return strconv.Quote(t.text)
}

// match reads tokens as the pattern; fits is how many of its words it got through.
func (pat pattern) match(tokens []token) (args []arg, fits int) {
	for i, word := range pat.words {
		if i == len(tokens) {
			return nil, i
		}
		if !strings.HasPrefix(word, "<") {
			if tokens[i].quoted || tokens[i].text != word {
				return nil, i
			}
			continue
		}
		a, ok := tokens[i].as(word)
		if !ok {
			return nil, i
		}
		a.kind, a.col = word, tokens[i].col
		args = append(args, a)
	}
	return args, len(pat.words)
}

// as reads a token as what a placeholder wants.
func (t token) as(placeholder string) (arg, bool) {
	switch placeholder {
	case "<file>":
		return arg{text: t.text}, t.quoted && t.text != ""
	case "<text>":
		if name, ok := strings.CutPrefix(t.text, "$"); ok && !t.quoted {
			return arg{env: name}, isName(name)
		}
		return arg{text: t.text}, t.quoted
	case "<number>":
		n, err := strconv.Atoi(t.text)
		return arg{number: n}, err == nil && n >= 0 && n <= 1000 && !t.quoted
	case "<time>":
		d, err := time.ParseDuration(t.text)
		return arg{time: d}, err == nil && d > 0 && d <= 5*time.Minute && !t.quoted
	case "<call>":
		group, call, ok := strings.Cut(t.text, ".")
		return arg{text: t.text}, ok && group != "" && call != "" && !t.quoted
	}
	return arg{text: t.text}, t.text != "" && !strings.HasPrefix(t.text, "$")
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// Check finds the pages and calls that journeys name and the app does not have, and the files that missing says are not there.
func Check(all []Journey, pages []Page, calls []string, missing func(file string) bool) []Problem {
	var names []string
	for _, p := range pages {
		names = append(names, p.Name)
	}
	var out []Problem
	for _, j := range all {
		for _, st := range j.Steps {
			for _, a := range st.args {
				known, what := names, "page"
				switch {
				case a.kind == "<file>":
					if missing(a.text) {
						out = append(out, Problem{j.File, st.Line, a.col, fmt.Sprintf("there is no file %q beside the journeys", a.text), "put it into tests/"})
					}
					continue
				case a.kind == "<call>":
					known, what = calls, "call"
				case a.kind != "<page>" || strings.HasPrefix(a.text, "/"):
					continue
				}
				if slices.Contains(known, a.text) {
					continue
				}
				hint := ""
				if near := value.Nearest(a.text, known); near != "" {
					hint = "did you mean " + near + "?"
				}
				out = append(out, Problem{j.File, st.Line, a.col, fmt.Sprintf("the app has no %s %q", what, a.text), hint})
			}
		}
	}
	return out
}
