package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Bounds of files that the backend sends and a browser gets.
const (
	filePath    = "call/"
	maxFileAsk  = 4 << 10          // bytes of what such an address holds
	maxFiles    = 1000             // files on their way at once
	maxFilesOf  = 128              // those of one login
	filePause   = 30 * time.Second // for a browser to take a piece
	maxAddress  = 1 << 16          // addresses that are remembered
	fileSandbox = "sandbox; default-src 'none'"
)

// fileAsk is what the sealed address of a file says: which call brings it, for whom, and for which page it was drawn (design 9.18). The browser
// can neither read nor forge it, and it is of no use to anybody else.
type fileAsk struct {
	bond
	Call string          `json:"c"`
	With json.RawMessage `json:"a,omitempty"`
	Save bool            `json:"s,omitempty"` // it is kept as a file, whatever it is
	Name string          `json:"n,omitempty"` // what it is called then
	From json.RawMessage `json:"q,omitempty"` // parameters of the page, where a failure is told then
}

// plain is what is sealed of it; too much is an error that names the call.
func (z fileAsk) plain() ([]byte, error) {
	b, err := json.Marshal(z)
	if err != nil {
		return nil, fmt.Errorf("the address of a file: %w", err)
	}
	if len(b) > maxFileAsk {
		return nil, fmt.Errorf("the values for %s take %d bytes, more than the %d that an address of a file may hold", z.Call, len(b), maxFileAsk)
	}
	return b, nil
}

// fileAddress is the address of a file. It stays the same for one login, its data and its arguments, however often the page is drawn, so that a
// browser keeps what it has.
func (o *opened) fileAddress(z fileAsk) (string, error) {
	q := o.q
	if o.st.Who == "" {
		return "", nil // a browser that may hold its cookies back
	}
	z.bond = o.st.bond
	plain, err := z.plain()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(plain, strconv.FormatUint(q.v.s.Data, 10)...))
	key := hex.EncodeToString(sum[:])
	if v, ok := q.app.addresses.get(key); ok {
		return value.Text(v["url"]), nil
	}
	text, err := q.app.seal.seal(sealFile, z)
	if err != nil {
		return "", err
	}
	url := "/_usher/" + filePath + text
	q.app.addresses.put(key, z.Who, 256+len(url), map[string]any{"url": url})
	return url, nil
}

// picture is the address of a picture that a call brings.
func (o *opened) picture(c *project.Call, with map[string]any) (string, error) {
	args, err := encode(with)
	if err != nil {
		return "", fmt.Errorf("the values for %s: %w", c.ID, err)
	}
	return o.fileAddress(fileAsk{Call: c.ID, With: args})
}

// download is the address of the file that a message leads to.
func (o *opened) download(n notice) (string, error) {
	at, err := o.place()
	if err != nil {
		return "", err
	}
	z := o.toKeep(n)
	z.From = at.Params
	if _, err := z.plain(); err != nil { // anybody can make a page's address long; then a failure is told without the page
		z.From = nil
	}
	return o.fileAddress(z)
}

// toKeep is what the address of the file that a message leads to says at least.
func (o *opened) toKeep(n notice) fileAsk {
	z := fileAsk{bond: o.st.bond, Call: n.File, With: n.With, Save: true}
	if n.Name != "" {
		z.Name = value.CleanFileName(n.Name)
	}
	return z
}

// reaches reports, before a flow hands a file out, values that its address has no room for.
func (o *opened) reaches(e flow.Fetch) error {
	n, err := o.fetch(e)
	if err != nil {
		return err
	}
	_, err = o.toKeep(n).plain()
	return err
}

// file answers with what a call brings, or says why not.
func (q *ask) file(ctx context.Context, sealed string) (*answer, error) {
	switch {
	case q.r.Method != http.MethodGet:
		a := q.refusal(http.StatusMethodNotAllowed, textMethod)
		a.header.Set("Allow", "GET")
		return a, nil
	case q.app.guard.within(q.r) != nil:
		return q.refusal(http.StatusForbidden, textProof), nil
	case q.app.guard.open(q.r) && !q.app.guard.insecure:
		return q.refusal(http.StatusForbidden, textOpen), nil
	}
	var err error
	if q.v, err = q.app.visit(ctx, q.r); err != nil {
		return nil, err
	}
	z, c, why := q.openFile(sealed)
	if why != "" {
		a := plain(http.StatusForbidden, q.say(textForbidden))
		a.note = why
		return a, nil
	}
	if !q.app.files.join(z.Who) {
		a := plain(http.StatusServiceUnavailable, q.say(textUploads))
		a.header.Set("Retry-After", "5")
		return a, nil
	}
	defer q.app.files.leave(z.Who)
	return q.carry(ctx, z, c)
}

