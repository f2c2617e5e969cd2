package project

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// wordFiles hold what Usher itself says to people, a file a language, in the form of a project's locales.
//
//go:embed words/*.yaml
var wordFiles embed.FS

// ownKey is the key under which a locale holds Usher's own sentences.
const ownKey = "usher"

// ownWords reads the embedded files once: language → key → text.
var ownWords = sync.OnceValue(func() map[string]map[string]*value.Message {
	out := map[string]map[string]*value.Message{}
	entries, err := wordFiles.ReadDir("words")
	if err != nil {
		panic("project: " + err.Error()) // they are in the binary
	}
	for _, e := range entries {
		src, err := wordFiles.ReadFile("words/" + e.Name())
		if err != nil {
			panic("project: " + err.Error())
		}
		root, problems := parseYAML(e.Name(), src)
		texts := map[string]*value.Message{}
		if root != nil {
			r := textReader{fail: func(_ *yaml.Node, key, msg, _ string) {
				problems = append(problems, Problem{File: e.Name(), Msg: key + ": " + msg})
			}}
			r.read(root, "", texts)
		}
		if len(problems) > 0 {
			panic(fmt.Sprintf("project: the own sentences: %s", problems[0])) // a test reads all of them
		}
		out[baseName(e.Name())] = texts
	}
	return out
})

// Speak returns the locale of a language without any text of an app: what Usher itself says, in English where it lacks the language.
func Speak(lang string) *value.Locale {
	if lang == "" {
		lang = "en"
	}
	words := ownWords()
	english := value.NewLocale("en", words["en"], nil)
	for tag := lang; tag != ""; tag = parentTag(tag) {
		for own, texts := range words {
			if strings.EqualFold(own, tag) {
				return value.NewLocale(lang, texts, english)
			}
		}
	}
	return value.NewLocale(lang, nil, english)
}

// parentTag cuts the last part off a language tag: de-AT is de; "" ends it.
func parentTag(tag string) string { return tag[:max(strings.LastIndexByte(tag, '-'), 0)] }

// Locale returns the language in which the scope's reader is spoken to; English where nobody has said.
func Locale(s value.Scope) *value.Locale {
	if l := value.LocaleOf(s); l != nil {
		return l
	}
	return Speak("en")
}

// Locale returns the language that the app speaks when nobody asks for another.
func (a App) Locale() *value.Locale {
	if len(a.Locales) > 0 {
		return a.Locales[0]
	}
	return Speak(a.Language)
}

// textReader reads a tree of texts: keys are joined by dots; a mapping of plural forms is one text.
type textReader struct {
	fail func(n *yaml.Node, key, msg, hint string)
	at   map[string]*yaml.Node // where each text stands, when it is wanted
}

func (r *textReader) read(n *yaml.Node, key string, out map[string]*value.Message) {
	switch {
	case n.Kind == yaml.ScalarNode && key != "":
		r.text(n, key, map[string]*yaml.Node{"other": n}, out)
	case n.Kind == yaml.MappingNode && key != "" && pluralMapping(n):
		forms := map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			forms[n.Content[i].Value] = n.Content[i+1]
		}
		r.text(n, key, forms, out)
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if !textKeyPattern.MatchString(name) {
				r.fail(n.Content[i], key, quoted(name)+" cannot be a key of texts", "use letters, digits, - and _")
				continue
			}
			below := name
			if key != "" {
				below = key + "." + name
			}
			r.read(n.Content[i+1], below, out)
		}
	default:
		r.fail(n, key, "a language holds texts, and mappings of texts", "home: {greeting: \"Hello {name}\"}")
	}
}

func (r *textReader) text(n *yaml.Node, key string, nodes map[string]*yaml.Node, out map[string]*value.Message) {
	forms := make(map[string]string, len(nodes))
	for form, at := range nodes {
		if at.Kind != yaml.ScalarNode || at.ShortTag() != "!!str" && at.Value == "" || at.ShortTag() == "!!null" {
			r.fail(at, key, "this is no text", "write it in quotes")
			return
		}
		forms[form] = at.Value
	}
	m, err := value.ParsePlural(forms)
	if err != nil {
		r.fail(n, key, err.Error(), "")
		return
	}
	out[key] = m
	if r.at != nil {
		r.at[key] = n
	}
}

// pluralMapping reports whether a mapping holds the forms of one text: "other", and nothing but forms.
func pluralMapping(n *yaml.Node) bool {
	other := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if !isPluralForm(name) || n.Content[i+1].Kind != yaml.ScalarNode {
			return false
		}
		other = other || name == "other"
	}
	return other
}

func isPluralForm(name string) bool {
	for _, f := range value.PluralForms {
		if f == name {
			return true
		}
	}
	return false
}

// OwnWords returns what Usher itself says in a language, as its file has it, in JSON: keys, which may be nested, and texts or plural forms.
// Nil where the language has none.
func OwnWords(lang string) json.RawMessage {
	src, err := wordFiles.ReadFile("words/" + lang + ".yaml")
	if err != nil {
		return nil
	}
	v, _ := NewTree(map[string][]byte{"locales/en.yaml": src}).Value("/locales/en/usher")
	return v
}
