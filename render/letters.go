package render

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters are the strokes of icons, for there is no typeface on a server: lines through points (M begins one, L goes on) and arcs (A: centre,
// radii, from and to in degrees, clockwise from the right), in a box 6 high.
var letters = map[rune]string{
	'A': "M0 6 L2.2 0 L4.4 6 M.75 4 L3.65 4", 'B': "M0 3 L0 0 L2.3 0 A2.3 1.5 1.4 1.5 -90 90 L0 3 L0 6 L2.4 6 A2.4 4.5 1.6 1.5 90 -90",
	'C': "A2.3 3 2.3 3 -45 -315", 'D': "M0 0 L1.5 0 A1.5 3 2.7 3 -90 90 L0 6 L0 0", 'E': "M3.5 0 L0 0 L0 6 L3.5 6 M0 3 L3 3", 'F': "M3.5 0 L0 0 L0 6 M0 3 L3 3",
	'G': "A2.4 3 2.4 3 -45 -360 L2.6 3", 'H': "M0 0 L0 6 M4.2 0 L4.2 6 M0 3 L4.2 3", 'I': "M0 0 L0 6", 'J': "M3.2 0 L3.2 4.3 A1.6 4.3 1.6 1.7 0 160",
	'K': "M0 0 L0 6 M3.9 0 L0 3.7 M1.4 2.4 L4.1 6", 'L': "M0 0 L0 6 L3.4 6", 'M': "M0 6 L0 0 L2.5 4 L5 0 L5 6", 'N': "M0 6 L0 0 L4.2 6 L4.2 0",
	'O': "A2.5 3 2.5 3 0 360", 'P': "M0 6 L0 0 L2.3 0 A2.3 1.7 1.7 1.7 -90 90 L0 3.4", 'Q': "A2.5 3 2.5 3 0 360 M3 4.4 L4.9 6.3",
	'R': "M0 6 L0 0 L2.3 0 A2.3 1.7 1.7 1.7 -90 90 L0 3.4 M1.9 3.4 L4.1 6", 'S': "A2 1.5 1.8 1.5 -35 -270 A2 4.5 1.95 1.5 -90 150", 'T': "M0 0 L4.4 0 M2.2 0 L2.2 6",
	'U': "M0 0 L0 3.9 A2.1 3.9 2.1 2.1 180 0 L4.2 0", 'V': "M0 0 L2.2 6 L4.4 0", 'W': "M0 0 L1.5 6 L3.1 1 L4.7 6 L6.2 0", 'X': "M0 0 L4.2 6 M4.2 0 L0 6",
	'Y': "M0 0 L2.2 3.2 L4.4 0 M2.2 3.2 L2.2 6", 'Z': "M0 0 L4 0 L0 6 L4 6",
	'0': "A2 3 2 3 0 360", '1': "M0 1.4 L1.7 0 L1.7 6", '2': "A1.9 1.8 1.8 1.8 -165 40 L0 6 L4 6", '3': "A1.8 1.5 1.6 1.5 -150 90 A1.8 4.5 1.8 1.5 -90 150",
	'4': "M3 6 L3 0 L0 4.3 L4.1 4.3", '5': "M3.5 0 L.6 0 L.3 2.9 A1.9 4.1 1.9 1.9 -135 140", '6': "A1.95 4.1 1.95 1.9 0 360 M.2 3.5 L2.6 0", '7': "M0 0 L3.9 0 L1.4 6",
	'8': "A1.9 1.45 1.6 1.45 0 360 A1.9 4.45 1.9 1.55 0 360", '9': "A1.95 1.9 1.95 1.9 0 360 M3.7 2.5 L1.3 6",
}

// ring stands for letters that we have no strokes of.
const ring = "A2.2 3 2.2 2.2 0 360"

type spot struct{ x, y float64 }

// strokes returns the lines of an app's letter, each a list of points.
func strokes(letter string) [][]spot {
	path := ring
	first, _ := utf8.DecodeRuneInString(norm.NFD.String(strings.ToUpper(letter))) // É is E and an accent
	if p, ok := letters[first]; ok {
		path = p
	}
	pen := &stroker{}
	pen.draw(path)
	return pen.lines
}

type stroker struct{ lines [][]spot }

func (s *stroker) draw(path string) {
	fields := strings.Fields(path)
	for len(fields) > 0 {
		op, n := fields[0][0], 2
		if op == 'A' {
			n = 6
		}
		v := make([]float64, n)
		fields[0] = fields[0][1:]
		for i := range v {
			v[i], _ = strconv.ParseFloat(fields[i], 64) // the table's own
		}
		fields = fields[n:]
		switch op {
		case 'M':
			s.lines = append(s.lines, []spot{{v[0], v[1]}})
		case 'L':
			s.on(spot{v[0], v[1]})
		case 'A':
			s.arc(v)
		}
	}
}

func (s *stroker) on(p spot) { s.lines[len(s.lines)-1] = append(s.lines[len(s.lines)-1], p) }

// arc goes on from where the last line ended, if it begins there; otherwise it is a line of its own.
func (s *stroker) arc(v []float64) {
	const parts = 28
	for i := range parts + 1 {
		a := (v[4] + (v[5]-v[4])*float64(i)/parts) * math.Pi / 180
		p := spot{v[0] + v[2]*math.Cos(a), v[1] + v[3]*math.Sin(a)}
		if i == 0 && !s.at(p) {
			s.lines = append(s.lines, []spot{p})
			continue
		}
		s.on(p)
	}
}

func (s *stroker) at(p spot) bool {
	if len(s.lines) == 0 {
		return false
	}
	last := s.lines[len(s.lines)-1]
	end := last[len(last)-1]
	return math.Hypot(end.x-p.x, end.y-p.y) < 0.05
}
