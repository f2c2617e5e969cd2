package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const chatCalls = `
url: ${env.API_URL}
calls:
  ask: {method: POST, path: /answers, auth: required, params: {question: text}, json: {question: "${params.question}"}, replyAs: events}
`

const chatPage = `
path: /chat
title: Chat
access: loggedIn
state: {answer: {type: text, default: ""}, ended: {type: text, default: "not yet"}}
body:
  - textField: {id: question, label: Question}
  - button:
      text: Ask
      onTap:
        - setState: {answer: ""}
        - stream: chat.ask
          with: {question: "${form.question}"}
          as: end
          onMessage: [{setState: {answer: "${state.answer + message.data.word}"}}]
          onClose: [{setState: {ended: "closed ${end.status}"}}]
          onError: [{setState: {ended: "broke: ${end.error}"}}]
  - text: "Answer ${state.answer}, ${state.ended}."
`

// TestF103_AStreamIntoAPage: what messages do to a page's state is there when the page is drawn, which happens once, after the stream; the
// login goes along, and is renewed before the first message.
func TestF103_AStreamIntoAPage(t *testing.T) {
	for _, script := range []bool{false, true} {
		w := newWorld(t, map[string]string{"calls/chat.yaml": chatCalls, "pages/chat.yaml": chatPage})
		w.backend.on("POST /answers", func(out http.ResponseWriter, r *http.Request) {
			w.backend.mu.Lock()
			user := w.backend.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
			w.backend.mu.Unlock()
			if user == "" {
				reply(out, 401, map[string]any{"message": "expired"})
				return
			}
			out.Header().Set("Content-Type", "text/event-stream")
			for _, word := range []string{"one ", "two ", "three"} {
				fmt.Fprintf(out, "data: {\"word\": %q}\n\n", word)
				out.(http.Flusher).Flush()
			}
		})
		c := w.browser()
		c.logIn("ann")
		p := c.get("/chat")
		p.want(t, 200, "Answer , not yet.")
		w.backend.expireAll()
		c.script = script
		p = c.press(p, "Ask", map[string]string{"question": "Why?"})
		p.want(t, 200, "Answer one two three, closed 200.")
		if n := strings.Count(p.body, "<main"); n != 1 || strings.Contains(p.body, "not yet") {
			t.Errorf("drawn %d times:\n%s", n, p.body)
		}
		if n, renewed := w.backend.count("POST /answers"), w.backend.count("POST /auth/refresh"); n != 2 || renewed != 1 {
			t.Errorf("asked %d times, renewed %d times", n, renewed)
		}
	}
}
