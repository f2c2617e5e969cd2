package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/value"
)

// TestF125_AMismatchIsLoggedOnce: by field and kind, once for all items of a list, and not without end.
func TestF125_AMismatchIsLoggedOnce(t *testing.T) {
	var out bytes.Buffer
	con := &console{Out: io.Discard, Err: io.Discard, Log: slog.New(slog.NewTextHandler(&out, nil))}
	log := callLog(con, newMetrics(), nil)
	for i := range 3 {
		log(call.Event{Call: "posts.list", Mismatches: []value.Mismatch{{Path: fmt.Sprintf("posts[%d].id", i), Want: "int", Got: "text"}}})
	}
	log(call.Event{Call: "posts.list", Mismatches: []value.Mismatch{{Path: "posts[0].id", Want: "int", Got: "a list"}}})
	if n := strings.Count(out.String(), "event=reply_mismatch"); n != 2 || !strings.Contains(out.String(), "call=posts.list field=posts[].id want=int got=text") {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
	told := onceEach{}
	for i := range maxTold + 10 {
		if told.first(fmt.Sprint(i)) != (i < maxTold) {
			t.Errorf("mismatch %d", i)
		}
	}
}
