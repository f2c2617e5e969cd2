package journey

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

const (
	maxRedirects = 10
	maxBody      = 8 << 20
)

// browser is one browser without script: its cookies and the page that it shows.
type browser struct {
	handler http.Handler
	base    *url.URL
	jar     *cookiejar.Jar
	page    *page  // nil: nothing was opened yet
	kept    string // name of the file that the app gave to keep last
}

func newBrowser(h http.Handler, base *url.URL) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil { // never, without options
		panic(err)
	}
	return &browser{handler: h, base: base, jar: jar}
}

// secure is the address under which cookies are kept: browsers send Secure ones to a *.localhost over plain http as well.
func secure(u *url.URL) *url.URL {
	s := *u
	s.Scheme = "https"
	return &s
}

func (b *browser) cookies() []*http.Cookie { return b.jar.Cookies(secure(b.base)) }

// open goes to an address as if it was typed.
func (b *browser) open(ctx context.Context, target string) error {
	u, err := b.base.Parse(target)
	if err != nil {
		return sayf("%q is no address", target)
	}
	return b.load(ctx, http.MethodGet, u, nil, "")
}

// load sends one request and follows where the answer leads.
func (b *browser) load(ctx context.Context, method string, u *url.URL, body []byte, kind string) error {
	for range maxRedirects {
		if u.Host != b.base.Host || u.Scheme != b.base.Scheme {
			return sayf("the app leads to another site, %s://%s, which a journey does not enter", u.Scheme, u.Host)
		}
		res, err := b.send(ctx, method, u, body, kind, asPage)
		if err != nil {
			return err
		}
		to := res.header.Get("Location")
		if name, ok := kept(res); ok { // a browser stays on its page
			b.kept = name
			return nil
		}
		if res.status < 300 || res.status > 399 || to == "" {
			b.page, err = newPage(u, res)
			return err
		}
		next, err := u.Parse(to)
		if err != nil {
			return sayf("the app leads to an address that cannot be read")
		}
		if res.status != http.StatusTemporaryRedirect && res.status != http.StatusPermanentRedirect {
			method, body, kind = http.MethodGet, nil, ""
		}
		u = next
	}
	return sayf("the app leads from page to page more than %d times", maxRedirects)
}

// What a request is for, as browsers say it.
const (
	asPage    = "document"
	asPicture = "image"
)

// send sends one request. The answer is an error where it breaks off.
func (b *browser) send(ctx context.Context, method string, u *url.URL, body []byte, kind, as string) (*answer, error) {
	to := *u
	to.Fragment = ""
	r, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, sayf("the request could not be made")
	}
	r.RequestURI, r.RemoteAddr = to.RequestURI(), "127.0.0.1:40000"
	r.Header.Set("User-Agent", "usher test")
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", as)
	if as == asPicture {
		r.Header.Set("Sec-Fetch-Mode", "no-cors")
	}
	r.Header.Set("Sec-Fetch-Site", "none")
	if b.page != nil {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Referer", b.page.url.String())
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", b.base.Scheme+"://"+b.base.Host)
	}
	for _, c := range b.jar.Cookies(secure(u)) {
		r.AddCookie(c)
	}
	res := &answer{header: http.Header{}}
	if cut := serve(b.handler, res, r); cut {
		return nil, sayf("the answer broke off")
	}
	if res.status == 0 {
		res.status = http.StatusOK
	}
	b.jar.SetCookies(secure(u), (&http.Response{Header: res.header}).Cookies())
	if res.body.Len() > maxBody {
		return nil, sayf("the page is larger than 8 MiB")
	}
	return res, nil
}

// serve has a request answered; cut says that the answer is not whole.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (cut bool) {
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler { //nolint:errorlint // it is thrown as it is
				panic(p)
			}
			cut = true
		}
	}()
	h.ServeHTTP(w, r)
	return false
}

