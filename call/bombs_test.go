package call

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// zeros compresses n MiB of zeros.
func zeros(t *testing.T, w io.WriteCloser, n int) {
	t.Helper()
	block := make([]byte, 1<<20)
	for range n {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// held is a file of testdata: 200 MiB of zeros, packed by zstd -19, by the Brotli of Node, and by the latter after the former.
func held(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// makeBombs are replies that are small on the wire and large when unpacked, or that do not end.
func makeBombs(t *testing.T) map[string]func(http.ResponseWriter) {
	t.Helper()
	var gz, nested, fl bytes.Buffer
	zeros(t, gzip.NewWriter(&gz), 200)
	outer := gzip.NewWriter(&nested)
	_, _ = outer.Write(gz.Bytes())
	_ = outer.Close()
	deflate, _ := flate.NewWriter(&fl, 9)
	zeros(t, deflate, 200)
	encoded := func(encoding string, body []byte) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", encoding)
			_, _ = w.Write(body)
		}
	}
	endless := func(chunk string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			for {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		}
	}
	values := func(unit string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "["+strings.Repeat(unit+",", maxReply/(len(unit)+1)-2)+"0]")
		}
	}
	return map[string]func(http.ResponseWriter){
		"values-int": values("0"), "values-list": values("[]"), "values-object": values("{}"), "values-text": values(`""`), "values-key": values(`{"a":0}`),
		"gzip": encoded("gzip", gz.Bytes()), "nested": encoded("gzip, gzip", nested.Bytes()), "deflate": encoded("deflate", fl.Bytes()),
		"br": encoded("br", held(t, "zeros-200MiB.br")), "zstd": encoded("zstd", held(t, "zeros-200MiB.zst")),
		"zstd-in-br": encoded("zstd, br", held(t, "zeros-200MiB.zst.br")), "encoding-of-old": encoded("X-Compress", []byte{0x1f, 0x9d}),
		"gzip-named-twice": func(w http.ResponseWriter) {
			w.Header().Add("Content-Encoding", "gzip")
			w.Header().Add("Content-Encoding", "br")
			_, _ = w.Write(gz.Bytes())
		},
		"endless": endless(strings.Repeat(" ", 64<<10)), "endless-list": endless(strings.Repeat("[", 64<<10)), "endless-text": endless(strings.Repeat("x", 64<<10)),
		"headers": func(w http.ResponseWriter) {
			for i := range 200 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1<<10))
			}
		},
		"too-short": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{}")
		},
	}
}

// givenBack returns to the system what the program does not need, and says how much it holds. What it takes from then on
// it keeps for a while, so that the same figure afterwards tells the peak. It is the program's own memory: a race detector
// keeps several times that beside it.
func givenBack() int64 {
	debug.FreeOSMemory()
	return memoryHeld()
}

// memoryHeld is the memory that the program has from the system, in bytes.
func memoryHeld() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}
