package imports

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// curl is a command while it is read.
type curl struct {
	draft *draft
	plan  *Plan

	method, url       string
	urlAt             word
	headers           []header
	data              []datum
	form              []datum
	user, bearer      string
	get, head, asJSON bool
}

type header struct {
	name, value string
	at          word
}

// datum is a part of the body, with the flag that it came by.
type datum struct {
	flag, text string
	at         word
}

// option says what a flag of curl does here.
type option struct {
	value bool // it takes a value
	do    func(c *curl, v word) error
	left  string // why it has no effect; "" it is about the command line alone
}

// aside are the flags that say nothing about the request: what to print, how long to wait, which addresses to use.
var aside = options("-s --silent -S --show-error -v --verbose -i --include -f --fail --fail-with-body --compressed -N --no-buffer -# --progress-bar -g --globoff "+
	"--http1.0 -0 --http1.1 --http2 --http3 -4 --ipv4 -6 --ipv6 --tcp-nodelay -q --disable -O --remote-name -J --remote-header-name --no-progress-meter --basic --no-keepalive --path-as-is",
	"-o --output -w --write-out -m --max-time --connect-timeout --retry --retry-delay --retry-max-time --trace --trace-ascii --stderr -D --dump-header --limit-rate --max-redirs -y --speed-time -Y --speed-limit --keepalive-time")

// without are the flags that change the request in a way that no call can.
var without = map[string]string{
	"-k": "the backend's certificate is always checked", "--insecure": "the backend's certificate is always checked",
	"-L": "redirects of a backend are not followed to other places", "--location": "redirects of a backend are not followed to other places",
	"-e": "the address of the page that asks is never sent", "--referer": "the address of the page that asks is never sent",
	"-b": "cookies belong to Usher; send a token in a header", "--cookie": "cookies belong to Usher; send a token in a header",
	"-c": "cookies belong to Usher; send a token in a header", "--cookie-jar": "cookies belong to Usher; send a token in a header",
	"-x": "calls go straight to the backend", "--proxy": "calls go straight to the backend", "-U": "calls go straight to the backend", "--proxy-user": "calls go straight to the backend",
	"-E": "client certificates are not sent", "--cert": "client certificates are not sent", "--key": "client certificates are not sent", "--cacert": "the certificates of the system count",
	"--resolve": "names are looked up as ever", "--connect-to": "names are looked up as ever", "--interface": "the system chooses the way", "-r": "send a Range header", "--range": "send a Range header",
	"-K": "a file with more flags is not read", "--config": "a file with more flags is not read", "-T": "a file is not uploaded as a body", "--upload-file": "a file is not uploaded as a body",
	"--digest": "this kind of authentication is not known", "--ntlm": "this kind of authentication is not known", "--negotiate": "this kind of authentication is not known",
	"--aws-sigv4": "requests are not signed", "-n": "the file of passwords is not read", "--netrc": "the file of passwords is not read", "--ciphers": "the usual ciphers count", "--url-query": "write it into the address",
}

var withoutValue = wordSet("-k", "--insecure", "-L", "--location", "--digest", "--ntlm", "--negotiate", "-n", "--netrc")

func options(plain, valued string) map[string]option {
	out := map[string]option{}
	for _, f := range strings.Fields(plain) {
		out[f] = option{}
	}
	for _, f := range strings.Fields(valued) {
		out[f] = option{value: true}
	}
	return out
}

// lookup finds what a flag does.
func lookup(name string) (option, bool) {
	text := func(field func(c *curl) *string) option {
		return option{value: true, do: func(c *curl, v word) error { *field(c) = v.text; return nil }}
	}
	on := func(field func(c *curl) *bool) option {
		return option{do: func(c *curl, _ word) error { *field(c) = true; return nil }}
	}
	switch name {
	case "-X", "--request":
		return text(func(c *curl) *string { return &c.method }), true
	case "--url":
		return option{value: true, do: (*curl).address}, true
	case "-H", "--header":
		return option{value: true, do: (*curl).header}, true
	case "-A", "--user-agent":
		return option{value: true, do: func(c *curl, v word) error { return c.header(word{"User-Agent: " + v.text, v.line, v.col}) }}, true
	case "-u", "--user":
		return text(func(c *curl) *string { return &c.user }), true
	case "--oauth2-bearer":
		return text(func(c *curl) *string { return &c.bearer }), true
	case "-G", "--get":
		return on(func(c *curl) *bool { return &c.get }), true
	case "-I", "--head":
		return on(func(c *curl) *bool { return &c.head }), true
	case "-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--data-urlencode", "--json":
		return option{value: true, do: func(c *curl, v word) error { return c.addData(name, v) }}, true
	case "-F", "--form", "--form-string":
		return option{value: true, do: func(c *curl, v word) error { c.form = append(c.form, datum{name, v.text, v}); return nil }}, true
	}
	if f, ok := aside[name]; ok {
		return f, true
	}
	why, ok := without[name]
	return option{value: ok && !withoutValue[name], left: why}, ok
}