// openFile opens the address of a file: why says that it is not for whoever asks, who may not even open its page any more.
func (q *ask) openFile(sealed string) (z fileAsk, c *project.Call, why string) {
	if q.app.seal.open(sealFile, sealed, &z) != nil {
		return z, nil, noteForged
	}
	page := q.rt.project.Page(z.Page)
	if page == nil || z.check(bond{Who: q.v.key(), Rev: q.rt.project.Revision, Page: z.Page}) != nil {
		return z, nil, textForbidden
	}
	if e, err := q.rt.gate(page, q.v.in(), q.authScope); err != nil || !e.pass {
		return z, nil, textForbidden
	}
	if c = q.rt.project.Call(z.Call); c == nil {
		return z, nil, textForbidden
	}
	return z, c, ""
}

// carry sends the call and hands its reply on while it comes.
func (q *ask) carry(ctx context.Context, z fileAsk, c *project.Call) (*answer, error) {
	with, err := decode(z.With)
	if err != nil {
		return nil, err
	}
	req := call.Request{Call: c, ClientAddr: q.addr(), Locale: q.lang(), Args: func(value.Scope) (map[string]any, error) { return with, nil }}
	var have string
	if !z.Save {
		have, _ = one(q.r.Header, "If-None-Match")
	}
	login := q.login()
	var who call.Login
	if login != nil {
		who = login
	}
	var out *answer
	reply, err := q.rt.calls.Download(ctx, req, who, have, func(in call.Incoming) error {
		out = q.fileHead(z, c, in)
		out.write(q.w, q.r)
		out.sent = true
		_, err := io.Copy(paced{q.w, q.conn}, in.Body)
		return err
	})
	switch {
	case out != nil && err != nil: // what has gone out must not look like the whole
		out.cut, out.fault = true, fmt.Errorf("a file of %s: %w", c.ID, err)
		return out, nil
	case out != nil:
		return out, nil
	case err != nil:
		return nil, err
	}
	if err := q.see(login); err != nil && !errors.Is(err, errEnded) {
		return nil, err
	}
	return q.noFile(z, reply)
}

// fileHead is the answer to a file before its first byte: pictures that cannot run anything are shown, all else is kept as a file.
func (q *ask) fileHead(z fileAsk, c *project.Call, in call.Incoming) *answer {
	out := newAnswer(http.StatusOK)
	out.page = z.Page
	h := out.header
	h.Set("Content-Security-Policy", fileSandbox)
	if in.Size >= 0 {
		h.Set("Content-Length", strconv.FormatInt(in.Size, 10))
	}
	kind := project.PictureKind(in.Head)
	if kind != "" && !z.Save {
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "private, no-cache") // kept, and asked for again before it is shown
		if in.ETag != "" {
			h.Set("ETag", in.ETag)
		}
		return out
	}
	if !z.Save {
		out.fault = fmt.Errorf("%s should bring a picture, and brought something else", c.ID)
	}
	if kind == "" {
		kind = harmless(in.Media)
	}
	name := z.Name
	if name == "" {
		name = in.Name
	}
	if name == "" {
		name = c.Name + project.FileEnding(kind)
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": value.CleanFileName(name)}))
	return out
}

// harmless is a media type unless something of it could run in a browser.
func harmless(media string) string {
	for _, word := range []string{"html", "xml", "svg", "script", "multipart/", "message/"} {
		if strings.Contains(media, word) {
			return "application/octet-stream"
		}
	}
	if media == "" {
		return "application/octet-stream"
	}
	return media
}

// noFile says why there is none. Who has opened the address of a file to keep is brought back to the page, which says it.
func (q *ask) noFile(z fileAsk, reply call.Reply) (*answer, error) {
	if reply.Status == http.StatusNotModified {
		a := newAnswer(http.StatusNotModified)
		a.header.Set("Cache-Control", "private, no-cache")
		return a, nil
	}
	sentence := reply.Error
	if reply.Status == 0 && !q.v.in() {
		sentence = q.say("text.notLoggedIn")
	}
	page, given := q.rt.find(&place{Page: z.Page, Params: z.From})
	if !z.Save || page == nil || q.r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		return plain(http.StatusBadGateway, sentence), nil
	}
	q.next = q.app.readNext(q.r, q.v)
	q.next.Replace = true
	o, err := q.open(page, given)
	if err != nil {
		return nil, err
	}
	o.notices = append(o.notices, note(sentence, "error"))
	return o.redirect(page, given)
}

// paced gives a browser time for each piece of a large answer: the server's own limits are for small ones.
type paced struct {
	w    io.Writer
	conn *http.ResponseController
}

// Write implements io.Writer.
func (p paced) Write(b []byte) (int, error) {
	_ = p.conn.SetWriteDeadline(time.Now().Add(filePause)) // a connection that knows no limits needs none
	return p.w.Write(b)
}

// crowd counts what is on its way, in all and for each login. It is safe for concurrent use.
type crowd struct {
	mu  sync.Mutex
	all int
	by  map[string]int
}

func newCrowd() *crowd { return &crowd{by: map[string]int{}} }

// join lets one more in, unless there are too many.
func (c *crowd) join(who string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= maxFiles || c.by[who] >= maxFilesOf {
		return false
	}
	c.all++
	c.by[who]++
	return true
}

func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.by[who]--; c.by[who] == 0 {
		delete(c.by, who)
	}
}
