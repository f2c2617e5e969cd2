package journey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// site is a small app that remembers what was sent to it, and its own Control.
type site struct {
	*http.ServeMux
	sent    []url.Values
	headers []http.Header
	seen    Seen
	acts    []string
	asked   int
}

const formPage = `<!doctype html><title>A  form</title><body>
<style>.x{}</style><script>hidden()</script><template>never</template><p hidden>hidden words</p>
<form id="one" method="post" action="/send">
 <label for="w-name">Name</label><input id="w-name" name="name" required minlength="3" value="">
 <label>Mail <input type="email" name="mail"></label>
 <label for="w-pass">Password</label><input type="password" id="w-pass" name="pass">
 <label for="c">Country</label><select id="c" name="country"><option value="">Choose</option><option value="fr">France</option><option value="it" disabled>Italy</option></select>
 <input type="checkbox" id="r" name="remember"><label for="r">Remember me</label>
 <fieldset><legend>Size</legend><label><input type="radio" name="size" value="s" checked>Small</label><label><input type="radio" name="size" value="l">Large</label></fieldset>
 <label for="n">Notes</label><textarea id="n" name="notes">old</textarea>
 <input type="hidden" name="state" value="sealed"><input name="off" value="1" disabled>
 <button name="do" value="save">Save</button> <button name="do" value="draft" formnovalidate formaction="/draft">Draft</button>
 <button type="button">Show</button>
</form>
<input aria-label="Outside" name="outside" form="one" value="o">
<form method="get" action="/find"><input aria-label="Search" name="q"></form>
<ul><li><p>First post</p><form method="post" action="/delete/1"><button aria-label="Delete">x</button></form></li>
<li><p>Second post</p><div><form method="post" action="/delete/2"><button aria-label="Delete">x</button></form></div></li></ul>
<div role="status"><p>Saved <b>well</b>.</p></div><p role="alert">Too short.</p>
<a href="/page?tab=2#x">Next page</a> <a href="https://elsewhere.example/">Away</a> <a href="/gone">Gone</a></body>`

func newSite() *site {
	s := &site{ServeMux: http.NewServeMux()}
	s.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.SetCookie(w, &http.Cookie{Name: "__Host-id", Value: "1", Path: "/", Secure: true, HttpOnly: true})
		fmt.Fprint(w, formPage)
	})
	took := func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.sent, s.headers = append(s.sent, r.Form), append(s.headers, r.Header.Clone())
		http.Redirect(w, r, "/page", http.StatusSeeOther)
	}
	for _, p := range []string{"POST /send", "POST /draft", "POST /delete/{id}", "GET /find"} {
		s.HandleFunc(p, func(w http.ResponseWriter, r *http.Request) {
			took(w, r)
			if len(s.sent) > 0 {
				s.sent[len(s.sent)-1].Set("_path", r.URL.Path)
			}
		})
	}
	s.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		s.asked++
		_, err := r.Cookie("__Host-id")
		fmt.Fprintf(w, "<title>Page</title><p>Known: %t</p><p>Asked %d times</p><p>tab %s</p>", err == nil, s.asked, r.FormValue("tab"))
	})
	s.HandleFunc("GET /loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	return s
}

func (s *site) Restart(context.Context) error { s.acts = append(s.acts, "restart"); return nil }
func (s *site) Backend(up bool) error {
	s.acts = append(s.acts, fmt.Sprintf("backend %t", up))
	return nil
}
func (s *site) Seen() Seen { return s.seen }
func (s *site) Login(_ context.Context, act Act, cookies []*http.Cookie) error {
	if len(cookies) == 0 {
		return errors.New("nobody is logged in")
	}
	s.acts = append(s.acts, fmt.Sprintf("login %d", act))
	return nil
}

// journey runs steps and returns what went wrong.
func (s *site) journey(t *testing.T, steps string) *Failure {
	t.Helper()
	js, problems := Parse("j.txt", []byte(steps))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	u, _ := url.Parse("http://shop.localhost:7070")
	res, err := Run(t.Context(), Config{
		Handler: s, URL: u, Control: s, Pages: []Page{{"form", "/form"}, {"page", "/page"}, {"post", "/delete/{id}"}},
		Lookup: func(name string) (string, bool) {
			return map[string]string{"PASSWORD": "correct horse", "EMPTY": ""}[name], name == "PASSWORD" || name == "EMPTY"
		},
		Unique: "u123", Wait: 200 * time.Millisecond,
	}, js[0])
	if err != nil {
		t.Fatal(err)
	}
	return res.Failure
}

