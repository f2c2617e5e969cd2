package render

import (
	"math"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// chart draws its points as SVG that stretches with the page, its labels as text that does not, and the same numbers
// as a table for those who do not see it.
func chart(b *builder, w *project.Widget) {
	c := &chartPlan{key: w.Key, kind: b.enum(w, "type"), data: b.prop(w, "data"), label: b.prop(w, "label"), unit: b.prop(w, "unit"),
		x: b.word(w, "x"), y: b.word(w, "y"), lowest: b.own("chart.lowest"), highest: b.own("chart.highest"),
		empty: b.sub(func() {
			b.raw(`<div class="u-empty">`, glyph("chart"), "<p>")
			b.text(b.prop(w, "empty"))
			b.raw("</p></div>")
		})}
	b.root(w, "figure", "u-chart", "u-chart-"+c.kind)
	b.raw(">")
	b.do(c.run)
	b.raw("</figure>")
}

type chartPlan struct {
	key               string
	kind              markup
	data, label, unit prop
	x, y              string
	lowest, highest   string // what is said of the ends
	empty             block
}

type point struct {
	label string
	y     float64
}

// plot is one drawing of a chart: n equal columns across plotW, values from lo to hi down plotH.
type plot struct {
	r      *run
	points []point
	lo, hi float64
	step   float64
	unit   string
}

const (
	plotW     = 600.0
	plotH     = 200.0
	maxPoints = 500
	maxLabels = 8
)

func (c *chartPlan) run(r *run) {
	p := &plot{r: r, points: c.points(r), unit: r.say(c.unit)}
	if len(p.points) == 0 {
		r.block(c.empty)
		return
	}
	p.scale()
	r.lit(`<figcaption class="u-chart-label"`)
	r.id(c.key, "-title")
	r.lit(">")
	r.text(r.say(c.label))
	r.lit(`</figcaption><div class="u-plot"><div class="u-ticks" aria-hidden="true">`)
	p.ticks()
	r.lit(`</div><svg class="u-svg" viewBox="0 0 600 200" preserveAspectRatio="none" role="img"`)
	r.labelled(c.key)
	r.lit("><desc")
	r.id(c.key, "-desc")
	r.lit(">")
	r.text(p.summary(c.lowest, c.highest))
	r.lit("</desc>")
	p.grid()
	p.draw(c.kind, c.key)
	p.hits()
	r.lit(`</svg><div class="u-xlabels" aria-hidden="true">`)
	p.labels()
	r.lit("</div></div>")
	p.table(c.key)
}

// points reads the data; what has no number is left out.
func (c *chartPlan) points(r *run) []point {
	list, _ := r.eval(c.data).([]any)
	out := make([]point, 0, min(len(list), maxPoints))
	for _, el := range list {
		m, _ := el.(map[string]any)
		y, ok := number(m[c.y])
		if !ok || math.Abs(y) > 1e15 || len(out) == maxPoints {
			continue
		}
		out = append(out, point{value.Text(m[c.x]), y})
	}
	return out
}

// scale chooses round numbers for the axis; zero is always on it.
func (p *plot) scale() {
	lo, hi := 0.0, 0.0
	for _, pt := range p.points {
		lo, hi = min(lo, pt.y), max(hi, pt.y)
	}
	if lo == hi {
		hi = 1
	}
	p.step = niceStep((hi - lo) / 4)
	p.lo, p.hi = math.Floor(lo/p.step)*p.step, math.Ceil(hi/p.step)*p.step
}

// niceStep returns the least of 1, 2, 2.5, 5 times a power of ten that is at least x.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= x*0.999 {
			return m * power
		}
	}
	return 10 * power
}

func (p *plot) xAt(i int) float64 { return (float64(i) + 0.5) * plotW / float64(len(p.points)) }

func (p *plot) yAt(v float64) float64 { return plotH - (v-p.lo)/(p.hi-p.lo)*plotH }

// steps calls f for each tick from the top down.
func (p *plot) steps(f func(v float64)) {
	n := int(math.Round((p.hi - p.lo) / p.step))
	for i := n; i >= 0; i-- {
		f(p.lo + float64(i)*p.step)
	}
}

func (p *plot) ticks() {
	p.steps(func(v float64) {
		p.r.lit("<span>")
		p.r.text(short(v))
		p.r.lit("</span>")
	})
}

func (p *plot) grid() {
	p.r.lit(`<path class="u-grid-lines" d="`)
	p.steps(func(v float64) {
		p.r.lit("M0 ")
		p.r.coord(p.yAt(v))
		p.r.lit("H600")
	})
	p.r.lit(`"/>`)
}

func (p *plot) draw(kind markup, key string) {
	if kind == "bar" {
		p.bars()
		return
	}
	if kind == "area" {
		p.r.lit(`<linearGradient x2="0" y2="1"`)
		p.r.id(key, "-fill")
		p.r.lit(`><stop class="u-stop" stop-opacity=".28"/><stop class="u-stop" offset="1" stop-opacity=".02"/></linearGradient><path class="u-area" fill="url(#`)
		p.r.ref(key, "-fill")
		p.r.lit(`)" d="`)
		p.line()
		p.r.lit("L")
		p.r.pair(p.xAt(len(p.points)-1), p.yAt(max(p.lo, 0)))
		p.r.lit("L")
		p.r.pair(p.xAt(0), p.yAt(max(p.lo, 0)))
		p.r.lit(`z"/>`)
	}
	p.r.lit(`<path class="u-line" d="`)
	p.line()
	p.r.lit(`"/>`)
	if len(p.points) > 31 {
		return
	}
	// A dot is a line of no length with a round cap: it stays round however the drawing stretches.
	p.r.lit(`<path class="u-dots" d="`)
	for i, pt := range p.points {
		p.r.lit("M")
		p.r.pair(p.xAt(i), p.yAt(pt.y))
		p.r.lit("h0")
	}
	p.r.lit(`"/>`)
}

