package flow

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF108_DownloadNamesAFile: the action sends nothing itself; it hands on the call and its values, never without one that the call needs, with more than
// an address has room for, or a secret.
func TestF108_DownloadNamesAFile(t *testing.T) {
	calls := strings.Replace(backendCalls, "calls:\n", "calls:\n  report: {path: \"/r/${params.year}\", params: {year: text}}\n", 1)
	a := newApp(t, "http://127.0.0.1:1", "        - download: {call: backend.report, with: {year: \"${form.name}\"}, name: report.csv}", map[string]string{"calls/backend.yaml": calls})
	run := func(name any) (Result, error) {
		return a.runner.Run(t.Context(), Input{Actions: a.actions(), Page: a.project.Page("start"), Form: map[string]any{"name": name}, Reaches: func(f Fetch) error {
			if f.With["year"] == "long" {
				return errors.New("no room")
			}
			return nil
		}})
	}
	res, err := run("2026")
	want := Fetch{Call: a.project.Call("backend.report"), With: map[string]any{"year": "2026"}, Name: "report.csv"}
	if err != nil || len(res.Effects) != 1 || !reflect.DeepEqual(res.Effects[0], want) {
		t.Errorf("%+v, %v", res.Effects, err)
	}
	for what, v := range map[string]any{"no value": nil, "a secret": value.NewSecret("s3cret-s3cret"), "too much": "long"} {
		if res, err := run(v); err == nil || len(res.Effects) != 0 || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, %v", what, res.Effects, err)
		}
	}
}
