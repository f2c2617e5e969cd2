package project

import (
	"strings"
	"testing"
)

// TestF157_NoteAndDisabled: notes and disabled actions stay through the one format and through edits around them, in branches as well.
func TestF157_NoteAndDisabled(t *testing.T) {
	const page = `path: /
title: X
access: any
state: {n: int}
body:
  - button:
      text: a
      onTap:
        - setState: {n: 1}
          disabled: true # for now
          note: Off until the new count is there.
        - if: ${state.n == 1}
          note: Only once.
          then:
            - back
            - navigate: x
              disabled: true
`
	src := map[string][]byte{"app.yaml": []byte("usher: 1\nname: X\n"), "pages/x.yaml": []byte(page)}
	out, err := Format("pages/x.yaml", src["pages/x.yaml"])
	if err != nil || string(out) != page {
		t.Errorf("%v\n%s", err, out)
	}
	next, _, err := NewTree(src).Apply(Edit{Op: OpDelete, At: "/pages/x/body/0/button/onTap/1/then/0"})
	if err != nil {
		t.Fatal(err)
	}
	p, problems := next.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	var on []string
	for _, tr := range p.Page("x").Actions {
		EachAction(tr.Actions, func(a *Action) {
			if !a.Disabled {
				on = append(on, a.Kind+" "+a.Note)
			}
		})
	}
	if got := strings.Join(on, ","); got != "if Only once." {
		t.Errorf("%s\n%s", got, next.Bytes("pages/x.yaml"))
	}
	if n := len(problems); n != 2 {
		t.Errorf("%d warnings: %v", n, problems)
	}
}
