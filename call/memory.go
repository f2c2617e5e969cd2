package call

import (
	"context"
	"sync"
	"time"
)

// maxRemembered bounds what is known of logins; beyond it everything is forgotten, which costs one question each.
const maxRemembered = 4096

// memory keeps, for a while, what a backend said about one generation of somebody's tokens. It is safe for concurrent use.
type memory struct {
	mu    sync.Mutex
	facts map[string]*fact
}

// fact is one such answer; ready is closed when it is there.
type fact struct {
	ver   int64
	until time.Time
	ready chan struct{}
	yes   bool
}

func newMemory() *memory { return &memory{facts: map[string]*fact{}} }

// learn remembers yes for generation ver of key.
func (m *memory) learn(key string, ver int64, until time.Time) {
	f := &fact{ver: ver, until: until, ready: make(chan struct{}), yes: true}
	close(f.ready)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, f)
}

func (m *memory) put(key string, f *fact) {
	if len(m.facts) >= maxRemembered {
		clear(m.facts)
	}
	m.facts[key] = f
}

// knows reports whether yes was learned of generation ver, and has not been too long ago.
func (m *memory) knows(key string, ver int64, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.facts[key]
	return f != nil && f.ver == ver && f.yes && now.Before(f.until)
}

// ask returns the answer for generation ver of key; whoever comes first asks, all others wait for the same answer. sure is false
// where the backend gave none: then the next one asks again.
func (m *memory) ask(ctx context.Context, key string, ver int64, question func() (yes, sure bool)) bool {
	m.mu.Lock()
	f := m.facts[key]
	if f != nil && f.ver >= ver {
		m.mu.Unlock()
		select {
		case <-f.ready:
			return f.ver > ver || f.yes // a newer token is there already: the caller is to use it
		case <-ctx.Done():
			return false
		}
	}
	f = &fact{ver: ver, ready: make(chan struct{})}
	m.put(key, f)
	m.mu.Unlock()
	sure := false
	defer func() {
		close(f.ready)
		if sure {
			return
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.facts[key] == f {
			delete(m.facts, key)
		}
	}()
	f.yes, sure = question()
	return f.yes
}
