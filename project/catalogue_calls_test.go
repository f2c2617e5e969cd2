package project

import (
	"slices"
	"testing"
)

// TestCallKeysAreDescribed: each key that the checker takes of a group and of a call has its sentence, and no other has one.
func TestCallKeysAreDescribed(t *testing.T) {
	for what, c := range map[string]struct {
		keys  []string
		props []Prop
	}{"a group": {slices.Concat(groupKeys, settingKeys), GroupProps()}, "a call": {slices.Concat(callKeys, settingKeys), CallProps()}} {
		var names []string
		for _, p := range c.props {
			names = append(names, p.Name)
			if p.Doc == "" || p.Group == "" || p.Kind == "" {
				t.Errorf("%s: %+v", what, p)
			}
		}
		want := slices.DeleteFunc(slices.Clone(c.keys), func(k string) bool { return k == "calls" })
		slices.Sort(names)
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("%s: %v are described, %v are taken", what, names, want)
		}
	}
}
