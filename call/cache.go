package call

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Bounds of what replies are remembered.
const (
	cacheBytes   = 16 << 20 // estimated
	cacheReplies = 2048
)

// cache remembers replies of calls that say so (F102). Losing one only means asking again. It is safe for concurrent use.
type cache struct {
	mu   sync.Mutex
	size int
	used *list.List // of *remembered, the most recently used first
	all  map[[32]byte]*list.Element
}

// remembered is one reply. It is shared and never changed.
type remembered struct {
	key   [32]byte
	call  string // GROUP.CALL
	owner string // session key; "" for everybody
	until time.Time
	size  int
	reply Reply
}

func newCache() *cache { return &cache{used: list.New(), all: map[[32]byte]*list.Element{}} }

func (c *cache) get(key [32]byte, now time.Time) (Reply, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.all[key]
	if !ok {
		return Reply{}, false
	}
	r := el.Value.(*remembered)
	if !now.Before(r.until) {
		c.remove(el)
		return Reply{}, false
	}
	c.used.MoveToFront(el)
	return r.reply, true
}

func (c *cache) put(r *remembered) {
	if r.size > cacheBytes/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.all[r.key]; ok {
		c.remove(el)
	}
	c.all[r.key] = c.used.PushFront(r)
	c.size += r.size
	for c.size > cacheBytes || c.used.Len() > cacheReplies {
		c.remove(c.used.Back())
	}
}

// drop forgets the replies for which which holds.
func (c *cache) drop(which func(*remembered) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for el := c.used.Front(); el != nil; {
		next := el.Next()
		if which(el.Value.(*remembered)) {
			c.remove(el)
		}
		el = next
	}
}

func (c *cache) remove(el *list.Element) {
	r := c.used.Remove(el).(*remembered)
	delete(c.all, r.key)
	c.size -= r.size
}

// cacheKey names the reply of a call for these arguments and, unless everybody shares it, this login as of its data; false when the reply
// is not to be remembered: nobody is logged in whom it could belong to.
func (d *doing) cacheKey(s session.Session, loggedIn bool) (key [32]byte, owner string, ok bool) {
	call := d.req.Call
	if call.Cache == nil || !call.Cache.Shared && !loggedIn {
		return key, "", false
	}
	params, err := arguments(buildInput{call: call, args: d.req.Args, auth: Scope(s, loggedIn, d.now, d.c.project.App.Auth.UserType), now: d.now})
	if err != nil {
		return key, "", false // the call itself says what is wrong with them
	}
	asked := []any{params}
	if call.Cache.Key != nil {
		v, err := call.Cache.Key.Eval(value.Scope{"params": params})
		if err != nil || v == nil {
			return key, "", false
		}
		asked[0] = v
	}
	for _, h := range d.req.Headers {
		asked = append(asked, h.Name, h.Value)
	}
	text, err := value.EncodeJSON(value.Reveal(any(asked)))
	if err != nil {
		return key, "", false
	}
	if call.Cache.Shared {
		return sha256.Sum256(fmt.Appendf(nil, "%s\x00%s", call.ID, text)), "", true
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%d", call.ID, text, s.Key, s.Auth.UID, s.Data)), s.Key, true
}

// cached is do, with the replies of calls that say so remembered. Only a success is: never a refusal, and never what a login was renewed for.
func (d *doing) cached(s session.Session, loggedIn bool, send func() (Reply, error)) (Reply, error) {
	key, owner, ok := d.cacheKey(s, loggedIn)
	if !ok {
		return send()
	}
	if r, hit := d.c.cache.get(key, d.c.now()); hit {
		r.Cached = true
		return r, nil
	}
	r, err := send()
	if err == nil && r.OK && !r.Refreshed && len(r.Cookies) == 0 {
		d.c.cache.put(&remembered{key: key, call: d.req.Call.ID, owner: owner, until: d.c.now().Add(d.req.Call.Cache.For), size: 1024 + 4*len(r.Text), reply: r})
	}
	return r, err
}

// ClearCache forgets what was remembered of a call for the login with that session key and for everybody; a nil call means all calls.
func (c *Client) ClearCache(call *project.Call, sessionKey string) {
	c.cache.drop(func(r *remembered) bool {
		return (call == nil || r.call == call.ID) && (r.owner == "" || r.owner == sessionKey)
	})
}

// Forget forgets what was remembered for a login, because it is over.
func (c *Client) Forget(sessionKey string) {
	if sessionKey != "" {
		c.cache.drop(func(r *remembered) bool { return r.owner == sessionKey })
	}
}
