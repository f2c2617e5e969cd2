package call

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// encodeBody writes the body by a real encoder, so no value can change its shape (F084, F085, F087).
func (c *Client) encodeBody(call *project.Call, s value.Scope) (body payload, contentType string, err error) {
	switch call.BodyKind {
	case project.BodyNone:
		return nil, "", nil
	case project.BodyMultipart:
		return c.encodeParts(call.Parts, s)
	case project.BodyFile:
		return encodeFile(call.Body, s)
	}
	v, err := call.Body.Eval(s)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", call.BodyKind, err)
	}
	v = value.Reveal(v)
	switch call.BodyKind {
	case project.BodyJSON:
		text, err := value.EncodeJSON(v)
		if err != nil {
			return nil, "", refusal("its body cannot be written as JSON")
		}
		return ofBytes(text), "application/json", nil
	case project.BodyForm:
		m, ok := v.(map[string]any)
		if !ok && v != nil {
			return nil, "", refusal("its form is not a list of names and values")
		}
		form := url.Values{}
		for k, e := range m {
			form[k] = texts(e)
		}
		return ofBytes([]byte(form.Encode())), "application/x-www-form-urlencoded", nil
	}
	return ofBytes([]byte(value.Text(v))), "text/plain; charset=utf-8", nil
}

// encodeFile writes a body that is a file itself, of the file's own media type.
func encodeFile(t *value.Template, s value.Scope) (body payload, contentType string, err error) {
	v, err := t.Eval(s)
	if err != nil {
		return nil, "", fmt.Errorf("file: %w", err)
	}
	if f, ok := v.(value.File); ok {
		if !ascii(f.Type()) {
			return nil, "", refusal("the type of the file holds a character that no header may carry")
		}
		return payload{{file: f}}, cmp.Or(f.Type(), octets), nil
	}
	return ofBytes([]byte(value.Text(value.Reveal(v)))), octets, nil
}

const octets = "application/octet-stream"

// part is a part of a multipart body as it will be written.
type part struct {
	header textproto.MIMEHeader
	piece
}

// encodeParts writes a multipart body in the order of the project: nil leaves a part out, a list repeats it. Files are not read: they are
// pieces of the body, which is read when it is sent.
func (c *Client) encodeParts(parts []project.Part, s value.Scope) (body payload, contentType string, err error) {
	var all []part
	sum := hmac.New(sha256.New, c.mark[:])
	for _, p := range parts {
		list, err := evalPart(p, s)
		if err != nil {
			return nil, "", err
		}
		for _, one := range list {
			all = append(all, one)
			fmt.Fprintf(sum, "%q %d %q\n", one.header, one.size(), one.file.Stamp())
			if err := one.mark(sum); err != nil {
				return nil, "", err
			}
		}
	}
	var around bytes.Buffer
	w := multipart.NewWriter(&around)
	// The same parts give the same bytes, for a replay, and nobody who fills a part can know the boundary.
	if err := w.SetBoundary("usher-" + hex.EncodeToString(sum.Sum(nil)[:24])); err != nil {
		return nil, "", err
	}
	for _, one := range all {
		if _, err := w.CreatePart(one.header); err != nil {
			return nil, "", err
		}
		body = append(body, piece{data: bytes.Clone(around.Bytes())}, one.piece)
		around.Reset()
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return append(body, piece{data: around.Bytes()}), w.FormDataContentType(), nil
}

func evalPart(p project.Part, s value.Scope) ([]part, error) {
	v, err := p.Value.Eval(s)
	if err != nil {
		return nil, fmt.Errorf("multipart: %s: %w", p.Name, err)
	}
	var name, kind string
	if p.FileName != nil {
		n, err := p.FileName.Eval(s)
		if err != nil {
			return nil, fmt.Errorf("multipart: name of %s: %w", p.Name, err)
		}
		k, err := p.Type.Eval(s)
		if err != nil {
			return nil, fmt.Errorf("multipart: type of %s: %w", p.Name, err)
		}
		name, kind = value.Text(n), value.Text(k)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []part
	for _, one := range list {
		f, isFile := one.(value.File)
		if one == nil {
			continue
		}
		content := piece{file: f}
		if !isFile {
			content = piece{data: []byte(value.Text(value.Reveal(one)))}
		}
		if !isFile && p.FileName == nil {
			out = append(out, part{partHeader(p.Name, "", ""), content})
			continue
		}
		media := cmp.Or(kind, f.Type(), octets)
		if !ascii(media) {
			return nil, refusal("the type of the file " + p.Name + " holds a character that no header may carry")
		}
		// without a name many servers take it for a field
		out = append(out, part{partHeader(p.Name, cmp.Or(quoteName(cmp.Or(name, f.Name(), p.Name)), "file"), media), content})
	}
	return out, nil
}

// partHeader is the header of a field, or of a file where filename is not empty.
func partHeader(name, filename, media string) textproto.MIMEHeader {
	h := textproto.MIMEHeader{}
	disposition := `form-data; name="` + quoteName(name) + `"`
	if filename != "" {
		disposition += `; filename="` + filename + `"`
		h.Set("Content-Type", media)
	}
	h.Set("Content-Disposition", disposition)
	return h
}

// quoteName writes a name into a part's header as browsers do, so that no value can end it.
func quoteName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\r' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A", `\`, "%5C").Replace(s)
}
