package app

import (
	"container/list"
	"sync"
)

// Bounds of what query results may be remembered.
const (
	maxMemory  = 32 << 20 // bytes, estimated
	maxResults = 4096
)

// memory remembers query results for a visit. Losing one only means asking again. It is safe for concurrent use.
type memory struct {
	mu   sync.Mutex
	size int
	most int
	used *list.List // of *result, the most recently used first
	all  map[string]*list.Element
}

// result is one remembered reply, as scopes see it. It is shared and never changed.
type result struct {
	key, owner string
	size       int
	value      map[string]any
}

// newMemory makes a memory of so many results at most.
func newMemory(most int) *memory {
	return &memory{most: most, used: list.New(), all: map[string]*list.Element{}}
}

func (m *memory) get(key string) (map[string]any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	el, ok := m.all[key]
	if !ok {
		return nil, false
	}
	m.used.MoveToFront(el)
	return el.Value.(*result).value, true
}

func (m *memory) put(key, owner string, size int, v map[string]any) {
	if size > maxMemory/8 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.all[key]; ok {
		m.remove(el)
	}
	m.all[key] = m.used.PushFront(&result{key: key, owner: owner, size: size, value: v})
	m.size += size
	for m.size > maxMemory || m.used.Len() > m.most {
		m.remove(m.used.Back())
	}
}

// drop forgets all that was remembered for one person.
func (m *memory) drop(owner string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for el := m.used.Front(); el != nil; {
		next := el.Next()
		if el.Value.(*result).owner == owner {
			m.remove(el)
		}
		el = next
	}
}

func (m *memory) remove(el *list.Element) {
	r := m.used.Remove(el).(*result)
	delete(m.all, r.key)
	m.size -= r.size
}

// forget drops all that is remembered for one person.
func (a *App) forget(owner string) {
	a.memory.drop(owner)
	a.addresses.drop(owner)
}
