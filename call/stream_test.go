package call

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// TestF103_EventsOfEveryForm: however a stream is written and cut into pieces, the same events come of it.
func TestF103_EventsOfEveryForm(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"lf":               {"data: a\n\ndata: b\n\n", "message/a/ message/b/"},
		"crlf":             {"data: a\r\n\r\ndata: b\r\n\r\n", "message/a/ message/b/"},
		"cr":               {"data: a\r\rdata: b\r\r", "message/a/ message/b/"},
		"byte order mark":  {"\ufeffdata: a\n\n", "message/a/"},
		"comments":         {": hello\n\n:\ndata: a\n: in between\n\n", "message/a/"},
		"several lines":    {"data: a\ndata\ndata:b\n\n", "message/a\n\nb/"},
		"names and ids":    {"event: add\nid: 7\ndata: a\n\ndata: b\n\n", "add/a/7 message/b/7"},
		"no data":          {"event: add\n\ndata: b\n\n", "message/b/"},
		"retry is no data": {"retry: 5\n\ndata: b\n\n", "message/b/"},
		"id with a NUL":    {"id: 1\x002\ndata: a\n\n", "message/a/"},
		"not finished":     {"data: a\n\ndata: b\n", "message/a/"},
		"one space goes":   {"data:  a\n\n", "message/ a/"},
	} {
		for _, size := range []int{1, 2, 3, 1000} {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
				for piece := range slices.Chunk([]byte(tc.in), size) {
					_, _ = w.Write(piece)
					w.(http.Flusher).Flush()
				}
			})
			feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Reply: value.TextType()}
			r, got, err := stream(t, client(t, api(t, b.URL, feed)), feed, nil)
			if err != nil || !r.OK || strings.Join(got, " ") != tc.want {
				t.Errorf("%s in pieces of %d: %q, %+v, %v", name, size, got, r, err)
			}
		}
	}
}

func stream(t *testing.T, c *Client, feed *project.Call, login Login) (Reply, []string, error) {
	t.Helper()
	var got []string
	r, err := c.Stream(t.Context(), Request{Call: feed}, login, func(m Message) error {
		v := m.Value()
		got = append(got, fmt.Sprintf("%v/%v/%v", v["event"], v["data"], v["id"]))
		return nil
	})
	return r, got, err
}

// events answers with a stream of events.
func events(text string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, text)
	}
}

