package app

import (
	"strings"
	"testing"
)

var speakingApp = map[string]string{
	"locales/en.yaml": "home:\n  greeting: \"Hello {name}\"\n  posts: {zero: No posts, one: \"{count} post\", other: \"{count} posts\"}\n  only: Only English\n",
	"locales/de.yaml": "home:\n  greeting: \"Hallo {name}\"\n  posts: {zero: Keine Beiträge, one: \"{count} Beitrag\", other: \"{count} Beiträge\"}\nusher:\n  heading: {refused: Nanu}\n",
	"locales/ar.yaml": "home:\n  greeting: \"مرحبا {name}\"\n",
	"pages/speak.yaml": `
path: /speak
title: Speak
access: any
body:
  - text: "${t(\"home.greeting\", {name: \"Ada\"})} (${language})"
  - text: "${t(\"home.posts\", {count: 1234})}, ${t(\"home.posts\", {count: 0})}, ${t(\"home.posts\", {count: 1})}"
  - text: "${t(\"home.only\")}"
  - button: {text: German, onTap: [{setLanguage: de}, {snackBar: "${t(\"home.greeting\", {name: \"now\"})}"}]}
  - button: {text: Browser, onTap: [{setLanguage: ""}]}
  - form:
      children:
        - textField: {id: mail, label: Mail, required: true, type: email}
        - button: {text: Send, submit: true}
      onSubmit: [{snackBar: sent}]
`,
}

// accepting asks as a browser of that language does.
func (c *client) accepting(accept, path string) *page {
	c.w.t.Helper()
	r := c.request("GET", path, nil)
	r.Header.Set("Accept-Language", accept)
	return c.follow(c.roundTrip(r))
}

// TestLanguageByBrowser: the best match wins, a region reads its language, what is not spoken reads the app's own, and caches are told.
func TestLanguageByBrowser(t *testing.T) {
	w := newWorld(t, speakingApp)
	for accept, want := range map[string][]string{
		"":                         {`<html lang="en"`, "Hello Ada (en)", "1,234 posts, No posts, 1 post", "Only English"},
		"de-AT,de;q=0.9":           {`<html lang="de"`, "Hallo Ada (de)", "1.234 Beiträge, Keine Beiträge, 1 Beitrag", "Only English", "Zum Inhalt springen"},
		"sw,ar;q=0.5":              {`<html lang="ar" dir="rtl"`, "مرحبا Ada (ar)", "Only English"},
		"sw":                       {`<html lang="en"`, "Hello Ada (en)"},
		strings.Repeat("x,", 3000): {`<html lang="en"`},
	} {
		p := w.browser().accepting(accept, "/speak")
		p.want(t, 200, want[1:]...)
		if !strings.Contains(p.body, want[0]) {
			t.Errorf("%.40s: no %s in %.100s", accept, want[0], p.body)
		}
		if got := p.Header.Get("Vary"); got != "Cookie, Accept-Language" {
			t.Errorf("Vary: %s", got)
		}
	}
	c := w.browser()
	r := c.request("PUT", "/speak", nil)
	r.Header.Set("Accept-Language", "de")
	c.roundTrip(r).want(t, 405, "Nanu", "So lässt sich diese Seite nicht abrufen.")
}

// TestF149_LanguageInABlock: a language that a block chooses is that of the whole flow from there on, and of the page.
func TestF149_LanguageInABlock(t *testing.T) {
	files := map[string]string{"flows/german.yaml": "actions: [{setLanguage: de}]\n"}
	for name, text := range speakingApp {
		files[name] = strings.Replace(text, "{setLanguage: de}", "{block: german}", 1)
	}
	c := newWorld(t, files).browser()
	c.press(c.get("/speak"), "German", nil).want(t, 200, "Hallo Ada (de)", "Hallo now")
}

// TestLanguageByChoice: the choice is drawn at once, remembered over the browser's wish, and can be taken back.
func TestLanguageByChoice(t *testing.T) {
	w := newWorld(t, speakingApp)
	c := w.browser()
	p := c.press(c.get("/speak"), "German", nil)
	p.want(t, 200, "Hallo Ada (de)", "Hallo now")
	c.accepting("en", "/speak").want(t, 200, "Hallo Ada (de)")
	p = c.press(c.get("/speak"), "Send", map[string]string{"mail": "x"})
	p.want(t, 422, "Bitte eine E-Mail-Adresse wie name@example.com eingeben.")
	p = c.press(c.get("/speak"), "Browser", nil)
	p.want(t, 200, "Hello Ada (en)")
	c.get("/speak").want(t, 200, "Hello Ada (en)")
}
