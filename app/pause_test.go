package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

const askPage = `
path: /ask
title: Ask
access: any
state: {log: {type: text, default: ""}, big: {type: text, default: ""}}
body:
  - text: "Log ${state.log}"
  - textField: {id: typed, label: Typed}
  - textField: {id: pass, label: Pass, type: password}
  - button:
      text: Delete
      onTap:
        - setState: {log: "${state.log}begin,"}
        - confirm: {title: "Delete this?", text: "It is gone for good.", confirm: Delete it, cancel: Keep it, tone: danger}
          then:
            - setState: {log: "${state.log}yes ${form.typed},"}
          else:
            - setState: {log: "${state.log}no,"}
        - setState: {log: "${state.log}end,"}
  - button:
      text: Plain
      onTap:
        - confirm: Go on?
        - setState: {log: "${state.log}went on,"}
  - button:
      text: Deep
      onTap:
        - block: asks
          with: {who: Ada, key: "${form.pass}"}
          as: told
        - if: ${told == "asked Ada"}
          then:
            - wait: 2s
            - setState: {log: "${state.log}${told} ${string(form.pass == 'open sesame')},"}
  - button:
      text: Name
      onTap:
        - dialog: {text: What is it called?, input: Its name, value: Hill}
          as: answer
        - setState: {log: "${state.log}${answer.ok} ${answer.value},"}
  - button:
      text: Leave
      onTap:
        - navigate: posts
        - dialog: Off you go
  - button:
      text: Twice
      onTap:
        - confirm: One?
        - confirm: Two?
        - setState: {log: "${state.log}two,"}
`

const askFlow = `
params: {who: text, key: secret}
actions:
  - confirm: "Ask ${params.who}?"
    else: [stop]
result: "asked ${params.who}"
`

func askWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, map[string]string{
		"pages/ask.yaml": askPage, "flows/asks.yaml": askFlow,
		"pages/posts.yaml": "path: /far\ntitle: Far\naccess: any\nbody:\n  - text: Far away\n",
	})
}

// TestF149_Confirm: a flow that asks goes on with the answer, with what was typed and said so far, and without script.
func TestF149_Confirm(t *testing.T) {
	w := askWorld(t)
	c := w.browser()
	p := c.press(c.get("/ask"), "Delete", map[string]string{"typed": "abc"})
	p.want(t, 200, "Log begin,", "Delete this?", "It is gone for good.")
	if !p.has("dialog[open][data-ask] form") || !p.has("main[inert]") {
		t.Fatalf("the dialog is not open over a page out of reach: %s", p.body)
	}
	if !p.has("button[value=no][autofocus]") {
		t.Error("the button that destroys has the focus")
	}
	yes := c.press(p, "Delete it", nil)
	yes.want(t, 200, "Log begin,yes abc,end,")
	if yes.has("dialog") || yes.has("main[inert]") || !yes.has("input[name=typed][value=abc]") {
		t.Errorf("the page behind is not back as it was: %s", yes.body)
	}
	c.press(c.press(yes, "Delete", nil), "Keep it", nil).want(t, 200, "begin,no,end,")
	p = c.press(c.get("/ask"), "Plain", nil)
	if got := c.press(p, "Cancel", nil); strings.Contains(got.text(), "went on") || got.has("dialog") {
		t.Errorf("no goes on: %s", got.text())
	}
	c.press(c.press(c.get("/ask"), "Plain", nil), "OK", nil).want(t, 200, "Log went on,")
	p = c.press(c.press(c.get("/ask"), "Twice", nil), "OK", nil)
	p.want(t, 200, "Two?")
	c.press(p, "OK", nil).want(t, 200, "Log two,")
}

