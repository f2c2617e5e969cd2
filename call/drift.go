package call

import (
	"slices"
	"sync"
	"time"

	"github.com/usherdev/usher/project"
)

// maxDrifts bounds what is remembered; an app has far fewer mappings.
const maxDrifts = 200

// Drift is a mapping whose reply did not hold what the app reads from it: backends rename their fields over night. It holds
// names, never a value.
type Drift struct {
	At          project.Path // of the mapping: the refresh, the me call or a Log In
	Field, From string       // "refreshToken", "login.body.refreshToken"
	Msg         string       // the sentence
	Kept        bool         // the login went on without it
	First, Last time.Time
	Count       int
}

// drifts remembers what was missing, each mapping once. It is safe for concurrent use.
type drifts struct {
	mu   sync.Mutex
	list []Drift
	tell func(Drift)
}

// note counts a missing part; the first time it tells.
func (d *drifts) note(at project.Path, e *MappingError, kept bool, now time.Time) {
	d.mu.Lock()
	i := slices.IndexFunc(d.list, func(x Drift) bool { return x.At == at && x.Field == e.Field && x.Msg == e.Msg && x.Kept == kept })
	if i >= 0 {
		d.list[i].Last = now
		d.list[i].Count++
		d.mu.Unlock()
		return
	}
	if len(d.list) >= maxDrifts {
		d.mu.Unlock()
		return
	}
	one := Drift{At: at, Field: e.Field, From: e.From, Msg: e.Msg, Kept: kept, First: now, Last: now, Count: 1}
	d.list = append(d.list, one)
	d.mu.Unlock()
	if d.tell != nil {
		d.tell(one)
	}
}

// Drifts returns what mappings have missed since the Client was made, the oldest first.
func (c *Client) Drifts() []Drift {
	c.mapper.drifts.mu.Lock()
	defer c.mapper.drifts.mu.Unlock()
	return slices.Clone(c.mapper.drifts.list)
}

// Mapper is the Client's own, for who maps its replies: what they lack is in Drifts.
func (c *Client) Mapper() *Mapper { return c.mapper }
