package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"

	"github.com/usherdev/usher/value"
)

const localesDir = "locales"

// localeFile is one file of texts while it is read.
type localeFile struct {
	f     *file
	lang  string
	texts map[string]*value.Message
	at    map[string]*yaml.Node
}

// readLocales reads the texts of the app, a file a language: the app's own language comes first and has every text.
func (c *checker) readLocales() {
	app := &c.p.App
	var files []*localeFile
	for _, f := range c.in(localesDir) {
		if l := c.readLocale(f); l != nil {
			files = append(files, l)
		}
	}
	if len(files) == 0 {
		return
	}
	i := slices.IndexFunc(files, func(l *localeFile) bool { return strings.EqualFold(l.lang, app.Language) })
	if i < 0 {
		if c.files[appFile] != nil {
			c.problems = append(c.problems, Problem{
				At: filePath(appFile), File: appFile, Msg: fmt.Sprintf("the app's own language is %s, but %s has no %s.yaml", app.Language, localesDir, app.Language),
				Hint: "add the file, or say with language: which of them is the default",
			})
		}
		return
	}
	home := files[i]
	for _, l := range files {
		c.checkOwnTexts(l)
		if l != home {
			c.compareTexts(l, home, files)
		}
	}
	app.Locales = localesOf(home, files)
}

// readLocale reads one file; nil when it cannot be used.
func (c *checker) readLocale(f *file) *localeFile {
	if f.root == nil {
		return nil
	}
	root := c.rootOf(f)
	l := &localeFile{f: f, lang: baseName(f.name), texts: map[string]*value.Message{}, at: map[string]*yaml.Node{}}
	if _, err := language.Parse(l.lang); err != nil || !languagePattern.MatchString(l.lang) {
		root.fail(quoted(l.lang)+" is not a language tag", "name the file after one, such as en.yaml, de.yaml or pt-BR.yaml")
		return nil
	}
	if f.root.Kind != yaml.MappingNode {
		root.fail("a language is a mapping of keys to texts", "home: {greeting: \"Hello {name}\"}")
		return nil
	}
	r := textReader{at: l.at, fail: func(n *yaml.Node, key, msg, hint string) {
		c.problems = append(c.problems, Problem{At: textPath(f, key), File: f.name, Line: n.Line, Col: n.Column, Msg: msg, Hint: hint})
	}}
	r.read(f.root, "", l.texts)
	return l
}

// textPath is where a text stands.
func textPath(f *file, key string) Path {
	at := filePath(f.name)
	for part := range strings.SplitSeq(key, ".") {
		if part != "" {
			at = at.key(part)
		}
	}
	return at
}

// tell files a problem of one text.
func (c *checker) tell(l *localeFile, key, msg, hint string, warning bool) {
	p := Problem{At: textPath(l.f, key), File: l.f.name, Msg: msg, Hint: hint, Warning: warning}
	if n := l.at[key]; n != nil {
		p.Line, p.Col = n.Line, n.Column
	}
	c.problems = append(c.problems, p)
}

// checkOwnTexts checks what a file says of Usher's own sentences, and its plural forms.
func (c *checker) checkOwnTexts(l *localeFile) {
	english := ownWords()["en"]
	forms := value.PluralFormsOf(l.lang)
	for _, key := range sortedKeys(l.texts) {
		m := l.texts[key]
		if strings.HasPrefix(key, ownKey+".") {
			if english[key] == nil {
				c.tell(l, key, "Usher has no sentence "+quoted(key), didYouMean(key, sortedKeys(english)), false)
			} else {
				c.sameParams(l, key, english[key], "Usher's own sentence")
			}
		}
		have := m.Forms()
		if len(have) < 2 {
			continue
		}
		for _, form := range forms {
			if !slices.Contains(have, form) {
				c.tell(l, key, fmt.Sprintf("%s also has the plural form %q", l.lang, form), "until it is written, “other” is shown", true)
			}
		}
	}
}

// sameParams faults placeholders that the text it translates does not have.
func (c *checker) sameParams(l *localeFile, key string, original *value.Message, of string) {
	for _, p := range l.texts[key].Params() {
		if !slices.Contains(original.Params(), p) {
			c.tell(l, key, fmt.Sprintf("%s has no {%s}", of, p), didYouMean(p, original.Params()), false)
		}
	}
}

