// Package sessiontest says, as a test kit, what every session.Store must do.
//
// An implementation runs it from its own tests. It knows the interface alone, never a row's meaning.
package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// Run tests the stores that open makes. Each call of open returns a store of its own, empty, that
// closes itself with the test.
func Run(t *testing.T, open func(t *testing.T) session.Store) {
	for name, test := range map[string]func(*testing.T, session.Store){
		"CreateThenRead":            createThenRead,
		"EveryFieldComesBack":       everyField,
		"CreateTwiceFails":          createTwice,
		"AbsentIsNoFault":           absent,
		"UpdateRaisesRev":           updateRaisesRev,
		"UpdateErrorWritesNothing":  updateError,
		"UpdateRunsFnOnCommitted":   updateSees,
		"UpdatesLoseNothing":        updatesLoseNothing,
		"AFailingFnDoesNotBlock":    panicInFn,
		"DeleteIsIdempotent":        deleteTwice,
		"SweepIsDueOrderedBounded":  sweep,
		"RowsAreCopies":             copies,
		"NowMovesForward":           now,
		"EndedContextIsAFault":      endedContext,
		"ParallelCreatesOfOneKey":   parallelCreates,
		"ReadersDoNotWaitForUpdate": readersDoNotWait,
		"ScanPagesInOrder":          scanPages,
		"PurgeDropsThese":           purge,
		"UpdateAllChangesThese":     updateAll,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var epoch = time.Date(2030, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// full sets every field, so that one that a store forgets shows.
func full() session.Row {
	return session.Row{
		App: "app", Due: epoch.Add(time.Hour), Sealed: []byte{1, 0, 255}, State: []byte{2, 0, 254},
		Ended: session.Moved, EndedAt: epoch.Add(1), Told: true, Successor: "next", Ver: 3, Gen: 4, UserVer: 5, SealNo: 6,
		Expiry: epoch.Add(2), TTL: time.Minute, Renewed: epoch.Add(3), CanFly: true, Foreign: true, Flyable: epoch.Add(4),
		LeaseOwner: "me", LeaseUntil: epoch.Add(4), Attempt: session.Attempt{ID: "a", Started: epoch, Gen: 1, Ver: 2, UserVer: 3},
		DoneAttempt: "b", Tried: epoch.Add(5), Failed: true, HoldUntil: epoch.Add(6), Doubt: 7, Last401: 8,
		Created: epoch.Add(7), Seen: epoch.Add(8), IdleUntil: epoch.Add(9), AbsUntil: epoch.Add(10), HereUntil: epoch.Add(11),
		Persist: true, Data: 12, Spent: []string{"x", "y"},
		Outbox:    []session.Pending{{Sealed: []byte{9}, Since: epoch, Due: epoch.Add(time.Minute), Tries: 2}},
		UserEpoch: 13, StoreEpoch: 14,
	}
}

func create(t *testing.T, s session.Store, key string, r session.Row) {
	t.Helper()
	if err := s.Create(t.Context(), key, r); err != nil {
		t.Fatalf("Create(%s): %v", key, err)
	}
}

func read(t *testing.T, s session.Store, key string) session.Row {
	t.Helper()
	r, ok, err := s.Read(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("Read(%s) = %v, %v", key, ok, err)
	}
	return r
}

// update runs fn twice each time, as a store may.
func update(t *testing.T, s session.Store, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	t.Helper()
	return s.Update(t.Context(), key, func(r session.Row) (session.Row, error) {
		if _, err := fn(r.Clone()); err != nil {
			return r, err
		}
		return fn(r)
	})
}

func createThenRead(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 1, Created: epoch, Seen: epoch})
	if r := read(t, s, "k"); r.Ver != 1 || r.App != "app" || !r.Created.Equal(epoch) || r.Rev < 1 || !r.Due.IsZero() {
		t.Errorf("read back %+v", r)
	}
}

func everyField(t *testing.T, s session.Store) {
	want := full()
	v := reflect.ValueOf(want)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Rev" {
			t.Errorf("the kit does not set Row.%s", name)
		}
	}
	create(t, s, "k", want)
	compare(t, read(t, s, "k"), want)
	got, err := update(t, s, "k", func(r session.Row) (session.Row, error) { return full(), nil })
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, want)
	compare(t, read(t, s, "k"), want)
}

// compare looks at rows field by field; Due may be cut to milliseconds.
func compare(t *testing.T, got, want session.Row) {
	t.Helper()
	got.Rev, want.Rev = 0, 0
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		a, b := g.Field(i).Interface(), w.Field(i).Interface()
		if at, ok := a.(time.Time); ok {
			if bt := b.(time.Time); at.Equal(bt) {
				continue
			}
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("Row.%s = %v, want %v", g.Type().Field(i).Name, a, b)
		}
	}
}

func createTwice(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 1})
	if err := s.Create(t.Context(), "k", session.Row{App: "app", Ver: 2}); !errors.Is(err, session.ErrExists) {
		t.Errorf("second Create: %v, want ErrExists", err)
	}
	if r := read(t, s, "k"); r.Ver != 1 {
		t.Error("the second Create changed the row")
	}
}

