package project

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// This file finds what is not what it looks like (promises.md G10): characters that nobody sees, that turn the order of a line round,
// and letters of other scripts that look like ours.

// lookalikes are letters of other scripts, each followed by the ASCII letter or digit that it is taken for.
var lookalikes = likenesses("аaеeоoрpсcхxуyіiјjѕsһhԁdԛqԝwӏlАAВBЕEЗ3КKМMНHОOРPСCТTУYХXІIЈJЅSԌGԜWӀl" + // Cyrillic
	"αaοoρpνvιiκkυuγyΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" + // Greek
	"աwցgհhոnսuօoյjքfՕOՍUԼL" + // Armenian
	"ᎪAᏴBᏟCᎬEᏀGᎻHᎫJᏦKᏞLᎷMᏢPᏒRᏚSᎢTᏙVᏔWᏃZ" + // Cherokee
	"ꓮAꓐBꓚCꓓDꓰEꓝFꓖGꓧHꓲIꓙJꓗKꓡLꓟMꓠNꓳOꓑPꓣRꓢSꓔTꓴUꓦVꓪWꓫXꓬYꓜZ" + // Lisu
	"ıiɡgɑaɩiʏyᴄcᴏoᴜuᴠvᴡwᴢzꜱsƖlǃlⅼl") // Latin

func likenesses(s string) map[rune]rune {
	all, out := []rune(s), map[rune]rune{}
	for i := 0; i+1 < len(all); i += 2 {
		out[all[i]] = all[i+1]
	}
	return out
}

// turns reports whether a character turns round how what follows is shown.
func turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// unseen reports whether nobody sees a character.
func unseen(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r != ' ' && unicode.Is(unicode.Zs, r) ||
		slices.Contains([]rune{0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0}, r) || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

// passesFor returns what a character is taken for, false when it is itself.
func passesFor(r rune) (rune, bool) {
	if r < 0x80 {
		return 0, false
	}
	if a, ok := lookalikes[r]; ok {
		return a, true
	}
	if r >= 0x2100 && r <= 0x217f || r >= 0x24b6 && r <= 0x24e9 || r >= 0xff01 && r <= 0xff5e || r >= 0x1d400 && r <= 0x1d7ff { // other forms of letters
		if plain := norm.NFKC.String(string(r)); len(plain) == 1 {
			return rune(plain[0]), true
		}
	}
	return 0, false
}

// disguised returns the characters for which a name is not what it looks like. A word of another script that happens to have such letters
// alone is one in a name, and just a word in a text.
func disguised(word string, name bool) []rune {
	var hidden, like []rune
	latin, foreign := false, false // letters that are what they look like
	for _, r := range word {
		_, passes := passesFor(r)
		switch {
		case unseen(r):
			hidden = append(hidden, r)
		case passes:
			like = append(like, r)
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.IsLetter(r):
			foreign = true
		}
	}
	if !name && !latin || foreign && !latin {
		like = nil
	}
	if !name && !latin { // joiners within words of other scripts, and of emoji
		hidden = nil
	}
	return append(hidden, like...)
}

// points tells characters by their code points.
func points(rs []rune) string {
	var out []string
	for _, r := range rs {
		text := fmt.Sprintf("U+%04X", r)
		switch a, passes := passesFor(r); {
		case turns(r):
			text += " (turns the text round)"
		case unseen(r):
			text += " (not to be seen)"
		case passes:
			text += fmt.Sprintf(" (looks like %c)", a)
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// nameWarnings looks for names that are not what they look like in all files, and for lines that are shown in another order than they have.
func (t *Tree) nameWarnings(files map[string]*file) Problems {
	var out Problems
	for _, name := range t.Files() {
		if odd := disguised(strings.ReplaceAll(name, "/", "-"), true); len(odd) > 0 {
			out = append(out, Problem{At: filePath(name), File: name, Msg: "the file's name is not what it looks like", Hint: "it has " + points(odd) + "; rename it", Warning: true})
		}
		f := files[name]
		if f == nil || plainASCII(f.src) {
			continue
		}
		out = append(out, turnedLines(name, f.src)...)
		if f.root != nil {
			w := nameWalk{file: name}
			w.node(f.root, filePath(name))
			out = append(out, w.problems...)
		}
	}
	return out
}

func plainASCII(src []byte) bool {
	return !slices.ContainsFunc(src, func(c byte) bool { return c >= utf8.RuneSelf })
}

// turnedLines reports the lines of a file that are shown in another order than they have, those of comments among them.
func turnedLines(name string, src []byte) Problems {
	var out Problems
	line, col, last := 1, 1, 0
	for _, r := range string(src) {
		if turns(r) && line != last {
			last = line
			out = append(out, Problem{At: filePath(name), File: name, Line: line, Col: col, Msg: "the line is shown in another order than it is read", Hint: "it has " + points([]rune{r}) + "; take it out", Warning: true})
		}
		if col++; r == '\n' {
			line, col = line+1, 1
		}
	}
	return out
}

// nameWalk looks at the keys of a file and at values of one word.
type nameWalk struct {
	file     string
	problems Problems
}

func (w *nameWalk) node(n *yaml.Node, at Path) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			w.word(key, at.key(key.Value), true)
			w.node(n.Content[i+1], at.key(key.Value))
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			w.node(c, at.item(i))
		}
	case yaml.ScalarNode:
		if !strings.ContainsAny(n.Value, " \n") {
			w.word(n, at, false)
		}
	}
}

func (w *nameWalk) word(n *yaml.Node, at Path, key bool) {
	odd := disguised(n.Value, key)
	odd = slices.DeleteFunc(odd, turns) // told with its line
	if len(odd) == 0 {
		return
	}
	what := "the word"
	if key {
		what = "the key"
	}
	w.problems = append(w.problems, Problem{At: at, File: w.file, Line: n.Line, Col: n.Column, Msg: fmt.Sprintf("%s %+q is not what it looks like", what, n.Value), Hint: "it has " + points(odd) + "; type it again", Warning: true})
}

// withPoints adds to the hints of problems which of the characters that they quote are not what they look like, and the warnings about names
// where nothing else is told.
func withPoints(problems, warnings Problems) Problems {
	type spot struct {
		file      string
		line, col int
	}
	told := map[spot]bool{}
	for i, p := range problems {
		told[spot{p.File, p.Line, p.Col}] = true
		odd := disguisedIn(p.Msg)
		if len(odd) == 0 && p.Line == 0 {
			odd = disguised(strings.ReplaceAll(p.File, "/", "-"), true)
		}
		if len(odd) > 0 {
			if p.Hint != "" {
				p.Hint += "; "
			}
			problems[i].Hint = p.Hint + "it has " + points(odd)
		}
	}
	for _, p := range warnings {
		if !told[spot{p.File, p.Line, p.Col}] {
			problems = append(problems, p)
		}
	}
	return problems
}

// disguisedIn is disguised of each name that a sentence quotes.
func disguisedIn(sentence string) []rune {
	var out []rune
	for i, part := range strings.Split(sentence, `"`) {
		if i%2 == 1 {
			if plain, err := strconv.Unquote(`"` + part + `"`); err == nil {
				part = plain
			}
			out = append(out, disguised(part, true)...)
		}
	}
	return out
}
