package call

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
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
	return map[string]func(http.ResponseWriter){
		"gzip": encoded("gzip", gz.Bytes()), "nested": encoded("gzip, gzip", nested.Bytes()), "deflate": encoded("deflate", fl.Bytes()),
		"br": encoded("br", bytes.Repeat([]byte{0xff}, 1<<20)), "zstd": encoded("zstd", bytes.Repeat([]byte{0x28, 0xb5, 0x2f, 0xfd}, 1<<18)),
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

// forgetPeak lets the process forget its peak memory, and returns what it takes now.
func forgetPeak(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Skip("the kernel does not let a process forget its peak memory here")
	}
	return memoryOf(t, "VmRSS:")
}

// memoryOf reads a figure of the process from the kernel, in bytes.
func memoryOf(t *testing.T, name string) (n int64) {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			if _, err := fmt.Sscan(rest, &n); err != nil {
				t.Fatal(err)
			}
		}
	}
	return n << 10
}
