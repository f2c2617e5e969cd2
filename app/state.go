package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// plain is a short text.
func plain(status int, text string) *answer {
	a := newAnswer(status)
	a.header.Set("Content-Type", "text/plain; charset=utf-8")
	a.body = []byte(text)
	return a
}

// state tells a page of ours who is logged in, and nothing else (promises 3.6). Asking is no action: it prolongs nothing.
func (q *ask) state(ctx context.Context) (*answer, error) {
	v, err := q.app.visit(ctx, q.r)
	if err != nil {
		return nil, err
	}
	said := struct {
		State string `json:"state"`
		UID   string `json:"uid,omitempty"`
		Live  string `json:"live,omitempty"` // as pages carry it
	}{State: "guest"}
	switch {
	case v.in():
		said.State, said.UID, said.Live = "active", v.s.Auth.UID, liveTag(v.s)
	case v.s.Ended != "":
		said.State = "ended"
	}
	b, err := json.Marshal(said)
	if err != nil {
		return nil, fmt.Errorf("session state: %w", err)
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "application/json")
	a.body = b
	return a, nil
}