// CURL plans the call that a cURL command makes: in the group of that name, or, without one, in a group of the project with the same address, or in a new one.
// Credentials become secret parameters or names of secret environment values, never text of a file (G8); what has no effect is reported.
func CURL(tree *project.Tree, command string, group string) (*Plan, error) {
	if len(command) > 1<<20 {
		return nil, &SourceError{Name: "curl", Msg: "the command is longer than 1 MiB"}
	}
	if strings.ContainsAny(command, varOpen+varClose+"\x00") || strings.ToValidUTF8(command, "") != command {
		return nil, &SourceError{Name: "curl", Msg: "the command holds characters that are no text"}
	}
	ws, rest, err := splitWords([]byte(command))
	if err != nil {
		return nil, err
	}
	c := &curl{draft: newDraft(tree), plan: &Plan{Title: "a cURL command"}}
	if rest {
		c.left("", word{}, "what stands behind the command is passed over")
	}
	if err := c.read(ws); err != nil {
		return nil, err
	}
	if err := c.build(group); err != nil {
		return nil, err
	}
	c.plan.draft, c.plan.Made = c.draft, c.draft.made()
	return c.plan, nil
}

func (c *curl) left(at string, w word, msg string) {
	n := Note{At: at, Line: w.line, Col: w.col, Msg: msg}
	if !slices.Contains(c.plan.Left, n) {
		c.plan.Left = append(c.plan.Left, n)
	}
}

func fault(w word, msg string) error {
	return &SourceError{Name: "curl", Line: w.line, Col: w.col, Msg: msg}
}