// compareTexts tells what a language lacks, and what it has that no page can show.
func (c *checker) compareTexts(l, home *localeFile, files []*localeFile) {
	for _, key := range sortedKeys(l.texts) {
		switch original := home.texts[key]; {
		case strings.HasPrefix(key, ownKey+"."):
		case original == nil:
			c.tell(l, key, fmt.Sprintf("%s has no text %s", home.f.name, quoted(key)), didYouMean(key, sortedKeys(home.texts)), true)
		default:
			c.sameParams(l, key, original, "this text in "+home.f.name)
		}
	}
	parent := parentOf(l, files)
	var missing []string
	for _, key := range sortedKeys(home.texts) {
		if l.texts[key] == nil && !strings.HasPrefix(key, ownKey+".") && (parent == nil || parent.texts[key] == nil) {
			missing = append(missing, key)
		}
	}
	if n := len(missing); n > 0 {
		list := strings.Join(missing[:min(n, 3)], ", ")
		if n > 3 {
			list += fmt.Sprintf(" and %d more", n-3)
		}
		c.tell(l, missing[0], fmt.Sprintf("%s lacks %s", l.lang, list), "until they are written, the text of "+home.lang+" is shown", true)
	}
}

// parentOf is the file that lends a regional language its texts: de for de-AT; nil for none.
func parentOf(l *localeFile, files []*localeFile) *localeFile {
	for tag := parentTag(l.lang); tag != ""; tag = parentTag(tag) {
		for _, other := range files {
			if strings.EqualFold(other.lang, tag) {
				return other
			}
		}
	}
	return nil
}

// localesOf makes the languages of an app: each lends from its parent, then says Usher's sentences itself, then lends from the default.
func localesOf(home *localeFile, files []*localeFile) []*value.Locale {
	first := value.NewLocale(home.lang, home.texts, Speak(home.lang))
	out := []*value.Locale{first}
	for _, l := range files {
		if l == home {
			continue
		}
		own := Speak(l.lang)
		texts := map[string]*value.Message{}
		for _, key := range own.Keys() {
			texts[key] = own.Message(key)
		}
		next := value.NewLocale(l.lang, texts, first)
		if parent := parentOf(l, files); parent != nil && parent != home {
			next = value.NewLocale(l.lang, parent.texts, next)
		}
		out = append(out, value.NewLocale(l.lang, l.texts, next))
	}
	return out
}

// Choose returns the language of the app that suits somebody best: wanted is what the person chose, "" for none, accept what the browser
// says in Accept-Language. Without a match it is the app's own.
func (a App) Choose(wanted, accept string) *value.Locale {
	if len(a.Locales) < 2 {
		return a.Locale()
	}
	for _, l := range a.Locales {
		if strings.EqualFold(l.Language(), wanted) {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return a.Locale()
	}
	offered := make([]language.Tag, len(a.Locales))
	for i, l := range a.Locales {
		offered[i] = language.Make(l.Language())
	}
	_, i, confidence := language.NewMatcher(offered).Match(tags[:min(len(tags), 20)]...)
	if confidence == language.No {
		return a.Locale()
	}
	return a.Locales[i]
}

// Speaks returns the language of that tag, nil when the app does not speak it.
func (a App) Speaks(lang string) *value.Locale {
	for _, l := range a.Locales {
		if strings.EqualFold(l.Language(), lang) {
			return l
		}
	}
	return nil
}

func sortedKeys(m map[string]*value.Message) []string { return slices.Sorted(maps.Keys(m)) }

// spoken faults a language that is written down and that the app does not speak.
func (sc scope) spoken(a *Action, s section) {
	p, ok := s.get("language")
	v, constant := a.Props["language"].Constant()
	lang, _ := v.(string)
	if !ok || !constant || lang == "" || s.c.p.App.Speaks(lang) != nil {
		return
	}
	var have []string
	for _, l := range s.c.p.App.Locales {
		have = append(have, l.Language())
	}
	hint := "make the file " + localesDir + "/" + lang + ".yaml"
	if len(have) > 0 {
		hint += "; it speaks " + strings.Join(have, ", ")
	}
	p.fail("the app does not speak "+quoted(lang), hint)
}
