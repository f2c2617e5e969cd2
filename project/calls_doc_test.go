package project

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\\n# ([a-z/]+\\.yaml)\\n(.*?)```")

// TestCallsPage: docs/calls.md explains every key of a group and a call in a row of a table, and none that does not exist; its examples are
// sound.
func TestCallsPage(t *testing.T) {
	src, err := os.ReadFile("../docs/calls.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(src)
	group, call, found := strings.Cut(page[strings.Index(page, "## What a group says"):], "## What a call says")
	if !found {
		t.Fatal("the page has no part about calls")
	}
	call, _, _ = strings.Cut(call, "## What comes back")
	row := regexp.MustCompile("(?m)^\\| `([a-zA-Z]+)` \\|")
	rows := func(part string) (out []string) {
		for _, m := range row.FindAllStringSubmatch(part, -1) {
			out = append(out, m[1])
		}
		return out
	}
	inGroup, inCall := rows(group), append(rows(call), "params")
	for _, k := range slices.Concat(groupKeys, settingKeys) {
		if !slices.Contains(inGroup, k) {
			t.Errorf("the key %s of a group is not explained", k)
		}
	}
	for _, k := range slices.Concat(callKeys, settingKeys) {
		if !slices.Contains(inCall, k) && !strings.Contains(call, "`"+k+"`") {
			t.Errorf("the key %s of a call is not explained", k)
		}
	}
	for _, k := range slices.Concat(inGroup, inCall) {
		if !slices.Contains(slices.Concat(groupKeys, callKeys, settingKeys), k) {
			t.Errorf("there is no key %s", k)
		}
	}
	files := map[string]string{}
	for _, m := range yamlBlock.FindAllStringSubmatch(page, -1) {
		files[m[1]] += m[2]
	}
	if len(files) != 7 {
		t.Fatalf("the page has %d examples", len(files))
	}
	files["app.yaml"] = string(baseFiles(t)["app.yaml"]) + files["app.yaml"]
	files["app.yaml"] = strings.Replace(files["app.yaml"], "env:\n  API_URL: http://127.0.0.1:7071\n", "", 1)
	files["app.yaml"] = strings.Replace(files["app.yaml"], "env:\n", "env:\n  API_URL: http://127.0.0.1:7071\n", 1)
	if _, problems := with(t, files); len(problems) > 0 {
		t.Errorf("the examples have problems:\n%s", told(problems))
	}
	for name, src := range files {
		if name == "app.yaml" {
			continue
		}
		if out, err := Format(name, []byte(src)); err != nil || string(out) != src {
			t.Errorf("%s is not in the one format: %v\n%s", name, err, out)
		}
	}
}

// TestCallsAreEdited: what the studio does to any file works on the keys of a calls file: each can be set, the outcome is sound and in the
// one format, and taking it back leaves every byte as it was.
func TestCallsAreEdited(t *testing.T) {
	files := baseFiles(t)
	files["calls/x.yaml"] = []byte("url: https://x.test # ours\ncalls:\n  a: {path: /a}\n")
	tree := NewTree(files)
	var edits []Edit
	for at, v := range map[string]any{
		"limits/reply": "4 MB", "unwrap": "data", "cookies": "keep", "secrets/KEY/origin": "https://x.test", "params/lang": map[string]any{"type": "text", "default": "en"},
		"headers/X-Key": "${secrets.KEY}", "retry": 2, "calls/a/query/tag": map[string]any{"value": "${params.lang}", "style": "comma"}, "calls/a/cache/for": "5m", "calls/a/cache/key": "${params.lang}", "calls/a/replyAs": "json",
		"calls/b": map[string]any{"method": "POST", "path": "/b", "idempotent": true, "params": map[string]any{"f": "file"}, "multipart": map[string]any{"f": map[string]any{"file": "${params.f}"}}},
	} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, Edit{Op: OpSet, At: Path("/calls/x/" + at), Value: raw})
	}
	next, undo, err := tree.Apply(edits...)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := next.Project()
	if len(problems) > 0 || p.Call("x.b").Parts == nil || p.Call("x.a").Cache == nil || p.Call("x.a").Limits.Reply != 4<<20 {
		t.Fatalf("%s\n%s", told(problems), next.Bytes("calls/x.yaml"))
	}
	if out, err := Format("calls/x.yaml", next.Bytes("calls/x.yaml")); err != nil || string(out) != string(next.Bytes("calls/x.yaml")) {
		t.Errorf("not in the one format: %v\n%s", err, next.Bytes("calls/x.yaml"))
	}
	back, _, err := next.Apply(undo...)
	if err != nil || string(back.Bytes("calls/x.yaml")) != string(files["calls/x.yaml"]) {
		t.Errorf("%v\n%s", err, back.Bytes("calls/x.yaml"))
	}
}
