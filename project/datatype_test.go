package project

import (
	"reflect"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// typesApp is an app with these files beside an app.yaml and a page that reads a call's reply.
func typesApp(files map[string]string) *Tree {
	all := map[string][]byte{
		"app.yaml":        []byte("usher: 1\nname: Types\n"),
		"pages/main.yaml": []byte("path: /\ntitle: Start\nbody:\n  - text: Hello\n"),
	}
	for name, text := range files {
		all[name] = []byte(text)
	}
	return NewTree(all)
}

const everyField = `doc: What a person writes.
fields:
  title: text
  likes: {type: int, default: 0, doc: how many}
  rating: number
  public: {type: bool, default: true}
  at: time
  raw: json
  token: secret
  photo: image
  tint: color
  file: file
  mood: {type: Mood, default: good}
  author: {type: Person, key: written-by}
  tags: list of text
  others: list of Person
  grid: list of list of int
`

func TestF120_F121_DataTypesHaveFieldsOfAllTypes(t *testing.T) {
	p, problems := typesApp(map[string]string{
		"types/Post.yaml":   everyField,
		"types/Person.yaml": "fields: {name: text}\n",
		"types/Mood.yaml":   "enum:\n  - good\n  - {name: bad, wire: -1, doc: not so good}\n",
	}).Project()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var post *DataType
	for _, d := range p.Types {
		if d.Name == "Post" {
			post = d
		}
	}
	if post == nil || post.Doc != "What a person writes." || post.File != "types/Post.yaml" {
		t.Fatalf("%+v", post)
	}
	want := map[string]string{"title": "text", "likes": "int", "rating": "number", "public": "bool", "at": "time", "raw": "json", "token": "secret", "photo": "image",
		"tint": "color", "file": "file", "mood": "Mood", "author": "Person", "tags": "list of text", "others": "list of Person", "grid": "list of list of int"}
	got := map[string]string{}
	for _, f := range post.Type.Fields {
		got[f.Name] = f.Type.String()
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("fields %v", got)
	}
	if f, _ := post.Type.Field("likes"); f.Default != 0 || f.Doc != "how many" {
		t.Errorf("likes %+v", f)
	}
	if f, _ := post.Type.Field("author"); f.JSONKey() != "written-by" {
		t.Errorf("author %+v", f)
	}
}

func TestF120_FaultsOfDataTypes(t *testing.T) {
	for text, want := range map[string]string{
		"fields: {a: strnig}":                        "unknown type",
		"fields: {a: text, in: text}":                "a word of expressions",
		"fields: {a: {type: int, default: x}}":       "default",
		"fields: {a: {type: secret, default: x}}":    "a secret has no default",
		"fields: {a: text, b: {type: text, key: a}}": "two fields have the JSON key",
		"fields: {a: Post}":                          "contain themselves",
		"enum: [a, a]":                               "the enum has \"a\" twice",
		"enum: []":                                   "an enum needs values",
		"doc: nothing":                               "needs fields or enum",
		"fields: {a: text}\nenum: [a]":               "either fields or enum",
	} {
		_, problems := typesApp(map[string]string{"types/Post.yaml": text + "\n"}).Project()
		if len(problems) == 0 || !strings.Contains(problems[0].String(), want) || problems[0].Line == 0 {
			t.Errorf("%q: %v, want %q", text, problems, want)
		}
	}
}

// TestF127_AnObjectIsMadeFieldByField: where a data type is needed, a mapping names its fields; each is checked, and what is not there is unset.
func TestF127_AnObjectIsMadeFieldByField(t *testing.T) {
	post := "types/Post.yaml"
	flow := func(fields string) *Tree {
		return typesApp(map[string]string{post: "fields: {title: text, likes: {type: int, default: 3}, author: Person}\n", "types/Person.yaml": "fields: {name: text}\n",
			"pages/main.yaml": "path: /\ntitle: Start\nstate:\n  post: Post\n  n: int\nonLoad:\n  - setState:\n      post: " + fields + "\nbody:\n  - text: Hello\n"})
	}
	p, problems := flow(`{title: "No ${state.n}", author: {name: "${state.post.title}"}}`).Project()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	values := p.Page("main").OnLoad[0].Props["values"]
	v, err := values.Eval(value.Scope{"state": map[string]any{"n": 1, "post": map[string]any{"title": "Old"}}})
	if err != nil || !reflect.DeepEqual(v, map[string]any{"post": map[string]any{"title": "No 1", "author": map[string]any{"name": "Old"}}}) {
		t.Errorf("%v, %v", v, err)
	}
	for fields, want := range map[string]string{
		`{titel: x}`: "did you mean title", `{likes: "${state.post.title}"}`: "likes", `{author: x}`: "author", `{author: {nam: x}}`: "did you mean name",
	} {
		if _, problems := flow(fields).Project(); len(problems) == 0 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%s: %v, want %q", fields, problems, want)
		}
	}
}
