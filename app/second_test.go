package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestA2_SecondFactorIsNeverShown: what the first step of a log-in brings for the second one travels sealed in the page. The harness
// looks for the canary in everything that a browser gets, and in the log.
func TestA2_SecondFactorIsNeverShown(t *testing.T) {
	w := newWorld(t, map[string]string{
		"calls/mfa.yaml": `
url: ${env.API_URL}
calls:
  begin: {method: POST, path: /mfa/begin}
  finish:
    method: POST
    path: /mfa/finish
    params: {id: secret, code: text}
    json: {id: "${params.id}", code: "${params.code}"}
`,
		"pages/second.yaml": `
path: /second
title: Second
access: any
state: {mfa: secret}
body:
  - textField: {id: code, label: Code}
  - text: {text: Enter the code, visible: "${isSet(state.mfa)}"}
  - button:
      text: Begin
      onTap:
        - {call: mfa.begin, as: begun, else: [{setState: {mfa: "${begun.body.mfaId}"}}]}
  - button:
      text: Finish
      onTap:
        - {call: mfa.finish, with: {id: "${state.mfa}", code: "${form.code}"}, as: done, then: [{snackBar: Welcome}]}
`})
	id := canary + "-mfa"
	w.backend.on("POST /mfa/begin", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 401, map[string]any{"mfaId": id}) })
	var got string
	w.backend.on("POST /mfa/finish", func(rw http.ResponseWriter, r *http.Request) {
		var in map[string]string
		_ = json.NewDecoder(r.Body).Decode(&in)
		got = in["id"] + " " + in["code"]
		reply(rw, 200, map[string]any{})
	})
	c := w.browser()
	p := c.press(c.get("/second"), "Begin", nil)
	p.want(t, 200, "Enter the code")
	if strings.Contains(p.body, id) {
		t.Error("the page shows it")
	}
	c.press(p, "Finish", map[string]string{"code": "123456"}).want(t, 200, "Welcome")
	if got != id+" 123456" {
		t.Errorf("the second call got %q", got)
	}
}
