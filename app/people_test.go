package app

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// TestF16_UserDataIsKeptForItsOwnerAlone: each generation of each session has its own, whoever asks beside it, and no more than so many are kept.
func TestF16_UserDataIsKeptForItsOwnerAlone(t *testing.T) {
	var p people
	var decoded atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 3 * knownPeople {
				w := whose{key: fmt.Sprint(i % (2 * knownPeople)), ver: int64(i % 3)}
				want := fmt.Sprint(w)
				got := p.of(w, func() any {
					decoded.Add(1)
					return want
				})
				if got != want {
					t.Errorf("%v has %v", w, got)
				}
			}
		})
	}
	all.Wait()
	if n := len(p.known); n > knownPeople {
		t.Errorf("%d are kept", n)
	}
	before := decoded.Load()
	for range 2 {
		p.of(whose{key: "nobody else"}, func() any { decoded.Add(1); return nil })
	}
	if n := decoded.Load() - before; n != 1 {
		t.Errorf("decoded %d times", n)
	}
}
