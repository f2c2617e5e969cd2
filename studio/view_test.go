package studio

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

func TestPageView(t *testing.T) {
	w := opened(t)
	page := decode[PageView](t, w.ask("GET", "/api/page/home", nil))
	if page.Nonce != "nonce-of-this-launch" || !strings.HasPrefix(page.Canvas, "http://preview.localhost:7070/") {
		t.Errorf("%s %s", page.Canvas, page.Nonce)
	}
	kinds := []string{}
	for _, x := range page.Widgets {
		kinds = append(kinds, x.Kind)
	}
	if !slices.Equal(kinds, []string{"text", "divider", "column", "tabBar", "list"}) {
		t.Errorf("%v", kinds)
	}
	if at := page.Widgets[2].Slots[0].Widgets[1].At; at != "/pages/home/body/2/column/1" {
		t.Errorf("a child of a short form stands at %s", at)
	}
	if tab := page.Widgets[3].Slots[0].Widgets[0]; tab.At != "/pages/home/body/3/tabBar/tabs/0" || string(tab.Props["label"]) != `"One"` {
		t.Errorf("%+v", tab)
	}
	if list := page.Widgets[4]; list.Item == nil || !list.Slots[0].Item {
		t.Errorf("%+v", list)
	}
	scope := map[string]TypeView{}
	for _, f := range page.Scope {
		scope[f.Name] = f.Type
	}
	if scope["user"].Name != "User" || len(scope["user"].Fields) != 0 {
		t.Errorf("user is %+v", scope["user"])
	}
	token := slices.IndexFunc(scope["auth"].Fields, func(f FieldView) bool { return f.Name == "token" })
	if token < 0 || scope["auth"].Fields[token].Type.Kind != "secret" {
		t.Errorf("auth is %+v", scope["auth"])
	}
	if _, ok := scope["env"]; ok {
		t.Error("values of the environment are offered to a page")
	}
}

func TestProjectView(t *testing.T) {
	w := opened(t)
	view := decode[ProjectView](t, w.ask("GET", "/api/project", nil))
	if view.Name != "Trail" || view.AppURL == "" || len(view.Pages) != 2 || view.Pages[0].Access != "loggedIn" {
		t.Errorf("%+v", view)
	}
	a := view.Auth
	if !a.Enabled || a.Type != "custom" || a.EntryPage != "login" || string(a.LoggedInPage) != `"home"` || !a.Persist || a.UserDataType != "User" {
		t.Errorf("%+v", a)
	}
	if len(view.Types) != 2 || view.Types[1].Fields[2].Type.Name != "Place" {
		t.Errorf("%+v", view.Types)
	}
	w.files.edit(t, "app.yaml", appYAML[strings.Index(appYAML, "authentication"):], "")
	w.Changed(nil)
	if a := decode[ProjectView](t, w.ask("GET", "/api/project", nil)).Auth; a.Enabled || !a.Persist {
		t.Errorf("without authentication: %+v", a)
	}
}

func TestCatalogueView(t *testing.T) {
	w := opened(t)
	c := decode[CatalogueView](t, w.ask("GET", "/api/catalogue", nil))
	if len(c.Widgets) != len(project.Widgets()) || len(c.Icons) != len(project.Icons()) {
		t.Errorf("%d widgets, %d icons", len(c.Widgets), len(c.Icons))
	}
	for _, s := range c.Widgets {
		for _, p := range s.Props {
			if p.Doc == "" || p.Kind == "" || p.Group == "" {
				t.Errorf("%s.%s: %+v", s.Kind, p.Name, p)
			}
		}
	}
}

// TestWireIsTheSameInTypeScript compares wire.go with ui/src/wire.ts and its parts, name by name.
func TestWireIsTheSameInTypeScript(t *testing.T) {
	parts, err := filepath.Glob("ui/src/wire*.ts")
	if err != nil || len(parts) < 2 {
		t.Fatalf("%q %v", parts, err)
	}
	var src []byte
	for _, part := range parts {
		b, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		src = append(src, b...)
	}
	if faults := wireFaults(string(src)); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
	if len(wireFaults(strings.Replace(string(src), "  persist: boolean\n", "", 1))) == 0 {
		t.Error("a field that is missing is not seen")
	}
}

