package project

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/usherdev/usher/value"
)

// CheckOptions says how severe Check is. The zero value reports what Project does.
type CheckOptions struct {
	Strict bool // also warn where an app strays from NIST SP 800-63B and OWASP ASVS
}

// Project decodes the files strictly and checks everything: all problems come at once, sorted. The Project is nil when a file cannot
// be read as YAML or app.yaml is missing. With errors among the problems it is fit for the canvas alone: what is wrong is left out
// of it (nil pages and calls in actions, a Fault in widgets), and it must not be served. A tree is judged once: all who ask share one Project,
// which nobody may change.
func (t *Tree) Project() (*Project, Problems) {
	if t.once == nil {
		return t.check(CheckOptions{})
	}
	t.once.Do(func() { t.once.project, t.once.problems = t.check(CheckOptions{}) })
	return t.once.project, t.once.problems
}

// verdict is what a tree was found to be.
type verdict struct {
	sync.Once
	project  *Project
	problems Problems
}

// Check returns all problems of the files, sorted by file, line and column.
func (t *Tree) Check(o CheckOptions) Problems {
	_, problems := t.check(o)
	return problems
}

// check runs the checker; a second time when it learned that untyped replies hold tokens, so that every use of them is judged.
func (t *Tree) check(o CheckOptions) (*Project, Problems) {
	files, faults := t.parse()
	c := newChecker(t, o, files, nil)
	c.run()
	if len(c.taints) > 0 {
		c = newChecker(t, o, files, c.taints)
		c.run()
	}
	problems := withPoints(append(c.problems, faults...), t.nameWarnings(files))
	slices.SortStableFunc(problems, compareProblems)
	problems = slices.CompactFunc(problems, func(a, b Problem) bool { return a.String() == b.String() })
	if len(faults) > 0 || c.app == nil {
		return nil, problems
	}
	return c.p, problems
}

func compareProblems(a, b Problem) int {
	if n := strings.Compare(a.File, b.File); n != 0 {
		return n
	}
	if a.Line != b.Line {
		return a.Line - b.Line
	}
	if a.Col != b.Col {
		return a.Col - b.Col
	}
	return strings.Compare(a.Msg, b.Msg)
}

// parse reads every YAML file of the tree.
func (t *Tree) parse() (map[string]*file, Problems) {
	files := map[string]*file{}
	var problems Problems
	names := t.Files()
	if len(names) > MaxFiles {
		problems = append(problems, Problem{File: names[MaxFiles], Msg: fmt.Sprintf("the project has more than %d files", MaxFiles)})
		names = names[:MaxFiles]
	}
	var sound []string
	for _, name := range names {
		if strings.HasPrefix(name, assetsDir) || strings.HasPrefix(name, ".") {
			continue
		}
		if msg, hint := misplaced(name); msg != "" {
			problems = append(problems, Problem{At: filePath(name), File: name, Msg: msg, Hint: hint, Warning: hint == ""})
			continue
		}
		sound = append(sound, name)
	}
	for i, read := range t.readAll(sound) {
		problems = append(problems, read.problems...)
		files[sound[i]] = &file{name: sound[i], src: read.src, root: read.root}
	}
	return files, problems
}

// misplaced says what is wrong with a file's name or place.
func misplaced(name string) (msg, hint string) {
	dir, base, nested := strings.Cut(name, "/")
	switch {
	case strings.HasSuffix(name, ".yml"):
		return "files of an app end in .yaml", "rename it to " + strings.TrimSuffix(name, ".yml") + ".yaml"
	case !strings.HasSuffix(name, ".yaml"):
		return "", ""
	case name == appFile:
		return "", ""
	case !nested:
		return "no such file belongs to an app", "move it to pages, components, calls, types or flows"
	case !slices.Contains(folders, dir):
		return "no such folder belongs to an app", didYouMean(dir, folders)
	case strings.Contains(base, "/"):
		return "files stand directly in " + dir, "move it to " + dir + "/"
	case !filePattern.MatchString(strings.TrimSuffix(base, ".yaml")):
		return "a file cannot have this name", "use letters, digits, - and _, beginning with a letter"
	}
	return "", ""
}

