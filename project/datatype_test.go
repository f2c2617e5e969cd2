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
	p, problems = flow(`"${Post({title: 'x', likes: '4', author: Person({name: 'Ada'})})}"`).Project()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if v, err := p.Page("main").OnLoad[0].Props["values"].Eval(nil); err != nil || !reflect.DeepEqual(v, map[string]any{"post": map[string]any{"title": "x", "likes": 4, "author": map[string]any{"name": "Ada"}}}) {
		t.Errorf("a data type called as a function: %v, %v", v, err)
	}
	for fields, want := range map[string]string{
		`"${Post({titel: 'x'})}"`: "did you mean title",
		`{titel: x}`:              "did you mean title", `{likes: "${state.post.title}"}`: "likes", `{author: x}`: "author", `{author: {nam: x}}`: "did you mean name",
	} {
		if _, problems := flow(fields).Project(); len(problems) == 0 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%s: %v, want %q", fields, problems, want)
		}
	}
}

// TestF124_F128_RequestsAreWrittenInTheBackendsWords: inside an expression fields and enum values go by their names; what leaves it has JSON keys and wire values.
func TestF124_F128_RequestsAreWrittenInTheBackendsWords(t *testing.T) {
	p, problems := typesApp(map[string]string{
		"types/Person.yaml": "fields: {firstName: {type: text, key: first_name}, role: Role, name: text}\n",
		"types/Role.yaml":   "enum:\n  - {name: admin, wire: 1}\n  - {name: member, wire: M}\n",
		"calls/api.yaml": `url: https://api.example.com
params: {tenant: Role}
headers: {X-Tenant: "${params.tenant}"}
calls:
  save:
    method: POST
    path: /save/${params.role}
    params: {who: Person, people: list of Person, role: Role, roles: list of Role}
    query: {role: "${params.role}", roles: "${params.roles}"}
    json:
      first: ${params.who.firstName}
      who: ${params.who}
      people: ${params.people}
      isAdmin: ${params.role == 'admin'}
      role: ${params.role ?? 'member'}
      other: "${params.role == 'admin' ? 'member' : params.role}"
      either: ${params.role ?? 'nobody'}
      text: x-${params.role}
      asJSON: ${json(params.who)}
      joined: ${join(params.roles, ",")}
`,
	}).Project()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ada := map[string]any{"firstName": "Ada", "role": "admin"}
	scope := value.Scope{"params": map[string]any{"who": ada, "people": []any{ada}, "role": "admin", "roles": []any{"admin", "member"}, "tenant": "member"}}
	c := p.Call("api.save")
	sent := map[string]any{"first_name": "Ada", "role": 1}
	for name, part := range map[string]struct {
		t    *value.Template
		want any
	}{
		"body": {c.Body, map[string]any{"first": "Ada", "who": sent, "people": []any{sent}, "isAdmin": true, "role": 1, "other": "M", "either": 1, "text": "x-1",
			"asJSON": `{"first_name":"Ada","role":1}`, "joined": "1,M"}},
		"path":   {c.Path, "/save/1"},
		"query":  {c.Query[0].Value, 1},
		"list":   {c.Query[1].Value, []any{1, "M"}},
		"header": {c.Group.Headers[0].Value, "M"},
	} {
		got, err := part.t.Eval(scope)
		if err != nil || !reflect.DeepEqual(got, part.want) {
			t.Errorf("%s: %#v, %v, want %#v", name, got, err, part.want)
		}
	}
}
