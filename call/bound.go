package call

import (
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Secret is the value of a secret of a group, and where it may go (design 9.23, E9). The zero Value is a dead secret:
// one whose origin changed, so that it must be given anew.
type Secret struct {
	Value  value.Secret
	Origin string // scheme://host that it was given for
}

// secretUses lists, for each call, the secrets that it reads, its group's headers included.
func secretUses(p *project.Project) map[*project.Call][]string {
	uses := map[*project.Call][]string{}
	for _, g := range p.Groups {
		if len(g.Secrets) == 0 {
			continue
		}
		shared := namesOf("secrets.", valuesOf(g.Headers)...)
		for _, c := range g.Calls {
			names := namesOf("secrets.", templatesOf(c)...)
			if c.URL == nil {
				names = append(names, shared...)
			}
			slices.Sort(names)
			if names = slices.Compact(names); len(names) > 0 {
				uses[c] = names
			}
		}
	}
	return uses
}

// secretsFor returns secrets.* of a call. A secret that would leave for another origin than the declared one, or than the
// one it was given for, stops the call: whoever moves the address does not take the secret along (N12, A3).
func (c *Client) secretsFor(call *project.Call) (map[string]any, error) {
	names := c.uses[call]
	if len(names) == 0 {
		return nil, nil
	}
	out := make(map[string]any, len(names))
	to := c.baseOf(call).origin
	for _, s := range call.Group.Secrets {
		if !slices.Contains(names, s.Name) {
			continue
		}
		given := c.given[call.Group.Name+"."+s.Name]
		switch {
		case given.Value.Reveal() == "":
			return nil, refusal("the secret " + s.Name + " has no value, or lost it when its origin changed")
		case s.Origin != to || given.Origin != to:
			return nil, refusal("the secret " + s.Name + " is bound to another origin")
		}
		out[s.Name] = given.Value
	}
	return out, nil
}
