package value

import "strings"

// Nearest returns the candidate that word is most likely a slip of, or "": what “did you mean” asks. It minds bytes, as keywords do.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", 1+(len(word)+1)/3
	for _, c := range candidates {
		if d := distance(word, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Choices is a hint for a word that is none of the candidates: which one it may be a slip of, and after lead (such as “one of”) all of them.
func Choices(word, lead string, candidates []string) string {
	hint := lead + " " + strings.Join(candidates, ", ")
	if near := Nearest(word, candidates); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return hint
}

// distance is the number of single-letter slips (insert, delete, replace, swap of neighbours) between a and b,
// letter case aside.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var rows [3][66]int
	for j := range len(b) + 1 {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, prev, before := &rows[2], &rows[1], &rows[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if lowerByte(a[i-1]) == lowerByte(b[j-1]) {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && lowerByte(a[i-1]) == lowerByte(b[j-2]) && lowerByte(a[i-2]) == lowerByte(b[j-1]) {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows[0], rows[1] = rows[1], rows[2]
	}
	return rows[1][len(b)]
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
