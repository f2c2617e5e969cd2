package project_test

import (
	"testing"

	"github.com/usherdev/usher/project"
)

func TestTreeValue(t *testing.T) {
	tree := project.NewTree(map[string][]byte{
		"app.yaml":       []byte("usher: 1\nname: A # here\nodd: 0x1f\nempty:\n"),
		"pages/p.yaml":   []byte("body:\n  - row: {gap: md, wrap: true, n: 1.50}\n  - text: \"Hi ${user.name}\"\n  - divider\n"),
		"pages/bad.yaml": []byte("a: [\n"),
	})
	for at, want := range map[project.Path]string{
		"/app/name":       `"A"`,
		"/app/odd":        `"0x1f"`,
		"/app/empty":      `null`,
		"/pages/p/body/0": `{"row":{"gap":"md","wrap":true,"n":1.50}}`,
		"/pages/p/body":   `[{"row":{"gap":"md","wrap":true,"n":1.50}},{"text":"Hi ${user.name}"},"divider"]`,
	} {
		if got, ok := tree.Value(at); !ok || string(got) != want {
			t.Errorf("%s: %s %v, want %s", at, got, ok, want)
		}
	}
	for _, at := range []project.Path{"/app/none", "/pages/p/body/7", "/pages/bad/a", "/pages/none", "/", "x", "/app/name/deeper"} {
		if got, ok := tree.Value(at); ok {
			t.Errorf("%s holds %s", at, got)
		}
	}
}
