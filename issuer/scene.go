package issuer

import (
	"fmt"
	"math"
	"strings"
)

// light is the palette of a scene: the sky from the top down, the sun or moon, what is far, and
// what is near.
type light struct {
	top, middle, low, sun, far, near string
	night                            bool
}

// scene is a kind of cover: its light and what stands in it.
type scene struct {
	light light
	draw  func(c *canvas, l light)
}

// scenes are the covers by name; a post without one of them gets "hills".
func scenes() map[string]scene {
	return map[string]scene{
		"alps":      {light{"#2b4a7f", "#e58f6f", "#fbd9a5", "#fff1cf", "#d99a86", "#22304d", false}, drawAlps},
		"patagonia": {light{"#2f7fb0", "#8fc6dd", "#e9f3ee", "#fffbe6", "#a9c4d3", "#1d4a4f", false}, drawAlps},
		"coast":     {light{"#3f6fa8", "#a9c7dc", "#fbe3c0", "#fff4d6", "#8fb0c4", "#27435a", false}, drawCoast},
		"islands":   {light{"#1f7fc4", "#7cc6e6", "#e6f6f2", "#fffdf0", "#8fbfd6", "#1f5d7a", false}, drawIslands},
		"desert":    {light{"#39305f", "#b0567a", "#f8b26a", "#ffe7b0", "#e08a55", "#5a2a3c", false}, drawDunes},
		"city":      {light{"#5b6fb5", "#f2a58e", "#ffe0b0", "#fff0cf", "#d99c94", "#4a3557", false}, drawCity},
		"nightcity": {light{"#12183a", "#3b2f6b", "#a3527f", "#ffd9a8", "#5a3f7a", "#120f2a", true}, drawCity},
		"forest":    {light{"#6fa8a0", "#bcd8bf", "#f3efcf", "#fffbe0", "#9fc4a8", "#173d35", false}, drawForest},
		"snow":      {light{"#3a4f86", "#a99cc9", "#f6cfd0", "#fff0e8", "#b9b7d6", "#32436b", false}, drawSnow},
		"aurora":    {light{"#071330", "#123a5a", "#1f6a70", "#e8fff4", "#1c4660", "#050d1f", true}, drawAurora},
		"lake":      {light{"#4d7fb8", "#bcd6e2", "#fdeacb", "#fffbe8", "#94b3c6", "#234a50", false}, drawLake},
		"canyon":    {light{"#4f8fc4", "#b8d8e2", "#fbe7c4", "#fff6da", "#e3a27c", "#7a2e22", false}, drawCanyon},
		"volcano":   {light{"#1c1b3a", "#6a3a6b", "#ee8757", "#ffd08a", "#6d4468", "#1a1329", true}, drawVolcano},
		"hills":     {light{"#5c9fbf", "#b9dccb", "#fbf2cd", "#fffbe0", "#a9cfa0", "#2a5e3c", false}, drawTerraces},
	}
}

const coverWidth, coverHeight = 1200, 675

// drawScene draws a cover. The seed varies it: two posts of one scene differ.
func drawScene(name, seed string) string {
	all := scenes()
	s, ok := all[name]
	if !ok {
		s = all["hills"]
	}
	c := newCanvas(name+seed, coverWidth, coverHeight)
	c.vertical("sky", s.light.top, s.light.middle, s.light.low)
	c.rect(0, 0, c.w, c.h*.8, "url(#sky)")
	c.rect(0, c.h*.8-1, c.w, c.h*.2+1, s.light.low)
	if s.light.night {
		c.stars(140)
	}
	s.draw(c, s.light)
	return c.svg()
}

func (c *canvas) stars(n int) {
	for range n {
		c.circle(c.between(0, c.w), c.between(0, c.h*.55), c.between(.6, 1.9), "#ffffff", c.between(.25, .9))
	}
}

// sun is a disc with a glow.
func (c *canvas) sun(x, y, r float64, colour string) {
	c.add(`<radialGradient id="glow"><stop offset="0" stop-color="%[1]s" stop-opacity=".75"/><stop offset=".4" stop-color="%[1]s" stop-opacity=".25"/><stop offset="1" stop-color="%[1]s" stop-opacity="0"/></radialGradient>`, colour)
	c.circle(x, y, r*5, "url(#glow)", 1)
	c.circle(x, y, r, colour, .95)
}

