package issuer

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

// avatar answers with the picture of a person: initials over a landscape of their own colours.
func (s *Server) avatar(w http.ResponseWriter, r *http.Request) error {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	u, found, err := s.store.userByAvatar(r.Context(), id)
	if err != nil {
		return err
	}
	if !ok || !found {
		return notFound("picture")
	}
	return picture(w, drawAvatar(id, initials(u)))
}

// cover answers with the picture of a post.
func (s *Server) cover(w http.ResponseWriter, r *http.Request) error {
	text, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	id, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || strconv.FormatInt(id, 10) != text {
		return notFound("picture")
	}
	scene, found, err := s.store.scene(r.Context(), id)
	if err != nil {
		return err
	}
	if !found {
		return notFound("picture")
	}
	return picture(w, drawScene(scene, text))
}

func picture(w http.ResponseWriter, svg string) error {
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of any app show it
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	_, err := w.Write([]byte(svg))
	return err
}

func initials(u user) string {
	var out []rune
	for _, name := range []string{u.firstName, u.lastName} {
		for _, c := range name {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				out = append(out, unicode.ToUpper(c))
				break
			}
		}
	}
	return string(out) // letters and digits need no escaping
}

func drawAvatar(id, letters string) string {
	c := newCanvas(id, 160, 160)
	tones := [][3]string{{"#f6a35c", "#d9574a", "#7c2f4b"}, {"#6fc3b2", "#2f8f8b", "#1d4f63"}, {"#8fb8f0", "#5577d6", "#33407f"},
		{"#f3b7c1", "#c76b9b", "#6b3a7c"}, {"#c5d86d", "#6aa84f", "#2f6146"}, {"#f2c14e", "#e0803a", "#8a3f2b"}, {"#a7b8d9", "#6d7fae", "#3a4670"}}
	t := tones[c.r.IntN(len(tones))]
	c.vertical("sky", t[0], t[1])
	c.rect(0, 0, 160, 160, "url(#sky)")
	c.circle(30+100*c.r.Float64(), 42, 17, "#fff", .35)
	c.fill(c.hills(108, 14, 6), t[2], .45)
	c.fill(c.hills(128, 12, 6), t[2], .7)
	c.add(`<text x="80" y="82" dy=".35em" text-anchor="middle" font-family="system-ui,-apple-system,'Segoe UI',Roboto,sans-serif" font-size="62" font-weight="600" fill="#fff">%s</text>`, letters)
	return c.svg()
}

// canvas collects the shapes of one picture. The same name gives the same picture.
type canvas struct {
	b    strings.Builder
	r    *rand.Rand
	w, h float64
}

func newCanvas(name string, w, h float64) *canvas {
	sum := fnv.New64a()
	sum.Write([]byte(name))
	return &canvas{r: rand.New(rand.NewPCG(sum.Sum64(), 7)), w: w, h: h}
}

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *canvas) svg() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f">%s</svg>`, c.w, c.h, c.w, c.h, c.b.String())
}

func (c *canvas) between(a, b float64) float64 { return a + (b-a)*c.r.Float64() }

// vertical defines a gradient from the top down.
func (c *canvas) vertical(id string, colours ...string) {
	c.add(`<linearGradient id="%s" x1="0" y1="0" x2="0" y2="1">`, id)
	for i, colour := range colours {
		c.add(`<stop offset="%.2f" stop-color="%s"/>`, float64(i)/float64(len(colours)-1), colour)
	}
	c.add(`</linearGradient>`)
}

func (c *canvas) rect(x, y, w, h float64, fill string) {
	c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, x, y, w, h, fill)
}

func (c *canvas) circle(x, y, r float64, fill string, opacity float64) {
	c.add(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" opacity="%.2f"/>`, x, y, r, fill, opacity)
}

func (c *canvas) fill(path, colour string, opacity float64) {
	c.add(`<path d="%s" fill="%s" opacity="%.2f"/>`, path, colour, opacity)
}

// line is the height of a skyline at each step across the picture.
type line []float64

func (c *canvas) step(l line) float64 { return c.w / float64(len(l)-1) }

// at returns the height of l at x.
func (c *canvas) at(l line, x float64) float64 {
	i := int(math.Max(0, math.Min(x/c.step(l), float64(len(l)-1))))
	return l[i]
}

// shape closes a line at the bottom of the picture.
func (c *canvas) shape(l line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %.0f", c.h)
	for i, y := range l {
		fmt.Fprintf(&b, "L%.1f %.1f", float64(i)*c.step(l), y)
	}
	fmt.Fprintf(&b, "L%.0f %.0fZ", c.w, c.h)
	return b.String()
}

// hills is a soft shape round a height.
func (c *canvas) hills(y, swing, waves float64) string { return c.shape(c.soft(y, swing, waves)) }

// soft is a line of a few slow waves.
func (c *canvas) soft(y, swing, waves float64) line {
	l := make(line, 121)
	for range 3 {
		phase, speed := c.between(0, 2*math.Pi), c.between(.4, 1)*waves/2
		for i := range l {
			l[i] += swing / 2 * math.Sin(phase+speed*2*math.Pi*float64(i)/120)
		}
	}
	for i := range l {
		l[i] += y
	}
	return l
}

// crags is a broken line: each half of it is broken again, by less.
func (c *canvas) crags(y, swing, rough float64) line {
	const n = 128
	l := make(line, n+1)
	l[0], l[n] = c.between(-swing, swing)/2, c.between(-swing, swing)/2
	for span := n; span > 1; span /= 2 {
		for i := 0; i < n; i += span {
			l[i+span/2] = (l[i]+l[i+span])/2 + c.between(-swing, swing)
		}
		swing *= rough
	}
	for i := range l {
		l[i] += y
	}
	return l
}

// mix is a colour part of the way from a to b, both "#rrggbb".
func mix(a, b string, part float64) string {
	var out [3]int64
	for i := range out {
		x, errX := strconv.ParseInt(a[1+2*i:3+2*i], 16, 32)
		y, errY := strconv.ParseInt(b[1+2*i:3+2*i], 16, 32)
		if errX != nil || errY != nil {
			return b
		}
		out[i] = x + int64(math.Round(float64(y-x)*part))
	}
	return fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2])
}
