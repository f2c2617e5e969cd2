package sqlstore

import (
	"hash/maphash"
	"sync"

	"github.com/usherdev/usher/session"
)

// Bounds of the rows that are kept in memory: at most 16 MiB.
const (
	shards   = 64
	perShard = 64
	maxKept  = 4 << 10 // bytes; larger rows are read from the file
)

// cache keeps what was read, for one process owns the file and every write goes through its Store: what is kept is what the file
// holds. While a row is being written it is neither kept nor handed out, so readers see what they would without a cache.
type cache struct {
	seed   maphash.Seed
	shards [shards]shard
}

type shard struct {
	mu      sync.Mutex
	rows    map[string]kept
	writing map[string]int // writes under way
	gen     uint64         // raised by each write: what was read before it is not kept
}

// kept is what a key was found to hold; there is no row where found is false.
type kept struct {
	row   session.Row
	found bool
}

func newCache() *cache {
	c := &cache{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].rows, c.shards[i].writing = map[string]kept{}, map[string]int{}
	}
	return c
}

func (c *cache) of(key string) *shard { return &c.shards[maphash.String(c.seed, key)%shards] }

// get returns what is kept of key; otherwise the generation to hand to put once the file has been asked.
func (c *cache) get(key string) (k kept, known bool, gen uint64) {
	s := c.of(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known = s.rows[key]
	return k, known, s.gen
}

// put keeps what was found after get, unless somebody has begun to write in the meantime. It must not be changed any more.
func (c *cache) put(key string, k kept, gen uint64) {
	if len(k.row.Sealed)+len(k.row.State) > maxKept || len(k.row.Outbox) > 0 {
		return
	}
	s := c.of(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gen != gen || s.writing[key] > 0 {
		return
	}
	if _, there := s.rows[key]; !there && len(s.rows) >= perShard {
		for other := range s.rows { // any one: maps are gone through in no order
			delete(s.rows, other)
			break
		}
	}
	s.rows[key] = k
}

// write forgets rows until the returned function is called, when they have been written or have not.
func (c *cache) write(keys ...string) (done func()) {
	c.change(keys, 1)
	return func() { c.change(keys, -1) }
}

func (c *cache) change(keys []string, by int) {
	for _, key := range keys {
		s := c.of(key)
		s.mu.Lock()
		s.gen++
		delete(s.rows, key)
		if s.writing[key] += by; s.writing[key] == 0 {
			delete(s.writing, key)
		}
		s.mu.Unlock()
	}
}
