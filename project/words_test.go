package project

import (
	"slices"
	"strings"
	"testing"
)

// TestOwnSentencesAreWhole: English and German have every sentence, no language has one that English lacks, and the placeholders are the same.
func TestOwnSentencesAreWhole(t *testing.T) {
	words := ownWords()
	if len(words["en"]) < 60 {
		t.Fatalf("%d English sentences", len(words["en"]))
	}
	for lang, texts := range words {
		for key, m := range texts {
			english := words["en"][key]
			if english == nil {
				t.Errorf("%s: %s is not in English", lang, key)
				continue
			}
			if !slices.Equal(m.Params(), english.Params()) {
				t.Errorf("%s: %s has the placeholders %v, English %v", lang, key, m.Params(), english.Params())
			}
			if !strings.HasPrefix(key, "usher.") {
				t.Errorf("%s: %s does not stand below usher", lang, key)
			}
		}
	}
	for key := range words["en"] {
		if words["de"][key] == nil {
			t.Errorf("German lacks %s", key)
		}
	}
}

// TestSpeak: a language that is there speaks, also under a regional tag; others read English.
func TestSpeak(t *testing.T) {
	for lang, want := range map[string]string{
		"": "Skip to content", "en-GB": "Skip to content", "de": "Zum Inhalt springen", "de-AT": "Zum Inhalt springen", "DE": "Zum Inhalt springen",
		"fr": "Aller au contenu", "sw": "Skip to content",
	} {
		if got := Speak(lang).Say("usher.page.skip"); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if got := Speak("fr").Say("usher.text.missing"); got != "There is no page at this address." {
		t.Errorf("what French lacks is English, got %q", got)
	}
	if got := Speak("en").Say("usher.valid.minLength", "count", 1); got != "Use at least 1 character." {
		t.Errorf("one: %q", got)
	}
	if got := Speak("de").Say("usher.valid.minLength", "count", 1200); got != "Mindestens 1.200 Zeichen eingeben." {
		t.Errorf("numbers as Germans write them: %q", got)
	}
	if got := Speak("en").Say("usher.none"); got != "usher.none" {
		t.Errorf("a key that is not there reads as itself, got %q", got)
	}
}

// TestRightToLeft: languages by their script.
func TestRightToLeft(t *testing.T) {
	for _, lang := range []string{"ar", "he", "fa", "ur", "yi", "ps", "ckb", "dv", "ar-EG"} {
		if !Speak(lang).RightToLeft() {
			t.Errorf("%s runs from right to left", lang)
		}
	}
	for _, lang := range []string{"", "en", "de", "tr", "ja", "az-Latn"} {
		if Speak(lang).RightToLeft() {
			t.Errorf("%s runs from left to right", lang)
		}
	}
}