// line writes a smooth curve through the points that never goes beyond a point's own height: level at each peak.
func (p *plot) line() {
	for i, pt := range p.points {
		x, y := p.xAt(i), p.yAt(pt.y)
		if i == 0 {
			p.r.lit("M")
			p.r.pair(x, y)
			continue
		}
		x0, y0 := p.xAt(i-1), p.yAt(p.points[i-1].y)
		h := (x - x0) / 3
		p.r.lit("C")
		p.r.pair(x0+h, y0+p.slope(i-1)*h)
		p.r.lit(" ")
		p.r.pair(x-h, y-p.slope(i)*h)
		p.r.lit(" ")
		p.r.pair(x, y)
	}
}

// slope is the direction of the curve at a point: the harmonic mean of the slopes beside it, none at a peak.
func (p *plot) slope(i int) float64 {
	if i == 0 || i == len(p.points)-1 {
		return 0
	}
	w := plotW / float64(len(p.points))
	a := (p.yAt(p.points[i].y) - p.yAt(p.points[i-1].y)) / w
	b := (p.yAt(p.points[i+1].y) - p.yAt(p.points[i].y)) / w
	if a*b <= 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}

func (p *plot) bars() {
	col := plotW / float64(len(p.points))
	width := min(col*0.62, 56)
	zero := p.yAt(0)
	for i, pt := range p.points {
		y := p.yAt(pt.y)
		p.r.lit(`<rect class="u-bar" x="`)
		p.r.coord(p.xAt(i) - width/2)
		p.r.lit(`" y="`)
		p.r.coord(min(y, zero))
		p.r.lit(`" width="`)
		p.r.coord(width)
		p.r.lit(`" height="`)
		p.r.coord(math.Abs(zero - y))
		p.r.lit(`" rx="`)
		p.r.coord(min(6, width/3))
		p.r.lit(`"/>`)
	}
}

// hits are columns without colour that show a point's number while the pointer is over them.
func (p *plot) hits() {
	col := plotW / float64(len(p.points))
	for i, pt := range p.points {
		p.r.lit(`<rect class="u-hit" x="`)
		p.r.coord(float64(i) * col)
		p.r.lit(`" y="0" width="`)
		p.r.coord(col)
		p.r.lit(`" height="200"><title>`)
		p.r.text(pt.label + ": " + p.amount(pt.y))
		p.r.lit("</title></rect>")
	}
}

// labels names at most maxLabels columns, evenly.
func (p *plot) labels() {
	every := (len(p.points) + maxLabels - 1) / maxLabels
	for i, pt := range p.points {
		p.r.lit("<span>")
		if i%every == 0 {
			p.r.text(pt.label)
		}
		p.r.lit("</span>")
	}
}

func (p *plot) table(key string) {
	p.r.lit(`<table class="u-vh" aria-labelledby="`)
	p.r.ref(key, "-title")
	p.r.lit(`"><tbody>`)
	for _, pt := range p.points {
		p.r.lit(`<tr><th scope="row">`)
		p.r.text(pt.label)
		p.r.lit("</th><td>")
		p.r.text(p.amount(pt.y))
		p.r.lit("</td></tr>")
	}
	p.r.lit("</tbody></table>")
}

func (p *plot) amount(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if p.unit != "" {
		s += " " + p.unit
	}
	return s
}

// summary says the least and the greatest value.
func (p *plot) summary(lowest, highest string) string {
	lo, hi := p.points[0], p.points[0]
	for _, pt := range p.points {
		if pt.y < lo.y {
			lo = pt
		}
		if pt.y > hi.y {
			hi = pt
		}
	}
	return lowest + ": " + p.amount(lo.y) + " (" + lo.label + "), " + highest + ": " + p.amount(hi.y) + " (" + hi.label + ")"
}

// short writes a tick: 1500 as 1.5k.
func short(v float64) string {
	a, suffix := math.Abs(v), ""
	switch {
	case a >= 1e9:
		v, suffix = v/1e9, "G"
	case a >= 1e6:
		v, suffix = v/1e6, "M"
	case a >= 1e3:
		v, suffix = v/1e3, "k"
	}
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) + suffix
}

// coord appends a number of an SVG attribute, to a tenth.
func (r *run) coord(f float64) {
	tenths := math.Round(f * 10)
	if !(math.Abs(tenths) < 1e15) {
		r.buf = strconv.AppendFloat(r.buf, tenths/10, 'f', -1, 64)
		return
	}
	n := int64(tenths)
	if n < 0 {
		r.buf, n = append(r.buf, '-'), -n
	}
	r.buf = strconv.AppendInt(r.buf, n/10, 10)
	if n%10 != 0 {
		r.buf = append(r.buf, '.', byte('0'+n%10))
	}
}

func (r *run) pair(x, y float64) {
	r.coord(x)
	r.lit(" ")
	r.coord(y)
}

// id writes a DOM id of this row.
func (r *run) id(key string, suffix markup) {
	r.open("id")
	r.ref(key, suffix)
	r.lit(`"`)
}

func (r *run) ref(key string, suffix markup) {
	r.lit("w-")
	r.text(key)
	r.buf = append(r.buf, r.row...)
	r.lit(suffix)
}

func (r *run) labelled(key string) {
	r.open("aria-labelledby")
	r.ref(key, "-title")
	r.lit(" ")
	r.ref(key, "-desc")
	r.lit(`"`)
}