func TestF224_AFormIsSentAsABrowserSendsIt(t *testing.T) {
	s := newSite()
	if f := s.journey(t, `
open form
expect title "A form"
fill "Name" "Ann {unique}"
fill "mail" "ann@example.com"
fill "w-pass" $PASSWORD
choose "Country" "France"
choose "Size" "Large"
check "Remember me"
expect checked "Remember me"
fill "Notes" "two words"
expect field "Notes" "two words"
expect field "Country" "France"
see "Saved well."
not see "hidden words"
expect notice "Saved well."
expect error "Too short."
click "Save"
expect page page
see "Known: true"
`); f != nil {
		t.Fatal(strings.Join(f.Lines(), "\n"))
	}
	want := url.Values{"name": {"Ann u123"}, "mail": {"ann@example.com"}, "pass": {"correct horse"}, "country": {"fr"}, "remember": {"on"}, "size": {"l"},
		"notes": {"two words"}, "state": {"sealed"}, "do": {"save"}, "outside": {"o"}, "_path": {"/send"}}
	if got := s.sent[0].Encode(); got != want.Encode() {
		t.Errorf("sent %s\nwant %s", got, want.Encode())
	}
	h := s.headers[0]
	if h.Get("Origin") != "http://shop.localhost:7070" || h.Get("Sec-Fetch-Site") != "same-origin" || !strings.HasSuffix(h.Get("Referer"), "/form") {
		t.Errorf("%v", h)
	}
}

func TestF224_TheBrowserHoldsBackWhatIsNotFilledIn(t *testing.T) {
	s := newSite()
	if f := s.journey(t, `
open /form
click "Save"
expect page form
expect error "Name: the browser wants it filled in"
fill "Name" "Al"
fill "mail" "nowhere"
click "Save"
expect error "Name: the browser wants at least 3 characters"
expect error "Mail: the browser wants an e-mail address"
click "Draft"
expect page page
open form
fill "Search" "tea & cake"
press enter in "Search"
expect page page
open form
click "Delete" in "Second post"
`); f != nil {
		t.Fatal(strings.Join(f.Lines(), "\n"))
	}
	var paths []string
	for _, v := range s.sent {
		paths = append(paths, v.Get("_path"))
	}
	if !slices.Equal(paths, []string{"/draft", "/find", "/delete/2"}) || s.sent[0].Get("do") != "draft" || s.sent[1].Get("q") != "tea & cake" {
		t.Errorf("%v %v", paths, s.sent)
	}
}

func TestF224_StepsFailWithTheReason(t *testing.T) {
	for steps, want := range map[string]string{
		`see "x"`:                           "no page was opened yet",
		"open form\nsee \"hidden words\"":   "does not show this text",
		"open form\nnot see \"First post\"": "the page shows this text",
		"open form\nexpect page page":       "this is the page form",
		"open form\nexpect page /page":      "the address is /form",
		"open form\nexpect page none":       `no page "none"`,
		"open /nowhere\nexpect page form":   "this is no page of the app: /nowhere",
		"open post":                         "has parameters; open its path, /delete/{id}",
		"open none":                         `no page "none"`,
		"open form\nexpect title \"Form\"":  `the title is "A form"`,
		"open form\nfill \"Nmae\" \"x\"":    `there is no field "Nmae"; the fields are Name, Mail, Password`,
		"open form\nfill \"Name\" $NONE":    "$NONE has no value",
		"open form\nfill \"Name\" $EMPTY":   "$EMPTY has no value",
		"open form\nfill \"Country\" \"x\"": "a list to choose from",
		"open form\nfill \"r\" \"x\"":       "a box to check",
		"open form\ncheck \"Name\"":         "is no box to check",
		"open form\nexpect checked \"r\"":   "it is not checked",
		"open form\ncheck \"r\"\nuncheck \"r\"\ncheck \"r\"\nexpect unchecked \"r\"": "it is checked",
		"open form\nchoose \"Country\" \"Italy\"":                                    `there is no option "Italy"; there are Choose, France`,
		"open form\nchoose \"Name\" \"x\"":                                           "no list to choose from",
		"open form\nclick \"Sve\"":                                                   `there is no button or link "Sve"; there are Save, Draft, Delete`,
		"open form\nclick \"Delete\"":                                                "2 buttons or links are called",
		"open form\nclick \"Delete\" in \"Third post\"":                              `no "Delete" belongs to "Third post"`,
		"open form\nclick \"Show\"":                                                  "does nothing without script",
		"open form\nclick \"Away\"":                                                  "another site, https://elsewhere.example",
		"open form\nclick \"Gone\"\nsee \"First\"":                                   "does not show this text",
		"open /loop":                             "more than 10 times",
		"open form\nexpect field \"Name\" \"x\"": `the field holds ""`,
		"open form\nfill \"w-pass\" \"pw\"\nexpect field \"w-pass\" \"x\"": "holds something else",
		"open form\nexpect error \"other\"":                                "the page shows another error: Too short.",
		"open /page\nexpect error \"other\"":                               "the page shows no error",
		"open /page\nexpect notice \"other\"":                              "the page shows no notice",
		"open form\nexpect no errors":                                      "the page shows an error: Too short.",
		"open /page\nwait until see \"never\" for 100ms":                   "within 100ms",
		"open /page\nexpect 1 call of a.b":                                 "there was no call of a.b",
		"open /page\nexpire token":                                         "nobody is logged in",
		"browser 10":                                                       "from 1 to 9",
	} {
		f := newSite().journey(t, steps)
		if f == nil || !strings.Contains(f.Msg, want) {
			t.Errorf("%q: %+v, want %q", steps, f, want)
			continue
		}
		if f.File != "j.txt" || f.Line != strings.Count(steps, "\n")+1 {
			t.Errorf("%q fails at %s:%d", steps, f.File, f.Line)
		}
	}
}

