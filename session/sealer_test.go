package session

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// TestSealersChangeAfterManyTextsAndWithTheRing: one derived key seals no more than maxSeals texts, and none after its key left the ring; what
// was sealed before still opens as long as its key is there.
func TestSealersChangeAfterManyTextsAndWithTheRing(t *testing.T) {
	k := NewKeys([32]byte{1})
	s := k.Sealer("p")
	if k.Sealer("p") != s || k.Sealer("q") == s {
		t.Error("a sealer belongs to a purpose")
	}
	old := s.Seal(nil, []byte("one"))
	s.used.Store(maxSeals)
	next := k.Sealer("p")
	if next == s || bytes.Equal(next.head, s.head) {
		t.Error("the derived key is used for ever")
	}
	for _, sealed := range [][]byte{old, next.Seal(nil, []byte("one"))} {
		if b, err := k.Open("p", nil, sealed); err != nil || string(b) != "one" {
			t.Errorf("%q, %v", b, err)
		}
	}
	k.Replace(NewKeys([32]byte{2}, [32]byte{1}))
	if turned := k.Sealer("p"); bytes.Equal(turned.head[1:1+keyIDLen], next.head[1:1+keyIDLen]) {
		t.Error("a key that no longer seals still does")
	}
	if _, err := k.Open("p", nil, old); err != nil {
		t.Errorf("an old key opens no more: %v", err)
	}
	k.Replace(NewKeys([32]byte{2}))
	if _, err := k.Open("p", nil, old); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("a key that is gone still opens: %v", err)
	}
}

// TestRememberedKeysAreBoundedAndTellPurposesApart: what is remembered opens nothing that would not open otherwise.
func TestRememberedKeysAreBoundedAndTellPurposesApart(t *testing.T) {
	k := NewKeys([32]byte{1})
	sealed := k.Seal("p", []byte("aad"), []byte("x"))
	for range 2 {
		if _, err := k.Open("p", []byte("aad"), sealed); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Open("q", []byte("aad"), sealed); !errors.Is(err, ErrTampered) {
			t.Errorf("another purpose: %v", err)
		}
		if _, err := k.Open("p", []byte("other"), sealed); !errors.Is(err, ErrTampered) {
			t.Errorf("another place: %v", err)
		}
	}
	for i := range 2 * maxDerived {
		if _, err := k.Open(fmt.Sprint(i), nil, sealed); !errors.Is(err, ErrTampered) {
			t.Fatal(err)
		}
	}
	if n := len(k.now.Load().derived); n > maxDerived {
		t.Errorf("%d derived keys are remembered", n)
	}
}
