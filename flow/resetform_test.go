package flow

import (
	"strings"
	"testing"
)

// TestF151_ResetReadsWhatIsShown: what a form holds after Reset Form is what the page then shows, of a list and of a slider too; a cleared
// input of files holds nothing.
func TestF151_ResetReadsWhatIsShown(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "", map[string]string{"pages/start.yaml": `path: /start
title: Start
access: any
body:
  - checkboxGroup: {id: c, label: C, options: [a, b, c], initial: [a, b]}
  - slider: {id: s, label: S, min: 5, max: 9}
  - fileUpload: {id: f, label: F}
  - button:
      text: Go
      onTap:
        - resetForm
        - snackBar: "${join(form.c ?? [], '+')} ${string(form.s ?? 'nothing')}"
        - clearFields: [f]
        - snackBar: "${form.f == nil ? 'no file' : 'a file'}"
`})
	res := a.mustRun("")
	for _, want := range []string{"a+b 5", "no file"} {
		if !strings.Contains(notes(res), want) {
			t.Errorf("%q is missing in %s", want, notes(res))
		}
	}
}
