package project

import "testing"

// TestF194_AMaskTakesWhatPeopleType: with and without what the mask has between, and nothing that does not fit.
func TestF194_AMaskTakesWhatPeopleType(t *testing.T) {
	for _, c := range []struct{ mask, text, want string }{
		{"(000) 000-0000", "5551234567", "(555) 123-4567"},
		{"(000) 000-0000", "555-123-4567", "(555) 123-4567"},
		{"(000) 000-0000", " (555)123 4567 ", "(555) 123-4567"},
		{"(000) 000-0000", "(555) 123-4567", "(555) 123-4567"},
		{"(000) 000-0000", "٥٥٥١٢٣٤٥٦٧", "(555) 123-4567"},
		{"(000) 000-0000", "555123456", ""}, {"(000) 000-0000", "55512345678", ""}, {"(000) 000-0000", "555123456x", ""}, {"(000) 000-0000", "   ", ""},
		{"AA 00000", "no12345", "NO 12345"}, {"AA 00000", "äö 12345", "ÄÖ 12345"}, {"AA 00000", "n0 12345", ""},
		{"aa-**", "xY9z", "xY-9z"},
		{"+1 000", "555", "+1 555"}, {"+1 000", "+1555", "+1 555"}, {"+1 000", "1555", "+1 555"}, {"+1 000", "155", "+1 155"}, {"+1 000", "+1 155", "+1 155"}, {"+1 000", "+1 55", ""}, {"+1 000", "1 55", ""},
		{"00%", "12", "12%"}, {"00%", "12%", "12%"}, {"00%", "12%%", "12%"},
		{`\0\A-00`, "12", "0A-12"}, {`\0\A-00`, "0A12", "0A-12"}, {`0\`, "7", "7"},
		{"00.00.0000", "3105 2026", "31.05.2026"},
	} {
		got, ok := masked(c.mask, c.text)
		if want := c.want; ok != (want != "") || ok && got != want || !ok && got != c.text {
			t.Errorf("%s takes %q as %q, %t; want %q", c.mask, c.text, got, ok, want)
		}
		if again, ok := masked(c.mask, got); c.want != "" && (!ok || again != got) {
			t.Errorf("%s takes its own %q as %q", c.mask, got, again)
		}
	}
}

// FuzzMasked: what fits a mask fits it again, unchanged, and what does not is left as it was.
func FuzzMasked(f *testing.F) {
	f.Add("(000) 000-0000", "5551234567")
	f.Add("+1 000", "155")
	f.Add(`\0\A-00`, "0A12")
	f.Add("A*a0", "ßǆa٣")
	f.Fuzz(func(t *testing.T, mask, text string) {
		got, ok := masked(mask, text)
		if !ok && got != text {
			t.Errorf("%q, %q: changed to %q", mask, text, got)
		}
		if again, fits := masked(mask, got); ok && (!fits || again != got) {
			t.Errorf("%q: %q, then %q, %t", mask, got, again, fits)
		}
	})
}
