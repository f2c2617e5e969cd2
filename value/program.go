package value

import (
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

type program struct{ p *vm.Program }

func (p *program) run(s Scope) (any, error) { return expr.Run(p.p, map[string]any(s)) }

func (e *Env) expression(p part) (*Template, []Fault) {
	fields := strings.Split(strings.TrimSpace(p.text), ".")
	prog, err := expr.Compile(p.text, expr.AllowUndefinedVariables())
	if err != nil {
		return nil, []Fault{{Offset: p.offset, Len: len(p.text), Msg: err.Error()}}
	}
	if t, ok := e.Lookup(fields[0]); ok {
		pt := path{root: fields[0]}
		for _, f := range fields[1:] {
			pt.steps = append(pt.steps, step{field: f})
			if fl, ok := t.Field(f); ok {
				t = fl.Type
			} else {
				t = AnyType()
			}
		}
		return &Template{kind: pathTemplate, path: pt, typ: t, secret: t.HasSecret(), reads: []string{strings.Join(fields, ".")}}, nil
	}
	return &Template{kind: exprTemplate, program: &program{prog}, typ: AnyType()}, nil
}
