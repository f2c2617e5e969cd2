package imports

import (
	"strings"
	"testing"
)

const keyed = `openapi: 3.1.0
info: {title: Keyed, version: "1"}
SERVERS
security: [{appKey: []}]
paths:
  /cats: {get: {tags: [cats], responses: {"200": {description: ok}}}}
  /dogs: {get: {tags: [dogs], responses: {"200": {description: ok}}}}
components: {securitySchemes: {appKey: {type: apiKey, in: header, name: X-Api-Key}}}
`

// TestE9_ImportedKeysAreBoundToTheirOrigin: a key that the builder holds becomes a secret of each group that sends it, bound to the address
// of the document; where the document names none, it is a secret value of the environment. A second command to the same place uses the
// secret that is there.
func TestE9_ImportedKeysAreBoundToTheirOrigin(t *testing.T) {
	for servers, want := range map[string]struct{ group, app string }{
		"servers: [{url: https://pets.example.com/v1}]": {`APP_KEY: {origin: https://pets.example.com,`, ""},
		"servers: [{url: /v1}]":                         {`X-Api-Key: ${env.APP_KEY}`, "APP_KEY: {secret: true"},
		"":                                              {`X-Api-Key: ${env.APP_KEY}`, "APP_KEY: {secret: true"},
		"servers: [{url: 'https://PETS.example.com'}]": {`X-Api-Key: ${env.APP_KEY}`, "APP_KEY: {secret: true"},
	} {
		plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "keyed.yaml", Source: []byte(strings.Replace(keyed, "SERVERS", servers, 1))})
		if err != nil {
			t.Fatal(err)
		}
		tree, err := plan.Apply()
		if err != nil {
			t.Fatal(err)
		}
		app := string(tree.Bytes("app.yaml"))
		for _, file := range []string{"calls/cats.yaml", "calls/dogs.yaml"} {
			if got := string(tree.Bytes(file)); !strings.Contains(got, want.group) || !strings.Contains(app, want.app) || want.app == "" && strings.Contains(app, "secret") {
				t.Errorf("%q: %s is\n%s\nand app.yaml\n%s", servers, file, got, app)
			}
		}
		if p, problems := tree.Project(); problems.Errors() || want.app == "" && len(p.Call("cats.getCats").Group.Secrets) != 1 {
			t.Errorf("%q: %v", servers, problems)
		}
	}
	tree := bareApp()
	for _, path := range []string{"cats", "dogs"} {
		plan, err := CURL(tree, "curl https://pets.example.com/"+path+" -H 'X-Api-Key: sesame-opens'", "") // gitleaks:allow, made up here
		if err != nil {
			t.Fatal(err)
		}
		if tree, err = plan.Apply(); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := tree.Project()
	if problems.Errors() || len(p.Groups) != 1 || len(p.Groups[0].Secrets) != 1 || p.Groups[0].Secrets[0].Origin != "https://pets.example.com" || len(p.App.Env) != 1 {
		t.Errorf("two commands: %v\n%s", problems, tree.Bytes("calls/cats.yaml"))
	}
	for _, file := range tree.Files() {
		if strings.Contains(string(tree.Bytes(file)), "sesame") {
			t.Errorf("%s holds the key", file)
		}
	}
	if text, err := ExportCURL(p, p.Groups[0].Calls[0].ID, nil); err != nil || !strings.Contains(text, `-H 'X-Api-Key: '"$X_API_KEY"''`) {
		t.Errorf("and back: %v %s", err, text)
	}
}
