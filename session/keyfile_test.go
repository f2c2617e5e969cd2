package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/session"
)

func ids(t *testing.T, path string) []string {
	t.Helper()
	k, _, err := session.LoadKeys(path, false)
	if err != nil {
		t.Fatal(err)
	}
	return k.IDs()
}

func TestA11_TheKeyFileRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "usher.key")
	first, _, err := session.LoadKeys(path, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed := first.Seal("p", nil, []byte("old"))
	b, err := session.AddKey(path, true)
	if err != nil {
		t.Fatal(err)
	}
	c, err := session.AddKey(path, false)
	if err != nil {
		t.Fatal(err)
	}
	a := first.IDs()[0]
	if got := ids(t, path); !slices.Equal(got, []string{b, a, c}) {
		t.Fatalf("%v, want %v", got, []string{b, a, c})
	}
	if err := session.ActivateKey(path, c); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, path); !slices.Equal(got, []string{c, b, a}) {
		t.Fatalf("%v, want %v", got, []string{c, b, a})
	}
	next, _, err := session.LoadKeys(path, false)
	if err != nil {
		t.Fatal(err)
	}
	hash := first.LogHash("x")
	first.Replace(next)
	if plain, err := first.Open("p", nil, sealed); string(plain) != "old" || err != nil {
		t.Errorf("what the old key sealed: %q %v", plain, err)
	}
	if !slices.Equal(first.IDs(), next.IDs()) || first.LogHash("x") == hash {
		t.Error("the ring was not replaced")
	}
	if err := session.DropKey(path, c); err == nil || !strings.Contains(err.Error(), "active") {
		t.Errorf("the active key: %v", err)
	}
	if err := session.DropKey(path, "00000000"); err == nil {
		t.Error("a key that is not there is dropped")
	}
	if err := session.DropKey(path, a); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, path); !slices.Equal(got, []string{c, b}) {
		t.Errorf("%v, want %v", got, []string{c, b})
	}
	st, err := os.Stat(path)
	text, rerr := os.ReadFile(path)
	if err != nil || rerr != nil || st.Mode().Perm() != 0o600 || !strings.HasPrefix(string(text), "# Opens") {
		t.Errorf("%v %v %v: the comment or the mode was lost", st.Mode(), err, rerr)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestA11_TwoRotationsLoseNoKey: what one adds, another that runs at the same time does not overwrite.
func TestA11_TwoRotationsLoseNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "usher.key")
	if _, _, err := session.LoadKeys(path, true); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var added []string
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if id, err := session.AddKey(path, true); err == nil {
					mu.Lock()
					added = append(added, id)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	have := ids(t, path)
	for _, id := range added {
		if !slices.Contains(have, id) {
			t.Errorf("key %s was lost", id)
		}
	}
	if len(added) == 0 || len(have) != len(added)+1 {
		t.Errorf("%d keys for %d additions", len(have), len(added))
	}
}
