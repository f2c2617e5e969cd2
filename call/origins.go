package call

import "slices"

// Origins returns scheme://host of each group and of each call with an address of its own, sorted, each once: what a page may need to name in its policy.
func (c *Client) Origins() []string {
	out := make([]string, 0, len(c.bases)+len(c.own))
	for _, b := range c.bases {
		out = append(out, b.origin)
	}
	for _, b := range c.own {
		out = append(out, b.origin)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