// TestF103_Bounds: a stream ends at its bounds of messages, of bytes a message, of bytes in all and of silence; what came until then was handed on.
func TestF103_Bounds(t *testing.T) {
	silent := func(w http.ResponseWriter, r *http.Request, _ string) {
		events("data: a\n\n")(w, r, "")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, string)
		limit  int64
		want   int
		says   string
	}{
		"endless":      {events(strings.Repeat("data: a\n\n", maxMessages+5)), 0, maxMessages, "large"},
		"a huge line":  {events("data: a\n\ndata: " + strings.Repeat("x", maxMessage+1) + "\n\n"), 0, 1, "large"},
		"a huge event": {events("data: a\n\n" + strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", 300) + "\n"), 0, 1, "large"},
		"bytes in all": {events(strings.Repeat("data: 12345678\n\n", 200)), 1 << 10, 64, "large"},
		"silence":      {silent, 0, 1, "in time"},
		"wrong type":   {func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{"a":1}`) }, 0, 0, "not a stream"},
		"an error": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			writeJSON(w, 400, `{"message":"Ask otherwise."}`)
		}, 0, 0, "Ask otherwise."},
	} {
		b := newBackend(t, tc.answer)
		feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Timeout: 300 * time.Millisecond, Limits: project.CallLimits{Reply: tc.limit}, Retry: 3}
		r, got, err := stream(t, client(t, api(t, b.URL, feed)), feed, nil)
		if err != nil || r.OK || len(got) != tc.want || !strings.Contains(r.Error, tc.says) {
			t.Errorf("%s: %d messages, %q, %v", name, len(got), r.Error, err)
		}
		if n := len(b.requests()); n != 1 {
			t.Errorf("%s: sent %d times", name, n)
		}
	}
}

// TestF103_RenewedBeforeTheFirstMessage: an expired login is renewed and the stream asked for again; once it is open, nothing is sent again.
func TestF103_RenewedBeforeTheFirstMessage(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, body string) {
		if r.Header.Get("Authorization") != "Bearer t2" {
			writeJSON(w, 401, `{"message":"expired"}`)
			return
		}
		w.Header().Set("X-Guest", "1")
		events("data: {\"n\":1}\n\n")(w, r, body)
	})
	feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Auth: project.AuthRequired}
	refresh := &project.Call{Name: "refresh", Method: "POST"}
	p := api(t, b.URL, feed, refresh)
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: refresh, Expired: tmpl(t, `${reply.status == 401 || reply.headers["x-guest"] == "1"}`)}}
	login := loggedIn("old")
	r, got, err := stream(t, client(t, p), feed, login)
	if err != nil || !r.OK || !r.Replayed || len(got) != 1 || got[0] != "message/map[n:1]/" || login.renews != 1 || len(b.requests()) != 2 {
		t.Errorf("%+v, %q, %v, %d renewals, %d requests", r, got, err, login.renews, len(b.requests()))
	}
	again := loggedIn("t2") // the rule holds for the open stream as well, and is not asked
	if r, got, err = stream(t, client(t, p), feed, again); err != nil || !r.OK || len(got) != 1 || again.renews != 0 {
		t.Errorf("an open stream: %+v, %q, %v, %d renewals", r, got, err, again.renews)
	}
}

// TestF103_TypedAndSecret: data is read by the reply type; what does not fit is in text alone, and a secret stays one.
func TestF103_TypedAndSecret(t *testing.T) {
	b := newBackend(t, events("data: {\"n\":\"5\",\"token\":\"cnry-secret\"}\n\ndata: [DONE]\n\n"))
	feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Reply: value.ObjectOf("Part", value.Field{Name: "n", Type: value.IntType()}, value.Field{Name: "token", Type: value.SecretType()})}
	_, got, err := stream(t, client(t, api(t, b.URL, feed)), feed, nil)
	if err != nil || len(got) != 2 || strings.Contains(got[0], "cnry") || !strings.Contains(got[0], "n:5") || got[1] != "message/<nil>/" {
		t.Errorf("%q %v", got, err)
	}
	r := do(t, client(t, api(t, b.URL, feed)), feed, nil, nil)
	if list, _ := r.Body.([]any); !r.OK || len(list) != 2 {
		t.Errorf("Do of a stream: %+v", r)
	}
}

// TestF103_WhoeverReadsMayEndIt: an error of the reader and the end of the context end the stream at once.
func TestF103_WhoeverReadsMayEndIt(t *testing.T) {
	ended := make(chan struct{}, 2)
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		events("data: a\n\n")(w, r, "")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		ended <- struct{}{}
	})
	feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents}
	c := client(t, api(t, b.URL, feed))
	enough := errors.New("enough")
	if _, err := c.Stream(t.Context(), Request{Call: feed}, nil, func(Message) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the reader's error: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := c.Stream(ctx, Request{Call: feed}, nil, func(Message) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context: %v", err)
	}
	<-ended
	<-ended
}

// drip is a transport whose reply is a message every seven seconds, without end.
type drip struct{}

func (drip) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(drops{r.Context()})}, nil
}

type drops struct{ ctx context.Context }

func (d drops) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(7 * time.Second):
		return copy(p, "data: a\n\n"), nil
	}
}

// TestF103_TimeInAll: a stream that is never silent for long ends at the time that all streams have, and says so.
func TestF103_TimeInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Timeout: 15 * time.Second}
		c, err := New(Config{Project: api(t, "http://127.0.0.1:1", feed), Transport: drip{}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		r, got, err := stream(t, c, feed, nil)
		if took := time.Since(start); err != nil || r.OK || took != streamTime || len(got) != 12 || !strings.Contains(r.Error, "in time") {
			t.Errorf("ended after %s with %d messages: %q, %v", took, len(got), r.Error, err)
		}
	})
}

// TestF103_ExactlyTheLimit: a stream of just as many bytes as the call allows is whole, and one byte more is too much.
func TestF103_ExactlyTheLimit(t *testing.T) {
	for more, want := range map[string]bool{"": true, ":": false} {
		b := newBackend(t, events(strings.Repeat("data: 12345678\n\n", 64)+more))
		feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Limits: project.CallLimits{Reply: 64 * 16}}
		if r, got, err := stream(t, client(t, api(t, b.URL, feed)), feed, nil); err != nil || r.OK != want || len(got) != 64 {
			t.Errorf("with %q more: %d messages, %q, %v", more, len(got), r.Error, err)
		}
	}
}

// TestF103_NothingStaysBehind: no goroutine outlives a stream, however it ended.
func TestF103_NothingStaysBehind(t *testing.T) {
	idle := goleak.IgnoreCurrent()
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request, string){
		"whole": events("data: a\n\n"),
		"large": events(strings.Repeat("data: a\n\n", maxMessages+5)),
		"silent": func(w http.ResponseWriter, r *http.Request, _ string) {
			events("data: a\n\n")(w, r, "")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		b := newBackend(t, answer)
		feed := &project.Call{Name: "feed", ReplyAs: project.ReplyEvents, Timeout: 200 * time.Millisecond}
		c := client(t, api(t, b.URL, feed))
		if _, got, err := stream(t, c, feed, nil); err != nil || len(got) == 0 {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if _, err := c.Stream(t.Context(), Request{Call: feed}, nil, func(Message) error { return io.ErrUnexpectedEOF }); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s, ended by its reader: %v", name, err)
		}
		c.Close()
		b.Close()
	}
	goleak.VerifyNone(t, idle)
}
