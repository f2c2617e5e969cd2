package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

// stage is a Trial that sends nothing.
type stage struct {
	asked []TrialRequest
	reply TrialReply
	doc   string
	found string
	fail  error
}

func (s *stage) Try(_ context.Context, _ *project.Project, ask TrialRequest) (TrialReply, error) {
	s.asked = append(s.asked, ask)
	s.reply.View.Call = ask.Call
	return s.reply, s.fail
}

func (s *stage) CURL(_ *project.Project, id string) (string, error) { return "curl " + id, s.fail }

func (s *stage) Describe(_ context.Context, address string) (imports.Document, string, error) {
	return imports.Document{Name: address, Origin: "https://pets.test", Source: []byte(s.doc)}, s.found, s.fail
}

// trying is a studio with calls and a stage to try them on.
func trying(t *testing.T) (*world, *stage) {
	t.Helper()
	w, st := withCalls(t), &stage{}
	st.reply = TrialReply{View: TrialView{Address: "https://shop.test/products", OK: true, Status: 200}, MakeType: func(tree *project.Tree, name string) (*imports.Plan, error) {
		return imports.Sample(tree, name, []byte(`{"id": 1}`), "the reply")
	}}
	w.trial = st
	return w, st
}

// TestF091_ACallIsTriedInTheStudio: what was asked is handed on, the last reply is kept, and a body is cut.
func TestF091_ACallIsTriedInTheStudio(t *testing.T) {
	w, st := trying(t)
	if v := decode[TrialView](t, w.ask("GET", "/api/trial?call=shop.products", nil)); v.Known {
		t.Errorf("before: %+v", v)
	}
	st.reply.View.Raw = strings.Repeat("é", maxTriedRaw)
	ask := TrialRequest{Call: "shop.products", Params: map[string]string{"lang": "de"}, Environment: "staging", Username: "emily", Password: "hush-hush"}
	v := decode[TrialView](t, w.ask("POST", "/api/trial", ask))
	if !v.Known || v.Class != "ok" || !v.Cut || len(v.Raw) > maxTriedRaw || len(st.asked) != 1 || st.asked[0].Password != "hush-hush" || st.asked[0].Params["lang"] != "de" {
		t.Errorf("%s %+v", v.Class, st.asked)
	}
	last := w.ask("GET", "/api/trial?call=shop.products", nil)
	if v := decode[TrialView](t, last); !v.Known || v.Status != 200 {
		t.Errorf("after: %+v", v)
	}
	if strings.Contains(last.Body.String()+w.log.String(), "hush-hush") {
		t.Error("what was typed was kept or logged")
	}
	st.fail = Declined("Parameter lang has no value.")
	if a := w.ask("POST", "/api/trial", ask); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body.String(), "Parameter lang has no value.") {
		t.Errorf("declined: %d %s", a.Code, a.Body)
	}
	st.fail = errors.New("a fault of ours")
	if a := w.ask("POST", "/api/trial", ask); a.Code != http.StatusInternalServerError || strings.Contains(a.Body.String(), "of ours") {
		t.Errorf("a fault: %d %s", a.Code, a.Body)
	}
	st.asked = nil
	w.files.edit(t, "calls/shop.yaml", "/products,", "products?,")
	w.Changed(nil)
	if a := w.ask("POST", "/api/trial", ask); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body.String(), "calls/shop.yaml") || len(st.asked) > 0 {
		t.Errorf("a call with errors: %d %s", a.Code, a.Body)
	}
	if a := w.ask("POST", "/api/trial", TrialRequest{Call: "shop.none"}); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("a call that is not there: %d", a.Code)
	}
	w.trial = nil
	if a := w.ask("POST", "/api/trial", ask); a.Code != http.StatusNotFound {
		t.Errorf("without a Trial: %d", a.Code)
	}
}

// TestF091_RepliesAreKeptWithinBounds: so many calls, the newest; of a large body nothing to make types of.
func TestF091_RepliesAreKeptWithinBounds(t *testing.T) {
	var kept tried
	for i := range maxTried + 5 {
		kept.keep(TrialReply{View: TrialView{Call: fmt.Sprint("a.", i)}})
		kept.keep(TrialReply{View: TrialView{Call: "a.0"}, Size: maxTriedBody + 1, MakeType: func(*project.Tree, string) (*imports.Plan, error) { return nil, nil }})
	}
	if len(kept.replies) != maxTried || len(kept.order) != maxTried {
		t.Errorf("%d replies are kept", len(kept.replies))
	}
	if r, ok := kept.last("a.0"); !ok || r.MakeType != nil {
		t.Errorf("the newest is kept %v, a large body %v", ok, r.MakeType != nil)
	}
	if _, ok := kept.last("a.1"); ok {
		t.Error("the oldest is kept")
	}
}

