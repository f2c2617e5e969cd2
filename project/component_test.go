package project

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func componentTree(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	all := baseFiles(t)
	for name, text := range files {
		all[name] = []byte(text)
	}
	return NewTree(all)
}

// TestF201_ComponentPaths: what stands in a component has a path, which problems, edits and the editor's place share.
func TestF201_ComponentPaths(t *testing.T) {
	tree := componentTree(t, map[string]string{
		"components/Note.yaml": "props: {title: text}\nbody:\n  - text: ${props.title}\n",
		"pages/home.yaml":      "path: /home\ntitle: Home\nbody:\n  - Note: {title: A}\n  - Note: {title: B}\n",
	})
	at := Path("/components/Note/body/0/text")
	if got := tree.PathAt("components/Note.yaml", 3, 12); got != at {
		t.Errorf("the path in line 3 is %s", got)
	}
	next, _, err := tree.Apply(Edit{Op: OpSet, At: at, Value: json.RawMessage(`"${props.titel}"`)})
	if err != nil {
		t.Fatal(err)
	}
	_, problems := next.Project()
	if len(problems) != 1 || problems[0].At != at || problems[0].File != "components/Note.yaml" {
		t.Errorf("one fault, said once though the component is used twice, not:\n%s", told(problems))
	}
}

// TestF201_ComponentsAreBounded: components that hold each other doubled end in a problem, not in the end of memory.
func TestF201_ComponentsAreBounded(t *testing.T) {
	files := map[string]string{"components/C0.yaml": "body: []\n"}
	for i := range 30 {
		files[fmt.Sprintf("components/C%d.yaml", i+1)] = fmt.Sprintf("body: [C%d, C%d]\n", i, i)
	}
	_, problems := componentTree(t, files).Project()
	if !strings.Contains(told(problems), "more than 10000 widgets") {
		t.Errorf("nothing is said of 2³⁰ widgets:\n%s", told(problems))
	}
	if _, problems = componentTree(t, map[string]string{"components/C0.yaml": files["components/C0.yaml"], "components/C1.yaml": files["components/C1.yaml"]}).Project(); len(problems) > 0 {
		t.Errorf("two are too many:\n%s", told(problems))
	}
}