func wireFaults(src string) (faults []string) {
	for _, v := range []any{
		ProjectView{}, PageEntry{}, ComponentEntry{}, TemplatesView{}, TemplateView{}, TemplateRequest{}, TemplatePlan{}, AuthView{}, TypeView{}, FieldView{}, PageView{}, WidgetView{}, SlotView{},
		project.Problem{}, project.Fix{},
		CatalogueView{}, SpecView{}, FieldDoc{}, PropView{}, SlotSpecView{}, ActionView{}, FitsView{}, RefusedView{}, FunctionView{},
		EditRequest{}, WireEdit{}, RevisionRequest{}, ValueView{}, TextView{}, UsesView{},
		SettingView{}, LoginTest{}, LoginTestView{}, LoginLine{}, Finding{}, ValuesView{}, SecretView{}, EnvironmentRequest{}, SecretRequest{}, ThemeView{}, RoleView{}, ContrastView{}, AssetsView{}, AssetView{}, WordsView{},
		HistoryView{}, StepView{}, FileView{}, Commit{},
		ScopeView{}, ExpressionRequest{}, ExpressionView{}, TextProblem{}, PreviewView{}, WhereView{}, CompletionView{},
		CallsView{}, GroupView{}, CallView{}, ParamView{}, TrialRequest{}, TrialFile{}, CURLView{}, TrialView{}, TrialHeader{}, TrialLine{}, TrialMismatch{},
		ImportRequest{}, ImportChoice{}, ImportView{}, imports.Note{}, imports.Guess{},
		DebugView{}, BrowserView{}, LoginView{}, CallSeen{}, CallDetail{}, MessageView{}, HeaderView{}, TraceView{}, StepSeen{}, EventView{}, VariableView{}, DebugRequest{}, DebugAnswer{},
		GuideStep{}, StartView{}, BackendView{}, BackendValue{}, SampleView{}, StartRequest{}, LoginRequest{}, LookRequest{}, LookView{}, PlanView{},
	} {
		typ := reflect.TypeOf(v)
		block := regexp.MustCompile(`(?s)export interface ` + typ.Name() + ` \{\n(.*?)\n\}`).FindStringSubmatch(src)
		if block == nil {
			faults = append(faults, "wire*.ts have no "+typ.Name())
			continue
		}
		var ts, inGo []string
		for _, m := range regexp.MustCompile(`(?m)^  (\w+)(\??):`).FindAllStringSubmatch(block[1], -1) {
			ts = append(ts, m[1]+m[2])
		}
		for i := range typ.NumField() {
			name, opts, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if opts == "omitempty" {
				name += "?"
			}
			inGo = append(inGo, name)
		}
		if !slices.Equal(ts, inGo) {
			faults = append(faults, typ.Name()+": wire.ts has "+strings.Join(ts, " ")+", wire.go "+strings.Join(inGo, " "))
		}
	}
	return faults
}

func TestI4_FirstLoadStaysSmall(t *testing.T) {
	as, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.js", "main.css"} {
		if len(as.files[name]) < 1000 {
			t.Errorf("%s is missing", name)
		}
		if _, err := z.Write(as.files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if kib := b.Len() >> 10; kib > 400 {
		t.Errorf("the studio's first load is %d KiB compressed", kib)
	}
}

// TestI4_LicencesAreListed compares LICENSES.md with the locked packages that the bundle is made of.
func TestI4_LicencesAreListed(t *testing.T) {
	var lock struct {
		Packages map[string]struct {
			Version, License           string
			Dev, DevOptional, Optional bool
		}
	}
	raw, err := os.ReadFile("ui/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("ui/LICENSES.md")
	if err != nil {
		t.Fatal(err)
	}
	for path, p := range lock.Packages {
		if path == "" || p.Dev || p.DevOptional || p.Optional {
			continue
		}
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		if row := "| `" + name + "` | " + p.Version + " | " + p.License + " |"; !strings.Contains(string(list), row) {
			t.Errorf("LICENSES.md lacks %s", row)
		}
	}
	if strings.Contains(string(raw), "://registry") || strings.Contains(string(raw), `"resolved"`) {
		t.Error("package-lock.json names a registry")
	}
}
