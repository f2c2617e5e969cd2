package render

import "math"

// Slices of a pie lie round a middle at 100, 100; what is left of a full circle is the gap that the stylesheet draws.
const (
	pieR    = 96.0
	donutR  = 58.0
	fullPie = 2 * math.Pi
)

// pie draws the points as slices, those that are too many to tell apart as one, and beside them what each of them is.
func (p *plot) pie(c *chartPlan) {
	p.gather(c.rest)
	total := 0.0
	for _, pt := range p.points {
		total += pt.y[0]
	}
	r := p.r
	r.lit(`<div class="u-pie"><svg viewBox="0 0 200 200" role="img" aria-labelledby="`)
	r.ref(c.key, "-title")
	r.lit(`">`)
	from := 0.0
	for i, pt := range p.points {
		to := from + pt.y[0]/total*fullPie
		if i == len(p.points)-1 {
			to = fullPie
		}
		r.lit(`<path class="u-slice ` + hueOf(i) + `" d="`)
		p.slice(from, to, c.kind == "donut")
		r.lit(`"><title>`)
		r.text(pt.label + ": " + p.amount(pt.y[0]))
		r.lit("</title></path>")
		from = to
	}
	r.lit("</svg>")
	if c.legend {
		p.shares(c, total)
	}
	r.lit("</div>")
}

// gather makes one slice of all that have no colour of their own.
func (p *plot) gather(name string) {
	if len(p.points) <= maxHues {
		return
	}
	rest := point{label: name, y: []float64{0}}
	for _, pt := range p.points[maxHues-1:] {
		rest.y[0] += pt.y[0]
	}
	p.points = append(p.points[:maxHues-1:maxHues-1], rest)
}

// slice writes the outline of a slice between two angles, clockwise from the top. A full circle is drawn as two halves.
func (p *plot) slice(from, to float64, hollow bool) {
	arc := func(radius, from, to float64, sweep markup) {
		half := (from + to) / 2
		for _, at := range []float64{half, to} {
			p.r.lit("A")
			p.r.pair(radius, radius)
			p.r.lit(" 0 0 " + sweep + " ")
			p.r.pair(round(radius, at))
		}
	}
	p.r.lit("M")
	p.r.pair(round(pieR, from))
	arc(pieR, from, to, "1")
	switch {
	case hollow:
		p.r.lit("L")
		p.r.pair(round(donutR, to))
		arc(donutR, to, from, "0")
	case to-from < fullPie-1e-9:
		p.r.lit("L100 100")
	}
	p.r.lit("z")
}

// round is the place on a circle round the middle at an angle from the top.
func round(radius, angle float64) (x, y float64) {
	return 100 + radius*math.Sin(angle), 100 - radius*math.Cos(angle)
}

// shares is the legend of slices: name, number and share.
func (p *plot) shares(c *chartPlan, total float64) {
	r := p.r
	r.lit(`<ul class="u-legend" aria-hidden="true">`)
	for i, pt := range p.points {
		r.lit(`<li class="` + hueOf(i) + `"><span>`)
		r.text(pt.label)
		r.lit("</span><b>")
		r.text(p.amount(pt.y[0]))
		r.lit("</b><i>")
		r.text(c.locale.Percent(math.Round(pt.y[0]/total*1000) / 1000))
		r.lit("</i></li>")
	}
	r.lit("</ul>")
}
