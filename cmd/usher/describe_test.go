package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/studio"
)

const twoOperations = `{"openapi":"3.0.3","info":{"title":"Things","version":"2"},"paths":{
	"/things":{"get":{"operationId":"things","responses":{"200":{"description":"all"}}},"post":{"operationId":"add","responses":{"200":{"description":"it"}}}}}}`

// hosting is a backend that answers some addresses; the second result says what it was asked for since it was asked that last. HOST in an answer is its
// own.
func hosting(t *testing.T, answers map[string]string) (*httptest.Server, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		body, ok := answers[r.URL.Path]
		if !ok {
			body, ok = answers["*"]
		}
		if to, away := strings.CutPrefix(body, "to "); away {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(strings.ReplaceAll(body, "HOST", r.Host)))
	}))
	t.Cleanup(srv.Close)
	return srv, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := asked
		asked = nil
		return out
	}
}

// TestF105_ADescriptionIsFoundFromTheBackendsAddress: of a backend the address is enough, or that of the page where people read its API. What stands
// in the way (a page for every address, a document that is none, a redirect) is passed over.
func TestF105_ADescriptionIsFoundFromTheBackendsAddress(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><script>SwaggerUIBundle({url: "/deep/down/shop.yaml"}); fetch('https://elsewhere.example/x.json')</script>`
	for name, c := range map[string]struct {
		answers     map[string]string
		asked, want string
	}{
		"itself":               {map[string]string{"/": twoOperations}, "/", "/"},
		"below the address":    {map[string]string{"/v1/openapi.json": twoOperations, "/openapi.json": "{}"}, "/v1/", "/v1/openapi.json"},
		"at the root":          {map[string]string{"/v3/api-docs": twoOperations}, "/v1", "/v3/api-docs"},
		"as YAML":              {map[string]string{"/openapi.yaml": "openapi: 3.1.0\ninfo: {title: Things, version: \"2\"}\npaths:\n  /a: {get: {responses: {\"200\": {description: x}}}, put: {responses: {\"200\": {description: x}}}}\n"}, "", "/openapi.yaml"},
		"Swagger 2":            {map[string]string{"/swagger/v1/swagger.json": strings.Replace(twoOperations, `"openapi":"3.0.3"`, `"swagger":"2.0"`, 1)}, "", "/swagger/v1/swagger.json"},
		"where a page says":    {map[string]string{"/docs": page, "/deep/down/shop.yaml": twoOperations}, "/docs", "/deep/down/shop.yaml"},
		"beside a page":        {map[string]string{"/v2/docs": "<!doctype html>", "/v2/openapi.json": twoOperations}, "/v2/docs", "/v2/openapi.json"},
		"pages for everything": {map[string]string{"*": "<!doctype html><title>openapi and swagger</title>", "/api/schema/": twoOperations}, "", "/api/schema/"},
		"a broken one first":   {map[string]string{"/openapi.json": `{"openapi":`, "/swagger.json": `{"swagger":"2.0"}`, "/api-docs": twoOperations}, "", "/api-docs"},
		"by a redirect":        {map[string]string{"/openapi.json": "to /static/openapi.json", "/static/openapi.json": twoOperations}, "", "/openapi.json"},
	} {
		host, _ := hosting(t, c.answers)
		u, err := url.Parse(host.URL + c.asked)
		if err != nil {
			t.Fatal(err)
		}
		d, err := describe(t.Context(), u)
		if err != nil || d.address != host.URL+c.want || d.String() != "An OpenAPI description at "+host.URL+c.want+": Things 2, 2 operations" || d.doc.Origin != host.URL {
			t.Errorf("%s: %s %+v %v", name, d, d.doc.Origin, err)
		}
	}
}

// TestF105_NoOtherHostIsLookedAt: a page and a redirect may name other hosts; these are not asked. Nor is a host that cannot be reached, or a
// document that is named as such, looked for elsewhere.
func TestF105_NoOtherHostIsLookedAt(t *testing.T) {
	t.Parallel()
	other, away := hosting(t, map[string]string{"*": twoOperations})
	host, asked := hosting(t, map[string]string{"/docs": `<a href="` + other.URL + `/openapi.json">`, "/openapi.json": "to " + other.URL + "/openapi.json"})
	look := func(address string) error {
		t.Helper()
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = describe(t.Context(), u)
		return err
	}
	var none *noDescription
	if err := look(host.URL + "/docs"); !errors.As(err, &none) || !strings.Contains(err.Error(), "nor is there a description in one of 22 usual places, such as /openapi.json, ") {
		t.Errorf("%v", err)
	}
	if here, there := asked(), away(); len(there) != 0 || len(here) != 1+len(descriptionPaths) {
		t.Errorf("asked %q, and elsewhere %q", here, there)
	}
	err, here := look(host.URL+"/my/shop.json"), asked()
	if err == nil || errors.As(err, &none) || !slices.Equal(here, []string{"/my/shop.json"}) {
		t.Errorf("%v, asked %q", err, here)
	}
	if err := look("http://127.0.0.1:1"); err == nil || errors.As(err, &none) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("%v", err)
	}
}

// TestF225_TheStudioSaysWhatAnAddressLedTo: a description with its operations, an OpenID provider, or nothing of the kind; from a description there
// is an app without a test account.
func TestF225_TheStudioSaysWhatAnAddressLedTo(t *testing.T) {
	s := newStarter(t)
	host, _ := hosting(t, map[string]string{"/v3/api-docs": twoOperations})
	got, err := s.Look(t.Context(), " "+host.URL+"/ ")
	if err != nil || got != (studio.LookView{Address: host.URL + "/v3/api-docs", Title: "Things 2", Operations: 2}) {
		t.Errorf("%+v %v", got, err)
	}
	files, p := begun(t, s, studio.StartRequest{Kind: "openapi", Name: "Shop", Source: host.URL})
	if len(p.Groups) != 1 || !strings.Contains(string(files["app.yaml"]), host.URL) {
		t.Errorf("%s", files["app.yaml"])
	}
	provider, _ := hosting(t, map[string]string{"/realm/.well-known/openid-configuration": `{"issuer":"http://HOST/realm"}`})
	if got, err := s.Look(t.Context(), provider.URL+"/realm/"); err != nil || got != (studio.LookView{Issuer: provider.URL + "/realm"}) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Look(t.Context(), provider.URL); err != nil || got != (studio.LookView{}) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "api.example.com", "ftp://a/b", "https://ann:hush@api.example.com"} {
		if _, err := s.Look(t.Context(), bad); !errors.Is(err, errNoAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := s.Look(t.Context(), "http://127.0.0.1:1"); err == nil {
		t.Error("nobody is there")
	}
}

// TestF105_ImportSaysWhatItFound: usher import openapi takes the address of a backend, and says where the description was.
func TestF105_ImportSaysWhatItFound(t *testing.T) {
	host, _ := hosting(t, map[string]string{"/api-json": twoOperations})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.yaml"), []byte("usher: 1\nname: A\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	code := run(t.Context(), []string{"import", "openapi", host.URL, "--dir", dir, "--dry-run"}, &out, &errOut, func(string) (string, bool) { return "", false })
	want := "An OpenAPI description at " + host.URL + "/api-json: Things 2, 2 operations.\nFrom Things 2:\n"
	if code != 0 || !strings.HasPrefix(out.String(), want) {
		t.Errorf("exit code %d\n%s%s", code, &out, &errOut)
	}
}
