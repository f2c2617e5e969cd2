package render

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// chart draws its series as SVG that stretches with the page, its labels as text that does not, and the same numbers as a table
// for those who do not see it.
func chart(b *builder, w *project.Widget) {
	c := &chartPlan{key: w.Key, kind: b.enum(w, "type"), data: b.prop(w, "data"), label: b.prop(w, "label"), unit: b.prop(w, "unit"),
		x: b.word(w, "x"), across: b.prop(w, "xLabel"), up: b.prop(w, "yLabel"), legend: b.is(w, "legend"),
		lowest: b.own("chart.lowest"), highest: b.own("chart.highest"), rest: b.own("chart.rest"), locale: b.app.locale,
		empty: b.sub(func() {
			b.raw(`<div class="u-empty">`, glyph("chart"), "<p>")
			b.text(b.prop(w, "empty"))
			b.raw("</p></div>")
		})}
	for _, one := range w.Slots["series"] {
		c.series = append(c.series, chartLine{field: b.word(one, "y"), name: b.prop(one, "label")})
	}
	if len(c.series) == 0 {
		c.series = []chartLine{{field: b.word(w, "y")}}
	}
	b.root(w, "figure", "u-chart")
	b.raw(">")
	b.do(c.run)
	b.raw("</figure>")
}

type chartPlan struct {
	key                   string
	kind                  markup
	data, label, unit     prop
	across, up            prop // what the axes are called
	x                     string
	series                []chartLine
	legend                bool
	lowest, highest, rest string // what is said of the ends, and of the slices that are too many
	locale                *value.Locale
	empty                 block
}

// chartLine is one series: the field with its numbers, and its name.
type chartLine struct {
	field string
	name  prop
}

// point is what one element of the data says, a number for each series; NaN where there is none.
type point struct {
	label string
	y     []float64
}

// plot is one drawing of a chart: n equal columns across plotW, values from lo to hi down plotH.
type plot struct {
	r      *run
	points []point
	names  []string // of the series
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
	for _, s := range c.series {
		p.names = append(p.names, r.say(s.name))
	}
	if c.round() {
		p.points = slices.DeleteFunc(p.points, func(pt point) bool { return pt.y[0] <= 0 })
	}
	if len(p.points) == 0 {
		r.block(c.empty)
		return
	}
	r.lit(`<figcaption class="u-chart-label"`)
	r.id(c.key, "-title")
	r.lit(">")
	r.text(r.say(c.label))
	r.lit("</figcaption>")
	if c.round() {
		p.pie(c)
	} else {
		p.flat(c)
	}
	p.table(c)
}

// round reports a chart of slices instead of axes.
func (c *chartPlan) round() bool { return c.kind == "pie" || c.kind == "donut" }

// flat draws a chart with axes.
func (p *plot) flat(c *chartPlan) {
	r := p.r
	p.scale()
	if c.legend && len(p.names) > 1 {
		p.legend(c.kind != "bar")
	}
	r.lit(`<div class="u-plot">`)
	p.axis(c.up, "u-yname")
	r.lit(`<div class="u-ticks" aria-hidden="true">`)
	p.ticks()
	r.lit(`</div><svg class="u-svg" viewBox="0 0 600 200" preserveAspectRatio="none" role="img"`)
	r.labelled(c.key)
	r.lit("><desc")
	r.id(c.key, "-desc")
	r.lit(">")
	r.text(p.summary(c.lowest, c.highest))
	r.lit("</desc>")
	p.grid()
	if c.kind == "bar" {
		p.bars()
	} else {
		p.lines(c.kind == "area", c.key)
	}
	p.hits()
	r.lit(`</svg><div class="u-xlabels" aria-hidden="true">`)
	p.labels()
	r.lit("</div>")
	p.axis(c.across, "u-xname")
	r.lit("</div>")
}

// axis writes what an axis is called.
func (p *plot) axis(name prop, class markup) {
	if s := p.r.say(name); s != "" {
		p.r.lit(`<div aria-hidden="true" class="` + class + `">`)
		p.r.text(s)
		p.r.lit("</div>")
	}
}

// legend says which colour is which series, and which line.
func (p *plot) legend(lines bool) {
	p.r.lit(`<ul class="u-legend" aria-hidden="true">`)
	for i, name := range p.names {
		p.r.lit(`<li class="` + hueOf(i) + `">`)
		if lines {
			p.r.lit(`<svg class="u-key" viewBox="0 0 28 4"><path class="u-line" d="M1 2H27"/></svg>`)
		}
		p.r.text(name)
		p.r.lit("</li>")
	}
	p.r.lit("</ul>")
}