func (c *canvas) clouds(n int, colour string, opacity float64) {
	for range n {
		x, y, w := c.between(-60, c.w), c.between(60, c.h*.32), c.between(120, 300)
		c.add(`<g fill="%s" opacity="%.2f"><rect x="%.0f" y="%.0f" width="%.0f" height="20" rx="10"/><rect x="%.0f" y="%.0f" width="%.0f" height="24" rx="12"/><rect x="%.0f" y="%.0f" width="%.0f" height="16" rx="8"/></g>`,
			colour, opacity, x, y, w, x+w*.2, y-16, w*.5, x+w*.45, y+14, w*.7)
	}
}

func (c *canvas) birds(n int, colour string) {
	x, y := c.between(300, 850), c.between(110, 200)
	for range n {
		s := c.between(7, 13)
		c.add(`<path d="M%.1f %.1fq%.1f %.1f %.1f 0q%.1f %.1f %.1f 0" fill="none" stroke="%s" stroke-width="2.4" stroke-linecap="round"/>`,
			x, y, s/2, -s*.6, s, s/2, -s*.6, s, colour)
		x, y = x+c.between(20, 48), y+c.between(-22, 22)
	}
}

// peaks is a range with light on its tops.
func (c *canvas) peaks(id string, y, swing float64, colour, snow string) line {
	l := c.crags(y, swing*.16, .6)
	tents := c.tents(swing)
	top := c.h
	for i := range l {
		l[i] -= tents[i]
	}
	for _, v := range l {
		top = min(top, v)
	}
	c.add(`<linearGradient id="%s" gradientUnits="userSpaceOnUse" x1="0" y1="%.0f" x2="0" y2="%.0f"><stop offset="0" stop-color="%s"/><stop offset=".28" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>`,
		id, top, y+swing*1.4, mix(colour, snow, .85), mix(colour, snow, .28), colour)
	c.fill(c.shape(l), "url(#"+id+")", 1)
	return l
}

// tents is how high a range of pointed mountains stands at each step.
func (c *canvas) tents(swing float64) line {
	l := make(line, 129)
	for x := c.between(-10, 20); x < 139; x += c.between(16, 34) {
		high, steep := swing*c.between(.35, 1.25), swing*c.between(.034, .05)
		for i := range l {
			l[i] = max(l[i], high-steep*math.Abs(float64(i)-x))
		}
	}
	return l
}

// mist lies between two layers.
func (c *canvas) mist(y, height float64, colour string) {
	id := fmt.Sprintf("mist%.0f", y)
	c.add(`<linearGradient id="%[1]s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%[2]s" stop-opacity="0"/><stop offset=".6" stop-color="%[2]s" stop-opacity=".55"/><stop offset="1" stop-color="%[2]s" stop-opacity="0"/></linearGradient>`, id, colour)
	c.rect(0, y, c.w, height, "url(#"+id+")")
}

// pines stand along a line.
func (c *canvas) pines(l line, low, high, gap float64, colour string) {
	var b strings.Builder
	for x := c.between(-10, 10); x < c.w+20; x += c.between(gap*.6, gap*1.4) {
		h := c.between(low, high)
		base, w := c.at(l, x)+8, h*.2
		for _, part := range [][2]float64{{0, 1}, {.28, .8}, {.55, .55}} {
			fmt.Fprintf(&b, "M%.1f %.1fL%.1f %.1fL%.1f %.1fZ", x-w*part[1], base-h*part[0], x, base-h*(part[0]+.45), x+w*part[1], base-h*part[0])
		}
		fmt.Fprintf(&b, "M%.1f %.1fh%.1fv%.1fh%.1fZ", x-w*.12, base-2, w*.24, 12., -w*.24)
	}
	c.fill(b.String(), colour, 1)
}