func absent(t *testing.T, s session.Store) {
	if _, ok, err := s.Read(t.Context(), "none"); ok || err != nil {
		t.Errorf("Read of an absent row = %v, %v", ok, err)
	}
	_, err := update(t, s, "none", func(r session.Row) (session.Row, error) {
		t.Error("fn was called for an absent row")
		return r, nil
	})
	if !errors.Is(err, session.ErrAbsent) {
		t.Errorf("Update of an absent row: %v, want ErrAbsent", err)
	}
	if _, ok, _ := s.Read(t.Context(), "none"); ok {
		t.Error("Update made a row")
	}
}

func updateRaisesRev(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app"})
	before := read(t, s, "k").Rev
	r, err := update(t, s, "k", func(r session.Row) (session.Row, error) { r.Ver++; r.Rev = 99; return r, nil })
	if err != nil || r.Rev != before+1 || r.Ver != 1 {
		t.Errorf("Update = rev %d ver %d, %v; want rev %d ver 1", r.Rev, r.Ver, err, before+1)
	}
	if got := read(t, s, "k"); got.Rev != r.Rev || got.Ver != 1 {
		t.Errorf("read back rev %d ver %d", got.Rev, got.Ver)
	}
}

func updateError(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 1})
	before := read(t, s, "k").Rev
	mine := errors.New("mine")
	if _, err := update(t, s, "k", func(r session.Row) (session.Row, error) { r.Ver = 9; return r, mine }); err != mine {
		t.Errorf("Update: %v, want fn's own error unchanged", err)
	}
	if r := read(t, s, "k"); r.Ver != 1 || r.Rev != before {
		t.Error("a failed Update wrote")
	}
}

func updateSees(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 5})
	if _, err := update(t, s, "k", func(r session.Row) (session.Row, error) {
		if r.Ver != 5 && r.Ver != 6 {
			t.Errorf("fn saw ver %d", r.Ver)
		}
		r.Ver = 6
		return r, nil
	}); err != nil {
		t.Fatal(err)
	}
}

func updatesLoseNothing(t *testing.T, s session.Store) {
	const workers, each = 8, 25
	create(t, s, "k", session.Row{App: "app"})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				if _, err := update(t, s, "k", func(r session.Row) (session.Row, error) { r.Data++; return r, nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if r := read(t, s, "k"); r.Data != workers*each {
		t.Errorf("data = %d, want %d", r.Data, workers*each)
	}
}

func panicInFn(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 1})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of fn was swallowed")
			}
		}()
		s.Update(t.Context(), "k", func(session.Row) (session.Row, error) { panic("fn") })
	}()
	if _, err := update(t, s, "k", func(r session.Row) (session.Row, error) { r.Ver = 2; return r, nil }); err != nil {
		t.Errorf("after a panic in fn: %v", err)
	}
}

