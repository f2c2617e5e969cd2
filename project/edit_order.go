package project

import (
	"path"
	"slices"
)

// keyBehind is the key of a mapping that a new one is written before, as people do: the parameters of an action before its branches, the queries of
// a page before its body. "" is the end.
func (s *source) keyBehind(st step) string {
	if st.op != OpSet || len(st.at) == 0 {
		return ""
	}
	holder, _ := lookup(s.value(), st.at[:len(st.at)-1])
	o, ok := holder.(object)
	if !ok {
		return ""
	}
	order := keyOrder(o)
	if len(st.at) == 1 {
		order = fileKeys[path.Dir(s.file)]
	}
	mine := slices.Index(order, st.at[len(st.at)-1])
	if mine < 0 {
		return ""
	}
	for _, m := range o {
		if slices.Index(order, m.key) > mine {
			return m.key
		}
	}
	return ""
}

// fileKeys are the keys of the files of a folder in the order in which people write them.
var fileKeys = map[string][]string{"pages": pageKeys, "flows": blockKeys}

// keyOrder is the order of the keys of an action, nil for what is none.
func keyOrder(o object) []string {
	for _, m := range o {
		if spec := ActionSpecOf(m.key); spec != nil {
			order := append([]string{spec.Kind}, propNames(spec.Props)...)
			return slices.Concat(order, []string{"as", "note", "disabled"}, spec.AllBranches())
		}
	}
	return nil
}
