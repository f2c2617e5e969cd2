package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// record writes one line for a request: the route, never its values, its query, a cookie or what was posted (H1, H9).
func (a *App) record(q *ask, out *answer, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case out.fault != nil && errors.Is(out.fault, context.Canceled):
		level = slog.LevelDebug // the browser went away
	case out.status >= 500:
		level = slog.LevelError
	case out.fault != nil || len(q.caught) > 0:
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("id", q.id), slog.String("method", method(q.r.Method)), slog.String("route", q.route()), slog.Int("status", out.status), slog.Duration("took", took),
	}
	if out.note != "" {
		attrs = append(attrs, slog.String("note", out.note))
	}
	event := eventOf(out.note)
	if event != "" {
		attrs = append(attrs, slog.String("event", event))
	}
	if h := q.v.s.Hash; h != "" {
		attrs = append(attrs, slog.String("session", h))
	}
	if out.fault != nil {
		attrs = append(attrs, slog.String("err", out.fault.Error()))
	}
	if err := errors.Join(q.caught...); err != nil {
		attrs = append(attrs, slog.String("caught", err.Error()))
	}
	a.log.LogAttrs(context.WithoutCancel(q.r.Context()), level, "request", attrs...)
	if a.cfg.Observe != nil {
		a.cfg.Observe(Served{Route: q.route(), Status: out.status, Took: took, Event: event})
	}
	a.watched(q, out, took)
}

// Served is one request as counters may know it: nothing in it comes from the browser, so each field has few values.
type Served struct {
	Route  string // pattern of the page, "unknown" where none fits
	Status int
	Took   time.Duration
	Event  string // security event, "" for none: refused_host, refused_origin, …
}

// Notes that are no sentence for people.
const (
	noteEntry  = "a log-in is needed first"
	noteForged = "the page's sealed state or event was not ours"
	noteOften  = "log-in throttled"
	noteFailed = "a log-in was tried, and nobody is logged in"
)

// eventOf names the security event that a note stands for; "" for none. (H4)
func eventOf(note string) string {
	switch note {
	case textHost:
		return "refused_host"
	case textMethod:
		return "refused_method"
	case textProof:
		return "refused_origin"
	case textOpen:
		return "refused_plain_http"
	case textForbidden:
		return "refused_access"
	case noteEntry:
		return "refused_logged_out"
	case noteForged:
		return "refused_forged"
	case textStranger:
		return "refused_handover"
	case noteOften:
		return "throttled"
	case noteFailed:
		return "log_in_failed"
	}
	return ""
}

// method keeps words of our own choice in the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return m
	}
	return "other"
}

// route is the pattern that a request met.
func (q *ask) route() string {
	p := q.r.URL.Path
	switch {
	case strings.HasPrefix(p, "/_usher/assets/"):
		return "/_usher/assets/"
	case strings.HasPrefix(p, "/_usher/files/"):
		return "/_usher/files/"
	case strings.HasPrefix(p, "/_usher/"+filePath):
		return "/_usher/" + filePath
	case p == "/", p == "/healthz", p == "/_usher/session", p == "/_usher/live", p == "/_usher/"+backPath:
		return p
	}
	if page, _ := q.rt.routes.match(q.r.URL.EscapedPath()); page != nil {
		return page.Path
	}
	return "unknown"
}

// addr is the address of the browser, as our own proxy or the connection tells it; "" when neither does.
func (q *ask) addr() string {
	if q.app.cfg.TrustedProxy {
		list := strings.Split(strings.Join(q.r.Header.Values("X-Forwarded-For"), ","), ",")
		if ip := net.ParseIP(strings.TrimSpace(list[len(list)-1])); ip != nil {
			return ip.String()
		}
		return ""
	}
	host, _, err := net.SplitHostPort(q.r.RemoteAddr)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip.String()
	}
	return ""
}