// water fills the picture from y down, and the light of the sun lies on it.
func (c *canvas) water(y, sunX float64, top, bottom, shine string) {
	c.vertical("water", top, bottom)
	c.rect(0, y, c.w, c.h-y, "url(#water)")
	for range 90 {
		depth := math.Pow(c.r.Float64(), 1.4)
		w := (10 + 90*depth) * c.between(.4, 1.3)
		spread := 40 + 190*depth
		x := sunX + c.between(-spread, spread) - w/2
		c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s" opacity="%.2f"/>`, x, y+6+depth*(c.h-y-14), w, 1.5+2.5*depth, shine, c.between(.15, .6))
	}
	for range 40 {
		depth := c.r.Float64()
		c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="2" rx="1" fill="#ffffff" opacity="%.2f"/>`, c.between(-40, c.w), y+8+depth*(c.h-y-16), 20+90*depth, c.between(.05, .18))
	}
}

func (c *canvas) boat(x, y, s float64, hull, sail string) {
	c.fill(fmt.Sprintf("M%.1f %.1fh%.1fl%.1f %.1fh%.1fZ", x-s, y, 2*s, -s*.35, s*.4, -1.3*s), hull, 1)
	c.fill(fmt.Sprintf("M%.1f %.1fv%.1fl%.1f %.1fZ", x-s*.05, y-s*.12, -s*2.2, s*.95, s*2.2), sail, 1)
	c.fill(fmt.Sprintf("M%.1f %.1fv%.1fl%.1f %.1fZ", x-s*.2, y-s*.12, -s*1.8, -s*.6, s*1.8), sail, .8)
}

func drawAlps(c *canvas, l light) {
	c.sun(c.between(330, 820), 215, 44, l.sun)
	c.clouds(4, "#ffffff", .28)
	c.birds(5, mix(l.near, l.middle, .3))
	for i, y := range []float64{300, 370, 450} {
		part := float64(i+1) / 4
		c.peaks(fmt.Sprintf("p%d", i), y, 150-26*float64(i), mix(l.far, l.near, part*.85), mix("#ffffff", l.low, .25))
		c.mist(y+70, 110, l.low)
	}
	back := c.soft(560, 40, 4)
	c.fill(c.shape(back), mix(l.far, l.near, .8), 1)
	c.pines(back, 34, 64, 18, mix(l.far, l.near, .86))
	front := c.soft(635, 30, 3)
	c.pines(front, 70, 130, 34, l.near)
	c.fill(c.shape(front), l.near, 1)
}

func drawCoast(c *canvas, l light) {
	sunX := c.between(380, 620)
	c.sun(sunX, 300, 42, l.sun)
	c.clouds(6, "#ffffff", .4)
	c.birds(6, l.near)
	c.fill(c.shape(c.soft(392, 16, 3)), mix(l.far, l.low, .35), .8)
	c.water(405, sunX, mix(l.middle, l.far, .5), l.near, l.sun)
	c.boat(c.between(180, 330), 450, 22, l.near, "#fff8ec")
	for i, x := range []float64{640, 760, 850} {
		y := 470 + 52*float64(i)
		colour := mix(l.far, l.near, .45+.25*float64(i))
		c.fill(fmt.Sprintf("M%.0f %.0fC%.0f %.0f %.0f %.0f %.0f %.0fL1200 %.0fV675H%.0fZ", x, y+90, x+60, y+20, x+120, y-60, x+260, y-72, y-96, x-120), colour, 1)
	}
	lighthouse(c, 1010, 402, mix(l.near, "#d2453a", .8))
	for range 24 {
		c.circle(c.between(560, 800), c.between(600, 672), c.between(2, 7), "#ffffff", c.between(.2, .7))
	}
}

func lighthouse(c *canvas, x, base float64, red string) {
	c.fill(fmt.Sprintf("M%.0f %.0fl12 -190h40l12 190Z", x, base+30), "#fbf5ea", 1)
	for i := range 3 {
		t, y := float64(i), base-8-62*float64(i)
		c.fill(fmt.Sprintf("M%.1f %.1fh%.1fl-2 -30h%.1fZ", x+3+4*t, y, 58-8*t, -(54-8*t)), red, 1)
	}
	c.rect(x+6, base-168, 52, 8, "#31394f")
	c.rect(x+17, base-194, 30, 26, "#ffe9a8")
	c.fill(fmt.Sprintf("M%.0f %.0fh42l-21 -26Z", x+11, base-194), red, 1)
	c.add(`<linearGradient id="beam"><stop offset="0" stop-color="#fff3c4" stop-opacity="0"/><stop offset="1" stop-color="#fff3c4" stop-opacity=".55"/></linearGradient>`)
	c.fill(fmt.Sprintf("M%.0f %.0fL%.0f %.0fV%.0fZ", x+17, base-182, x-520, base-262, base-110), "url(#beam)", 1)
}

func drawIslands(c *canvas, l light) {
	sunX := c.between(300, 560)
	c.sun(sunX, 150, 46, l.sun)
	c.clouds(6, "#ffffff", .65)
	for i := range 3 {
		y := 345 + 14*float64(i)
		x, w := c.between(-40, 800), c.between(260, 480)
		c.fill(fmt.Sprintf("M%.0f %.0fC%.0f %.0f %.0f %.0f %.0f %.0fS%.0f %.0f %.0f %.0fZ", x, y+30, x+w*.2, y-20, x+w*.3, y-95, x+w*.5, y-90, x+w*.8, y-10, x+w, y+30), mix(l.far, l.near, .15+.2*float64(i)), 1)
	}
	c.water(372, sunX, "#5fb9d8", l.near, "#ffffff")
	c.boat(c.between(420, 560), 440, 24, "#f7f3ea", "#ffffff")
	c.boat(c.between(240, 360), 405, 12, "#f7f3ea", "#ffffff")
	land := mix("#d9b98a", l.near, .15)
	c.fill("M640 675C700 600 760 560 860 520S1060 400 1200 372V675Z", land, 1)
	c.fill("M760 675C840 620 960 590 1200 560V675Z", mix(land, l.near, .3), 1)
	for i := range 11 {
		x := 800 + 36*float64(i) + c.between(-8, 8)
		y := 560 - .42*(x-800) + c.between(-16, 22)
		villageHouse(c, x, y, c.between(38, 58))
	}
}

func villageHouse(c *canvas, x, y, w float64) {
	h := w * c.between(.8, 1.15)
	c.rect(x, y-h, w, h, "#fdfbf5")
	c.rect(x+w*.7, y-h, w*.3, h, "#e6e6e4")
	if c.r.IntN(3) == 0 {
		c.fill(fmt.Sprintf("M%.1f %.1fa%.1f %.1f 0 0 1 %.1f 0Z", x+w*.15, y-h, w*.35, w*.35, w*.7), "#2f74b8", 1)
	}
	c.rect(x+w*.2, y-h*.62, w*.16, h*.26, "#2f74b8")
	c.rect(x+w*.48, y-h*.5, w*.17, h*.5, "#3f86c6")
}

func drawDunes(c *canvas, l light) {
	x := c.between(700, 900)
	c.sun(x, 250, 58, l.sun)
	c.fill(c.hills(372, 14, 5), mix(l.low, l.far, .45), 1)
	for i := range 5 {
		part := float64(i) / 4
		y := 410 + 58*float64(i)
		crest := c.between(.25, .75) * c.w
		lit := mix(mix(l.low, l.far, .7), l.near, part*.75)
		shade := mix(lit, l.near, .38)
		up := 70 + 16*float64(i)
		c.fill(fmt.Sprintf("M0 %.0fC%.0f %.0f %.0f %.0f %.0f %.0fC%.0f %.0f %.0f %.0f 1200 %.0fV675H0Z", y+20, crest*.4, y+10, crest*.7, y-up*.4, crest, y-up, crest+120, y-up*.2, crest+(1200-crest)*.6, y+24, y-10), lit, 1)
		c.fill(fmt.Sprintf("M%.0f %.0fC%.0f %.0f %.0f %.0f %.0f 675H0V%.0fC%.0f %.0f %.0f %.0f %.0f %.0fZ", crest, y-up, crest-40, y, crest+60, y+70, crest-60, y+20, crest*.4, y+10, crest*.7, y-up*.4, crest, y-up), shade, .75)
	}
	for i := range 5 {
		camel(c, 250+58*float64(i), 493-5*float64(i), mix(l.near, "#000000", .35))
	}
}

func camel(c *canvas, x, y float64, colour string) {
	c.add(`<g transform="translate(%.0f %.0f) scale(.62)" fill="%s"><path d="M0 0c4-10 12-14 18-12 4-10 12-10 15 1 6-2 10 2 12 8l6-16c1-5 9-7 14-3l-1 4-8 1-8 22c-4 6-10 7-16 7H8C3 12-1 7 0 0Z"/><path d="M4 8l-1 32h4l4-30ZM14 10l2 30h4l-1-30ZM34 10l-2 30h4l4-30ZM42 8l4 32h4l-3-34Z"/></g>`, x, y-40*.62, colour)
}

func drawCity(c *canvas, l light) {
	c.sun(c.between(420, 780), 250, 52, l.sun)
	c.clouds(5, mix(l.low, "#ffffff", .5), .35)
	for i := range 4 {
		part := float64(i) / 3
		c.row(360+70*float64(i), 130-12*float64(i), 46+14*float64(i), mix(l.far, l.near, .1+.85*part), part, l.night)
		if i < 3 {
			c.mist(400+70*float64(i), 90, l.low)
		}
	}
	c.fill("M0 640C300 610 800 655 1200 622V675H0Z", mix(l.near, "#000000", .25), 1)
	if l.night {
		lanterns(c)
	}
}

// row is a row of houses with roofs and windows.
func (c *canvas) row(y, tall, wide float64, colour string, near float64, night bool) {
	for x := c.between(-40, 0); x < c.w; {
		w, h := c.between(wide*.7, wide*1.5), c.between(tall*.35, tall)
		top := y - h
		c.rect(x, top, w+1, c.h-top, colour)
		switch c.r.IntN(4) {
		case 0, 1:
			c.fill(fmt.Sprintf("M%.1f %.1fh%.1fl%.1f %.1fZ", x-3, top, w+6, -(w+6)/2, -w*.38), mix(colour, "#b5483c", .45*(1-near*.5)), 1)
		case 2:
			c.fill(fmt.Sprintf("M%.1f %.1fa%.1f %.1f 0 0 1 %.1f 0Z", x+w*.2, top, w*.3, w*.3, w*.6), mix(colour, "#ffffff", .15), 1)
		}
		if near > .3 {
			c.windows(x, top, w, night)
		}
		x += w
	}
}

func (c *canvas) windows(x, top, w float64, night bool) {
	lit := .35
	if night {
		lit = .6
	}
	for wy := top + 14; wy < top+150 && wy < c.h; wy += 24 {
		for wx := x + 9; wx < x+w-12; wx += 18 {
			if c.r.Float64() < lit {
				c.add(`<rect x="%.0f" y="%.0f" width="8" height="12" rx="1" fill="#ffe2a0" opacity="%.2f"/>`, wx, wy, c.between(.45, .95))
			}
		}
	}
}

func lanterns(c *canvas) {
	for i := range 3 {
		y, sag := 455+62*float64(i), c.between(40, 70)
		c.add(`<path d="M0 %.0fQ600 %.0f 1200 %.0f" fill="none" stroke="#2a1a33" stroke-width="2"/>`, y, y+2*sag, y-20)
		for t := .04; t < 1; t += .075 {
			x := 1200 * t
			ly := (1-t)*(1-t)*y + 2*t*(1-t)*(y+2*sag) + t*t*(y-20)
			c.circle(x, ly+15, 34, "#ff8a4a", .13)
			c.add(`<ellipse cx="%.0f" cy="%.0f" rx="12" ry="14" fill="%s"/>`, x, ly+15, []string{"#ff6b4a", "#ffb347", "#ff8f5a"}[c.r.IntN(3)])
		}
	}
}

func drawForest(c *canvas, l light) {
	c.sun(c.between(480, 760), 190, 54, l.sun)
	c.birds(4, l.near)
	for i := range 5 {
		part := float64(i+1) / 5
		y := 290 + 68*float64(i)
		ridge := c.soft(y, 46-5*float64(i), 4)
		colour := mix(l.far, l.near, part*.95)
		c.pines(ridge, 26+22*float64(i), 50+36*float64(i), 14+8*float64(i), colour)
		c.fill(c.shape(ridge), colour, 1)
		if i < 4 {
			c.mist(y+20, 120, l.low)
		}
	}
	c.fill("M520 675C560 640 640 625 610 596S520 560 566 532C548 566 690 580 668 606S640 640 700 675Z", mix(l.low, "#b99a6a", .35), .9)
}

func drawSnow(c *canvas, l light) {
	c.sun(c.between(300, 800), 300, 40, l.sun)
	c.peaks("p", 330, 80, mix(l.far, l.near, .15), "#ffffff")
	c.mist(370, 100, l.low)
	for i := range 4 {
		y := 430 + 62*float64(i)
		ridge := c.soft(y, 30, 3)
		c.pines(ridge, 44+24*float64(i), 84+44*float64(i), 30+22*float64(i), mix(l.far, l.near, .4+.18*float64(i)))
		c.fill(c.shape(ridge), mix("#f4f1fa", l.far, .5-.13*float64(i)), 1)
	}
	cabin(c, c.between(700, 860), 588)
	for range 150 {
		c.circle(c.between(0, c.w), c.between(0, c.h), c.between(1, 3.2), "#ffffff", c.between(.35, .9))
	}
}

func cabin(c *canvas, x, y float64) {
	c.rect(x, y-58, 120, 62, "#5b3a3a")
	c.fill(fmt.Sprintf("M%.0f %.0fh156l-40 -54h-76Z", x-18, y-56), "#fbfaff", 1)
	c.rect(x+18, y-42, 24, 22, "#ffd98a")
	c.rect(x+76, y-46, 24, 50, "#3b2528")
	c.circle(x+30, y-30, 46, "#ffd98a", .18)
	c.rect(x+84, y-128, 16, 34, "#4a3033")
	for i := range 4 {
		t := float64(i)
		c.circle(x+94+9*t, y-140-22*t, 9+4*t, "#ffffff", .4-.08*t)
	}
}

func drawAurora(c *canvas, l light) {
	c.add(`<filter id="soft" x="-20%%" y="-20%%" width="140%%" height="140%%"><feGaussianBlur stdDeviation="14"/></filter>`)
	for i, colour := range []string{"#3df2a8", "#5fe0d0", "#9a7bf0"} {
		id := fmt.Sprintf("band%d", i)
		c.add(`<linearGradient id="%[1]s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%[2]s" stop-opacity="0"/><stop offset=".75" stop-color="%[2]s" stop-opacity=".6"/><stop offset="1" stop-color="%[2]s" stop-opacity="0"/></linearGradient>`, id, colour)
		y, lift := 330-52*float64(i), c.between(190, 260)
		bend := c.between(-70, 70)
		c.add(`<path filter="url(#soft)" fill="url(#%s)" d="M-60 %.0fC220 %.0f 420 %.0f 640 %.0fS1020 %.0f 1260 %.0fV%.0fC1000 %.0f 880 %.0f 640 %.0fS200 %.0f -60 %.0fZ"/>`,
			id, y, y-110+bend, y+90, y-20, y+60-bend, y-90, y-90-lift, y+40-lift, y-120-lift, y-60-lift, y-130-lift, y-20-lift)
	}
	c.peaks("p0", 400, 120, mix(l.far, l.near, .25), "#bfe8e0")
	c.peaks("p1", 460, 80, mix(l.far, l.near, .55), "#7fb8b8")
	c.water(500, 560, mix(l.far, l.near, .2), l.near, "#59e0b4")
	for i := range 4 {
		x := 130 + 120*float64(i) + c.between(-20, 20)
		hut(c, x, 556+c.between(-6, 10))
	}
	c.fill("M0 675V590C120 566 380 570 560 612S760 660 900 675Z", l.near, 1)
}

func hut(c *canvas, x, y float64) {
	c.rect(x+6, y, 6, 44, "#1a1416")
	c.rect(x+52, y, 6, 44, "#1a1416")
	c.rect(x, y-40, 64, 42, "#a8392f")
	c.fill(fmt.Sprintf("M%.0f %.0fh76l-38 -30Z", x-6, y-38), "#2b1c26", 1)
	c.rect(x+12, y-26, 14, 14, "#ffe09a")
	c.rect(x+38, y-26, 14, 14, "#ffe09a")
	c.circle(x+32, y-18, 44, "#ffcf7a", .16)
}

func drawLake(c *canvas, l light) {
	sunX := c.between(300, 520)
	c.sun(sunX, 200, 44, l.sun)
	c.clouds(5, "#ffffff", .5)
	c.peaks("p0", 280, 120, mix(l.far, l.near, .12), "#ffffff")
	c.peaks("p1", 345, 80, mix(l.far, l.near, .4), "#f6f3ea")
	c.mist(350, 80, l.low)
	shore := c.soft(412, 18, 4)
	c.pines(shore, 24, 46, 12, mix(l.far, l.near, .75))
	c.fill(c.shape(shore), mix(l.far, l.near, .78), 1)
	c.water(430, sunX, mix(l.middle, l.far, .6), mix(l.near, l.far, .15), "#ffffff")
	c.add(`<ellipse cx="760" cy="476" rx="150" ry="22" fill="%s"/>`, l.near)
	island := line{470, 462, 456, 452, 452, 456, 462, 470}
	for i, y := range island {
		c.add(`<path d="M%.0f %.0fl13 -46 13 46Z" fill="%s"/>`, 630+34*float64(i), y+12, mix(l.near, l.far, c.between(0, .25)))
	}
	c.rect(752, 386, 24, 76, "#fbf6ea")
	c.fill("M748 388h32l-16 -52Z", "#8a4a3f", 1)
	c.rect(776, 424, 54, 38, "#f4ecdc")
	c.fill("M772 426h62l-12 -22h-40Z", "#a65a48", 1)
	c.rect(742, 486, 44, 60, "rgba(255,255,255,.14)")
	c.boat(c.between(330, 460), 560, 22, "#6d3f33", "#fdf7ea")
}

func drawCanyon(c *canvas, l light) {
	c.sun(c.between(480, 720), 170, 44, l.sun)
	c.clouds(4, "#ffffff", .6)
	for i := range 4 {
		part := float64(i) / 3
		y := 300 + 62*float64(i)
		colour := mix(l.far, l.near, .08+.8*part)
		for side := range 2 {
			reach := 560 - 110*float64(i) + c.between(-40, 40)
			c.wall(side == 1, y, reach, colour)
		}
		c.mist(y+60, 90, l.low)
	}
	c.fill("M586 430C600 470 520 490 566 530S720 570 600 620 470 650 480 675H800C760 640 860 600 780 556S610 500 628 470 610 440 606 430Z", "#7fc0c6", 1)
	c.fill("M592 440C604 476 560 496 600 530S740 570 640 620 560 660 580 675H660C640 650 780 600 730 560S600 500 616 470Z", "#b6e2df", .6)
}

// wall is one side of a canyon: ledges, and the bands of its stone.
func (c *canvas) wall(right bool, y, reach float64, colour string) {
	flip := ""
	if right {
		flip = ` transform="translate(1200 0) scale(-1 1)"`
	}
	x, top := reach*.55, y-110+c.between(-20, 20)
	c.add(`<g%s><path d="M0 %.0fH%.0fl14 60h%.0fl18 70h%.0fl22 90h%.0fL%.0f 675H0Z" fill="%s"/>`, flip, top, x, reach*.12, reach*.12, reach*.1, reach+40, colour)
	for i := range 6 {
		band := top + 16 + 26*float64(i)
		c.add(`<rect x="0" y="%.0f" width="%.0f" height="%.0f" fill="%s" opacity=".3"/>`, band, x+3*float64(i), c.between(3, 9), mix(colour, []string{"#ffe0b0", "#5a1f1a"}[i%2], .7))
	}
	c.add(`</g>`)
}

func drawVolcano(c *canvas, l light) {
	x := c.between(520, 720)
	c.sun(x, 236, 40, "#ff9a5a")
	for i := range 16 {
		t := float64(i)
		c.circle(x+7*t+c.between(-14, 14), 214-13*t+c.between(-8, 8), 16+4.2*t, mix("#ffb08a", l.top, .25+.04*t), .5)
	}
	c.fill(c.hills(420, 30, 4), mix(l.low, l.far, .75), 1)
	c.add(`<linearGradient id="cone" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="%s"/><stop offset=".52" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>`, mix(l.far, l.low, .35), l.far, mix(l.far, l.near, .7))
	c.fill(fmt.Sprintf("M%.0f 560C%.0f 470 %.0f 330 %.0f 236L%.0f 228 %.0f 238C%.0f 330 %.0f 470 %.0f 560Z", x-520, x-260, x-110, x-30, x-4, x+30, x+110, x+260, x+520), "url(#cone)", 1)
	c.add(`<path d="M%.0f 234c-6 40 16 60 2 110s10 60 -8 100" fill="none" stroke="#ff7a3c" stroke-width="7" stroke-linecap="round" opacity=".9"/><path d="M%.0f 236c14 36 4 50 22 90" fill="none" stroke="#ffb25a" stroke-width="5" stroke-linecap="round" opacity=".9"/>`, x-2, x+10)
	c.mist(430, 130, l.low)
	for i := range 3 {
		ridge := c.soft(520+52*float64(i), 34, 3)
		colour := mix(l.far, l.near, .55+.22*float64(i))
		c.pines(ridge, 22+18*float64(i), 42+30*float64(i), 15+10*float64(i), colour)
		c.fill(c.shape(ridge), colour, 1)
	}
	c.fill("M250 640l36 -50 36 50Z", "#ffb861", 1)
	c.fill("M286 590l36 50h-22Z", "#e07f45", 1)
	c.circle(286, 622, 60, "#ffb861", .22)
}

func drawTerraces(c *canvas, l light) {
	c.sun(c.between(260, 520), 180, 50, l.sun)
	c.clouds(4, "#ffffff", .5)
	c.peaks("p0", 310, 70, mix(l.far, l.top, .25), "#f4f9ee")
	c.mist(330, 110, l.low)
	for i := range 5 {
		y := 380 + 62*float64(i)
		hill := c.soft(y, 54, 3)
		colour := mix(l.far, l.near, .2+.19*float64(i))
		c.fill(c.shape(hill), colour, 1)
		c.rows(hill, 9+4*float64(i), mix(colour, l.near, .45), mix(colour, "#f3f7c0", .35))
		if i < 4 {
			c.mist(y+24, 80, l.low)
		}
	}
	tree(c, c.between(860, 1000), 500, l.near)
}

// rows are planted lines that follow a hill.
func (c *canvas) rows(hill line, gap float64, dark, bright string) {
	for k := 1; k <= 9; k++ {
		var b strings.Builder
		for i := 0; i < len(hill); i += 3 {
			op := "L"
			if i == 0 {
				op = "M"
			}
			fmt.Fprintf(&b, "%s%.0f %.1f", op, float64(i)*c.step(hill), hill[i]+gap*float64(k)*(1+.05*float64(k)))
		}
		colour := dark
		if k%2 == 0 {
			colour = bright
		}
		c.add(`<path d="%s" fill="none" stroke="%s" stroke-width="%.1f" stroke-dasharray="%.0f 3" stroke-linecap="round" opacity=".5"/>`, b.String(), colour, gap*.3, gap*.9)
	}
}

func tree(c *canvas, x, y float64, colour string) {
	c.fill(fmt.Sprintf("M%.0f %.0fc4 -40 2 -70 -4 -100h14c-4 30 -2 60 4 100Z", x-7, y+10), mix(colour, "#4a2f22", .6), 1)
	for _, p := range [][3]float64{{-34, -104, 36}, {0, -134, 44}, {36, -108, 38}, {2, -94, 40}} {
		c.circle(x+p[0], y+p[1], p[2], mix(colour, "#7fb05a", c.between(.05, .3)), 1)
	}
}
