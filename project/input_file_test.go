package project

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF121_LimitsInTheReadersLanguage: how large a file may be is said with the number that the app names, in the units of the sentence's language.
func TestF121_LimitsInTheReadersLanguage(t *testing.T) {
	french, err := value.ParseMessage("{limit} au plus.")
	if err != nil {
		t.Fatal(err)
	}
	fr := value.NewLocale("fr", map[string]*value.Message{"usher.valid.fileSize": french}, nil)
	for size, by := range map[string]map[string]string{
		"512 KB": {"en": "512 kB", "fr": "512\u00a0ko", "de": "512 kB"},
		"5 MB":   {"en": "5 MB", "fr": "5\u00a0Mo", "ar": "have 5 MB at most"}, // Usher has no words of its own in Arabic
		"1 B":    {"en": "1 byte", "de": "1\u00a0Byte"},
	} {
		p, problems := NewTree(map[string][]byte{
			"app.yaml":        []byte("usher: 1\nname: A\n"),
			"pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [fileUpload: {id: photo, label: Photo, maxSize: " + size + "}]\n"),
		}).Project()
		if problems.Errors() {
			t.Fatal(problems)
		}
		w := p.Pages[0].Fields[0]
		for lang, want := range by {
			l := Speak(lang)
			if lang == "fr" {
				l = fr
			}
			_, wrong := w.Files([]SentFile{{Name: "a.png", Large: true}}, value.Scope{value.LocaleKey: l})
			if !strings.Contains(wrong, want) {
				t.Errorf("%s in %s is said as %q, without %q", size, lang, wrong, want)
			}
		}
	}
}
