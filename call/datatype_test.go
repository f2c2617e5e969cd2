package call

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// TestF093_RepliesAreReadAsTheirTypeAndMismatchesTold: the event of a call names field, wanted type and kind, never a value.
func TestF093_RepliesAreReadAsTheirTypeAndMismatchesTold(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		writeJSON(w, 200, `{"id":"12","age":"","born":"1815-12-10","tags":["a",{"canary-1":1}],"score":"canary-2","extra":"canary-3"}`)
	})
	typ := value.ObjectOf("User", value.Field{Name: "id", Type: value.IntType()}, value.Field{Name: "age", Type: value.IntType()},
		value.Field{Name: "born", Type: value.TimeType()}, value.Field{Name: "tags", Type: value.ListOf(value.TextType())}, value.Field{Name: "score", Type: value.NumberType()})
	call := &project.Call{Name: "me", Reply: typ}
	var mu sync.Mutex
	var events []Event
	c, err := New(Config{Project: api(t, b.URL, call), Observe: func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, e)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	r := do(t, c, call, nil, nil)
	body, _ := r.Body.(map[string]any)
	if !r.OK || body["id"] != 12 || body["age"] != nil || !body["born"].(time.Time).Equal(time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", r)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(events) != 1 || fmt.Sprint(events[0].Mismatches) != "[tags[1] should be text, but is an object score should be number, but is text]" {
		t.Errorf("events %+v", events)
	}
	if strings.Contains(fmt.Sprint(events), "canary") {
		t.Errorf("an event holds a value: %v", events)
	}
}

// TestF026_StoredUserDataSurvivesAChangeOfItsType: fields are found by name, whatever their keys have become; the tokens are untouched.
func TestF026_StoredUserDataSurvivesAChangeOfItsType(t *testing.T) {
	before := value.ObjectOf("User", value.Field{Name: "id", Key: "user_id", Type: value.IntType()}, value.Field{Name: "name", Type: value.TextType()},
		value.Field{Name: "age", Type: value.TextType()}, value.Field{Name: "old", Type: value.TextType()}, value.Field{Name: "tags", Type: value.ListOf(value.TextType())})
	p := &project.Project{App: project.App{Auth: project.Auth{Enabled: true, UserType: before, TokenFormat: "Bearer {token}"}}}
	m, err := NewMapper(p)
	if err != nil {
		t.Fatal(err)
	}
	env := value.NewEnv().With("reply", nil)
	token, _ := env.Parse("${reply.token}", value.SecretType())
	user, _ := env.Parse("${reply.user}", nil)
	u, err := m.Fields(Mapping{Fields: project.AuthFields{Token: token, User: user}, Scope: value.Scope{"reply": map[string]any{"token": "tok-1",
		"user": map[string]any{"user_id": 7, "name": "Ada", "age": "36", "old": "x", "tags": []any{"a"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := session.Session{Auth: session.AuthData{Token: *u.Token, User: u.MergeUser}}
	after := value.ObjectOf("User", value.Field{Name: "id", Key: "uid", Type: value.TextType()}, value.Field{Name: "nick", Key: "name", Type: value.TextType()},
		value.Field{Name: "name", Key: "full_name", Type: value.TextType()}, value.Field{Name: "age", Type: value.IntType()},
		value.Field{Name: "city", Type: value.TextType(), Default: "Bern"}, value.Field{Name: "tags", Type: value.IntType()})
	got, wrong := UserData(s, true, after)
	data, _ := got.(map[string]any)
	if data["id"] != "7" || data["name"] != "Ada" || data["nick"] != nil || data["age"] != 36 || data["city"] != "Bern" || data["tags"] != nil {
		t.Errorf("user data %v", got)
	}
	if _, kept := data["old"]; kept {
		t.Errorf("a field that is gone is still there: %v", data)
	}
	if len(wrong) != 1 || wrong[0].Path != "tags" {
		t.Errorf("mismatches %v", wrong)
	}
	if s.Auth.Token.Reveal() != "tok-1" {
		t.Error("the token did not survive")
	}
}
