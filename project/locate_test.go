package project

import (
	"fmt"
	"testing"
)

func TestLocate(t *testing.T) {
	src := "# top\npath: /x # where\nbody:\n  # first\n  - text: é # one\n  - row: {gap: sm, children: [a, divider]}\n\n# foot\n"
	tree := NewTree(map[string][]byte{xFile: []byte(src), "app.yaml": []byte("a: [")})
	for _, c := range []struct {
		line, col int
		want      Path
	}{
		{1, 1, "/pages/x/path"}, {2, 1, "/pages/x/path"}, {2, 14, "/pages/x/path"}, {3, 1, "/pages/x/body"}, {4, 5, "/pages/x/body/0"},
		{5, 5, "/pages/x/body/0/text"}, {5, 16, "/pages/x/body/0/text"}, {6, 10, "/pages/x/body/1/row"}, {6, 13, "/pages/x/body/1/row/gap"},
		{6, 31, "/pages/x/body/1/row/children/0"}, {6, 36, "/pages/x/body/1/row/children/1"}, {7, 1, "/pages/x"}, {8, 1, "/pages/x"}, {99, 1, "/pages/x"}, {0, 0, "/pages/x"},
	} {
		if got := tree.PathAt(xFile, c.line, c.col); got != c.want {
			t.Errorf("%d:%d: got %s, want %s", c.line, c.col, got, c.want)
		}
	}
	if got := tree.PathAt("app.yaml", 1, 1); got != "/app" {
		t.Errorf("an unreadable file: got %s", got)
	}
	for path, want := range map[Path]string{
		"/pages/x": "1:1-9:1", "/pages/x/path": "2:1-2:9", "/pages/x/body/0": "5:3-5:12", "/pages/x/body/0/text": "5:5-5:12",
		"/pages/x/body/1/row/children/1": "6:34-6:41",
	} {
		x, ok := tree.Locate(path)
		if got := fmt.Sprintf("%d:%d-%d:%d", x.Line, x.Col, x.EndLine, x.EndCol); !ok || got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	for _, path := range []Path{"/pages/x/none", "/pages/y", "/app/a", "/pages/x/body/7"} {
		if _, ok := tree.Locate(path); ok {
			t.Errorf("%s: nothing is there", path)
		}
	}
}