// TestF091_OutcomesAreToldInWords: each kind of answer has a class and a sentence of its own.
func TestF091_OutcomesAreToldInWords(t *testing.T) {
	seen := map[string]string{}
	for _, c := range []struct {
		view  TrialView
		class string
	}{
		{TrialView{OK: true, Status: 200, Address: "x"}, "ok"}, {TrialView{OK: true, Status: 200, Address: "x", Mismatches: []TrialMismatch{{}}}, "odd"}, {TrialView{}, "none"}, {TrialView{Address: "x"}, "none"},
		{TrialView{Address: "x", Status: 401}, "login"}, {TrialView{Address: "x", Status: 403}, "refused"}, {TrialView{Address: "x", Status: 404}, "missing"}, {TrialView{Address: "x", Status: 405}, "refused"},
		{TrialView{Address: "x", Status: 429}, "busy"}, {TrialView{Address: "x", Status: 502}, "down"}, {TrialView{Address: "x", Status: 422}, "refused"}, {TrialView{Address: "x", Status: 302}, "odd"}, {TrialView{Address: "x", Status: 200}, "odd"},
	} {
		class, meaning := outcome(c.view)
		if class != c.class || seen[meaning] != "" {
			t.Errorf("%+v: %s, %q", c.view, class, meaning)
		}
		seen[meaning] = class
	}
}

const petstore = `openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: https://pets.test}]
paths:
  /auth/login:
    post:
      operationId: login
      requestBody: {content: {application/json: {schema: {type: object, required: [username, password], properties: {username: {type: string}, password: {type: string, format: password}}}}}}
      responses: {"200": {description: in, content: {application/json: {schema: {type: object, properties: {accessToken: {type: string}, refreshToken: {type: string}}}}}}}
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}}
components: {schemas: {Pet: {type: object, properties: {id: {type: integer}, name: {type: string}}}}}
`

// TestF105_AnImportIsPreviewedAndIsOneStep: nothing is written before, all of it or nothing then, and one undo takes it back.
func TestF105_AnImportIsPreviewedAndIsOneStep(t *testing.T) {
	w, st := trying(t)
	before := w.files.Tree().Revision()
	st.doc = petstore
	ask := ImportRequest{Revision: before, Kind: "openapi", URL: "https://pets.test/openapi.yaml"}
	view := decode[ImportView](t, w.ask("POST", "/api/import", ask))
	if len(view.Made) == 0 || len(view.Files) < 2 || len(view.Guesses) == 0 || w.files.Tree().Revision() != before {
		t.Fatalf("%+v", view)
	}
	role := string(view.Guesses[0].Role)
	more := decode[ImportView](t, w.ask("POST", "/api/import/choose", ImportChoice{Revision: before, ID: view.ID, Approve: []string{role}}))
	if len(more.Files) < len(view.Files) {
		t.Errorf("with a guess: %d files, %d without", len(more.Files), len(view.Files))
	}
	if a := w.ask("POST", "/api/import/write", ImportChoice{Revision: before, ID: "another"}); a.Code != http.StatusConflict {
		t.Errorf("another preview: %d", a.Code)
	}
	if a := w.ask("POST", "/api/import/write", ImportChoice{Revision: before, ID: view.ID, Approve: []string{"king"}}); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("a guess that was not made: %d", a.Code)
	}
	after := decode[ProjectView](t, w.ask("POST", "/api/import/write", ImportChoice{Revision: before, ID: view.ID}))
	for _, f := range view.Files {
		if w.text(f.File) != *f.After {
			t.Errorf("%s is not as it was shown", f.File)
		}
	}
	if !strings.HasPrefix(after.Undo, "import of Pets") {
		t.Errorf("undo says %q", after.Undo)
	}
	if a := w.ask("POST", "/api/import/write", ImportChoice{Revision: w.files.Tree().Revision(), ID: view.ID}); a.Code != http.StatusPreconditionFailed {
		t.Errorf("a preview of other files: %d", a.Code)
	}
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}))
	if w.files.Tree().Revision() != before {
		t.Error("one undo does not take all of it back")
	}
	for _, bad := range []ImportRequest{{Kind: "openapi", URL: "file:///etc/passwd"}, {Kind: "openapi", Text: "{"}, {Kind: "json", Name: "post", Text: "{}"}, {Kind: "curl", Text: "wget x"}} {
		if a := w.ask("POST", "/api/import", bad); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("%+v: %d %s", bad, a.Code, a.Body)
		}
	}
	if a := w.ask("POST", "/api/import", ImportRequest{Kind: "xml"}); a.Code != http.StatusBadRequest {
		t.Errorf("from XML: %d", a.Code)
	}
}

// TestF107_ACURLCommandLeavesItsCredentialsBehind: the preview and the files hold none.
func TestF107_ACURLCommandLeavesItsCredentialsBehind(t *testing.T) {
	w, _ := trying(t)
	answer := w.ask("POST", "/api/import", ImportRequest{Kind: "curl", Text: "curl https://shop.test/orders -H 'Authorization: " + "Bearer s3cr3t-t0ken-value'", Group: "shop"})
	view := decode[ImportView](t, answer)
	if len(view.Files) == 0 || strings.Contains(answer.Body.String(), "s3cr3t") {
		t.Errorf("%s", answer.Body)
	}
}

