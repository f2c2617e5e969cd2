package project

import (
	"strconv"
	"strings"
)

var pathEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// filePath is the path of a file: pages/login.yaml is /pages/login, app.yaml is /app.
func filePath(file string) Path { return Path("/" + strings.TrimSuffix(file, ".yaml")) }

// key is the path of a mapping's key below p; a slash in a key is written ~1 and a tilde ~0.
func (p Path) key(k string) Path {
	if strings.ContainsAny(k, "~/") {
		k = pathEscapes.Replace(k)
	}
	return p + "/" + Path(k)
}

// item is the path of a list's item below p.
func (p Path) item(i int) Path { return p + "/" + Path(strconv.Itoa(i)) }
