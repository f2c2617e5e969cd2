package app

import (
	"container/list"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// How often somebody may try to log in. The backend sees one address for everybody, so guessing is slowed here (design 9.10): an account
// from one address, and an address over all accounts. A family behind one router stays far below the second.
const (
	accountBurst = 20
	accountEvery = 3 * time.Second
	addressBurst = 200
	addressEvery = 500 * time.Millisecond
	guessMemory  = 1 << 14 // keys remembered; the ones unused longest go first
)

// guesses slows down log-in events. It is bounded in memory and safe for concurrent use.
type guesses struct {
	mu   sync.Mutex
	by   map[string]*list.Element
	used *list.List // of *guesser, the last used in front
}

type guesser struct {
	key   string
	limit *rate.Limiter
}

func newGuesses() *guesses { return &guesses{by: map[string]*list.Element{}, used: list.New()} }

// wait counts one attempt and returns how long it is too early for it; 0 lets it pass.
func (g *guesses) wait(now time.Time, addr, account string) time.Duration {
	wait := g.take(now, "a\x00"+network(addr), rate.Every(addressEvery), addressBurst)
	if account != "" {
		wait = max(wait, g.take(now, accountKey(addr, account), rate.Every(accountEvery), accountBurst))
	}
	return wait
}

func (g *guesses) take(now time.Time, key string, every rate.Limit, burst int) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	el := g.by[key]
	if el == nil {
		el = g.used.PushFront(&guesser{key, rate.NewLimiter(every, burst)})
		g.by[key] = el
		if g.used.Len() > guessMemory {
			old := g.used.Remove(g.used.Back()).(*guesser)
			delete(g.by, old.key)
		}
	}
	g.used.MoveToFront(el)
	r := el.Value.(*guesser).limit.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait
	}
	return 0
}

// right gives back what an attempt took from an account: whoever logs in does not guess. The address keeps its count, for an account of one's own
// is no licence to try those of others.
func (g *guesses) right(now time.Time, addr, account string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if el := g.by[accountKey(addr, account)]; el != nil {
		el.Value.(*guesser).limit.ReserveN(now, -1)
	}
}

func accountKey(addr, account string) string {
	return "u\x00" + network(addr) + "\x00" + strings.ToLower(account)
}

// network is what one person may hold: an IPv4 address, or the /64 of an IPv6 one.
func network(addr string) string {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	p, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return addr
	}
	return p.String()
}

// tooOften draws the page again and says when to try next.
func (o *opened) tooOften(ctx context.Context, wait time.Duration) (*answer, error) {
	o.notices = append(o.notices, note(o.q.say(textOften), "error"))
	out, err := o.draw(ctx, http.StatusTooManyRequests)
	if err == nil {
		out.note = noteOften
		out.header.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	return out, err
}

// logsIn reports whether a flow can log somebody in. Blocks are looked into; cycles among them are refused when a project is checked.
func logsIn(actions []*project.Action) (found bool) {
	project.EachAction(actions, func(a *project.Action) {
		found = found || a.Kind == "logIn" || a.Block != nil && logsIn(a.Block.Actions) ||
			a.Call != nil && slices.ContainsFunc(slices.Concat(a.Call.Before(), a.Call.After()), project.LogsIn) // the calls of an interceptor have none themselves
	})
	return found
}

// account is what was typed into the form's input for a user name or an e-mail address, "" when it has none.
func (o *opened) account(t *project.Trigger) string {
	if t == nil {
		return ""
	}
	form := formOf(t.Widget)
	for _, f := range o.page.Fields {
		if f.Form != form {
			continue
		}
		token, _ := f.Prop("autocomplete").Constant()
		if word := fmt.Sprint(token); word == "username" || word == "email" {
			return value.Text(o.form[f.ID])
		}
	}
	return ""
}
