package render

import (
	"bytes"
	"image/png"
	"slices"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF204_IconsOfLetters: every letter has strokes that stay in the icon, an accent on it changes nothing, and what has none gets a ring.
func TestF204_IconsOfLetters(t *testing.T) {
	for r := range letters {
		box := bounds(strokes(string(r)))
		if box[0].x < -0.1 || box[0].y < -0.1 || box[1].x > 6.5 || box[1].y > 6.4 || box[1].y-box[0].y < 5.5 {
			t.Errorf("%c reaches from %v to %v", r, box[0], box[1])
		}
	}
	if !slices.EqualFunc(strokes("é"), strokes("E"), slices.Equal) || len(strokes("字")) != 1 || len(strokes("")) != 1 {
		t.Error("é, 字 or nothing is drawn otherwise than it should be")
	}
	app := project.App{Name: "Shop", Theme: project.Theme{Accent: "#0f766e"}}
	for _, shape := range []IconShape{IconRounded, IconSquare, IconMaskable} {
		b, err := AppIcon(app, 96, shape)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(b))
		if err != nil || m.Bounds().Dx() != 96 {
			t.Fatalf("%v %v", m, err)
		}
	}
	if IconName(app, 192, IconRounded) == IconName(project.App{Name: "Trip"}, 192, IconRounded) {
		t.Error("another letter has the same address")
	}
	if _, err := FitIcon(app, []byte("GIF89a"), 192, IconSquare); err == nil {
		t.Error("what is no PNG becomes an icon")
	}
}
