package project

import (
	"math"
	"strconv"
	"strings"
)

// rgb is a colour in linear light, 0 to 1.
type rgb struct{ r, g, b float64 }

// lch is a colour of OKLCH: lightness 0 to 1, chroma 0 to about 0.37, hue in radians.
type lch struct{ l, c, h float64 }

// parseHex reads #rrggbb or #rgb.
func parseHex(s string) (rgb, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return rgb{}, false
	}
	return rgb{linear(n >> 16), linear(n >> 8 & 255), linear(n & 255)}, true
}

func linear(c uint64) float64 {
	f := float64(c) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

func gamma(f float64) int {
	f = min(max(f, 0), 1)
	if f <= 0.0031308 {
		f *= 12.92
	} else {
		f = 1.055*math.Pow(f, 1/2.4) - 0.055
	}
	return int(math.Round(f * 255))
}

func (c rgb) hex() string {
	const digits = "0123456789abcdef"
	out := []byte{'#'}
	for _, f := range []float64{c.r, c.g, c.b} {
		n := gamma(f)
		out = append(out, digits[n>>4], digits[n&15])
	}
	return string(out)
}

// lch converts by the matrices of Björn Ottosson's Oklab.
func (c rgb) lch() lch {
	l := math.Cbrt(0.4122214708*c.r + 0.5363325363*c.g + 0.0514459929*c.b)
	m := math.Cbrt(0.2119034982*c.r + 0.6806995451*c.g + 0.1073969566*c.b)
	s := math.Cbrt(0.0883024619*c.r + 0.2817188376*c.g + 0.6299787005*c.b)
	a := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	b := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return lch{0.2104542553*l + 0.7936177850*m - 0.0040720468*s, math.Hypot(a, b), math.Atan2(b, a)}
}

func (o lch) linear() rgb {
	a, b := o.c*math.Cos(o.h), o.c*math.Sin(o.h)
	l := cube(o.l + 0.3963377774*a + 0.2158037573*b)
	m := cube(o.l - 0.1055613458*a - 0.0638541728*b)
	s := cube(o.l - 0.0894841775*a - 1.2914855480*b)
	return rgb{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

func cube(f float64) float64 { return f * f * f }

func (c rgb) shown() bool {
	const e = 1e-4
	return c.r > -e && c.g > -e && c.b > -e && c.r < 1+e && c.g < 1+e && c.b < 1+e
}

// rgb returns the colour with as much of its chroma as a screen can show, as its hex form rounds it.
func (o lch) rgb() rgb {
	for i := 0; i < 40 && !o.linear().shown(); i++ {
		o.c *= 0.93
	}
	c, _ := parseHex(o.linear().hex())
	return c
}

func (c rgb) luminance() float64 { return 0.2126*c.r + 0.7152*c.g + 0.0722*c.b }

// contrast is the ratio of WCAG 2: 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// readable moves the lightness of o by dir (+1 lighter, -1 darker) until it has at least ratio on each background.
func (o lch) readable(dir, ratio float64, on ...rgb) rgb {
	c := o.rgb()
	for i := 0; i < 200; i++ {
		if least(c, on) >= ratio {
			return c
		}
		o.l += dir * 0.005
		if o.l <= 0 || o.l >= 1 {
			break
		}
		c = o.rgb()
	}
	return c
}

func least(c rgb, on []rgb) float64 {
	low := math.Inf(1)
	for _, b := range on {
		low = min(low, contrast(c, b))
	}
	return low
}
