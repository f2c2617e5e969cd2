package render

import (
	"bytes"
	"fmt"
	pixels "image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
)

// IconShape says what stands round the mark of an icon.
type IconShape int

// The shapes: corners rounded by us; the whole square, which a device rounds; and the square with room for any mask that it may cut.
const (
	IconRounded IconShape = iota
	IconSquare
	IconMaskable
)

// IconName is what an icon's picture depends on, so that it can be addressed before it is drawn.
func IconName(app project.App, px int, shape IconShape) string {
	light, _ := app.Theme.Palette()
	return fmt.Sprint(letter(strings.TrimSpace(app.Name)), light["accent"], light["on-accent"], px, shape)
}

// AppIcon draws the icon of an app without one: its first letter on its accent, as a PNG of px by px.
func AppIcon(app project.App, px int, shape IconShape) ([]byte, error) {
	light, _ := app.Theme.Palette()
	c := canvas{pixels.NewNRGBA(pixels.Rect(0, 0, px, px)), float64(px)}
	c.ground(shade(light["accent"]), shape)
	c.mark(strokes(letter(strings.TrimSpace(app.Name))), shade(light["on-accent"]), shape)
	return c.png()
}

// FitIcon makes an icon of a picture: scaled to px by px, on a ground in the colour of the app's pages where the shape needs one.
func FitIcon(app project.App, picture []byte, px int, shape IconShape) ([]byte, error) {
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err == nil && max(size.Width, size.Height) > project.MostIcon {
		err = fmt.Errorf("it is %d by %d, and %d is the most", size.Width, size.Height, project.MostIcon)
	}
	if err != nil {
		return nil, fmt.Errorf("the icon: %w", err)
	}
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("the icon: %w", err)
	}
	light, _ := app.Theme.Palette()
	c := canvas{pixels.NewNRGBA(pixels.Rect(0, 0, px, px)), float64(px)}
	inner := c.size
	switch shape {
	case IconMaskable:
		c.ground(shade(light["bg"]), IconSquare)
		inner *= 0.8
	case IconSquare:
		c.ground(shade(light["bg"]), IconSquare)
	}
	c.scaled(from, inner)
	return c.png()
}

type canvas struct {
	*pixels.NRGBA
	size float64
}

func (c canvas) png() ([]byte, error) {
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, c.NRGBA)
	return b.Bytes(), err
}

func shade(hex string) color.NRGBA {
	n, _ := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32) // the palette's own
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
}

// ground fills the square, or one with round corners.
func (c canvas) ground(fill color.NRGBA, shape IconShape) {
	r, half := 0.0, c.size/2
	if shape == IconRounded {
		r = c.size / 4
	}
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			dx, dy := math.Abs(float64(x)+0.5-half)-half+r, math.Abs(float64(y)+0.5-half)-half+r
			out := math.Hypot(max(dx, 0), max(dy, 0)) - r
			at := fill
			at.A = uint8(255 * min(max(0.5-out, 0), 1))
			if r == 0 {
				at.A = 255
			}
			c.SetNRGBA(x, y, at)
		}
	}
}

// mark draws strokes in the middle, with round ends.
func (c canvas) mark(lines [][]spot, ink color.NRGBA, shape IconShape) {
	const width = 1.05
	box := bounds(lines)
	scale := c.size * 0.5 / 6
	if shape == IconMaskable {
		scale *= 0.8
	}
	ox, oy := c.size/2-(box[0].x+box[1].x)/2*scale, c.size/2-(box[0].y+box[1].y)/2*scale
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			p := spot{(float64(x) + 0.5 - ox) / scale, (float64(y) + 0.5 - oy) / scale}
			if p.x < box[0].x-width || p.x > box[1].x+width || p.y < box[0].y-width || p.y > box[1].y+width {
				continue
			}
			if cover := 0.5 - (away(p, lines)-width/2)*scale; cover > 0 {
				c.SetNRGBA(x, y, over(c.NRGBAAt(x, y), ink, min(cover, 1)))
			}
		}
	}
}

func bounds(lines [][]spot) [2]spot {
	box := [2]spot{{math.Inf(1), math.Inf(1)}, {math.Inf(-1), math.Inf(-1)}}
	for _, l := range lines {
		for _, p := range l {
			box[0].x, box[0].y = min(box[0].x, p.x), min(box[0].y, p.y)
			box[1].x, box[1].y = max(box[1].x, p.x), max(box[1].y, p.y)
		}
	}
	return box
}

// away is how far a point is from the nearest line.
func away(p spot, lines [][]spot) float64 {
	near := math.Inf(1)
	for _, l := range lines {
		for i := range len(l) - 1 {
			dx, dy := l[i+1].x-l[i].x, l[i+1].y-l[i].y
			t := min(max(((p.x-l[i].x)*dx+(p.y-l[i].y)*dy)/max(dx*dx+dy*dy, 1e-9), 0), 1)
			near = min(near, math.Hypot(l[i].x+t*dx-p.x, l[i].y+t*dy-p.y))
		}
	}
	return near
}

func over(under, ink color.NRGBA, share float64) color.NRGBA {
	if under.A == 0 {
		ink.A = uint8(255 * share)
		return ink
	}
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*share)) }
	return color.NRGBA{mix(under.R, ink.R), mix(under.G, ink.G), mix(under.B, ink.B), max(under.A, uint8(255*share))}
}

// scaled draws a picture in the middle, inner wide at most, each pixel the mean of those that it stands for.
func (c canvas) scaled(from pixels.Image, inner float64) {
	b := from.Bounds()
	k := float64(max(b.Dx(), b.Dy())) / inner // pixels of the picture to one of ours
	ox, oy := (c.size-float64(b.Dx())/k)/2, (c.size-float64(b.Dy())/k)/2
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			x0, y0 := (float64(x)-ox)*k, (float64(y)-oy)*k
			area := pixels.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x0+k)), int(math.Ceil(y0+k))).Add(b.Min).Intersect(b)
			if at, ok := mean(from, area); ok {
				c.SetNRGBA(x, y, over(c.NRGBAAt(x, y), at, float64(at.A)/255))
			}
		}
	}
}

func mean(from pixels.Image, area pixels.Rectangle) (color.NRGBA, bool) {
	var r, g, b, a, n uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			cr, cg, cb, ca := from.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(cr), g+uint64(cg), b+uint64(cb), a+uint64(ca), n+1
		}
	}
	if n == 0 || a == 0 {
		return color.NRGBA{}, false
	}
	return color.NRGBA{uint8(r * 255 / a), uint8(g * 255 / a), uint8(b * 255 / a), uint8(a / n >> 8)}, true
}