func TestF224_WhatNoBrowserCanDoIsAskedOfTheControl(t *testing.T) {
	s := newSite()
	if f := s.journey(t, `
open form
click "Next page"
see "tab 2"
wait until see "Asked 3 times"
expire token
expire token soon
revoke refresh token
backend down
backend up
restart
second browser
open page
see "Known: false"
browser 1
reload
see "Known: true"
`); f != nil {
		t.Fatal(strings.Join(f.Lines(), "\n"))
	}
	if want := []string{"login 0", "login 1", "login 2", "backend false", "backend true", "restart"}; !slices.Equal(s.acts, want) {
		t.Errorf("%v", s.acts)
	}
}

func TestF224_CallsAreCountedSinceTheyWereCounted(t *testing.T) {
	s := newSite()
	s.HandleFunc("GET /ask", func(http.ResponseWriter, *http.Request) {
		s.seen.Calls = append(s.seen.Calls, Call{Name: "a.b", Status: 401}, Call{Name: "a.renew", Status: 200}, Call{Name: "a.b", Status: 200, Refreshed: true, Replayed: true})
	})
	if f := s.journey(t, "open /ask\nexpect 2 calls of a.b\nexpect 0 calls of a.b\nopen /ask\nexpect 2 calls of a.b\nexpect 2 calls of a.renew\nexpect 0 calls of a.renew"); f != nil {
		t.Error(strings.Join(f.Lines(), "\n"))
	}
	f := s.journey(t, "open /ask\nopen /ask\nexpect 2 calls of a.renew")
	if f == nil || !strings.Contains(f.Msg, "there were 4 calls of a.renew") {
		t.Errorf("%+v", f)
	}
	if text := strings.Join(f.Lines(), "\n"); !strings.Contains(text, "  call:   a.b 401\n") || !strings.Contains(text, "a.b 200, sent again with a renewed token") {
		t.Errorf("%s", text)
	}
}

func TestF224_AFaultOfTheBackendFailsTheJourney(t *testing.T) {
	s := newSite()
	s.seen.Faults = []string{"an old one"}
	s.HandleFunc("GET /ask", func(http.ResponseWriter, *http.Request) {
		s.seen.Faults = append(s.seen.Faults, "GET x is not recorded")
	})
	if f := s.journey(t, "open form"); f != nil {
		t.Errorf("%+v", f)
	}
	if f := s.journey(t, "open /ask\nopen form"); f == nil || f.Line != 1 || !strings.Contains(f.Msg, "GET x is not recorded") {
		t.Errorf("%+v", f)
	}
}

func TestF224_AFailureHidesSecrets(t *testing.T) {
	s := newSite()
	s.HandleFunc("GET /echo", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<title>correct horse</title><p role=alert>correct horse</p><p>typed pw and eyJhbGciOiJI.eyJzdWIi.c2ln</p>`)
	})
	f := s.journey(t, "open form\nfill \"w-pass\" \"typed pw\"\nfill \"Name\" $PASSWORD\nopen /echo\nsee \"x\"")
	text := strings.Join(f.Lines(), "\n")
	if strings.Contains(text, "correct horse") || strings.Contains(text, "typed pw") || strings.Contains(text, "eyJ") || strings.Count(text, "[hidden]") < 4 {
		t.Error(text)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newSite()
	s.HandleFunc("GET /stop", func(http.ResponseWriter, *http.Request) { cancel() })
	js, _ := Parse("j", []byte("open /stop\nwait until see \"never\" for 5m"))
	u, _ := url.Parse("http://shop.localhost:7070")
	if res, err := Run(ctx, Config{Handler: s, URL: u, Control: s}, js[0]); !errors.Is(err, context.Canceled) || res.Failure != nil {
		t.Errorf("%+v %v", res, err)
	}
}
