package project

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func sampleFiles() map[string][]byte {
	return map[string][]byte{"app.yaml": []byte("usher: 1\nname: X\n"), "pages/home.yaml": []byte("path: /\nbody:\n  - text: Hello\n"), "assets/a/b.png": {0x89, 'P', 'N', 'G'}, "tests/login.txt": []byte("open /\n"), "README.md": []byte("# X\n")}
}

func packed(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteArchive(&b, files); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpackAll(src []byte) (map[string][]byte, []string, error) {
	return ReadArchive(bytes.NewReader(src), int64(len(src)))
}

// TestF221_AnArchiveGivesTheFilesBack: equal files give equal bytes, which tell no time, and come out as they went in; what is private does not go in.
func TestF221_AnArchiveGivesTheFilesBack(t *testing.T) {
	files := sampleFiles()
	src := packed(t, files)
	if again := packed(t, maps.Clone(files)); !bytes.Equal(src, again) {
		t.Error("equal files give other bytes")
	}
	got, left, err := unpackAll(src)
	if err != nil || len(left) > 0 || !maps.EqualFunc(got, files, bytes.Equal) {
		t.Errorf("%v %v %v", got, left, err)
	}
	if again := packed(t, got); !bytes.Equal(src, again) {
		t.Error("the archive of what came out is another")
	}
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) || f.Comment != "" {
			t.Errorf("%s tells %s %q", f.Name, f.Modified, f.Comment)
		}
	}
	private := maps.Clone(files)
	for _, name := range []string{".env", ".git/config", "assets/.env", "sessions.db", "assets/sessions.db", "assets/x.DB-WAL", "assets/tls.key", "data/keys", "secrets.yaml", "tests/.env", "assets/node_modules/a.js", "pages/.swp.yaml"} {
		private[name] = []byte("canary")
	}
	private["assets/a.txt"] = []byte("-----BEGIN EC " + "PRIVATE KEY-----")
	private["assets/b.bin"] = []byte("SQLite format 3\x00")
	if !bytes.Equal(packed(t, private), src) {
		t.Error("something private went in")
	}
	if err := WriteArchive(&bytes.Buffer{}, map[string][]byte{"pages/home.yaml": nil}); err == nil {
		t.Error("an archive without app.yaml")
	}
	if err := WriteArchive(&bytes.Buffer{}, map[string][]byte{"app.yaml": nil, "assets/CON.png": nil}); err == nil {
		t.Error("a name that another system cannot have")
	}
}

// TestF221_AFolderAroundIsTakenOff: other programs pack the folder itself, and things of their own beside it.
func TestF221_AFolderAroundIsTakenOff(t *testing.T) {
	got, left, err := unpackAll(zipOf(t, packedEntry{name: "shop-main/"}, packedEntry{name: "shop-main/app.yaml", body: "usher: 1"}, packedEntry{name: "shop-main/pages/home.yaml", body: "path: /"}, packedEntry{name: "shop-main/.env", body: "x"}, packedEntry{name: "shop-main/data/x.db", body: "x"}))
	if err != nil || len(got) != 2 || got["pages/home.yaml"] == nil || fmt.Sprint(left) != "[.env data/x.db]" {
		t.Errorf("%v %v %v", got, left, err)
	}
}

// packedEntry is one entry of an archive that somebody else made.
type packedEntry struct {
	name, body string
	mode       fs.FileMode
	method     uint16
	flags      uint16
	repeat     int // that many bytes of zero instead of body
}

// zeros adds an entry of n zeros. They are packed once a MiB at most and repeated: to pack each anew would take longer than to read them.
func zeros(z *zip.Writer, h *zip.FileHeader, n int) error {
	block := make([]byte, min(n, 1<<20))
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := w.Write(block); err != nil {
		return err
	}
	if err := w.Flush(); err != nil { // up to here it can be repeated
		return err
	}
	one, times := packed.Len(), n/len(block)
	rest := block[:n%len(block)]
	if _, err := w.Write(rest); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	body, sum := append(bytes.Repeat(packed.Bytes()[:one], times), packed.Bytes()[one:]...), crc32.NewIEEE()
	for range times {
		_, _ = sum.Write(block)
	}
	_, _ = sum.Write(rest)
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = sum.Sum32(), uint64(len(body)), uint64(n)
	raw, err := z.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = raw.Write(body)
	return err
}

