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
func (c *Client) encodeBody(call *project.Call, s value.Scope) (body []byte, contentType string, err error) {
	switch call.BodyKind {
	case project.BodyNone:
		return nil, "", nil
	case project.BodyMultipart:
		return c.encodeParts(call.Parts, s)
	}
	v, err := call.Body.Eval(s)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", call.BodyKind, err)
	}
	v = value.Reveal(v)
	switch call.BodyKind {
	case project.BodyJSON:
		body, err = value.EncodeJSON(v)
		if err != nil {
			return nil, "", refusal("its body cannot be written as JSON")
		}
		return body, "application/json", nil
	case project.BodyForm:
		m, ok := v.(map[string]any)
		if !ok && v != nil {
			return nil, "", refusal("its form is not a list of names and values")
		}
		form := url.Values{}
		for k, e := range m {
			form[k] = texts(e)
		}
		return []byte(form.Encode()), "application/x-www-form-urlencoded", nil
	}
	return []byte(value.Text(v)), "text/plain; charset=utf-8", nil
}

// part is a part of a multipart body as it will be written.
type part struct {
	header textproto.MIMEHeader
	text   string
}

// encodeParts writes a multipart body in the order of the project: nil leaves a part out, a list repeats it.
func (c *Client) encodeParts(parts []project.Part, s value.Scope) (body []byte, contentType string, err error) {
	var all []part
	sum := hmac.New(sha256.New, c.mark[:])
	for _, p := range parts {
		list, err := evalPart(p, s)
		if err != nil {
			return nil, "", err
		}
		for _, one := range list {
			all = append(all, one)
			fmt.Fprintf(sum, "%q %q\n", one.header, one.text)
		}
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	// The same parts give the same bytes, for a replay, and nobody who fills a part can know the boundary.
	if err := w.SetBoundary("usher-" + hex.EncodeToString(sum.Sum(nil)[:24])); err != nil {
		return nil, "", err
	}
	for _, one := range all {
		out, err := w.CreatePart(one.header)
		if err != nil {
			return nil, "", err
		}
		_, _ = out.Write([]byte(one.text)) // a Buffer takes everything
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

func evalPart(p project.Part, s value.Scope) ([]part, error) {
	v, err := p.Value.Eval(s)
	if err != nil {
		return nil, fmt.Errorf("multipart: %s: %w", p.Name, err)
	}
	header := textproto.MIMEHeader{}
	disposition := `form-data; name="` + quoteName(p.Name) + `"`
	if p.FileName != nil {
		name, err := p.FileName.Eval(s)
		if err != nil {
			return nil, fmt.Errorf("multipart: name of %s: %w", p.Name, err)
		}
		kind, err := p.Type.Eval(s)
		if err != nil {
			return nil, fmt.Errorf("multipart: type of %s: %w", p.Name, err)
		}
		if !ascii(value.Text(kind)) {
			return nil, refusal("the type of the file " + p.Name + " holds a character that no header may carry")
		}
		disposition += `; filename="` + cmp.Or(quoteName(value.Text(name)), "file") + `"` // without a name many servers take it for a field
		header.Set("Content-Type", value.Text(kind))
	}
	header.Set("Content-Disposition", disposition)
	var out []part
	for _, text := range texts(value.Reveal(v)) {
		out = append(out, part{header, text})
	}
	return out, nil
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
