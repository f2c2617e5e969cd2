package flow

import (
	"errors"
	"strings"
	"testing"
)

// TestAPartOfAPathIsNeverEmpty: a page is not opened with a parameter that would make its path another; the fault names it, and an error
// branch or the log has it.
func TestAPartOfAPathIsNeverEmpty(t *testing.T) {
	for name, refused := range map[string]bool{"": true, ".": true, "..": true, "...": false} {
		a := newApp(t, serve(t, nil), "\n  - navigate: {page: post, with: {id: \"${form.name == 'typed' ? '"+name+"' : 'x'}\"}}\n", nil)
		res, err := a.run("", nil)
		if !refused {
			if err != nil || target(res) == nil {
				t.Errorf("%q: %v, to %+v", name, err, target(res))
			}
			continue
		}
		var f *Fault
		if !errors.As(err, &f) || f.Kind != "navigate" || !strings.Contains(f.Msg, "parameter id ") || !strings.Contains(f.Msg, "page post") || target(res) != nil {
			t.Errorf("%q: %v, to %+v", name, err, target(res))
		}
	}
}
