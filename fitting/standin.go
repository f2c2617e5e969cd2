package fitting

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/project"
)

// standinFile describes the backend that journeys run against.
const standinFile = "tests/backend.yaml"

// standin is what of a stand-in is looked at here; package standin reads it whole.
type standin struct {
	Variables map[string]string `yaml:"variables"`
	LogInBy   []string          `yaml:"logInBy"`
	Accounts  []map[string]any  `yaml:"accounts"`
	Routes    []route           `yaml:"routes"`
}

type route struct {
	On   string `yaml:"on"`
	When string `yaml:"when"`
}

func readStandin(src []byte) (s standin) {
	if len(src) == 0 {
		return s
	}
	_ = yaml.Load(src, &s) // what cannot be read answers nothing; usher check says why
	return s
}

// answers reports whether a route is for what a call sends, which request tells.
func answers(on, request string) bool {
	method, rest, _ := strings.Cut(on, " ")
	want, sent, _ := strings.Cut(request, " ")
	if method != want {
		return false
	}
	path, query, _ := strings.Cut(rest[max(0, strings.Index(rest, "/")):], "?")
	asked, fixed, _ := strings.Cut(sent, "?")
	for _, pair := range strings.FieldsFunc(fixed, func(r rune) bool { return r == '&' }) {
		if query != "" && !slices.Contains(strings.Split(query, "&"), pair) {
			return false
		}
	}
	have, need := strings.Split(strings.TrimSuffix(path, "/"), "/")[1:], strings.Split(asked, "/")[1:]
	if len(have) < len(need) {
		return false
	}
	for i, part := range have[len(have)-len(need):] {
		if placeholder := strings.HasPrefix(part, "{") && len(have) == len(need); part != need[i] && need[i] != "*" && !placeholder {
			return false
		}
	}
	return true
}

// answer teaches the app's stand-in what the backend's says to a request, unless it answers that already.
func (f *fit) answer(b *backend, request string) error {
	mine := readStandin(f.tests[standinFile])
	if f.tests[standinFile] == nil || slices.ContainsFunc(mine.Routes, func(r route) bool { return answers(r.On, request) }) {
		return nil
	}
	for _, src := range [][]byte{b.tests, b.more} {
		items, err := routesOf(src)
		if err != nil {
			return err
		}
		for i, r := range readStandin(src).Routes {
			if !answers(r.On, request) {
				continue
			}
			if f.tests[standinFile], err = withRoute(f.tests[standinFile], items[i]); err != nil {
				return err
			}
			f.made("%s: what the backend answers to %s", standinFile, r.On)
		}
	}
	return nil
}

// routesOf returns the routes of a stand-in as they are written, without indentation.
func routesOf(src []byte) ([]string, error) {
	if len(src) == 0 {
		return nil, nil
	}
	list, err := routesNode(src)
	if err != nil || list == nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimRight(string(src), "\n"), "\n")
	var out []string
	for i, item := range list.Content {
		from, to := item.Line-1, routesEnd(lines, list)
		if i+1 < len(list.Content) {
			to = list.Content[i+1].Line - 1
		}
		var text []string
		for _, line := range lines[from:to] {
			text = append(text, strings.TrimPrefix(line, strings.Repeat(" ", item.Column-3)))
		}
		out = append(out, strings.TrimRight(strings.Join(text, "\n"), "\n "))
	}
	return out, nil
}

