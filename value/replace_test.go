package value

import (
	"reflect"
	"testing"
)

// TestReplaceTouchesLeavesAlone: each leaf gets its other form, wherever it stands; what was given stays as it was.
func TestReplaceTouchesLeavesAlone(t *testing.T) {
	given := map[string]any{"a": []any{"x", nil, map[string]any{"b": true}}, "c": 1.5, "d": []any{}, "e": map[string]any{}}
	seen := 0
	got := Replace(given, func(leaf any) any {
		if seen++; leaf == "x" {
			return "y"
		}
		return leaf
	})
	want := map[string]any{"a": []any{"y", nil, map[string]any{"b": true}}, "c": 1.5, "d": []any{}, "e": map[string]any{}}
	if !reflect.DeepEqual(got, want) || seen != 4 {
		t.Errorf("%v after %d leaves", got, seen)
	}
	if given["a"].([]any)[0] != "x" {
		t.Error("what was given has changed")
	}
}
