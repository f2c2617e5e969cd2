// Package naughty makes strings that break programs which take text for something else, and an app with every place that shows text.
//
// Nothing in it is a list that somebody collected: each string comes of a family, which a few lines multiply. The same strings go through
// the renderer, through a running app and through real browsers; the app is made from the catalogue, so that a new widget is in it by itself.
// Tests alone import it.
package naughty

import "strings"

// unique returns what is in the families, in their order, each once, and nothing that is empty.
func unique(families ...[]string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for _, family := range families {
		for _, s := range family {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// cross puts each of b into each of a, where a says %.
func cross(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, outer := range a {
		for _, inner := range b {
			out = append(out, strings.ReplaceAll(outer, "%", inner))
		}
	}
	return out
}

// Sample returns every nth of all, beginning with the one at offset.
func Sample(all []string, nth, offset int) []string {
	var out []string
	for i := offset % max(nth, 1); i < len(all); i += max(nth, 1) {
		out = append(out, all[i])
	}
	return out
}