// TestF149_ConfirmOnce: an answer counts once, in the browser, for the drawing and in the shape that it was asked in.
func TestF149_ConfirmOnce(t *testing.T) {
	w := askWorld(t)
	c := w.browser()
	p := c.press(c.get("/ask"), "Delete", nil)
	c.press(p, "Delete it", nil).want(t, 200, "begin,yes ,end,")
	if again := c.press(p, "Delete it", nil); strings.Contains(again.text(), "yes") {
		t.Errorf("an answer was taken twice: %s", again.text())
	}
	p = c.press(c.get("/ask"), "Delete", nil)
	action, form := p.form(t, "Delete it", nil)
	send := func(who *client, change func(url.Values)) *page {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		change(f)
		return who.roundTrip(who.request("POST", action, f))
	}
	token := form.Get("_pause")
	other := c.press(c.get("/ask"), "Plain", nil)
	_, others := other.form(t, "OK", nil)
	guest := w.browser()
	guest.get("/ask")
	for name, got := range map[string]*page{
		"forged":          send(c, func(f url.Values) { f.Set("_pause", forged(token)) }),
		"another drawing": send(c, func(f url.Values) { f.Set("_pause", others.Get("_pause")) }),
		"an event":        send(c, func(f url.Values) { f.Set("_pause", attr(other.button("Plain"), "value")) }),
		"another browser": send(guest, func(url.Values) {}),
	} {
		if got.StatusCode != http.StatusConflict || strings.Contains(got.text(), "yes") {
			t.Errorf("%s: status %d: %s", name, got.StatusCode, got.text())
		}
	}
	send(c, func(url.Values) {}).want(t, 200, "yes") // what none of them has used up
}

// TestF149_Dialog: a dialog hands back what was typed, and a page asked for before it opens when it is closed.
func TestF149_Dialog(t *testing.T) {
	c := askWorld(t).browser()
	p := c.press(c.get("/ask"), "Name", nil)
	if !p.has("dialog input[name=_text][value=Hill][autofocus]") {
		t.Fatalf("no field: %s", p.body)
	}
	c.press(p, "OK", map[string]string{"_text": "Peak <b>"}).want(t, 200, "Log true Peak <b>,")
	c.press(c.press(c.get("/ask"), "Name", nil), "Cancel", nil).want(t, 200, "Log false Hill,")
	p = c.press(c.get("/ask"), "Leave", nil)
	p.want(t, 200, "Off you go")
	c.press(p, "OK", nil).want(t, 200, "Far away")
}

// TestF152_Wait: a block that asks and a wait inside a branch both lead back into the middle of the flow; a password goes along sealed.
func TestF152_Wait(t *testing.T) {
	c := askWorld(t).browser()
	p := c.press(c.get("/ask"), "Deep", map[string]string{"pass": "open sesame"})
	p.want(t, 200, "Ask Ada?")
	p = c.press(p, "OK", nil)
	if !p.has("[data-wait='2000'] form") || p.has("main[inert]") {
		t.Fatalf("no wait: %s", p.body)
	}
	if strings.Contains(p.body, "sesame") {
		t.Error("the password is on the page")
	}
	c.press(p, "Continue", nil).want(t, 200, "Log asked Ada true,")
	p = c.press(c.press(c.get("/ask"), "Deep", nil), "Cancel", nil)
	if p.has("[data-wait]") {
		t.Error("stop in a block did not end the flow around it")
	}
}

// TestF149_ConfirmSize: a flow may not carry more than 64 KiB; the fault names the variable.
func TestF149_ConfirmSize(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/ask.yaml": `
path: /ask
title: Ask
access: any
body:
  - button:
      text: Big
      onTap:
        - call: trail.posts
          as: heap
        - confirm: Sure?
`})
	w.backend.on("GET /posts", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 200, map[string]any{"posts": []any{map[string]any{"title": strings.Repeat("x", 70<<10)}}})
	})
	c := w.browser()
	c.logIn("emily")
	p := c.press(c.get("/ask"), "Big", nil)
	p.want(t, 500, "Something went wrong")
	if !strings.Contains(w.log.String(), "the variable heap alone holds") {
		t.Errorf("the log does not name the variable: %s", w.log.String())
	}
	if cascadia.Query(p.doc, cascadia.MustCompile("dialog")) != nil {
		t.Error("the question is asked all the same")
	}
}

// forged is a token with another letter in its middle.
func forged(token string) string {
	i := len(token) / 2
	other := "A"
	if token[i] == 'A' {
		other = "B"
	}
	return token[:i] + other + token[i+1:]
}