// hueOf is the colour of a series or a slice.
func hueOf(i int) markup {
	return [...]markup{"u-s0", "u-s1", "u-s2", "u-s3", "u-s4", "u-s5"}[i%maxHues]
}

const maxHues = 6

// points reads the data; what has no number at all is left out.
func (c *chartPlan) points(r *run) []point {
	list, _ := r.eval(c.data).([]any)
	out := make([]point, 0, min(len(list), maxPoints))
	for _, el := range list {
		m, _ := el.(map[string]any)
		pt := point{label: value.Text(m[c.x]), y: make([]float64, len(c.series))}
		there := false
		for i, s := range c.series {
			y, ok := number(m[s.field])
			if ok = ok && math.Abs(y) <= 1e15; !ok {
				y = math.NaN()
			}
			pt.y[i] = y
			there = there || ok
		}
		if there && len(out) < maxPoints {
			out = append(out, pt)
		}
	}
	return out
}

// scale chooses round numbers for the axis; zero is always on it.
func (p *plot) scale() {
	lo, hi := 0.0, 0.0
	for _, pt := range p.points {
		for _, y := range pt.y {
			if finite(y) {
				lo, hi = min(lo, y), max(hi, y)
			}
		}
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

// lines draws each series as a line, with what lies below it where filled.
func (p *plot) lines(filled bool, key string) {
	for s := range p.names {
		p.r.lit(`<g class="` + hueOf(s) + `">`)
		if filled {
			p.fill(s, key)
		}
		p.r.lit(`<path class="u-line" d="`)
		p.stretches(s, p.line)
		p.r.lit(`"/>`)
		if len(p.points) <= 31 {
			p.dots(s)
		}
		p.r.lit("</g>")
	}
}

func (p *plot) fill(s int, key string) {
	p.r.lit(`<linearGradient x2="0" y2="1"`)
	suffix := [...]markup{"-fill", "-fill1", "-fill2", "-fill3", "-fill4", "-fill5"}[s%maxHues]
	p.r.id(key, suffix)
	p.r.lit(`><stop class="u-stop" stop-opacity=".28"/><stop class="u-stop" offset="1" stop-opacity=".02"/></linearGradient><path class="u-area" fill="url(#`)
	p.r.ref(key, suffix)
	p.r.lit(`)" d="`)
	p.stretches(s, func(s, from, to int) {
		p.line(s, from, to)
		p.r.lit("L")
		p.r.pair(p.xAt(to-1), p.yAt(max(p.lo, 0)))
		p.r.lit("L")
		p.r.pair(p.xAt(from), p.yAt(max(p.lo, 0)))
		p.r.lit("z")
	})
	p.r.lit(`"/>`)
}

// dots are lines of no length with round caps: they stay round however the drawing stretches.
func (p *plot) dots(s int) {
	p.r.lit(`<path class="u-dots" d="`)
	p.stretches(s, func(s, from, to int) {
		for i := from; i < to; i++ {
			p.r.lit("M")
			p.r.pair(p.xAt(i), p.yAt(p.points[i].y[s]))
			p.r.lit("h0")
		}
	})
	p.r.lit(`"/>`)
}

// stretches calls f for each run of points in which a series has a number.
func (p *plot) stretches(s int, f func(s, from, to int)) {
	from := 0
	for i := range len(p.points) + 1 {
		if i < len(p.points) && finite(p.points[i].y[s]) {
			continue
		}
		if from < i {
			f(s, from, i)
		}
		from = i + 1
	}
}

// line writes a smooth curve through points that never goes beyond a point's own height: level at each peak.
func (p *plot) line(s, from, to int) {
	p.r.lit("M")
	p.r.pair(p.xAt(from), p.yAt(p.points[from].y[s]))
	if to == from+1 {
		p.r.lit("h0") // a point alone shows by its round ends
	}
	for i := from + 1; i < to; i++ {
		x, y := p.xAt(i), p.yAt(p.points[i].y[s])
		x0, y0 := p.xAt(i-1), p.yAt(p.points[i-1].y[s])
		h := (x - x0) / 3
		p.r.lit("C")
		p.r.pair(x0+h, y0+p.slope(s, i-1, from, to)*h)
		p.r.lit(" ")
		p.r.pair(x-h, y-p.slope(s, i, from, to)*h)
		p.r.lit(" ")
		p.r.pair(x, y)
	}
}

// slope is the direction of the curve at a point: the harmonic mean of the slopes beside it, none at a peak or an end.
func (p *plot) slope(s, i, from, to int) float64 {
	if i == from || i == to-1 {
		return 0
	}
	w := plotW / float64(len(p.points))
	a := (p.yAt(p.points[i].y[s]) - p.yAt(p.points[i-1].y[s])) / w
	b := (p.yAt(p.points[i+1].y[s]) - p.yAt(p.points[i].y[s])) / w
	if a*b <= 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}

// bars draws the series of each point side by side.
func (p *plot) bars() {
	n := float64(len(p.names))
	col := plotW / float64(len(p.points))
	width := min(col*(0.5+0.12*min(n, 3)), 56*n) / n
	zero := p.yAt(0)
	for s := range p.names {
		p.r.lit(`<g class="` + hueOf(s) + `">`)
		for i, pt := range p.points {
			if finite(pt.y[s]) {
				p.bar(p.xAt(i)+(float64(s)-n/2)*width, p.yAt(pt.y[s]), zero, width)
			}
		}
		p.r.lit("</g>")
	}
}

func (p *plot) bar(x, y, zero, width float64) {
	p.r.lit(`<rect class="u-bar" x="`)
	p.r.coord(x)
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

// hits are columns without colour that show a point's numbers while the pointer is over them.
func (p *plot) hits() {
	col := plotW / float64(len(p.points))
	for i, pt := range p.points {
		p.r.lit(`<rect class="u-hit" x="`)
		p.r.coord(float64(i) * col)
		p.r.lit(`" y="0" width="`)
		p.r.coord(col)
		p.r.lit(`" height="200"><title>`)
		p.r.text(pt.label + ": " + p.said(pt))
		p.r.lit("</title></rect>")
	}
}

// said are the numbers of a point, with the names of the series where there are several.
func (p *plot) said(pt point) string {
	var all []string
	for s, y := range pt.y {
		switch {
		case !finite(y):
		case len(p.names) > 1:
			all = append(all, p.names[s]+" "+p.amount(y))
		default:
			all = append(all, p.amount(y))
		}
	}
	return strings.Join(all, ", ")
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

// table says the same numbers to those who do not see the drawing.
func (p *plot) table(c *chartPlan) {
	r := p.r
	r.lit(`<div class="u-vh"><table aria-labelledby="`)
	r.ref(c.key, "-title")
	r.lit(`">`)
	if len(p.names) > 1 {
		r.lit("<thead><tr><td>")
		r.text(r.say(c.across))
		r.lit("</td>")
		for _, name := range p.names {
			r.lit(`<th scope="col">`)
			r.text(name)
			r.lit("</th>")
		}
		r.lit("</tr></thead>")
	}
	r.lit("<tbody>")
	for _, pt := range p.points {
		r.lit(`<tr><th scope="row">`)
		r.text(pt.label)
		r.lit("</th>")
		for _, y := range pt.y {
			r.lit("<td>")
			if finite(y) {
				r.text(p.amount(y))
			}
			r.lit("</td>")
		}
		r.lit("</tr>")
	}
	r.lit("</tbody></table></div>")
}

func (p *plot) amount(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if p.unit != "" {
		s += " " + p.unit
	}
	return s
}

// summary says the least and the greatest value of each series.
func (p *plot) summary(lowest, highest string) string {
	var all []string
	for s, name := range p.names {
		lo, hi := -1, -1
		p.stretches(s, func(s, from, to int) {
			for i := from; i < to; i++ {
				if lo < 0 || p.points[i].y[s] < p.points[lo].y[s] {
					lo = i
				}
				if hi < 0 || p.points[i].y[s] > p.points[hi].y[s] {
					hi = i
				}
			}
		})
		if lo < 0 {
			continue
		}
		if name != "" {
			name += ": "
		}
		end := func(i int) string { return p.amount(p.points[i].y[s]) + " (" + p.points[i].label + ")" }
		all = append(all, name+lowest+": "+end(lo)+", "+highest+": "+end(hi))
	}
	return strings.Join(all, "; ")
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
