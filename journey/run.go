package journey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	defaultWait = 5 * time.Second
	pollEvery   = 50 * time.Millisecond
	maxBrowsers = 9
)

// action does one step.
type action func(ctx context.Context, r *run, args []arg) error

// run is a journey under way.
type run struct {
	cfg      Config
	browsers []*browser
	at       int            // index of the browser in use
	counted  map[string]int // per call: how many calls of all kinds there were when it was counted last
	traced   int
	faults   int      // how many there were before
	secrets  []string // never shown
}

func newRun(cfg Config) *run {
	if cfg.Wait <= 0 {
		cfg.Wait = defaultWait
	}
	if cfg.Lookup == nil {
		cfg.Lookup = func(string) (string, bool) { return "", false }
	}
	r := &run{cfg: cfg, counted: map[string]int{}}
	r.browsers = []*browser{newBrowser(cfg.Handler, cfg.URL)}
	seen := cfg.Control.Seen()
	r.traced, r.faults = len(seen.Calls), len(seen.Faults)
	return r
}

func (r *run) browser() *browser { return r.browsers[r.at] }

func (r *run) trace(format string, args ...any) {
	if r.cfg.Trace != nil {
		r.cfg.Trace(fmt.Sprintf(format, args...))
	}
}

func (r *run) traceCalls(calls []Call) {
	for ; r.traced < len(calls); r.traced++ {
		r.trace("    %s", calls[r.traced])
	}
}

// String is a call as traces show it.
func (c Call) String() string {
	s := fmt.Sprintf("%s %d", c.Name, c.Status)
	if c.Status == 0 {
		s = c.Name + " no reply"
	}
	switch {
	case c.Replayed:
		s += ", sent again with a renewed token"
	case c.Refreshed:
		s += ", the login was renewed"
	}
	if c.Err != "" {
		s += ": " + c.Err
	}
	return s
}

// shown is the page in use.
func (r *run) shown() (*page, error) {
	if p := r.browser().page; p != nil {
		return p, nil
	}
	return nil, sayf("no page was opened yet; begin with open /")
}

// text is an argument's text: what is quoted, or the value of its variable, which is never shown.
func (r *run) text(a arg) (string, error) {
	if a.env == "" {
		return strings.ReplaceAll(a.text, "{unique}", r.cfg.Unique), nil
	}
	v, ok := r.cfg.Lookup(a.env)
	if !ok || v == "" {
		return "", sayf("$%s has no value; set it in the environment", a.env)
	}
	r.keep(v)
	return v, nil
}

// keep makes a text secret.
func (r *run) keep(s string) {
	if s != "" && !slices.Contains(r.secrets, s) {
		r.secrets = append(r.secrets, s)
	}
}

// redact removes secrets, and what looks like a token, from what is shown.
func (r *run) redact(s string) string {
	for _, secret := range r.secrets {
		s = strings.ReplaceAll(s, secret, "[hidden]")
	}
	parts := strings.Split(s, " ")
	for i, w := range parts {
		if strings.HasPrefix(w, "eyJ") && strings.Count(w, ".") == 2 {
			parts[i] = "[hidden]"
		}
	}
	return strings.Join(parts, " ")
}

// pageName finds the page of the app that has this path; a path without parameters wins.
func (r *run) pageName(path string) string {
	name := ""
	for _, p := range r.cfg.Pages {
		if p.Path == path {
			return p.Name
		}
		if name == "" && fits(p.Path, path) {
			name = p.Name
		}
	}
	return name
}

func fits(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

// until asks done again and again, at the latest when the wait is over.
func until(ctx context.Context, wait time.Duration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Lines is a failure as people read it, without indentation.
func (f *Failure) Lines() []string {
	out := []string{fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Step), "  " + f.Msg}
	if f.Page.URL != "" {
		where := f.Page.URL
		if f.Page.Name != "" {
			where = f.Page.Name + ", " + where
		}
		out = append(out, fmt.Sprintf("  page:   %s (%d), “%s”", where, f.Page.Status, f.Page.Title))
		for _, e := range f.Page.Errors {
			out = append(out, "  error:  "+e)
		}
		out = append(out, "  text:   "+shorten(f.Page.Text, 600))
	}
	if f.Browser > 1 {
		out = append(out, fmt.Sprintf("  in browser %d", f.Browser))
	}
	calls := f.Calls
	if len(calls) > maxCallsShown {
		out = append(out, fmt.Sprintf("  calls:  … %d before", len(calls)-maxCallsShown))
		calls = calls[len(calls)-maxCallsShown:]
	}
	for _, c := range calls {
		out = append(out, "  call:   "+c.String())
	}
	return out
}

const maxCallsShown = 20

func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
