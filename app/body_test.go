package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// longPage is a page of 10,000 rows.
const longPage = "path: /long\ntitle: Long\naccess: any\nbody:\n- list: {data: \"${1..10000}\", item: [{card: {children: [{text: \"Row ${item} & more\"}]}}]}\n"

// taken is a browser that remembers in which pieces a page came.
type taken struct {
	*httptest.ResponseRecorder
	pieces  []int
	breakAt int // the piece that breaks down; 0: none
}

func (w *taken) Write(b []byte) (int, error) {
	w.pieces = append(w.pieces, len(b))
	if len(w.pieces) == w.breakAt {
		panic("a bug on the way")
	}
	return w.ResponseRecorder.Write(b)
}

func (w *taken) largest() int {
	most := 0
	for _, n := range w.pieces {
		most = max(most, n)
	}
	return most
}

// TestLongPagesLeaveWhileTheyAreDrawn: a page that is longer than what is held back goes out in pieces, headers first; a short one has a length.
func TestLongPagesLeaveWhileTheyAreDrawn(t *testing.T) {
	b := newWorld(t, map[string]string{"pages/long.yaml": longPage}).browser()
	w := &taken{ResponseRecorder: httptest.NewRecorder()}
	b.w.app.ServeHTTP(w, b.request(http.MethodGet, "/long", nil))
	whole := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(whole, `data-key="9999"`) || !strings.HasSuffix(whole, "</html>\n") {
		t.Fatalf("status %d, %d bytes", w.Code, len(whole))
	}
	if len(w.pieces) < 10 || w.largest() > holdAt || w.Header().Get("Content-Length") != "" {
		t.Errorf("%d bytes came in %d pieces, the largest has %d; Content-Length %q", len(whole), len(w.pieces), w.largest(), w.Header().Get("Content-Length"))
	}
	if w.Header().Get("Content-Type") != htmlType || len(w.Header().Values("Set-Cookie")) != 1 || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("the headers are not those of a page: %v", w.Header())
	}
	w = &taken{ResponseRecorder: httptest.NewRecorder()}
	b.w.app.ServeHTTP(w, b.request(http.MethodGet, "/login", nil))
	if len(w.pieces) != 1 || w.Header().Get("Content-Length") == "" {
		t.Errorf("a short page came in %d pieces, Content-Length %q", len(w.pieces), w.Header().Get("Content-Length"))
	}
}

// TestHalfAPageIsNoPage: where drawing breaks down after a long page has begun to leave, the connection ends.
func TestHalfAPageIsNoPage(t *testing.T) {
	b := newWorld(t, map[string]string{"pages/long.yaml": longPage}).browser()
	w := &taken{ResponseRecorder: httptest.NewRecorder(), breakAt: 3}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("it ended with %v", p)
		}
		if w.Code != http.StatusOK || len(w.pieces) != 3 {
			t.Errorf("status %d, %d pieces", w.Code, len(w.pieces))
		}
	}()
	b.w.app.ServeHTTP(w, b.request(http.MethodGet, "/long", nil))
}

// keeper is an HTTP/2 connection: it may read what was written when the writer has gone.
type keeper struct {
	*httptest.ResponseRecorder
	kept [][]byte
}

func (w *keeper) Write(b []byte) (int, error) {
	w.kept = append(w.kept, b)
	return w.ResponseRecorder.Write(b)
}

// TestF16_NothingIsUsedAgainThatHTTP2MayStillSend: there a stream that was reset lets its writer go before the bytes have left, so those of one page
// never become another's, whether it is held back or leaves while it is drawn.
func TestF16_NothingIsUsedAgainThatHTTP2MayStillSend(t *testing.T) {
	b := newWorld(t, map[string]string{
		"pages/long.yaml": longPage, "pages/other.yaml": "path: /other\ntitle: Other\naccess: any\nbody: [{text: Other}]\n",
	}).browser()
	serve := func(path string) *keeper {
		w, r := &keeper{ResponseRecorder: httptest.NewRecorder()}, b.request(http.MethodGet, path, nil)
		r.ProtoMajor, r.ProtoMinor = 2, 0
		b.w.app.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/login", "/long"} {
		for range 10 { // a pool may lose what it was given
			w := serve(path)
			serve("/other")
			if got := string(bytes.Join(w.kept, nil)); len(got) < 1000 || got != w.Body.String() {
				t.Fatalf("%s: what is left to send has become something else", path)
			}
		}
	}
}
