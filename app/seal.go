package app

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// maxState bounds the sealed state of a page (design 8.3).
const maxState = 64 << 10

// Purposes of sealed text: one never opens as another.
const (
	sealState = "app/state"
	sealEvent = "app/event"
	sealNext  = "app/next"
	sealPause = "app/pause"
	sealFile  = "app/file"
)

// Why posted state is not acted on. People read the sentence of staleText.
var (
	errForged  = errors.New("the state does not open")
	errWho     = errors.New("the state belongs to another session")
	errRev     = errors.New("the state belongs to another revision")
	errPage    = errors.New("the state belongs to another page")
	errNoState = errors.New("there is no state")
)

// bond is what sealed text is tied to: it serves one browser, one revision and one page.
type bond struct {
	Who  string `json:"w"`
	Rev  string `json:"r"`
	Page string `json:"p"`
}

func (b bond) check(want bond) error {
	switch {
	case b.Page != want.Page:
		return errPage
	case b.Rev != want.Rev:
		return errRev
	case b.Who != want.Who || want.Who == "":
		return errWho
	}
	return nil
}

// place is a page with the parameters that its URL shows, or with all of them inside sealed text.
type place struct {
	Page   string          `json:"p"`
	Params json.RawMessage `json:"q,omitempty"`
}

// pageState is what a drawn page remembers of itself. It travels sealed in each of its forms; the server keeps none of it.
type pageState struct {
	bond
	Visit  string            `json:"v"`
	Nonce  string            `json:"n"`
	State  json.RawMessage   `json:"s,omitempty"`
	Own    json.RawMessage   `json:"c,omitempty"` // of components, by their use
	App    json.RawMessage   `json:"a,omitempty"` // of a guest; who is logged in has it in the session
	Params json.RawMessage   `json:"q,omitempty"` // the sensitive ones
	Tabs   map[string]int    `json:"t,omitempty"`
	Open   string            `json:"o,omitempty"` // key of the dialog that is open
	Typed  map[string]string `json:"i,omitempty"` // what stood in inputs that were not drawn, passwords never
	Wrong  map[string]string `json:"e,omitempty"` // what is said of inputs
	From   *place            `json:"f,omitempty"` // where Navigate Back goes
	Pages  map[string]extent `json:"g,omitempty"` // how far queries with pages have come
}

// event names what a button does and carries what its flow reads of the place where it was drawn (design 9.13).
type event struct {
	bond
	Nonce   string          `json:"n"`
	Trigger string          `json:"t"`
	Reads   json.RawMessage `json:"c,omitempty"`
	Own     string          `json:"o,omitempty"` // of a message's button, which outlives its drawing
	Until   int64           `json:"u,omitempty"` // as long, Unix seconds
	After   string          `json:"a,omitempty"` // and while it is known what was spent after this
}

// sealer seals and opens what browsers keep for us.
type sealer struct {
	keys *session.Keys
	aad  []byte // the app's id
}

func (s sealer) seal(purpose string, v any) (string, error) {
	return s.many(purpose)(v)
}

// many seals what belongs to one page under one derived key: a page has many buttons.
func (s sealer) many(purpose string) func(v any) (string, error) {
	with := s.keys.Sealer(purpose)
	return func(v any) (string, error) {
		plain, err := json.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("seal: %w", err)
		}
		return base64.RawURLEncoding.EncodeToString(with.Seal(s.aad, plain)), nil
	}
}

func (s sealer) open(purpose, text string, v any) error {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return errForged
	}
	plain, err := s.keys.Open(purpose, s.aad, b)
	if err != nil {
		return errForged
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errForged
	}
	return nil
}

// openState opens posted page state and checks whom it serves. With an error the state is not to be acted on.
func (s sealer) openState(text string, want bond) (pageState, error) {
	if text == "" {
		return pageState{}, errNoState
	}
	var st pageState
	if err := s.open(sealState, text, &st); err != nil {
		return pageState{}, err
	}
	return st, st.check(want)
}

// openEvent opens a button's event; it must come from the same drawing of the page as the state, or be the button of a message that has not
// been shown for too long.
func (s sealer) openEvent(text string, st pageState, now time.Time) (event, error) {
	var ev event
	if err := s.open(sealEvent, text, &ev); err != nil {
		return event{}, err
	}
	if ev.Own != "" && now.Unix() < ev.Until {
		want := st.bond
		want.Page = ev.Page
		return ev, ev.check(want)
	}
	if err := ev.check(st.bond); err != nil {
		return event{}, err
	}
	if ev.Nonce != st.Nonce {
		return event{}, errForged
	}
	return ev, nil
}

// sealState seals the state of a page; too much of it is an error that names the variable.
func (s sealer) sealState(st pageState) (string, error) {
	if n := len(st.State) + len(st.Own) + len(st.App) + len(st.Params); n > maxState {
		return "", fmt.Errorf("the page state holds %d KiB, more than %d: %s", n>>10, maxState>>10, largest(st.Own, st.State, st.App))
	}
	return s.seal(sealState, st)
}

// largest names the variable that takes the most room; own is the state of components.
func largest(own json.RawMessage, sets ...json.RawMessage) string {
	type size struct {
		name string
		n    int
	}
	var all []size
	add := func(set json.RawMessage, of string) {
		var vars map[string]json.RawMessage
		if json.Unmarshal(set, &vars) != nil {
			return
		}
		for name, raw := range vars {
			all = append(all, size{name + of, len(raw)})
		}
	}
	for _, set := range sets {
		add(set, "")
	}
	var uses map[string]json.RawMessage
	if json.Unmarshal(own, &uses) == nil {
		for use, set := range uses {
			add(set, " of "+use)
		}
	}
	if len(all) == 0 {
		return "its parameters are too long"
	}
	sort.Slice(all, func(i, j int) bool { return all[i].n > all[j].n })
	return fmt.Sprintf("the variable %s alone holds %d KiB (lists belong in queries)", all[0].name, all[0].n>>10)
}

// capture picks what a trigger's flow reads of the scope it is drawn in.
func capture(t *project.Trigger, s value.Scope) (json.RawMessage, error) {
	picked := map[string]any{}
	for _, path := range t.Reads {
		pick(picked, s, path)
	}
	return encode(picked)
}

// random returns 128 fresh random bits as text.
func random() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// bindKey stands for a cookie's id in sealed text: who opens one learns nothing that can be sent as a cookie.
func bindKey(id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("usher state\x00" + id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
