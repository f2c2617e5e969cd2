package project

import "slices"

// cycles returns circles of a graph, each as the names on the way with the first repeated at the end; one for every edge that a
// depth-first walk finds leading back. names gives the order, so that the answer is stable.
func cycles(names []string, edges map[string][]string) [][]string {
	var found [][]string
	state := map[string]int{} // 1 on the way, 2 done
	var way []string
	var visit func(n string)
	visit = func(n string) {
		state[n] = 1
		way = append(way, n)
		for _, to := range edges[n] {
			switch state[to] {
			case 0:
				visit(to)
			case 1:
				i := slices.Index(way, to)
				found = append(found, append(slices.Clone(way[i:]), to))
			}
		}
		way = way[:len(way)-1]
		state[n] = 2
	}
	for _, n := range names {
		if state[n] == 0 {
			visit(n)
		}
	}
	return found
}

// cyclic returns the names that can reach themselves.
func cyclic(names []string, edges map[string][]string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		seen := map[string]bool{}
		stack := slices.Clone(edges[n])
		for len(stack) > 0 && !out[n] {
			to := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if to == n {
				out[n] = true
			}
			if !seen[to] {
				seen[to] = true
				stack = append(stack, edges[to]...)
			}
		}
	}
	return out
}
