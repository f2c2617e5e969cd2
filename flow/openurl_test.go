package flow

import "testing"

// TestF149_OpensNothingElse: an address that would run as the app does, or is none, is not opened, whoever has written it.
func TestF149_OpensNothingElse(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "        - openUrl: ${form.name}", nil)
	for text, opened := range map[string]bool{
		"https://example.com/a?b": true, "http://example.com": true, "mailto:ada@example.com": true, "tel:+49123": true,
		"javascript:alert(1)": false, "JAVASCRIPT:alert(1)": false, "data:text/html,x": false, "file:///etc/passwd": false, "/login": false, "//example.com": false,
		"https://ada:pw@example.com": false, "https:example.com": false, "mailto:": false, "": false,
	} {
		res, err := a.runner.Run(t.Context(), Input{Actions: a.actions(), Page: a.project.Page("start"), Form: map[string]any{"name": text}})
		if got := err == nil && len(res.Effects) == 1; got != opened {
			t.Errorf("%q: %v, %v", text, res.Effects, err)
		}
	}
}
