package project

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
)

// paletted draws a square PNG with a palette, and puts so many bytes of text in front of that.
func paletted(t *testing.T, px, text int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, px, px), color.Palette{color.Black, color.White})); err != nil {
		t.Fatal(err)
	}
	const header = 8 + 25 // the signature and IHDR
	chunk := append([]byte("iTXtComment\x00\x00\x00\x00\x00"), strings.Repeat("x", text)...)
	out := append([]byte{}, b.Bytes()[:header]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
	out = binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
	out = append(out, b.Bytes()[header:]...)
	if _, err := png.Decode(bytes.NewReader(out)); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestF204_Icons: an icon is judged by how it begins, whatever stands between its size and its colours.
func TestF204_Icons(t *testing.T) {
	good := paletted(t, leastIcon, 3<<10)
	for name, tc := range map[string]struct {
		icon []byte
		want string // what is said of it; "" nothing
	}{
		"a palette behind much text": {good, ""},
		"small":                      {paletted(t, 64, 3<<10), "the icon is 64 by 64 px"},
		"too large":                  {paletted(t, MostIcon+1, 0), "the icon is 4097 by 4097 px, more than 4096"},
		"no size":                    {bytes.Replace(good, []byte{0, 0, 2, 0, 0, 0, 2, 0}, make([]byte, 8), 1), "mark.png is no PNG, whatever its name says"},
		"cut off":                    {good[:20], "mark.png is no PNG, whatever its name says"},
		"another picture":            {append([]byte("GIF89a"), good...), "mark.png is no PNG, whatever its name says"},
	} {
		_, problems := NewTree(map[string][]byte{
			"app.yaml": []byte("usher: 1\nname: A\nicon: assets/mark.png\n"), "assets/mark.png": tc.icon,
			"pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [text: Hi]\n"),
		}).Project()
		if said := fmt.Sprint(problems); (tc.want == "") != (len(problems) == 0) || !strings.Contains(said, tc.want) {
			t.Errorf("%s: %q, not %q", name, said, tc.want)
		}
	}
}
