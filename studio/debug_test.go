package studio

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// follower is a Debugger that knows one call.
type follower struct{ changed func() }

func (*follower) Look(_ context.Context, browser string) (DebugView, error) {
	v := emptyDebug()
	v.On, v.Picked = true, browser
	return v, nil
}

func (*follower) Call(_ context.Context, id int) (CallDetail, bool) {
	return CallDetail{Call: CallSeen{ID: id}}, id == 7
}

func (*follower) Do(_ context.Context, in DebugRequest) (DebugAnswer, error) {
	if in.Act != "expire" {
		return DebugAnswer{}, Refused("Nobody is logged in.")
	}
	return DebugAnswer{Said: "Done."}, nil
}

func (f *follower) Follow(changed func(), _ func(string)) { f.changed = changed }

func TestF212_F213_ThePanelAsksWhoFollowsTheApp(t *testing.T) {
	w := opened(t)
	if v := decode[DebugView](t, w.ask("GET", "/api/debug", nil)); v.On {
		t.Errorf("nobody follows: %+v", v)
	}
	if got := w.ask("POST", "/api/debug", DebugRequest{Act: "expire"}); got.Code != http.StatusConflict {
		t.Errorf("nobody follows: %d", got.Code)
	}
	f := &follower{}
	w.debugger = f
	if v := decode[DebugView](t, w.ask("GET", "/api/debug?browser=b1", nil)); !v.On || v.Picked != "b1" {
		t.Errorf("%+v", v)
	}
	if c := decode[CallDetail](t, w.ask("GET", "/api/debug/call?id=7", nil)); c.Call.ID != 7 {
		t.Errorf("%+v", c)
	}
	for _, id := range []string{"8", "", "x"} {
		if got := w.ask("GET", "/api/debug/call?id="+id, nil); got.Code != http.StatusNotFound {
			t.Errorf("call %q: %d", id, got.Code)
		}
	}
	if a := decode[DebugAnswer](t, w.ask("POST", "/api/debug", DebugRequest{Act: "expire"})); a.Said != "Done." {
		t.Errorf("%+v", a)
	}
	if got := w.ask("POST", "/api/debug", DebugRequest{Act: "logOut"}); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "Nobody is logged in.") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestNewsOfEachKindAreTold: a reader that is slow misses what came between, never the last news of a kind.
func TestNewsOfEachKindAreTold(t *testing.T) {
	e := newEvents()
	r, ok := e.join()
	if !ok {
		t.Fatal("no room")
	}
	for _, n := range [][2]string{{"revision", "1"}, {"debug", ""}, {"revision", "2"}, {"pointed", "/pages/home/body/0"}} {
		e.tell(n[0], n[1])
	}
	<-r.wake
	if got, want := e.take(r), "event: debug\ndata: \n\nevent: pointed\ndata: /pages/home/body/0\n\nevent: revision\ndata: 2\n\n"; got != want {
		t.Errorf("%q", got)
	}
	if got := e.take(r); got != "" {
		t.Errorf("told twice: %q", got)
	}
	e.leave(r)
}
