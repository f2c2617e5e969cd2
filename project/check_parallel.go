package project

import "slices"

// aloneKinds are actions that end the flow or its answer, lead elsewhere or change who is logged in: beside others, nobody could say what holds.
var aloneKinds = []string{"parallel", "stream", "stop", "validate", "fail", "logIn", "logInWith", "logOut", "updateAuthenticatedUser", "navigate", "back", "confirm", "dialog", "wait", "emit"}

// aloneOnly reports what cannot stand in a branch of parallel, and notes it of an action block.
func (sc scope) aloneOnly(p place, kind, what string) {
	switch {
	case !slices.Contains(aloneKinds, kind):
	case sc.flow.beside:
		p.fail(what+" cannot run beside other actions", "do it behind parallel, by what the branches have brought")
	case sc.flow.block != nil && sc.flow.block.alone == "":
		sc.flow.block.alone = kind
	}
}

// parallel decodes branches that run at once (F145). None reads what another brings; what stands behind them reads all of it.
func (sc scope) parallel(a *Action, s section) scope {
	after := sc
	loops := sc.flow.loops
	sc.flow.loops, sc.flow.beside = 0, true
	defer func() { sc.flow.loops, sc.flow.beside = loops, false }()
	for _, key := range a.Spec.Branches {
		p, ok := s.get(key)
		if !ok {
			continue
		}
		list, inside := sc.actions(p)
		a.Branches[key] = append([]*Action{}, list...)
		for _, one := range list {
			if t, ok := inside.env.Lookup(one.As); ok && one.As != "" {
				after = after.with(one.As, t)
			}
		}
	}
	if a.Branches["one"] == nil || a.Branches["two"] == nil {
		s.fail("parallel needs two branches or more", "write the actions of each under one, two, three …")
	}
	return after
}
