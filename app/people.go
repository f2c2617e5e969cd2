package app

import "sync"

// knownPeople is how many people's user data stays decoded. A page of somebody who is not among them decodes it anew.
const knownPeople = 1000

// people are the user data of those who asked last, as the types of one revision read them. What they hold is never changed, only replaced, so
// many requests may read it at once. Tokens are not in it.
type people struct {
	mu    sync.Mutex
	known map[whose]any
}

// of returns the user data of one generation of one session, decoded once.
func (p *people) of(w whose, decode func() any) any {
	p.mu.Lock()
	is, known := p.known[w]
	p.mu.Unlock()
	if known {
		return is
	}
	is = decode()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[whose]any{}
	}
	for other := range p.known { // any of them gives way: order has no meaning in a map
		if len(p.known) < knownPeople {
			break
		}
		delete(p.known, other)
	}
	p.known[w] = is
	return is
}
