package studio

import (
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

const shopYAML = `url: https://shop.test # the shop
params: {lang: {type: text, default: en}}
calls:
  # all of them
  products: {path: /products, query: {lang: "${params.lang}"}, reply: list of Place}
  remove: {method: DELETE, path: "/products/${params.id}", params: {id: int, why: {type: text, required: false, doc: for the log}}}
`

// withCalls is a studio over an app with API groups.
func withCalls(t *testing.T) *world {
	t.Helper()
	w := opened(t)
	files, err := w.files.Contents()
	if err != nil {
		t.Fatal(err)
	}
	files["calls/shop.yaml"] = []byte(shopYAML)
	files["calls/other.yaml"] = []byte("url: https://other.test\nparams: {lang: {type: text, default: de}}\ncalls:\n  any: {path: /}\n")
	files["pages/home.yaml"] = []byte(homeYAML + "queries:\n  all: {call: shop.products}\n")
	w.files.tree = project.NewTree(files)
	w.Changed(nil)
	return w
}

// TestF080_CallsAreShownAsTheyAreUnderstood: as written, with what the group adds.
func TestF080_CallsAreShownAsTheyAreUnderstood(t *testing.T) {
	w := withCalls(t)
	view := decode[CallsView](t, w.ask("GET", "/api/calls", nil))
	if len(view.Groups) != 2 || view.Groups[1].Name != "shop" || view.Groups[1].Broken || !strings.HasPrefix(string(view.Groups[1].Value), `{"url":"https://shop.test"`) {
		t.Fatalf("%+v", view)
	}
	products, remove := view.Groups[1].Calls[0], view.Groups[1].Calls[1]
	if products.Reply == nil || products.Reply.Kind != "list" || products.Reply.Elem.Name != "Place" || products.Auth != "none" {
		t.Errorf("%+v", products)
	}
	if p := products.Params; len(p) != 1 || !p[0].Group || p[0].Required || string(p[0].Default) != `"en"` {
		t.Errorf("%+v", p)
	}
	if p := remove.Params; len(p) != 3 || p[1].Group || !p[1].Required || p[1].Type.Kind != "int" || p[2].Required || p[2].Doc != "for the log" || string(p[2].Default) != "null" {
		t.Errorf("%+v", p)
	}
	w.files.edit(t, "calls/shop.yaml", "calls:", "calls: [")
	w.Changed(nil)
	if view := decode[CallsView](t, w.ask("GET", "/api/calls", nil)); !view.Groups[1].Broken || view.Groups[0].Broken {
		t.Errorf("a file that cannot be read: %+v", view)
	}
}

// TestF089_ACallIsMovedInOneStep: with what names it, and undo takes all of it back.
func TestF089_ACallIsMovedInOneStep(t *testing.T) {
	w := withCalls(t)
	before := w.files.Tree().Revision()
	decode[ProjectView](t, w.edit(WireEdit{Op: "moveCall", At: "/calls/shop/calls/products", Name: "other"}))
	if !strings.Contains(w.text("calls/other.yaml"), "# all of them") || !strings.Contains(w.text("pages/home.yaml"), "call: other.products") {
		t.Errorf("%s\n%s", w.text("calls/other.yaml"), w.text("pages/home.yaml"))
	}
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}))
	if w.files.Tree().Revision() != before {
		t.Errorf("undo left\n%s", w.text("calls/other.yaml"))
	}
	if answer := w.edit(WireEdit{Op: "moveCall", At: "/calls/shop/calls/products", Name: "none"}); answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("to a group that is not there: %d", answer.Code)
	}
}
