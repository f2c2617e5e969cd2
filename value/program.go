package value

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

const (
	runName  = "$"
	maxSteps = 1_000_000 // of one evaluation: calls, passes of a loop, items and 64-byte pieces of what is made
)

// plainType marks nodes that need no unwrapping of pointers: the scope holds none.
var plainType = reflect.TypeFor[string]()

// errWork is what an expression that does too much ends with.
var errWork = errors.New("it does too much work")

// program is one compiled expression.
type program struct {
	src  string
	code *vm.Program
	idle sync.Pool // of *machine
}

// machine runs a program; one runs at a time.
type machine struct {
	vm  vm.VM
	env map[string]any
	run run
}

// run is the state of one evaluation.
type run struct {
	scope Scope
	steps int
}

func (r *run) spend(n int) error {
	r.steps += n
	if r.steps > maxSteps || n < 0 {
		return errWork
	}
	return nil
}

// now is the scope's time, or the clock's.
func (r *run) now() time.Time {
	if t, ok := r.scope["now"].(time.Time); ok {
		return t
	}
	return time.Now()
}

func (p *program) run(s Scope) (any, error) {
	m, ok := p.idle.Get().(*machine)
	if !ok {
		m = &machine{}
		m.env = map[string]any{runName: &m.run}
		m.vm.MemoryBudget = maxSteps
	}
	m.run = run{scope: s}
	out, err := m.vm.Run(p.code, m.env)
	if m.run.steps < 10_000 { // a machine that worked much holds much
		m.run.scope = nil
		clear(m.vm.Stack[:cap(m.vm.Stack)])
		clear(m.vm.Variables)
		p.idle.Put(m)
	}
	if err != nil {
		return nil, fmt.Errorf("${%s}: %w", short(p.src), plain(err))
	}
	return out, nil
}

// plain strips the machine's words off an error: of a fault of ours only the sentence is left, of any other
// nothing, since it could hold a value.
func plain(err error) error {
	var f *file.Error
	if !errors.As(err, &f) {
		return errors.New("it could not be computed")
	}
	if strings.Contains(f.Message, "memory budget") {
		return errWork
	}
	if ours := errors.Unwrap(f); ours != nil {
		if _, ok := ours.(interface{ RuntimeError() }); !ok {
			return ours
		}
	}
	return errors.New("it could not be computed")
}

// expression parses and checks the inside of one ${…}.
func (e *Env) expression(p part) (t *Template, faults []Fault) {
	defer func() {
		if recover() != nil { // the parser is a library's: whatever it meets, a fault is all that comes of it
			t, faults = nil, []Fault{{Offset: p.offset, Len: len(p.text), Msg: "the expression can not be read"}}
		}
	}()
	if len(p.text) > maxSource {
		return nil, []Fault{{Offset: p.offset, Len: len(p.text), Msg: "the expression is longer than 4 KiB", Hint: "split it up"}}
	}
	if strings.TrimSpace(p.text) == "" {
		return nil, []Fault{{Offset: p.offset - 2, Len: len(p.text) + 3, Msg: "${} is empty", Hint: "write an expression in it"}}
	}
	c := &checker{env: e, part: p}
	tree, err := parser.ParseWithConfig(p.text, c.parserConfig())
	if err != nil {
		return nil, []Fault{c.syntax(err)}
	}
	node, i := c.visit(tree.Node)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return c.template(tree.Source, node, i)
}

// template makes what evaluates the checked expression: a walk, a constant or a program, the cheapest that will do.
func (c *checker) template(src file.Source, node ast.Node, i info) (*Template, []Fault) {
	t := &Template{kind: pathTemplate, hole: true, src: "${" + c.part.text + "}", typ: i.typ, secret: i.secret(), reads: sortedSet(c.reads)}
	if t.secret && textual(t.typ.kind()) {
		t.typ = SecretType()
	}
	if c.env.wired && i.typ.hasWire() {
		t.wire = i.typ
	}
	if i.path != nil {
		t.path = *i.path
		return t, nil
	}
	program, err := c.compile(src, node)
	if err != nil {
		return nil, []Fault{{Offset: c.part.offset, Len: len(c.part.text), Msg: "the expression can not be compiled"}}
	}
	t.kind, t.program = exprTemplate, program
	if len(t.reads) > 0 || c.tellsTime() {
		return t, nil
	}
	return c.fold(t)
}

