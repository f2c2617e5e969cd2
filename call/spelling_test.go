package call

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// home is a host with a letter that is not ASCII, as it is written on the wire.
const home = "https://xn--bcher-kva.test"

// spellings are other ways to write home that a browser, a resolver or IDNA takes for the same name, and names that only look like it.
var spellings = []string{
	"https://bücher.test", "https://b%C3%BCcher.test", "https://bu\u0308cher.test", "https://bu%CC%88cher.test", "https://BÜCHER.test", "https://B%C3%9CCHER.TEST",
	"https://XN--BCHER-KVA.test", "https://Xn--Bcher-Kva.Test", "https://xn--bcher-kva.test.", "https://xn--bcher-kva.test..", "https://xn--bcher-kva.test:443",
	"https://ｘｎ--bcher-kva.test", "https://%EF%BD%98n--bcher-kva.test", "https://xn--bcher-kva。test", "https://xn--bcher-kva%E3%80%82test", "https://xn--bcher-kva．test",
	"https://xn--bcher%C2%AD-kva.test", "https://xn--bcher-\u200dkva.test", "https://bücher.tеst", "https://xn--bcher-kva.test%00.evil.test", "https://xn--bcher-kva.test%2eevil.test",
	"HTTP://xn--bcher-kva.test", "https:xn--bcher-kva.test", "https:///xn--bcher-kva.test", "https://xn--bcher-kva.test:0443", "https://xn--bcher-kva.test@evil.test", "https://u@xn--bcher-kva.test",
}

// asked is a request that a transport without a network was given.
type asked struct{ scheme, host, all string }

// recorder answers the first request with a redirect to, if that is set, and every other one with {}.
func recorder(to string) (*[]asked, http.RoundTripper) {
	var seen []asked
	return &seen, roundTripper(func(r *http.Request) (*http.Response, error) {
		var head strings.Builder
		_ = r.Header.Write(&head)
		seen = append(seen, asked{r.URL.Scheme, r.URL.Host, head.String()})
		w := httptest.NewRecorder()
		if len(seen) == 1 && to != "" {
			w.Header()["Location"] = []string{to}
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
		_, _ = w.WriteString("{}")
		return w.Result(), nil
	})
}

// TestA3_SpellingsOfAHost: only the origin as it is written gets what belongs to it. A redirect to the same name in Unicode, in another
// case, in wide letters, with a dot or a port after it carries no header of the app, and no secret goes to a group that is spelt so.
func TestA3_SpellingsOfAHost(t *testing.T) {
	for _, s := range spellings {
		seen, rt := recorder(s + "/x")
		mine := []project.KV{{Name: "X-Mine", Value: tmpl(t, "canary")}}
		open, private := &project.Call{Name: "open", Follow: true, Headers: mine}, &project.Call{Name: "private", Follow: true, Headers: mine, Auth: project.AuthOptional}
		c, err := New(Config{Project: api(t, home, open, private), Transport: rt})
		if err != nil {
			t.Fatal(err)
		}
		do(t, c, open, nil, nil)
		for _, r := range (*seen)[1:] {
			if strings.Contains(r.all, "canary") || r.scheme != "https" {
				t.Errorf("redirect to %q: %+v", s, r)
			}
		}
		*seen = nil
		if r := do(t, c, private, nil, loggedIn("canary-token")); len(*seen) != 1 || r.Status != 307 {
			t.Errorf("a call with a token went on to %q: %+v", s, *seen)
		}
		c.Close()
	}
	for _, s := range spellings {
		seen, rt := recorder("")
		c, err := New(Config{Project: withSecret(t, s, home), Secrets: map[string]Secret{"api.KEY": {Value: value.NewSecret(canaryKey), Origin: home}}, Transport: rt})
		if err != nil {
			continue // it is no address
		}
		if do(t, c, c.project.Groups[0].Calls[0], nil, nil); len(*seen) != 0 {
			t.Errorf("a group at %q sent the secret of %s: %+v", s, home, *seen)
		}
		c.Close()
	}
	seen, rt := recorder("/x")
	open := &project.Call{Name: "open", Follow: true, Headers: []project.KV{{Name: "X-Mine", Value: tmpl(t, "canary")}}}
	c, err := New(Config{Project: api(t, home, open), Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	if do(t, c, open, nil, nil); len(*seen) != 2 || !strings.Contains((*seen)[1].all, "canary") {
		t.Errorf("within the origin: %+v", *seen)
	}
}

// TestA3_NoDowngrade: a redirect from https to http is not followed, be it on the same host; within https it is.
func TestA3_NoDowngrade(t *testing.T) {
	open := newBackend(t, nil)
	var to string
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/x" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	t.Cleanup(secure.Close)
	rt := secure.Client().Transport.(*http.Transport)
	if rt.TLSClientConfig.InsecureSkipVerify {
		t.Fatal("the certificate is not verified")
	}
	call := &project.Call{Name: "x", Follow: true}
	c, err := New(Config{Project: api(t, secure.URL, call), Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	for _, to = range []string{open.URL + "/y", strings.Replace(open.URL, "http:", "HTTP:", 1) + "/y", strings.Replace(secure.URL, "https:", "http:", 1) + "/y"} {
		if r := do(t, c, call, nil, nil); r.Status != http.StatusFound || len(open.requests()) != 0 {
			t.Errorf("to %s: %+v, %d requests in the open", to, r, len(open.requests()))
		}
	}
	if to = "/y"; !do(t, c, call, nil, nil).OK {
		t.Error("a redirect within https was not followed")
	}
	stranger := client(t, api(t, secure.URL, call)) // its certificate is signed by nobody we know
	if r := do(t, stranger, call, nil, nil); r.Status != 0 || r.OK {
		t.Errorf("an unknown certificate: %+v", r)
	}
	plain, err := New(Config{Project: api(t, secure.URL, call), Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: rt.TLSClientConfig.RootCAs, ServerName: "other.test"}}})
	if err != nil {
		t.Fatal(err)
	}
	if r := do(t, plain, call, nil, nil); r.Status != 0 || r.OK {
		t.Errorf("a certificate for another name: %+v", r)
	}
}
