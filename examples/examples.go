// Package examples holds the example apps, embedded so that one binary can show them. It is data and the lines that embed it, never logic.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed all:touristtrail all:manual-refresh all:starter
var files embed.FS

// TouristTrail returns the tutorial's app, with app.yaml at its root.
func TouristTrail() fs.FS { return sub("touristtrail") }

// ManualRefresh returns the app that renews its token by hand, as the tutorial's sixth step draws it.
func ManualRefresh() fs.FS { return sub("manual-refresh") }

// Starter returns the app that `usher new` begins with.
func Starter() fs.FS { return sub("starter") }

func sub(dir string) fs.FS {
	tree, err := fs.Sub(files, dir)
	if err != nil { // only an invalid name, and these are constants
		panic(err)
	}
	return tree
}