// TestF094_ATypeOfAReplyInTheStudio: of the last reply, and of none that is not there.
func TestF094_ATypeOfAReplyInTheStudio(t *testing.T) {
	w, _ := trying(t)
	ask := ImportRequest{Kind: "reply", Call: "shop.remove", Name: "Gone"}
	if a := w.ask("POST", "/api/import", ask); a.Code != http.StatusConflict {
		t.Errorf("a call that was not tried: %d", a.Code)
	}
	decode[TrialView](t, w.ask("POST", "/api/trial", TrialRequest{Call: "shop.remove", Params: map[string]string{"id": "1"}}))
	view := decode[ImportView](t, w.ask("POST", "/api/import", ask))
	if len(view.Files) != 1 || view.Files[0].File != "types/Gone.yaml" {
		t.Errorf("%+v", view.Files)
	}
}

// TestF091_AFileGoesAlongWithATest: within a bound, and the reply that is kept has nothing of it.
func TestF091_AFileGoesAlongWithATest(t *testing.T) {
	w, st := trying(t)
	ask := TrialRequest{Call: "shop.products", Files: map[string][]TrialFile{"photo": {{Name: "a.png", Type: "image/png", Data: []byte("the-very-bytes")}}}}
	if got := w.ask("POST", "/api/trial", ask); got.Code != http.StatusOK || string(st.asked[0].Files["photo"][0].Data) != "the-very-bytes" {
		t.Errorf("%d %+v", got.Code, st.asked)
	}
	kept := w.ask("GET", "/api/trial?call=shop.products", nil)
	if s := kept.Body.String() + w.log.String(); strings.Contains(s, "a.png") || strings.Contains(s, "the-very-bytes") {
		t.Error("the file was kept or logged")
	}
	ask.Files["photo"][0].Data = make([]byte, MaxTrialFiles+1)
	if got := w.ask("POST", "/api/trial", ask); got.Code != http.StatusRequestEntityTooLarge || len(st.asked) != 1 {
		t.Errorf("a large one: %d", got.Code)
	}
}

// TestF107_ACallIsACommand: as the exporter writes it, or why it does not.
func TestF107_ACallIsACommand(t *testing.T) {
	w, st := trying(t)
	if v := decode[CURLView](t, w.ask("GET", "/api/curl?call=shop.products", nil)); v.Command != "curl shop.products" {
		t.Errorf("%+v", v)
	}
	if got := w.ask("GET", "/api/curl?call=shop.nothing", nil); got.Code != http.StatusNotFound {
		t.Error(got.Code)
	}
	st.fail = Declined("It cannot be written.")
	if got := w.ask("GET", "/api/curl?call=shop.products", nil); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "It cannot be written.") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestF170_AReplyWithoutATypeIsKnownFromItsTest: the picker offers the fields that the last test has shown, by name and kind; a type that is set says more.
func TestF170_AReplyWithoutATypeIsKnownFromItsTest(t *testing.T) {
	w, st := trying(t)
	w.files.edit(t, "flows/look.yaml", "", "actions:\n  - call: other.any\n    as: got\n  - snackBar: Hello\n")
	w.Changed(nil)
	body := func() FieldView {
		t.Helper()
		for _, f := range w.scope("/flows/look/actions/1", "text", "text").Scope {
			for _, inner := range f.Type.Fields {
				if f.Name == "got" && inner.Name == "body" {
					return inner
				}
			}
		}
		t.Fatal("no output")
		return FieldView{}
	}
	if before := body(); before.Type.Kind != "json" || before.Doc != "" {
		t.Errorf("%+v", before)
	}
	st.reply.View.Tree = []TrialLine{
		{Path: "any.body", Depth: 0, Kind: "object", Count: 3}, {Path: "any.body.items", Depth: 1, Kind: "list", Count: 2},
		{Path: "any.body.items[0]", Depth: 2, Kind: "object", Count: 1}, {Path: "any.body.items[0].price", Depth: 3, Kind: "number", Value: "12.5"},
		{Path: "any.body.items[1]", Depth: 2, Kind: "object", Count: 0}, {Path: `any.body["a note"]`, Depth: 1, Kind: "null"}, {Path: "any.body.key", Depth: 1, Kind: "secret"},
	}
	w.ask("POST", "/api/trial", TrialRequest{Call: "other.any"})
	got, err := json.Marshal(body())
	doc := `"doc":"From the last test of other.any, whose reply has no data type yet."`
	want := `{"name":"body","type":{"kind":"object","fields":[{"name":"items","type":{"kind":"list","elem":{"kind":"object","fields":[{"name":"price","type":{"kind":"number"},` + doc + `}]}},` + doc + `},{"name":"a note","type":{"kind":"json"},` + doc + `},{"name":"key","type":{"kind":"secret"},` + doc + `}]},` + doc + `}`
	if string(got) != want || err != nil {
		t.Errorf("%s\n%s", got, want)
	}
}
