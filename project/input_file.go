package project

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// Bounds of an input of files.
const (
	maxUpload  = 100 << 20 // bytes of one file
	maxUploads = 20        // files of one input
)

// SentFile is a file as a browser sent it.
type SentFile struct {
	Name  string                        // cleaned
	Head  []byte                        // its first bytes: 512, or all where there are fewer; nil may stand for an empty file
	Large bool                          // it had more bytes than the input takes; the rest of it is gone
	Make  func(media string) value.File // makes the value once the media type is known; called at most once, and not for a file that is refused
}

// FileLimit returns how many bytes one file of an input may have, and how many files it takes.
func (w *Widget) FileLimit() (size int64, count int) {
	size, count = readSize(w.word("maxSize")), 1
	if w.fieldKind() == value.KindList {
		count, _ = intProp(w, "maxCount")
	}
	return size, count
}

// Files reads what was sent for an input of files: a file, nil for none, or a list of files. Where something is wrong with one there is no
// value, but a sentence. The media type is that of name and content, never what the browser says.
func (w *Widget) Files(sent []SentFile, s value.Scope) (v any, wrong string) {
	s = w.within(s)
	size, count := w.FileLimit()
	if len(sent) > count {
		return nil, w.tooMany(count, s)
	}
	list := []any{}
	for _, f := range sent {
		if f.Large {
			return nil, w.tooLarge(size, s)
		}
		media, ok := w.takes(f.Name, f.Head)
		if !ok {
			return nil, w.otherKind(s)
		}
		list = append(list, f.Make(media))
	}
	switch {
	case w.fieldKind() == value.KindList:
		return list, ""
	case len(list) == 0:
		return nil, ""
	}
	return list[0], ""
}

func (w *Widget) tooLarge(size int64, s value.Scope) string {
	return w.say("sizeMessage", s, "valid.fileSize", "limit", saidSize(size))
}

func (w *Widget) tooMany(count int, s value.Scope) string {
	return w.say("countMessage", s, "valid.fileCount", "count", count)
}

func (w *Widget) otherKind(s value.Scope) string {
	return w.say("typeMessage", s, "valid.fileType", "kinds", strings.Join(w.FileKinds(), ", "))
}

// fileRules are what a browser can tell of files before it sends them.
func (w *Widget) fileRules(s value.Scope, add func(name, limit, sentence string)) {
	size, count := w.FileLimit()
	add("fileSize", fmt.Sprint(size), w.tooLarge(size, s))
	if count > 1 {
		add("fileCount", fmt.Sprint(count), w.tooMany(count, s))
	}
	var names []string
	for _, one := range w.accepted() {
		if one.kind != nil {
			names = append(names, one.kind.names...)
		} else {
			names = append(names, one.name)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		add("fileType", strings.Join(slices.Compact(names), ","), w.otherKind(s))
	}
}

// FileKinds returns the endings of names that an input of files takes, as people read them; none for all.
func (w *Widget) FileKinds() []string {
	var out []string
	for _, one := range w.accepted() {
		name := one.name
		if one.kind != nil {
			name = one.kind.names[0]
		}
		if name = strings.ToUpper(name[1:]); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// FileSize returns the most that one file may have, for a sentence that people read.
func (w *Widget) FileSize() value.Bytes {
	size, _ := w.FileLimit()
	return saidSize(size)
}

// saidSize is an amount of bytes that reads with the number that the app names: its 5 MB are 5 Mo in French, and not 5,2.
func saidSize(n int64) value.Bytes {
	switch {
	case n >= 1<<20:
		return value.Bytes(n >> 20 * 1e6)
	case n >= 1<<10:
		return value.Bytes(n >> 10 * 1e3)
	}
	return value.Bytes(n)
}

// fileKind is a kind of files that is known by the endings of its names and by how its content begins.
type fileKind struct {
	media string
	names []string
	is    func(head []byte) bool
}

// begins reports whether content begins with one of some texts; a dot stands for any byte.
func begins(texts ...string) func([]byte) bool {
	return func(head []byte) bool {
		return slices.ContainsFunc(texts, func(text string) bool {
			if len(head) < len(text) {
				return false
			}
			for i := range len(text) {
				if text[i] != '.' && head[i] != text[i] {
					return false
				}
			}
			return true
		})
	}
}

// plainText reports whether content reads as text: it holds no byte that text never has.
func plainText(head []byte) bool {
	if begins("\xff\xfe", "\xfe\xff")(head) {
		return true // UTF-16
	}
	return !slices.ContainsFunc(head, func(c byte) bool { return c < 0x20 && !strings.ContainsRune("\t\n\v\f\r\x1b", rune(c)) })
}

var (
	zipped    = begins("PK\x03\x04", "PK\x05\x06")
	oldOffice = begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// fileKinds are the kinds that we know. A picture of SVG is a document that can hold script: image/* does not mean it.
var fileKinds = []fileKind{
	{"image/png", []string{".png"}, begins("\x89PNG\r\n\x1a\n")},
	{"image/jpeg", []string{".jpg", ".jpeg"}, begins("\xff\xd8\xff")},
	{"image/gif", []string{".gif"}, begins("GIF87a", "GIF89a")},
	{"image/webp", []string{".webp"}, begins("RIFF....WEBP")},
	{"image/avif", []string{".avif"}, begins("....ftypavif", "....ftypavis")},
	{"image/heic", []string{".heic", ".heif"}, begins("....ftyphei", "....ftyphev", "....ftypmif1", "....ftypmsf1")},
	{"image/svg+xml", []string{".svg"}, plainText},
	{"application/pdf", []string{".pdf"}, begins("%PDF-")},
	{"text/plain", []string{".txt", ".log"}, plainText},
	{"text/csv", []string{".csv"}, plainText},
	{"text/markdown", []string{".md"}, plainText},
	{"application/json", []string{".json"}, plainText},
	{"application/xml", []string{".xml", ".gpx", ".kml"}, plainText},
	{"application/zip", []string{".zip"}, zipped},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}, zipped},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}, zipped},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{".pptx"}, zipped},
	{"application/vnd.oasis.opendocument.text", []string{".odt"}, zipped},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}, zipped},
	{"application/msword", []string{".doc"}, oldOffice},
	{"application/vnd.ms-excel", []string{".xls"}, oldOffice},
	{"audio/mpeg", []string{".mp3"}, begins("ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2", "\xff\xfa")},
	{"audio/mp4", []string{".m4a"}, begins("....ftyp")},
	{"audio/ogg", []string{".ogg", ".oga"}, begins("OggS")},
	{"audio/wav", []string{".wav"}, begins("RIFF....WAVE")},
	{"video/mp4", []string{".mp4", ".m4v"}, begins("....ftyp")},
	{"video/quicktime", []string{".mov"}, begins("....ftyp", "....moov", "....mdat")},
	{"video/webm", []string{".webm"}, begins("\x1aE\xdf\xa3")},
}