// answer takes what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.body.Len() > maxBody {
		return 0, io.ErrShortWrite
	}
	return a.body.Write(p)
}

// Flush implements http.Flusher: pages may come in pieces.
func (a *answer) Flush() {}

func newPage(u *url.URL, res *answer) (*page, error) {
	p := &page{url: u, status: res.status}
	kind, _, err := mime.ParseMediaType(res.header.Get("Content-Type"))
	if err != nil || kind != "text/html" {
		p.doc = &html.Node{Type: html.DocumentNode}
		if strings.HasPrefix(kind, "text/") {
			p.doc.AppendChild(&html.Node{Type: html.TextNode, Data: res.body.String()})
		}
		return p, nil
	}
	if p.doc, err = html.Parse(&res.body); err != nil {
		return nil, sayf("the page is no HTML: %v", err)
	}
	return p, nil
}

// press does what a click on a button or a link does.
func (b *browser) press(ctx context.Context, n *html.Node) error {
	p := b.page
	switch {
	case n.Data == "a":
		u, err := p.url.Parse(attr(n, "href"))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return sayf("the link leads to no page")
		}
		return b.load(ctx, http.MethodGet, u, nil, "")
	case has(n, "disabled"):
		return sayf("it is disabled")
	case n.Data == "summary":
		return nil
	case kindOf(n) != "submit" && kindOf(n) != "image":
		return sayf("it does nothing without script")
	}
	f := p.formOf(n)
	if f == nil {
		return sayf("it belongs to no form, and does nothing without script")
	}
	return b.submit(ctx, f, n)
}

// submit sends a form. by is the button, nil where the form has none.
func (b *browser) submit(ctx context.Context, f, by *html.Node) error {
	p := b.page
	p.refused = nil
	if !has(f, "novalidate") && (by == nil || !has(by, "formnovalidate")) {
		if p.refused = p.unfit(f); len(p.refused) > 0 {
			return nil // a browser shows this, and sends nothing
		}
	}
	action, method, encoding := attr(f, "action"), attr(f, "method"), attr(f, "enctype")
	if by != nil {
		action, method, encoding = cmp.Or(attr(by, "formaction"), action), cmp.Or(attr(by, "formmethod"), method), cmp.Or(attr(by, "formenctype"), encoding)
	}
	u, err := p.url.Parse(cmp.Or(action, p.url.String()))
	if err != nil {
		return sayf("its form leads to an address that cannot be read")
	}
	pairs := p.pairs(f, by)
	if !strings.EqualFold(method, "post") {
		q := *u
		q.RawQuery = encode(pairs)
		return b.load(ctx, http.MethodGet, &q, nil, "")
	}
	body, kind, err := encodeBody(pairs, encoding)
	if err != nil {
		return err
	}
	return b.load(ctx, http.MethodPost, u, body, kind)
}

func encodeBody(pairs []pair, encoding string) (body []byte, kind string, err error) {
	if !strings.EqualFold(encoding, "multipart/form-data") {
		return []byte(encode(pairs)), "application/x-www-form-urlencoded", nil
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, one := range pairs {
		if one.file {
			part, e := w.CreateFormFile(one.name, one.value)
			if e == nil {
				_, e = part.Write(one.content)
			}
			err = errors.Join(err, e)
			continue
		}
		err = errors.Join(err, w.WriteField(one.name, one.value))
	}
	err = errors.Join(err, w.Close())
	return buf.Bytes(), w.FormDataContentType(), err
}

func encode(pairs []pair) string {
	parts := make([]string, len(pairs))
	for i, one := range pairs {
		parts[i] = url.QueryEscape(one.name) + "=" + url.QueryEscape(one.value)
	}
	return strings.Join(parts, "&")
}

// said is a failure in words for whoever reads the report.
type said string

func (s said) Error() string { return string(s) }

func sayf(format string, args ...any) error { return said(fmt.Sprintf(format, args...)) }
