package imports

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// postsApp is an app with a login and a group at https://api.example.com/v1.
func postsApp() *project.Tree {
	return project.NewTree(map[string][]byte{
		"app.yaml":         []byte("usher: 1\nname: Posts\nenv:\n  API_URL: https://api.example.com\nauthentication:\n  entryPage: in\n  loggedInPage: main\n"),
		"pages/in.yaml":    []byte("path: /in\ntitle: In\nbody:\n  - text: Hello\n"),
		"pages/main.yaml":  []byte("path: /main\ntitle: Start\nbody:\n  - text: Hello\n"),
		"calls/posts.yaml": []byte("# kept\nurl: ${env.API_URL}/v1\n\ncalls:\n  getPosts: {path: /posts}   # as it is\n  deletePostsById: {method: DELETE, path: /x}\n"),
	})
}

// canaries are the credentials that the commands hold.
var canaries = []string{"hunter2hunter2", "eyJhbGciOiJIUzI1NiJ9", "ghp_abcdefghijklmnopqrstuvwxyz0123", "k-123", "s3cret", "client-id", "pa&ss", "pa%26ss", "abcDEF123456", "Bearer abc", "0123456789abcdef", "sid=abc"}

func TestF107_CURLBecomesACall(t *testing.T) {
	files, err := filepath.Glob("testdata/curl/*/command.sh")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d commands: %v", len(files), err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			base := bareApp()
			if name := filepath.Base(dir); name == "existing" || name == "variables" {
				base = postsApp()
			}
			plan, err := CURL(base, string(src), "")
			if err != nil {
				t.Fatal(err)
			}
			next, err := plan.Apply()
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range next.Files() {
				for _, c := range canaries {
					if strings.Contains(string(next.Bytes(name)), c) || strings.Contains(report(plan), c) {
						t.Errorf("G8: the credential %s came through into %s or the report", c, name)
					}
				}
			}
			if _, problems := next.Project(); problems.Errors() {
				t.Error(problems)
			}
			golden(t, filepath.Join(dir, "want"), base, next, report(plan))
		})
	}
}

func TestF107_CURLFaultsNameTheirPlace(t *testing.T) {
	for command, want := range map[string]string{
		"":                                   "curl:1:1: there is no command",
		"wget https://x.example":             `curl:1:1: the command must begin with curl, not "wget"`,
		"curl":                               "curl:1:1: the command names no address",
		"curl 'https://x.example":            "curl:1:6: this quote is not closed",
		"curl \\\n  -H":                      "curl:2:3: -H needs a value",
		"curl https://x.example -d $(cat x)": "curl:1:27: a command inside the command is not run; put its result here",
		"curl $URL":                          "curl:1:6: the address begins with a shell variable; put its value there",
		"curl ftp://x.example":               "curl:1:6: only http and https are called, not ftp",
		"curl https://":                      "curl:1:6: the address has no host",
		"curl -X BREW https://x.example":     `curl:1:14: a call has no method "BREW"`,
		"curl https://x.example --json '{'":  "curl:1:31: the body is not JSON, though it is sent as that",
		"curl https://x.example -H 'a b: c'": "curl:1:27: this is not a header",
		"curl $'\\q' x":                      "curl:1:8: this escape is not known",
	} {
		_, err := CURL(bareApp(), command, "")
		var at *SourceError
		if !errors.As(err, &at) || err.Error() != want {
			t.Errorf("%q: %v, want %s", command, err, want)
		}
	}
	if _, err := CURL(postsApp(), "curl https://other.example/x", "posts"); err == nil || !strings.Contains(err.Error(), "another address") {
		t.Errorf("a group with another address took the call: %v", err)
	}
}

func TestF107_CURLTakesTheNamedGroup(t *testing.T) {
	plan, err := CURL(bareApp(), "curl https://api.example.com/v1/x", "shop")
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply()
	if err != nil || next.Bytes("calls/shop.yaml") == nil {
		t.Errorf("%v, files %v", err, next.Files())
	}
}

func TestF107_ACallBecomesCURLWithoutSecrets(t *testing.T) {
	tree := postsApp()
	for _, command := range []string{
		`curl https://api.example.com/v1/login -u me:secretword --json '{"user":"it'\''s", "password":"secretword", "n": 3}'`,
		`curl https://api.example.com/v1/upload -H 'Authorization: Bearer abc' -F file=@x -F title='a b'`,
		`curl https://api.example.com/v1/search -G -d q=a%20b -d page=2 -H 'X-Api-Key: secretword'`,
		`curl https://api.example.com/v1/form/$ID -d name=x -d token=secretword`,
	} {
		plan, err := CURL(tree, command, "posts")
		if err != nil {
			t.Fatal(err)
		}
		if tree, err = plan.Apply(); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	for id, want := range map[string]string{
		"posts.postLogin": `curl -X POST 'https://api.example.com/v1/login' \
  -H 'Authorization: '"$AUTHORIZATION"'' \
  --json '{"n":3,"password":"'"$PASSWORD"'","user":"it'\''s"}'
`,
		"posts.postUpload": `curl -X POST 'https://api.example.com/v1/upload' \
  -H 'Authorization: Bearer '"$AUTH_TOKEN"'' \
  -F 'file=@'"$FILE_FILE"'' \
  --form-string 'title=a b'
`,
		"posts.getSearch": `curl 'https://api.example.com/v1/search?q=a%20b&page=2' \
  -H 'X-Api-Key: '"$X_API_KEY"''
`,
		"posts.postFormById": `curl -X POST 'https://api.example.com/v1/form/'"$ID"'' \
  --data-urlencode 'name=x' \
  --data-urlencode 'token='"$TOKEN"''
`,
	} {
		got, err := ExportCURL(p, id, nil)
		if err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", id, err, got, want)
		}
		if again, err := CURL(bareApp(), got, ""); err != nil {
			t.Errorf("%s cannot be read back: %v", id, err)
		} else if _, err := again.Apply(); err != nil {
			t.Errorf("%s read back: %v", id, err)
		}
	}
	if _, err := ExportCURL(p, "posts.none", nil); err == nil {
		t.Error("a call that is not there was written")
	}
}