// PictureKind returns the media type of a picture that browsers may show, by its first bytes: one of those that cannot hold anything that runs.
// For all else it is "".
func PictureKind(head []byte) string {
	for _, k := range fileKinds {
		switch k.media {
		case "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif":
			if k.is(head) {
				return k.media
			}
		}
	}
	return ""
}

// FileEnding returns how the name of a file of a media type ends, "" when that is not known.
func FileEnding(media string) string {
	for _, k := range fileKinds {
		if k.media == media {
			return k.names[0]
		}
	}
	return ""
}

// accepted is one thing that an input takes: a kind that we know, or an ending of names alone.
type accepted struct {
	kind *fileKind
	name string // ".dwg"
}

// acceptOf reads one word of accept. ok is false for what means nothing.
func acceptOf(word string) (out []accepted, ok bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	family, wild := strings.CutSuffix(word, "/*")
	for i := range fileKinds {
		k := &fileKinds[i]
		if k.media == word || slices.Contains(k.names, word) || wild && strings.HasPrefix(k.media, family+"/") && k.media != "image/svg+xml" {
			out = append(out, accepted{kind: k})
		}
	}
	if len(out) > 0 {
		return out, true
	}
	if len(word) > 1 && word[0] == '.' && strings.Trim(word[1:], "abcdefghijklmnopqrstuvwxyz0123456789_-") == "" {
		return []accepted{{name: word}}, true
	}
	return nil, false
}

func (w *Widget) accepted() []accepted {
	var out []accepted
	for word := range strings.SplitSeq(w.word("accept"), ",") {
		some, _ := acceptOf(word)
		out = append(out, some...)
	}
	return out
}

const anyMedia = "application/octet-stream"

// takes tells whether a file is one of those that the input takes, by its name and by its content, and its media type.
func (w *Widget) takes(name string, head []byte) (media string, ok bool) {
	ending := strings.ToLower(path.Ext(name))
	all := w.accepted()
	if len(all) == 0 {
		for _, k := range fileKinds {
			if slices.Contains(k.names, ending) && k.is(head) {
				return k.media, true
			}
		}
		return anyMedia, true
	}
	for _, one := range all {
		switch {
		case one.kind == nil && one.name == ending:
			return anyMedia, true
		case one.kind != nil && slices.Contains(one.kind.names, ending) && one.kind.is(head):
			return one.kind.media, true
		}
	}
	return "", false
}

// checkFileUpload judges how an input of files is written.
func checkFileUpload(w *Widget, s section) {
	s.size("maxSize", 0, 1, maxUpload)
	if p, ok := s.get("accept"); ok && w.Props["accept"] != nil {
		for word := range strings.SplitSeq(p.n.Value, ",") {
			if _, known := acceptOf(word); !known {
				p.fail(fmt.Sprintf("accept does not know %q", strings.TrimSpace(word)), "write endings or media types with commas between: image/*, application/pdf, .csv")
			}
		}
	}
	p, ok := s.get("maxCount")
	if !ok {
		return
	}
	if n, _ := intProp(w, "maxCount"); n < 1 || n > maxUploads {
		p.fail(fmt.Sprintf("maxCount must be 1 to %d", maxUploads), "")
	}
	if w.fieldKind() != value.KindList {
		p.fail("maxCount belongs to multiple", "add multiple: true")
	}
}
