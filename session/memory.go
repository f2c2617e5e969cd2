package session

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is a Store whose rows end with the process.
type Memory struct {
	start time.Time
	mu    sync.RWMutex
	rows  map[string]Row
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{start: time.Now(), rows: map[string]Row{}}
}

// Create implements Store.
func (s *Memory) Create(ctx context.Context, key string, r Row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.rows[key]; ok {
		return ErrExists
	}
	r = r.Clone()
	r.Rev = 1
	s.rows[key] = r
	return nil
}

// Read implements Store.
func (s *Memory) Read(ctx context.Context, key string) (Row, bool, error) {
	if err := ctx.Err(); err != nil {
		return Row{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, ok := s.rows[key]
	return r.Clone(), ok, nil
}

// Update implements Store.
func (s *Memory) Update(ctx context.Context, key string, fn func(Row) (Row, error)) (Row, error) {
	if err := ctx.Err(); err != nil {
		return Row{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rows[key]
	if !ok {
		return Row{}, ErrAbsent
	}
	next, err := fn(r.Clone())
	if err != nil {
		return Row{}, err
	}
	next = next.Clone()
	next.Rev = r.Rev + 1
	s.rows[key] = next
	return next.Clone(), nil
}

// Delete implements Store.
func (s *Memory) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rows, key)
	return nil
}

// Sweep implements Store.
func (s *Memory) Sweep(ctx context.Context, app string, now time.Time, limit int) ([]Keyed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var due []Keyed
	for key, r := range s.rows {
		if r.App == app && !r.Due.IsZero() && !r.Due.After(now) {
			due = append(due, Keyed{key, r})
		}
	}
	slices.SortFunc(due, func(a, b Keyed) int { return a.Row.Due.Compare(b.Row.Due) })
	due = due[:min(limit, len(due))]
	for i := range due {
		due[i].Row = due[i].Row.Clone()
	}
	return due, nil
}

// Scan implements Scanner.
func (s *Memory) Scan(ctx context.Context, app, after string, limit int) ([]Keyed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var page []Keyed
	for key, r := range s.rows {
		if r.App == app && key > after {
			page = append(page, Keyed{key, r})
		}
	}
	slices.SortFunc(page, func(a, b Keyed) int { return strings.Compare(a.Key, b.Key) })
	page = page[:min(limit, len(page))]
	for i := range page {
		page[i].Row = page[i].Row.Clone()
	}
	return page, nil
}

// Now implements Store. It runs on the monotonic clock, so that a jump of the wall clock moves no
// lease.
func (s *Memory) Now(context.Context) (time.Time, error) {
	return s.start.Round(0).Add(time.Since(s.start)).UTC(), nil
}
