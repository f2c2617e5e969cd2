package hostile

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// Find looks for secrets in an artefact of a run, as they are and in base64, base64url, hex and
// percent-encoding, also inside gzip. It returns the forms that it found, without the secret.
func Find(artefact []byte, secrets ...string) []string {
	found := find(artefact, secrets)
	for at := 0; ; {
		i := bytes.Index(artefact[at:], []byte{0x1f, 0x8b, 8})
		if i < 0 {
			return found
		}
		at += i
		if z, err := gzip.NewReader(bytes.NewReader(artefact[at:])); err == nil {
			plain, _ := io.ReadAll(io.LimitReader(z, maxBody)) // what came out before a fault counts
			for _, f := range find(plain, secrets) {
				found = append(found, "gzip, "+f)
			}
		}
		at++
	}
}

func find(artefact []byte, secrets []string) (found []string) {
	lower := bytes.ToLower(artefact)
	for n, s := range secrets {
		for _, f := range forms(s) {
			in := artefact
			if f.anyCase {
				in = lower
			}
			if bytes.Contains(in, []byte(f.text)) {
				found = append(found, fmt.Sprintf("secret %d %s", n, f.name))
			}
		}
	}
	return found
}

type form struct {
	name, text string
	anyCase    bool
}

// forms are how a secret may be written. Base64 depends on what stands before it, so the three
// possible alignments are looked for without the characters that neighbours share.
func forms(secret string) []form {
	out := []form{
		{name: "raw", text: secret},
		{name: "hex", text: hex.EncodeToString([]byte(secret)), anyCase: true},
		{name: "percent", text: strings.ToLower(percent(secret)), anyCase: true},
	}
	if q := url.QueryEscape(secret); q != secret {
		out = append(out, form{name: "query", text: q})
	}
	for pad := range 3 {
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			text := enc.EncodeToString(append(make([]byte, pad), secret...))
			from, drop := []int{0, 2, 3}[pad], 1
			if (pad+len(secret))%3 == 0 {
				drop = 0
			}
			out = append(out, form{name: name, text: text[from : len(text)-drop]})
		}
	}
	return out
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}