// tellsTime reports whether the expression calls a function whose result moves with the clock, or with who reads.
func (c *checker) tellsTime() bool {
	for _, name := range c.used {
		if functions[name].moves {
			return true
		}
	}
	return false
}

// fold turns an expression that reads nothing into a constant; what fails now would always fail.
func (c *checker) fold(t *Template) (*Template, []Fault) {
	v, err := t.program.run(nil)
	if err != nil {
		return nil, []Fault{{Offset: c.part.offset, Len: len(c.part.text), Msg: short(c.part.text) + ": " + errors.Unwrap(err).Error()}}
	}
	switch v.(type) {
	case []any, map[string]any: // made anew each time, so that nobody shares one
		return t, nil
	}
	t.kind, t.constant, t.program = constTemplate, v, nil
	return t, nil
}

// compile makes the program of a checked tree.
func (c *checker) compile(src file.Source, node ast.Node) (*program, error) {
	config := &conf.Config{Optimize: true, ShortCircuit: true, MaxNodes: maxNodes, Functions: conf.FunctionsTable{}}
	config.WithEnv(map[string]any{})
	for _, name := range c.used {
		config.Functions["$"+name] = &builtin.Function{Name: "$" + name, Func: runtimeFunction(name)}
	}
	code, err := compiler.Compile(&parser.Tree{Node: node, Source: src}, config)
	if err != nil {
		return nil, err
	}
	return &program{src: c.part.text, code: code}, nil
}

// parserConfig leaves the parser only the functions that take a predicate; all others are ours.
func (c *checker) parserConfig() *conf.Config {
	return &conf.Config{MaxNodes: maxNodes, Disabled: unknownBuiltins}
}

// unknownBuiltins are the functions of the library that the language does not have. The parser only reads it.
var unknownBuiltins = func() map[string]bool {
	names := map[string]bool{}
	for _, f := range builtin.Builtins {
		if !f.Predicate {
			names[f.Name] = true
		}
	}
	return names
}()

// runeOffsets are the byte offsets of the runes of s, and its length.
func runeOffsets(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

// syntax turns the parser's error into a fault in plain words.
func (c *checker) syntax(err error) Fault {
	f := Fault{Offset: c.part.offset, Len: len(c.part.text), Msg: "the expression can not be read"}
	var at *file.Error
	if !errors.As(err, &at) {
		return f
	}
	offsets := runeOffsets(c.part.text)
	from, to := min(at.From, len(offsets)-1), min(max(at.To, at.From+1), len(offsets)-1)
	if from < to {
		f.Offset += offsets[from]
		f.Len = offsets[to] - offsets[from]
	}
	there := strings.TrimSpace(c.part.text[offsets[from]:offsets[to]])
	switch msg := at.Message; {
	case strings.Contains(msg, "maximum allowed nodes"):
		f.Msg, f.Hint = "the expression is too long", "split it up"
	case strings.Contains(msg, "EOF") || strings.Contains(msg, "end of expression"):
		f.Msg = "the expression ends too early"
	case strings.Contains(msg, "cannot be mixed"):
		f.Msg, f.Hint = "?? can not be mixed with other operators", "put parentheses around the ?? part"
	case strings.HasPrefix(msg, "unexpected token"):
		f.Msg = fmt.Sprintf("%q is not expected here", there)
		f.Hint = tokenHints[there]
	case strings.Contains(msg, "not terminated"):
		f.Msg = "a text is not closed"
	case strings.HasPrefix(msg, "invalid") || strings.Contains(msg, "too large"):
		f.Msg = "the number can not be read"
	default:
		f.Msg = "the expression can not be read: " + msg
	}
	return f
}

// tokenHints help with what people write out of habit.
var tokenHints = map[string]string{
	"=": "use == to compare", "contains": "write text contains part", "startsWith": "write text startsWith part",
	"endsWith": "write text endsWith part", "matches": "write text matches pattern", "===": "use ==", "=>": "write map(list, .field)",
	"#": "# stands only inside map, filter and their like", ".": "a leading . stands only inside map, filter and their like",
}