// routesNode finds the list of routes.
func routesNode(src []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Load(src, &doc); err != nil {
		return nil, refuse("usher check says where", "%s cannot be read: %v", standinFile, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	top := doc.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		if top[i].Value == "routes" && top[i+1].Kind == yaml.SequenceNode && len(top[i+1].Content) > 0 && top[i+1].Style&yaml.FlowStyle == 0 {
			return top[i+1], nil
		}
	}
	return nil, nil
}

// routesEnd is the number of lines up to the end of the list of routes: a line of the file's own level, or the end.
func routesEnd(lines []string, list *yaml.Node) int {
	last := list.Content[len(list.Content)-1].Line
	for i := last; i < len(lines); i++ {
		if line := lines[i]; line != "" && line[0] != ' ' && line[0] != '-' && line[0] != '\t' {
			return i
		}
	}
	return len(lines)
}

// withRoute adds a route at the end of the list; all else stays as it is written.
func withRoute(src []byte, item string) ([]byte, error) {
	list, err := routesNode(src)
	if err != nil {
		return nil, err
	}
	if list == nil {
		return nil, refuse("write its routes as a list, one below the other", "%s has no list of routes to add to", standinFile)
	}
	text := strings.TrimRight(string(src), "\n")
	lines := strings.Split(text, "\n")
	end := routesEnd(lines, list)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	indent := strings.Repeat(" ", max(0, list.Content[0].Column-3))
	var added []string
	for _, line := range strings.Split(item, "\n") {
		if line != "" {
			line = indent + line
		}
		added = append(added, line)
	}
	return []byte(strings.Join(slices.Concat(lines[:end], added, lines[end:]), "\n") + "\n"), nil
}

// journey adds the page's journey, where the app's stand-in can play it.
func (f *fit) journey() error {
	source, err := f.wish.Template.Journey()
	if err != nil {
		return err
	}
	name := "tests/" + f.wish.As + ".txt"
	if f.tests[name] != nil {
		return refuse("rename it, or name the page with --as", "%s is there already", name)
	}
	if why := f.unplayable(); why != "" {
		f.left("A journey in %s: none was written, for %s.", name, why)
		return nil
	}
	text, err := f.facts.fill(source)
	if errors.Is(err, errNoAccount) {
		f.left("A journey in %s: none was written, for the accounts of %s do not say what it would type.", name, standinFile)
		return nil
	} else if err != nil {
		return err
	}
	f.tests[name] = []byte(text)
	f.made("%s, its journey", name)
	return nil
}

// unplayable says why no journey can be played; "" means that one can.
func (f *fit) unplayable() string {
	if f.tests[standinFile] == nil {
		return "there is no " + standinFile + " that says what the backend answers; docs/testing.md shows one"
	}
	next, _ := f.next.Project()
	if next == nil {
		return "the app has errors"
	}
	mine := readStandin(f.tests[standinFile])
	for _, c := range f.sent(next) {
		req := request(f.next, c.Group.Name, c.Name)
		if !slices.ContainsFunc(mine.Routes, func(r route) bool { return answers(r.On, req) }) {
			return standinFile + " does not say what the backend answers to " + req
		}
	}
	if f.wish.Template.Login && f.facts.LogIn == "" {
		return "how a journey logs in is not plain from the entry page and the accounts of " + standinFile
	}
	return ""
}

// sent lists the calls that the page sends, in its blocks too.
func (f *fit) sent(p *project.Project) (out []*project.Call) {
	page := p.Page(f.wish.As)
	var visit func(a *project.Action)
	walk := func(list []*project.Action) { project.EachAction(list, visit) }
	visit = func(a *project.Action) {
		if a.Call != nil {
			out = append(out, a.Call)
		}
		if a.Block != nil {
			walk(a.Block.Actions)
		}
	}
	walk(page.OnLoad)
	for _, t := range page.Actions {
		walk(t.Actions)
	}
	for _, q := range page.Queries {
		out = append(out, q.Call)
	}
	return out
}

// quoted is a text as journeys write it: the name of a variable that the stand-in has, or the text itself.
func (s standin) quoted(variable, text string) string {
	if s.Variables[variable] != "" {
		return "$" + variable
	}
	return said(text)
}

// said is a text in quotes, as journeys write it; "" for none.
func said(text string) string {
	if text == "" {
		return ""
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// account is the first account, by which a journey logs in: its name and its password.
func (s standin) account() (name, password string) {
	if len(s.Accounts) == 0 {
		return "", ""
	}
	by := "username"
	if len(s.LogInBy) > 0 {
		by = s.LogInBy[0]
	}
	return textOf(s.Accounts[0][by]), textOf(s.Accounts[0]["password"])
}

func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
