package app

import (
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

const momentPage = `
path: /watch
title: Watch
access: any
state: {n: {type: int, default: 0}, run: {type: bool, default: true}}
onLeave:
  - call: trail.seen
    with: {n: "${state.n}"}
timers:
  - {every: 5s, when: "${state.run}", do: [{setState: {n: "${state.n + 1}"}}]}
  - {every: 1h, do: [{confirm: "Still there?"}, {setState: {n: 100}}]}
body:
  - text: "N ${state.n}"
  - form:
      onSubmit: [{snackBar: Thanks}]
      children:
        - textField: {id: word, label: Word, required: true, requiredMessage: "Say something."}
        - button: {text: Send, submit: true}
  - button: {text: Add, onTap: [{setState: {n: "${state.n + 10}"}}]}
  - button: {text: Hold, onTap: [{setState: {run: false}}]}
  - button: {text: Go, onTap: [{navigate: login}]}
`

// moment fires what the page does by itself, as its script does.
func (c *client) moment(p *page, mark string) *page {
	c.w.t.Helper()
	el := cascadia.Query(p.doc, cascadia.MustCompile("#page ["+mark+"]"))
	if el == nil {
		c.w.t.Fatalf("there is no %s: %s", mark, p.body)
	}
	action, form := p.form(c.w.t, "Add", nil)
	form.Set("_event", attr(el, "data-event"))
	r := c.request("POST", action, form)
	if strings.HasPrefix(mark, "data-timer") {
		r.Header.Set("X-Usher-Live", "1")
	}
	return c.roundTrip(r)
}

func momentWorld(t *testing.T) *world {
	t.Helper()
	files := tourist(t, nil)
	calls := string(files.Bytes("calls/trail.yaml")) + "\n  seen:\n    method: POST\n    path: /seen\n    auth: none\n    params: {n: int}\n    json: {n: \"${params.n}\"}\n"
	app := string(files.Bytes("app.yaml")) + "\nonResume:\n  - snackBar: Welcome back\n"
	w := newWorld(t, map[string]string{"pages/watch.yaml": momentPage, "calls/trail.yaml": calls, "app.yaml": app})
	w.backend.on("POST /seen", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 200, map[string]any{}) })
	return w
}

// TestF140_F152_Timers: a timer runs its flow on the page as it is, leaves the drawing to whoever looks at it, and is there while its condition holds.
func TestF140_F152_Timers(t *testing.T) {
	c := momentWorld(t).browser()
	c.script = true
	p := c.get("/watch")
	c.moment(p, "data-timer='5000'").want(t, 200, "N 1")
	c.moment(p, "data-timer='5000'").want(t, 200, "N 1") // the same drawing again: no action has been used up
	p = c.moment(p, "data-timer='5000'")
	p = c.press(p, "Add", nil)
	p.want(t, 200, "N 11")
	held := c.press(p, "Hold", nil)
	if held.has("[data-timer='5000']") || !held.has("[data-timer='3600000']") {
		t.Error("a timer whose condition does not hold is there")
	}
	asked := c.moment(held, "data-timer='3600000'")
	asked.want(t, 200, "Still there?", "N 11")
	c.press(asked, "OK", nil).want(t, 200, "N 100")
	c.press(asked, "OK", nil).want(t, 200, "N 11") // an answer counts once
}

// TestF152_TimersKeepWhatIsSaid: what stands beside inputs stays while a timer draws the page anew.
func TestF152_TimersKeepWhatIsSaid(t *testing.T) {
	c := momentWorld(t).browser()
	c.script = true
	p := c.press(c.get("/watch"), "Send", nil)
	p.want(t, 422, "Say something.")
	p = c.moment(p, "data-timer='5000'")
	p.want(t, 422, "Say something.", "N 1")
	if p = c.press(p, "Add", nil); strings.Contains(p.text(), "Say something") {
		t.Error("the sentence stays after an action")
	}
}

// TestF140_Leave: what runs when a page is left runs once for each drawing, also after an event of it, draws nothing and is no load flow of
// another page.
func TestF140_Leave(t *testing.T) {
	w := momentWorld(t)
	c := w.browser()
	c.script = true
	p := c.get("/watch")
	gone := c.press(p, "Go", nil)
	if gone.url != "/login" || w.backend.count("POST /seen") != 0 {
		t.Fatalf("at %s, told %d times", gone.url, w.backend.count("POST /seen"))
	}
	for range 2 {
		if left := c.moment(p, "data-leave"); left.StatusCode != http.StatusNoContent || left.body != "" {
			t.Errorf("%d %q", left.StatusCode, left.body)
		}
	}
	if n := w.backend.count("POST /seen"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if gone.has("[data-leave]") {
		t.Error("the next page has it as well")
	}
	c.logIn("ada")
	p = c.get("/watch")
	c.moment(p, "data-leave")
	if n := w.backend.count("POST /seen"); n != 2 {
		t.Errorf("told %d times", n)
	}
	c.press(p, "Add", nil).want(t, 200, "N 10") // what was left can be come back to
}

// TestF156_Resume: the flow of the app runs on whichever page somebody comes back to, once for each drawing.
func TestF156_Resume(t *testing.T) {
	c := momentWorld(t).browser()
	c.script = true
	p := c.get("/watch")
	c.moment(p, "data-resume").want(t, 200, "Welcome back", "N 0")
	if again := c.moment(p, "data-resume"); strings.Contains(again.text(), "Welcome back") {
		t.Error("it ran twice")
	}
	if !c.get("/login").has("#page [data-resume]") {
		t.Error("another page has none")
	}
}