func zipOf(t testing.TB, entries ...packedEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		if e.method != 0 {
			h.Method = e.method
		}
		if e.method == 0 && e.repeat == 0 && len(e.body) < 100 {
			h.Method = zip.Store
		}
		var err error
		if e.repeat > 0 {
			err = zeros(z, h, e.repeat)
		} else if e.method > zip.Deflate || e.flags&1 != 0 {
			h.CompressedSize64, h.UncompressedSize64 = uint64(len(e.body)), uint64(len(e.body))
			w, rawErr := z.CreateRaw(h)
			if err = rawErr; err == nil {
				_, err = w.Write([]byte(e.body))
			}
		} else {
			w, newErr := z.CreateHeader(h)
			if err = newErr; err == nil && e.body != "" {
				_, err = w.Write([]byte(e.body))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var theApp = packedEntry{name: "app.yaml", body: "usher: 1\nname: X\n"}

// hostileArchives are what must be refused.
func hostileArchives(t testing.TB) map[string][]byte {
	out := map[string][]byte{}
	add := func(what string, entries ...packedEntry) {
		out[what] = zipOf(t, append([]packedEntry{theApp}, entries...)...)
	}
	for _, name := range []string{"../evil.yaml", "pages/../../evil.yaml", "/etc/passwd", "//server/share/x", "pages//home.yaml", "./pages/home.yaml", "pages/./x.yaml", "..", "pages/..", `..\evil.yaml`, `pages\home.yaml`, `C:\evil.yaml`, "C:/evil.yaml",
		"assets/x.png:stream", "assets/a\x00b", "assets/a\nb", "assets/\x1b[2J", "assets/\xff\xfe", "assets/a\u202egnp.exe", "assets/a\u200bb.png", "assets/\ufeffa.png", "assets/a\u00a0b",
		"assets/CON", "assets/nul.txt", "assets/Com1.png", "assets/LPT¹", "aux/x", "assets/a.", "assets/a ", "assets/ a", "assets/a./b", "assets/q?.png", "assets/a*b", "assets/a|b", `assets/"a"`, "assets/<a>", "assets/" + strings.Repeat("x", 256), strings.Repeat("assets/", 400) + "x", ""} {
		add(fmt.Sprintf("name %.40q", name), packedEntry{name: name, body: "evil"})
	}
	add("link", packedEntry{name: "pages/home.yaml", body: "/etc/passwd", mode: fs.ModeSymlink | 0o777})
	add("link of a folder", packedEntry{name: "assets/x", body: "/", mode: fs.ModeSymlink | 0o777}, packedEntry{name: "assets/x/y", body: "evil"})
	add("device", packedEntry{name: "assets/dev", mode: fs.ModeDevice | 0o600})
	add("pipe", packedEntry{name: "assets/pipe", mode: fs.ModeNamedPipe | 0o600})
	add("socket", packedEntry{name: "assets/socket", mode: fs.ModeSocket | 0o600})
	add("a folder twice", packedEntry{name: "assets/x/"}, packedEntry{name: "assets/x/"})
	add("the same twice", packedEntry{name: "pages/home.yaml", body: "a"}, packedEntry{name: "pages/home.yaml", body: "b"})
	add("app.yaml twice", theApp)
	add("another case", packedEntry{name: "assets/logo.png"}, packedEntry{name: "assets/Logo.PNG"})
	add("another case of app.yaml", packedEntry{name: "App.yaml"})
	add("another case of a folder", packedEntry{name: "pages/a.yaml"}, packedEntry{name: "Pages/b.yaml"})
	add("another composition", packedEntry{name: "assets/\u00e9.png"}, packedEntry{name: "assets/e\u0301.png"})
	add("letters that fold", packedEntry{name: "assets/stra\u00dfe.png"}, packedEntry{name: "assets/STRASSE.png"})
	add("wide letters", packedEntry{name: "assets/\uff41.png"}, packedEntry{name: "assets/a.png"})
	add("a file that is a folder", packedEntry{name: "assets/x", body: "x"}, packedEntry{name: "assets/x/y", body: "y"})
	add("a folder that is a file", packedEntry{name: "assets/x/y", body: "y"}, packedEntry{name: "assets/X", body: "x"})
	add("encrypted", packedEntry{name: "pages/home.yaml", body: "x", flags: 1})
	add("packed otherwise", packedEntry{name: "pages/home.yaml", body: "x", method: 14})
	add("a bomb in one file", packedEntry{name: "assets/zeros", repeat: MaxArchiveBytes + 1})
	add("a bomb of many files", bomb(66, 1<<20)...)
	add("a bomb that belongs to no app", packedEntry{name: "data/zeros", repeat: MaxArchiveBytes + 1})
	add("a file too large", packedEntry{name: "pages/home.yaml", repeat: MaxFileBytes + 1})
	add("65k entries", many("assets/", 65_000)...)
	add("more files than a project may have", many("assets/", MaxFiles)...)
	add("more tests than a project may have", many("tests/", maxJourneys+1)...)
	add("many folders", many("assets/x/", maxArchiveNames)...)
	out["no app"] = zipOf(t, packedEntry{name: "pages/home.yaml", body: "path: /"})
	out["two apps"] = zipOf(t, packedEntry{name: "a/app.yaml"}, packedEntry{name: "b/app.yaml"})
	out["empty"] = zipOf(t)
	out["no zip"] = []byte("PK nothing of the kind")
	out["nothing"] = nil
	return out
}

func bomb(n, size int) (out []packedEntry) {
	for i := range n {
		out = append(out, packedEntry{name: fmt.Sprintf("assets/%d", i), repeat: size})
	}
	return out
}

func many(prefix string, n int) (out []packedEntry) {
	ending := ""
	if prefix == "tests/" {
		ending = ".txt"
	}
	for i := range n {
		out = append(out, packedEntry{name: fmt.Sprintf("%s%d%s", prefix, i, ending)})
	}
	return out
}

// lying makes archives whose headers do not say what is there.
func lying(t testing.TB) map[string][]byte {
	honest := zipOf(t, theApp, packedEntry{name: "assets/zeros", repeat: MaxArchiveBytes + 1})
	small := bytes.Clone(honest)
	for at := 0; ; { // the size of what is unpacked, in each entry of the directory: ten bytes
		i := bytes.Index(small[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		binary.LittleEndian.PutUint32(small[at+i+24:], 10)
		at += i + 4
	}
	count := zipOf(t, append([]packedEntry{theApp}, many("assets/", 65_536+3)...)...)
	end := bytes.LastIndex(count, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint16(count[end+8:], 4)
	binary.LittleEndian.PutUint16(count[end+10:], 4)
	plain := zipOf(t, theApp, packedEntry{name: "pages/home.yaml", body: strings.Repeat("path: /home\n", 40)})
	broken := bytes.Clone(plain)
	broken[bytes.Index(broken, []byte("pages/home.yaml"))+len("pages/home.yaml")+8] ^= 0xff
	return map[string][]byte{"a size that is not true": small, "a number of entries that is not true": count, "damaged": broken, "cut": plain[:len(plain)-30], "a large archive": make([]byte, MaxArchiveBytes+1)}
}

// TestG6_HostileArchivesAreRefused: nothing of an archive is used that would write elsewhere, grow too large, or mean other files elsewhere.
func TestG6_HostileArchivesAreRefused(t *testing.T) {
	all := hostileArchives(t)
	maps.Copy(all, lying(t))
	if len(all) < 60 {
		t.Errorf("only %d archives", len(all))
	}
	for _, what := range slices.Sorted(maps.Keys(all)) {
		files, _, err := unpackAll(all[what])
		if err == nil || files != nil {
			t.Errorf("%s: %d files, %v", what, len(files), err)
		}
	}
}

// TestG6_ABombIsCheap: what is unpacked never takes more than the limit and what reading it needs.
func TestG6_ABombIsCheap(t *testing.T) {
	src := zipOf(t, theApp, packedEntry{name: "assets/zeros", repeat: 300 << 20})
	deep := zipOf(t, append([]packedEntry{theApp}, bomb(100, 2<<20)...)...)
	for name, src := range map[string][]byte{"one": src, "many": deep} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := unpackAll(src); err == nil {
			t.Errorf("%s: accepted", name)
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 6*MaxArchiveBytes {
			t.Errorf("%s: %d MiB were allocated", name, grown>>20)
		}
	}
}

// TestG6_WhatIsReadCanBeWritten: mutated archives give an error or files that are safe to write.
func TestG6_WhatIsReadCanBeWritten(t *testing.T) {
	src := packed(t, sampleFiles())
	rng := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 1_000 {
		b := bytes.Clone(src)
		for range 1 + rng.IntN(3) {
			b[rng.IntN(len(b))] = byte(rng.Uint32())
		}
		files, _, err := unpackAll(b)
		if err != nil {
			continue
		}
		read++
		for name := range files {
			if safeName(name) != nil || !Archived(name) {
				t.Fatalf("%q came out", name)
			}
		}
		if err := WriteArchive(&bytes.Buffer{}, files); err != nil {
			t.Fatal(err)
		}
	}
	if read == 0 {
		t.Error("none could be read")
	}
}

// TestG6_TheDirectoryIsCountedFirst: the entries are counted before any is kept in memory, whatever the archive says their number is.
func TestG6_TheDirectoryIsCountedFirst(t *testing.T) {
	for n, want := range map[int]error{maxArchiveNames: nil, maxArchiveNames + 1: errTooMany, 70_000: errTooMany} {
		for _, gap := range []int{0, 1, 3, 61, 64 << 10} {
			if gap == 64<<10 {
				n = min(n, maxArchiveNames+1)
			}
			src := strings.Repeat("PK\x01\x02"+strings.Repeat("x", gap), n)
			if err := countEntries(strings.NewReader(src)); err != want {
				t.Errorf("%d marks, %d apart: %v", n, gap, err)
			}
		}
	}
}
