package value

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

const maxFileName = 200 // bytes of a file's name

// File is a file that somebody has chosen. Expressions read its name, size and type; its bytes go to calls alone. It prints as
// [file] through every door and is never written as JSON, so neither a page nor its state can hold one. It is immutable.
type File struct{ f *fileData }

type fileData struct {
	name, media, stamp string
	size               int64
	open               func() io.ReadCloser
}

// NewFile returns a file of these bytes, which must not be changed afterwards. Its name is cleaned: see CleanFileName.
func NewFile(name, media string, content []byte) File {
	return NewFileOf(name, media, "", int64(len(content)), func() io.ReadCloser { return io.NopCloser(bytes.NewReader(content)) })
}

// NewFileOf returns a file whose bytes lie elsewhere. size is how many bytes open gives, 0 or more. open reads them, each time from the
// start; it must be safe for concurrent use and must not return nil. stamp stands for the bytes where it is not empty: no other file has it.
func NewFileOf(name, media, stamp string, size int64, open func() io.ReadCloser) File {
	return File{&fileData{CleanFileName(name), media, stamp, size, open}}
}

// Name returns the name without any folder, "file" when there was none.
func (f File) Name() string {
	if f.f == nil {
		return ""
	}
	return f.f.name
}

// Type returns the media type.
func (f File) Type() string {
	if f.f == nil {
		return ""
	}
	return f.f.media
}

// Size returns how many bytes it has.
func (f File) Size() int64 {
	if f.f == nil {
		return 0
	}
	return f.f.size
}

// Stamp returns what stands for the bytes, "" when only they do.
func (f File) Stamp() string {
	if f.f == nil {
		return ""
	}
	return f.f.stamp
}

// Open reads the bytes from the start. The reader must be closed.
func (f File) Open() io.ReadCloser {
	if f.f == nil {
		return io.NopCloser(strings.NewReader(""))
	}
	return f.f.open()
}

const shownFile = "[file]"

// String returns "[file]".
func (File) String() string { return shownFile }

// GoString returns "[file]".
func (File) GoString() string { return shownFile }

// Format prints "[file]" for every verb and flag.
func (File) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, shownFile) }

// MarshalText gives "[file]", to slog as well.
func (File) MarshalText() ([]byte, error) { return []byte(shownFile), nil }

// field is what an expression reads of f.
func (f File) field(name string) any {
	switch {
	case f.f == nil:
		return nil
	case name == "name":
		return f.f.name
	case name == "type":
		return f.f.media
	case name == "size":
		return int(f.f.size)
	}
	return nil
}

// fileFields are the fields that expressions read of a file.
var fileFields = []Field{
	{Name: "name", Type: TextType(), Doc: "Name, without a folder"},
	{Name: "size", Type: IntType(), Doc: "Bytes"},
	{Name: "type", Type: TextType(), Doc: "Media type"},
}

// CleanFileName makes a name of what a stranger calls a file: the last part of a path, on one line, without characters that are not
// seen or that turn the direction of writing (with which gnp.exe reads as exe.png), and of bounded length.
func CleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == ' ', unicode.IsGraphic(r) && !unicode.IsSpace(r):
			return r
		case unicode.IsSpace(r) && !unicode.IsControl(r):
			return ' '
		}
		return -1
	}, name)
	name = strings.Trim(name, " .")
	if len(name) > maxFileName {
		end := strings.LastIndexByte(name, '.')
		tail := ""
		if end > 0 && len(name)-end <= 16 {
			tail = name[end:]
		}
		name = strings.ToValidUTF8(name[:maxFileName-len(tail)], "") + tail
	}
	if name == "" {
		return "file"
	}
	return name
}
