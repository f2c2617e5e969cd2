package studio

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestSettingsAreThoseOfTheLanguage: every key of app.yaml comes with its sentence, its kind and its default.
func TestSettingsAreThoseOfTheLanguage(t *testing.T) {
	w := opened(t)
	known := map[project.Path]SettingView{}
	for _, s := range decode[CatalogueView](t, w.ask("GET", "/api/catalogue", nil)).Settings {
		known[s.At] = s
	}
	for at, kind := range map[project.Path]string{
		"/app/name": "text", "/app/installable": "bool", "/app/onLogIn": "flow", "/app/authentication": "mapping", "/app/authentication/refresh/expired": "condition",
		"/app/authentication/refresh/update/token": "text", "/app/authentication/refresh/rotation": "enum", "/app/authentication/providers/*/issuer": "text",
		"/app/theme/accent": "color", "/app/theme/type/ratio": "number", "/app/theme/logo/dark": "text", "/app/theme/colors/primary/light": "color", "/app/media": "list", "/app/env": "values",
	} {
		if s := known[at]; s.Kind != kind || s.Doc == "" {
			t.Errorf("%s: %+v", at, s)
		}
	}
	if r := known["/app/authentication/refresh/rotation"]; r.Default != "unknown" || len(r.Values) != 4 || r.Required {
		t.Errorf("%+v", r)
	}
	if r := known["/app/theme/type/ratio"]; r.Min == nil || *r.Min != 1 || *r.Max != 1.6 {
		t.Errorf("%+v", r)
	}
	if !known["/app/name"].Required || !known["/app/authentication/refresh/call"].Required {
		t.Error("what is required is not told")
	}
}

// TestF200_TheThemeComesWithItsFigures: the colours of both modes, what is set among them, and how clearly each is read.
func TestF200_TheThemeComesWithItsFigures(t *testing.T) {
	w := opened(t)
	w.edit(WireEdit{Op: "set", At: "/app/theme/colors/secondaryText", Value: json.RawMessage(`{"light": "#bbbbbb"}`)})
	v := decode[ThemeView](t, w.ask("GET", "/api/theme", nil))
	if len(v.Roles) != 16 || len(v.Contrasts) != 18 {
		t.Fatalf("%d %d", len(v.Roles), len(v.Contrasts))
	}
	for _, r := range v.Roles {
		if r.Doc == "" || len(r.Light) != 7 || len(r.Dark) != 7 || r.Name == "secondaryText" && r.Light != "#bbbbbb" {
			t.Errorf("%+v", r)
		}
	}
	faint := 0
	for _, c := range v.Contrasts {
		if c.Ratio < c.Least {
			faint++
			if c.Role != "secondaryText" || c.Mode != "light" {
				t.Errorf("%+v", c)
			}
		}
	}
	if faint != 1 {
		t.Errorf("%d are faint", faint)
	}
}

// TestUsherSaysItsOwnWords: in English, in the language asked for where it speaks that, and no file is read by a name that is none.
func TestUsherSaysItsOwnWords(t *testing.T) {
	w := opened(t)
	for lang, speaks := range map[string]bool{"de": true, "de-AT": true, "en": true, "xx": false, "": false, "../words/de": false, "*": false} {
		v := decode[WordsView](t, w.ask("GET", "/api/words?lang="+url.QueryEscape(lang), nil))
		var english, own map[string]any
		if json.Unmarshal(v.English, &english) != nil || json.Unmarshal(v.Own, &own) != nil || english["page"] == nil || (own["page"] != nil) != speaks {
			t.Errorf("%q: %s", lang, v.Own)
		}
	}
}

// TestEverySettingHasAControl: what app.yaml may say, the studio's settings name.
func TestEverySettingHasAControl(t *testing.T) {
	files, err := filepath.Glob("ui/src/Settings*.tsx")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	var src strings.Builder
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src.Write(b)
	}
	elsewhere := map[string]bool{"usher": true} // the version of the grammar is not for people to change
	for _, s := range settings() {
		parts, err := s.At.Parts()
		if err != nil {
			t.Fatal(err)
		}
		key := parts[len(parts)-1]
		if elsewhere[key] || key == "*" || strings.HasPrefix(string(s.At), "/app/theme/colors/") || strings.HasPrefix(string(s.At), "/app/theme/variants/") && len(parts) == 4 {
			continue
		}
		if !regexp.MustCompile(`\b` + regexp.QuoteMeta(key) + `\b`).MatchString(src.String()) {
			t.Errorf("%s has no control", s.At)
		}
	}
}
