package call

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// zeros are n MiB of zeros as a deflated stream, which is the same MiB over and over: to pack each anew would take longer than all the bombs.
func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil { // up to here it can be repeated
		t.Fatal(err)
	}
	block := bytes.Clone(packed.Bytes())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return append(bytes.Repeat(block, n), packed.Bytes()[len(block):]...)
}

// gzipped wraps a deflated stream of n MiB of zeros as RFC 1952 has it.
func gzipped(deflated []byte, n int) []byte {
	sum := crc32.NewIEEE()
	for range n {
		_, _ = sum.Write(make([]byte, 1<<20))
	}
	b := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}, deflated...)
	b = binary.LittleEndian.AppendUint32(b, sum.Sum32())
	return binary.LittleEndian.AppendUint32(b, uint32(n)<<20)
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
	deflated := zeros(t, 200)
	gz := gzipped(deflated, 200)
	if r, err := gzip.NewReader(bytes.NewReader(gz)); err != nil {
		t.Fatal(err)
	} else if n, err := io.Copy(io.Discard, r); err != nil || n != 200<<20 {
		t.Fatalf("the bomb itself is broken: %d bytes, %v", n, err)
	}
	var nested bytes.Buffer
	outer := gzip.NewWriter(&nested)
	_, _ = outer.Write(gz)
	_ = outer.Close()
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
		"gzip": encoded("gzip", gz), "nested": encoded("gzip, gzip", nested.Bytes()), "deflate": encoded("deflate", deflated),
		"br": encoded("br", held(t, "zeros-200MiB.br")), "zstd": encoded("zstd", held(t, "zeros-200MiB.zst")),
		"zstd-in-br": encoded("zstd, br", held(t, "zeros-200MiB.zst.br")), "encoding-of-old": encoded("X-Compress", []byte{0x1f, 0x9d}),
		"gzip-named-twice": func(w http.ResponseWriter) {
			w.Header().Add("Content-Encoding", "gzip")
			w.Header().Add("Content-Encoding", "br")
			_, _ = w.Write(gz)
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
