package project

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
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
		c.iconBeside(p)
	}
}

// iconBeside finds the PNG of the app's icon: itself, or of an SVG the file of the same name beside it.
func (c *checker) iconBeside(p place) {
	app := &c.p.App
	name := app.Icon
	if ext := path.Ext(name); strings.ToLower(ext) == ".svg" {
		name = strings.TrimSuffix(name, ext) + ".png"
	}
	switch {
	case name == "":
	case !slices.Contains(c.p.Assets, name):
		p.warn(fmt.Sprintf("devices that take PNGs alone show the first letter of the name instead of %s", app.Icon), "put "+name+" beside it: the same picture, 512 by 512 px")
	case c.iconFits(p, name):
		app.IconPNG = name
	}
}

// iconFits judges an icon by its bytes.
func (c *checker) iconFits(p place, name string) bool {
	head, known := c.tree.heads[assetsDir+name]
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		width, height := sizeOfPNG(head)
		switch {
		case !known:
			return true
		case width == 0 || height == 0:
			p.fail(name+" is no PNG, whatever its name says", "")
			return false
		case max(width, height) > MostIcon:
			p.fail(fmt.Sprintf("the icon is %d by %d px, more than %d", width, height, MostIcon), "512 by 512 is enough")
			return false
		case width != height || width < leastIcon:
			p.warn(fmt.Sprintf("the icon is %d by %d px", width, height), fmt.Sprintf("a square of %d px or more is sharp everywhere", leastIcon))
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

// sizeOfPNG reads how large a picture is, and no further: any amount of other data may stand before the rest. What is no PNG has no size.
func sizeOfPNG(head []byte) (width, height uint32) {
	const begin = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" // 13 bytes follow, of which the first 8 are the size
	if len(head) < len(begin)+8 || !bytes.HasPrefix(head, []byte(begin)) {
		return 0, 0
	}
	return binary.BigEndian.Uint32(head[len(begin):]), binary.BigEndian.Uint32(head[len(begin)+4:])
}