// read takes the flags in.
func (c *curl) read(ws []word) error {
	if len(ws) > 0 && (ws[0].text == "$" || ws[0].text == "%") {
		ws = ws[1:]
	}
	if len(ws) == 0 {
		return &SourceError{Name: "curl", Line: 1, Col: 1, Msg: "there is no command"}
	}
	if name := ws[0].text[strings.LastIndexAny(ws[0].text, `/\`)+1:]; name != "curl" && name != "curl.exe" {
		return fault(ws[0], "the command must begin with curl, not "+shown(ws[0].text))
	}
	for i := 1; i < len(ws); i++ {
		n, err := c.word(ws[i:])
		if err != nil {
			return err
		}
		i += n
	}
	if c.url == "" {
		return fault(ws[0], "the command names no address")
	}
	return nil
}

// word reads the first word and returns how many more belong to it.
func (c *curl) word(ws []word) (more int, err error) {
	w := ws[0]
	switch {
	case len(w.text) < 2 || w.text[0] != '-':
		return 0, c.address(w)
	case strings.HasPrefix(w.text, "--"):
		name, val, given := strings.Cut(w.text, "=")
		f, known := lookup(name)
		switch {
		case !known:
			c.left(name, w, "this flag is not known; it is passed over")
			return 0, nil
		case !f.value:
			return 0, c.apply(name, f, w, w)
		case given:
			return 0, c.apply(name, f, w, word{val, w.line, w.col})
		case len(ws) < 2:
			return 0, fault(w, name+" needs a value")
		}
		return 1, c.apply(name, f, w, ws[1])
	}
	for i := 1; i < len(w.text); i++ {
		name := "-" + w.text[i:i+1]
		f, known := lookup(name)
		switch {
		case !known:
			c.left(sentence(name), w, "this flag is not known; it is passed over")
			if w.text[i] >= 0x80 {
				return 0, nil
			}
		case !f.value:
			if err := c.apply(name, f, w, w); err != nil {
				return 0, err
			}
		case i+1 < len(w.text):
			return 0, c.apply(name, f, w, word{w.text[i+1:], w.line, w.col})
		case len(ws) < 2:
			return 0, fault(w, name+" needs a value")
		default:
			return 1, c.apply(name, f, w, ws[1])
		}
	}
	return 0, nil
}

func (c *curl) apply(name string, f option, at, v word) error {
	if f.left != "" {
		c.left(name, at, "it has no effect: "+f.left)
	}
	if f.do == nil {
		return nil
	}
	return f.do(c, v)
}

func (c *curl) address(w word) error {
	if c.url != "" {
		c.left("", w, "a second address is passed over; import it by a command of its own")
		return nil
	}
	c.url, c.urlAt = w.text, w
	return nil
}

func (c *curl) header(w word) error {
	if strings.HasPrefix(w.text, "@") {
		c.left("-H", w, "a file of headers is not read")
		return nil
	}
	name, val, ok := strings.Cut(w.text, ":")
	name, val = strings.TrimSpace(name), strings.TrimSpace(val)
	if !ok || val == "" {
		return nil // “Name:” takes a header away that a call does not send anyway
	}
	if !headerPattern.MatchString(name) {
		return fault(w, "this is not a header")
	}
	c.headers = append(c.headers, header{name, val, w})
	return nil
}

func (c *curl) addData(name string, v word) error {
	text := v.text
	switch {
	case name == "--json":
		c.asJSON = true
	case name == "--data-urlencode":
		key, val, ok := strings.Cut(text, "=")
		if !ok {
			key, val = "", text
		}
		if strings.Contains(key, "@") {
			c.left(name, v, "a file is not read; the value is a parameter")
			key, _, _ = strings.Cut(key, "@")
			val = varOpen + envName(key) + varClose
		}
		text = key + "=" + encode(val)
		if key == "" {
			text = encode(val)
		}
	}
	if name != "--data-raw" && name != "--data-urlencode" && strings.HasPrefix(text, "@") {
		c.left(name, v, "a file is not read; the body is a parameter")
		text = varOpen + "BODY" + varClose
	}
	c.data = append(c.data, datum{name, text, v})
	return nil
}

// encode escapes a value as in a form; shell variables stay.
func encode(s string) string {
	parts := strings.Split(s, varOpen)
	out := url.QueryEscape(parts[0])
	for _, p := range parts[1:] {
		name, rest, _ := strings.Cut(p, varClose)
		out += varOpen + name + varClose + url.QueryEscape(rest)
	}
	return out
}

// split reads a form or a query; shell variables stay.
func split(s string) []header {
	var out []header
	for _, part := range strings.Split(s, "&") {
		if part == "" {
			continue
		}
		key, val, _ := strings.Cut(part, "=")
		out = append(out, header{name: decode(key), value: decode(val)})
	}
	return out
}

func decode(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}

var (
	jwtText    = regexp.MustCompile(`^eyJ[\w-]+\.[\w-]+\.[\w-]*$`)
	keyText    = regexp.MustCompile(`^(sk|pk|rk|ghp|gho|glpat|xox[abp]|AKIA|shpat)[-_A-Za-z0-9]{12,}$`)
	opaqueText = regexp.MustCompile(`^[A-Za-z0-9_\-+/=.]{24,}$`)
)

// looksSecret reports whether a text looks like a token or a key, whatever it is called.
func looksSecret(s string) bool {
	if jwtText.MatchString(s) || keyText.MatchString(s) {
		return true
	}
	if !opaqueText.MatchString(s) || uuidText.MatchString(s) {
		return false
	}
	kinds := 0
	for _, set := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"} {
		if strings.ContainsAny(s, set) {
			kinds++
		}
	}
	return kinds == 3 || kinds == 2 && len(s) >= 32 && !strings.ContainsAny(s, "/.")
}

// basic reads the credentials of “Basic …”.
func basic(s string) (user, password string, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		return "", "", err
	}
	user, password, ok := strings.Cut(string(raw), ":")
	if !ok {
		return "", "", errors.New("no colon")
	}
	return user, password, nil
}

// versionPart is a part of a path that names no thing.
var versionPart = regexp.MustCompile(`^(v\d+(\.\d+)?|api|rest)$`)

// literal is a text as a project writes it: not as an expression.
func literal(s string) string { return strings.ReplaceAll(s, "${", "$${") }

// readURL takes the address apart; user and password go where -u puts them.
func (c *curl) readURL() (*url.URL, error) {
	raw := c.url
	if name := variable(raw); name != "" || strings.HasPrefix(raw, varOpen) {
		return nil, fault(c.urlAt, "the address begins with a shell variable; put its value there")
	}
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	// Variables in the path are escaped and read back when it is taken apart.
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, fault(c.urlAt, "this is not an address")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fault(c.urlAt, fmt.Sprintf("only http and https are called, not %s", sentence(u.Scheme)))
	case u.Hostname() == "" || strings.Contains(u.Host, varOpen):
		return nil, fault(c.urlAt, "the address has no host")
	}
	if u.User != nil && c.user == "" {
		password, _ := u.User.Password()
		c.user = u.User.Username() + ":" + password
	}
	return u, nil
}