func deleteTwice(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app"})
	for range 2 {
		if err := s.Delete(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, err := s.Read(t.Context(), "k"); ok || err != nil {
		t.Errorf("a deleted row reads as %v, %v", ok, err)
	}
	create(t, s, "k", session.Row{App: "app"})
}

func sweep(t *testing.T, s session.Store) {
	for i, due := range []time.Duration{3, 1, 2, 4} {
		create(t, s, fmt.Sprint("k", i), session.Row{App: "app", Due: epoch.Add(due * time.Second)})
	}
	create(t, s, "never", session.Row{App: "app"})
	create(t, s, "other", session.Row{App: "other", Due: epoch})
	keys := func(now time.Time, limit int) (out []string) {
		due, err := s.Sweep(t.Context(), "app", now, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range due {
			out = append(out, k.Key)
		}
		return out
	}
	if got := keys(epoch.Add(3*time.Second), 10); !reflect.DeepEqual(got, []string{"k1", "k2", "k0"}) {
		t.Errorf("due: %v", got)
	}
	if got := keys(epoch.Add(time.Hour), 2); !reflect.DeepEqual(got, []string{"k1", "k2"}) {
		t.Errorf("the first two: %v", got)
	}
	if got := keys(epoch, 10); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	if _, err := update(t, s, "k1", func(r session.Row) (session.Row, error) { r.Due = time.Time{}; return r, nil }); err != nil {
		t.Fatal(err)
	}
	if got := keys(epoch.Add(2*time.Second), 10); !reflect.DeepEqual(got, []string{"k2"}) {
		t.Errorf("after k1 was settled: %v", got)
	}
	if _, err := update(t, s, "k2", func(r session.Row) (session.Row, error) { r.App = "other"; return r, nil }); err != nil {
		t.Fatal(err)
	}
	if got := keys(epoch.Add(2*time.Second), 10); len(got) != 0 {
		t.Errorf("after k2 went to another app: %v", got)
	}
}

func copies(t *testing.T, s session.Store) {
	r := full()
	create(t, s, "k", r)
	r.Sealed[0], r.Outbox[0].Sealed[0], r.Spent[0] = 77, 77, "changed"
	got := read(t, s, "k")
	got.Sealed[1], got.Outbox[0].Due = 77, epoch.Add(99*time.Hour)
	compare(t, read(t, s, "k"), full())
}

func now(t *testing.T, s session.Store) {
	last, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		next, err := s.Now(t.Context())
		if err != nil || next.Before(last) {
			t.Fatalf("Now went from %v to %v, %v", last, next, err)
		}
		last = next
	}
}

func endedContext(t *testing.T, s session.Store) {
	create(t, s, "k", session.Row{App: "app", Ver: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Read(ctx, "k"); err == nil {
		t.Error("Read with an ended context is no fault")
	}
	if _, err := s.Update(ctx, "k", func(r session.Row) (session.Row, error) { r.Ver = 2; return r, nil }); err == nil {
		t.Error("Update with an ended context is no fault")
	}
	if r := read(t, s, "k"); r.Ver != 1 {
		t.Error("Update with an ended context wrote")
	}
}

func parallelCreates(t *testing.T, s session.Store) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for i := range 8 {
		wg.Go(func() {
			err := s.Create(t.Context(), "k", session.Row{App: "app", Ver: int64(i)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				made++
			} else if !errors.Is(err, session.ErrExists) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("%d creates succeeded, want 1", made)
	}
}

func readersDoNotWait(t *testing.T, s session.Store) {
	create(t, s, "a", session.Row{App: "app", Ver: 1})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if _, ok, err := s.Read(t.Context(), "a"); !ok || err != nil {
					t.Errorf("Read = %v, %v", ok, err)
				}
			}
		})
	}
	for range 20 {
		if _, err := update(t, s, "a", func(r session.Row) (session.Row, error) { r.Ver++; return r, nil }); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

// scanPages tests a store that offers session.Scanner.
func scanPages(t *testing.T, s session.Store) {
	sc, ok := s.(session.Scanner)
	if !ok {
		return
	}
	var want []string
	for i := range 7 {
		key := fmt.Sprint("k", i)
		create(t, s, key, session.Row{App: "app", Ver: int64(i)}) // also what is never due
		want = append(want, key)
	}
	create(t, s, "other", session.Row{App: "other"})
	if err := s.Delete(t.Context(), "k3"); err != nil {
		t.Fatal(err)
	}
	want = append(want[:3], want[4:]...)
	var got []string
	for after, pages := "", 0; pages < 10; pages++ {
		page, err := sc.Scan(t.Context(), "app", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range page {
			if k.Row.App != "app" || fmt.Sprint("k", k.Row.Ver) != k.Key {
				t.Errorf("%s came with %+v", k.Key, k.Row)
			}
			got, after = append(got, k.Key), k.Key
		}
		if len(page) < 2 {
			break
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("scanned %v, want %v", got, want)
	}
}

// purge tests a store that offers session.Purger.
func purge(t *testing.T, s session.Store) {
	p, ok := s.(session.Purger)
	if !ok {
		return
	}
	var keys []string
	for i := range 300 {
		keys = append(keys, fmt.Sprint("k", i))
		create(t, s, keys[i], session.Row{App: "app", Due: epoch})
	}
	if err := p.Purge(t.Context(), append(keys[100:], "absent", "it's")); err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		if _, found, err := s.Read(t.Context(), key); err != nil || found != (i < 100) {
			t.Errorf("%s: found %v, %v", key, found, err)
		}
	}
	if err := p.Purge(t.Context(), nil); err != nil {
		t.Errorf("nothing to drop: %v", err)
	}
	if due, err := s.Sweep(t.Context(), "app", epoch, 1000); err != nil || len(due) != 100 {
		t.Errorf("%d rows are due, %v", len(due), err)
	}
}

// updateAll tests a store that offers session.Batcher.
func updateAll(t *testing.T, s session.Store) {
	b, ok := s.(session.Batcher)
	if !ok {
		return
	}
	keys := []string{"k0", "k1", "k2", "k3"}
	for _, key := range keys {
		create(t, s, key, session.Row{App: "app", Ver: 1})
	}
	rev := read(t, s, "k0").Rev
	seen := map[string]bool{}
	err := b.UpdateAll(t.Context(), []string{"k0", "absent", "k1", "k2"}, func(key string, r session.Row) (session.Row, error) {
		seen[key], r.Ver = true, 2
		if key == "k1" {
			return r, errors.New("leave it")
		}
		return r, nil
	})
	if err != nil || !reflect.DeepEqual(seen, map[string]bool{"k0": true, "k1": true, "k2": true}) {
		t.Errorf("%v, fn saw %v", err, seen)
	}
	for i, want := range []int64{2, 1, 2, 1} {
		if r := read(t, s, keys[i]); r.Ver != want || r.Rev != rev+want-1 {
			t.Errorf("%s: version %d, rev %d", keys[i], r.Ver, r.Rev)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.UpdateAll(ctx, keys, func(_ string, r session.Row) (session.Row, error) { r.Ver = 3; return r, nil }); err == nil || read(t, s, "k0").Ver != 2 {
		t.Errorf("with an ended context: %v", err)
	}
}
