package project

import (
	"bytes"
	"fmt"
	"image/png"
	"path"
	"strings"
	"unicode/utf8"
)

// Sizes of an icon that is a PNG, in px.
const (
	leastIcon = 512
	MostIcon  = 4096 // no device shows more, and each has to be held in memory to be scaled
)

// readInstall decodes what a device needs to install the app.
func (c *checker) readInstall(s section) {
	app := &c.p.App
	app.Closed = !s.flag("installable", true)
	app.Short = app.Name
	if p, ok := s.get("shortName"); ok {
		app.Short, _ = p.literal("shortName")
		if n := utf8.RuneCountInString(app.Short); n > 30 {
			p.fail("shortName has more than 30 characters", "12 fit below most icons")
		}
	}
	if p, ok := s.get("icon"); ok {
		if app.Icon = p.asset("icon"); app.Icon != "" && !c.iconFits(p, app.Icon) {
			app.Icon = ""
		}
	}
}

// iconFits judges an icon by its bytes.
func (c *checker) iconFits(p place, name string) bool {
	head, known := c.tree.heads[assetsDir+name]
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		size, err := png.DecodeConfig(bytes.NewReader(head))
		switch {
		case !known:
			return true
		case err != nil:
			p.fail(name+" is no PNG, whatever its name says", "")
			return false
		case size.Width > MostIcon || size.Height > MostIcon:
			p.fail(fmt.Sprintf("the icon is %d by %d px, more than %d", size.Width, size.Height, MostIcon), "512 by 512 is enough")
			return false
		case size.Width != size.Height || size.Width < leastIcon:
			p.warn(fmt.Sprintf("the icon is %d by %d px", size.Width, size.Height), fmt.Sprintf("a square of %d px or more is sharp everywhere", leastIcon))
		}
		return true
	case ".svg":
		if known && !bytes.Contains(head, []byte("<svg")) {
			p.fail(name+" is no SVG, whatever its name says", "")
			return false
		}
		return true
	}
	p.fail("an icon is a PNG or an SVG, and "+name+" is neither", "")
	return false
}
