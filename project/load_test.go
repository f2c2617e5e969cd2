package project

import (
	"os"
	"testing"
)

func exampleTree(t testing.TB, name string) *Tree {
	t.Helper()
	tree, err := LoadTree(os.DirFS("../examples/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestExamplesHaveNoProblems(t *testing.T) {
	for _, name := range []string{"touristtrail", "manual-refresh", "starter"} {
		p, problems := exampleTree(t, name).Project()
		if p == nil || len(problems) > 0 {
			t.Errorf("%s: project %v", name, p != nil)
		}
		for _, problem := range problems {
			t.Errorf("%s: %s", name, problem)
		}
	}
}