// checker decodes and checks one tree. Its passes follow one another in run; each may rely on those before it.
type checker struct {
	tree     *Tree
	opts     CheckOptions
	files    map[string]*file
	values   map[string]any // what is written in files that have problems
	problems Problems
	p        *Project
	app      *appWork

	types      map[string]*DataType
	typeWorks  map[string]*typeWork
	pages      map[string]*pageWork
	flows      map[string]*flowFile
	components map[string]*component
	bars       *component // what app.yaml draws on every page; nil nothing
	calls      map[string]*callWork
	hidden     map[string][]string // call id → paths of its reply that hold a token (known from the first run)
	around     []*intercepted      // groups and calls that may have flows around them
	onPage     *pageWork           // the page being read, nil none
	blocks     []string            // the action blocks being read, outermost first
	taints     map[string][]string // the same, found in this run and not known before
	watched    *watched            // a place that is looked out for; nil none
}

func newChecker(t *Tree, o CheckOptions, files map[string]*file, hidden map[string][]string) *checker {
	c := &checker{tree: t, opts: o, files: files, hidden: hidden, taints: map[string][]string{}}
	c.p = &Project{Revision: t.Revision(), Beside: t.beside(), Assets: t.assets()}
	c.typeWorks, c.components = map[string]*typeWork{}, map[string]*component{}
	c.types, c.pages, c.flows, c.calls = map[string]*DataType{}, map[string]*pageWork{}, map[string]*flowFile{}, map[string]*callWork{}
	return c
}

// run makes the passes. Names come before what refers to them.
func (c *checker) run() {
	c.readTypes()
	c.readApp()
	if c.app == nil {
		return
	}
	c.readPageHeads()
	c.readFlowHeads()
	c.readComponentHeads()
	c.readGroups()
	c.readAuthentication()
	c.readFlows()
	c.readInterceptors()
	c.readComponents()
	c.readPages()
	c.readAppEvents()
	c.checkRoutes()
	c.checkRedirects()
	c.checkLanding()
	c.checkLogInFields()
	if c.opts.Strict {
		c.advise()
	}
}

// report files a problem.
func (c *checker) report(p place, line, col int, msg, hint string, warning bool, fixes []Fix) {
	c.problems = append(c.problems, Problem{At: p.at, File: p.f.name, Line: line, Col: col, Msg: msg, Hint: hint, Warning: warning, Fixes: fixes})
}

// in returns the parsed files of a folder, sorted; those that could not be parsed have no root.
func (c *checker) in(dir string) []*file {
	var out []*file
	for _, name := range c.tree.Files() {
		if f := c.files[name]; f != nil && strings.HasPrefix(name, dir+"/") {
			out = append(out, f)
		}
	}
	return out
}

func (c *checker) rootOf(f *file) place { return place{c, f, f.root, filePath(f.name)} }

// unread reports whether some file of the folder could not be parsed, so that a missing name may stand in it.
func (c *checker) unread(file string) bool {
	f := c.files[file]
	return f != nil && f.root == nil
}

// errorsSince counts the errors filed after a mark.
func (c *checker) errorsSince(mark int) int {
	n := 0
	for _, p := range c.problems[mark:] {
		if !p.Warning {
			n++
		}
	}
	return n
}

// firstError returns the sentence of the first error filed after a mark, "" when there is none.
func (c *checker) firstError(mark int) string {
	for _, p := range c.problems[mark:] {
		if !p.Warning {
			return p.Msg
		}
	}
	return ""
}

// lookupType finds a data type or enum by name.
func (c *checker) lookupType(name string) (*value.Type, bool) {
	d := c.types[name]
	if d == nil {
		return nil, false
	}
	return d.Type, true
}
