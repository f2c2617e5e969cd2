package sqlstore

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/usherdev/usher/session"
)

func cached(t *testing.T) *Store {
	t.Helper()
	st, err := Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// TestReadsComeFromMemoryUntilARowIsWritten: a row that was read is not asked for again, and no write is missed: neither of this row, nor
// that it is gone, nor that there is one now.
func TestReadsComeFromMemoryUntilARowIsWritten(t *testing.T) {
	st := cached(t)
	ctx := t.Context()
	read := func(want string, found bool) {
		t.Helper()
		for range 2 { // the second comes from memory
			r, ok, err := st.Read(ctx, "k")
			if err != nil || ok != found || string(r.State) != want {
				t.Fatalf("read %q, %v, %v; want %q, %v", r.State, ok, err, want, found)
			}
			if found {
				r.State[0] = 'x' // what a caller does to its copy is its own affair
			}
		}
		if _, known, _ := st.cache.get("k"); !known {
			t.Fatal("what was read is not kept")
		}
	}
	set := func(state string) func(session.Row) (session.Row, error) {
		return func(r session.Row) (session.Row, error) { r.State = []byte(state); return r, nil }
	}
	read("", false)
	if err := st.Create(ctx, "k", session.Row{App: "a", State: []byte("one")}); err != nil {
		t.Fatal(err)
	}
	read("one", true)
	if _, err := st.Update(ctx, "k", set("two")); err != nil {
		t.Fatal(err)
	}
	read("two", true)
	if err := st.UpdateAll(ctx, []string{"k"}, func(_ string, r session.Row) (session.Row, error) { return set("three")(r) }); err != nil {
		t.Fatal(err)
	}
	read("three", true)
	if err := st.Delete(ctx, "k"); err != nil {
		t.Fatal(err)
	}
	read("", false)
	if err := st.Create(ctx, "k", session.Row{App: "a", State: []byte("four")}); err != nil {
		t.Fatal(err)
	}
	read("four", true)
	if err := st.Purge(ctx, []string{"k"}); err != nil {
		t.Fatal(err)
	}
	read("", false)
}

// TestNobodyReadsBackInTime: while one row is written again and again, no reader sees a revision below one that he or anybody has seen
// before he began.
func TestNobodyReadsBackInTime(t *testing.T) {
	st := cached(t)
	ctx := t.Context()
	if err := st.Create(ctx, "k", session.Row{App: "a"}); err != nil {
		t.Fatal(err)
	}
	var seen atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for !stop.Load() {
				before := seen.Load()
				r, ok, err := st.Read(ctx, "k")
				if err != nil || !ok {
					t.Errorf("%v, %v", ok, err)
					return
				}
				if r.Rev < before {
					t.Errorf("revision %d was read after %d", r.Rev, before)
					return
				}
				for {
					now := seen.Load()
					if r.Rev <= now || seen.CompareAndSwap(now, r.Rev) {
						break
					}
				}
			}
		})
	}
	for range volume(300, 3000) {
		r, err := st.Update(ctx, "k", func(r session.Row) (session.Row, error) { return r, nil })
		if err != nil {
			t.Error(err)
			break
		}
		if got, _, err := st.Read(ctx, "k"); err != nil || got.Rev < r.Rev {
			t.Errorf("after writing revision %d, %d was read (%v)", r.Rev, got.Rev, err)
		}
		for now := seen.Load(); now < r.Rev && !seen.CompareAndSwap(now, r.Rev); now = seen.Load() {
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestMemoryOfRowsIsBounded: neither many rows nor ids that somebody makes up fill it, and large rows are left out.
func TestMemoryOfRowsIsBounded(t *testing.T) {
	c := newCache()
	for i := range 100_000 {
		key := fmt.Sprint(i)
		_, _, gen := c.get(key)
		c.put(key, kept{}, gen)
	}
	n := 0
	for i := range c.shards {
		n += len(c.shards[i].rows)
	}
	if n > shards*perShard {
		t.Errorf("%d rows are kept", n)
	}
	_, _, gen := c.get("large")
	c.put("large", kept{session.Row{Sealed: make([]byte, maxKept+1)}, true}, gen)
	if _, known, _ := c.get("large"); known {
		t.Error("a large row is kept")
	}
}

// TestARowBeingWrittenIsNotKept: what was read before a write began, and what is read while it lasts, is forgotten.
func TestARowBeingWrittenIsNotKept(t *testing.T) {
	c := newCache()
	_, _, early := c.get("k")
	done := c.write("k")
	c.put("k", kept{found: true}, early)
	_, _, during := c.get("k")
	c.put("k", kept{found: true}, during)
	if _, known, _ := c.get("k"); known {
		t.Error("a row is kept while it is written")
	}
	done()
	c.put("k", kept{found: true}, during)
	if _, known, _ := c.get("k"); known {
		t.Error("a row is kept that was read before the write was done")
	}
	_, _, late := c.get("k")
	c.put("k", kept{found: true}, late)
	if _, known, _ := c.get("k"); !known {
		t.Error("a row is not kept that was read afterwards")
	}
}
