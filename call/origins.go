package call

import "slices"

// Origins returns scheme://host of each group, sorted, each once: what a page may need to name in its policy.
func (c *Client) Origins() []string {
	out := make([]string, 0, len(c.bases))
	for _, b := range c.bases {
		out = append(out, b.origin)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
