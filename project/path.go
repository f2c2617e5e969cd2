package project

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Path addresses a place in a project within one revision, such as /pages/login/body/2/textField/label. The first two parts name
// the file (/app is app.yaml); the others are keys and indexes of its YAML. One scheme serves edits, problems, selection and preview.
// A slash in a key is written ~1 and a tilde ~0, as in JSON pointers.
type Path string

var pathUnescapes = strings.NewReplacer("~1", "/", "~0", "~")

// Join returns the path of the keys or indexes below p; each is escaped.
func (p Path) Join(parts ...string) Path {
	for _, part := range parts {
		p = p.key(part)
	}
	return p
}

// Parts returns the keys and indexes of p without their escapes. An error says that p is not a path.
func (p Path) Parts() ([]string, error) {
	if !strings.HasPrefix(string(p), "/") {
		return nil, fmt.Errorf("%q is not a path: it does not start with a slash", string(p))
	}
	parts := strings.Split(string(p[1:]), "/")
	for i, part := range parts {
		for rest := part; ; {
			at := strings.IndexByte(rest, '~')
			if at < 0 {
				break
			}
			if rest = rest[at+1:]; !strings.HasPrefix(rest, "0") && !strings.HasPrefix(rest, "1") {
				return nil, fmt.Errorf("%q is not a path: write ~0 for a tilde and ~1 for a slash in a key", string(p))
			}
		}
		parts[i] = pathUnescapes.Replace(part)
	}
	return parts, nil
}

// File returns the file that p stands in and the keys and indexes below it: /pages/login/body/2 is pages/login.yaml and body, 2.
// The file is "" when p names no file of a project.
func (p Path) File() (file string, rest []string) {
	parts, err := p.Parts()
	if err != nil {
		return "", nil
	}
	switch parts[0] {
	case "app":
		return "app.yaml", parts[1:]
	case "pages", "components", "calls", "types", "flows", localesDir:
		if len(parts) > 1 && fileName(parts[1]) {
			return parts[0] + "/" + parts[1] + ".yaml", parts[2:]
		}
	}
	return "", nil
}

// fileName reports whether name can be a file's name, without .yaml, on every system.
func fileName(name string) bool {
	for i, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && (i == 0 || r != '-' && r != '.' && r != ' ') {
			return false
		}
	}
	return name != "" && len(name) <= 100 && !strings.HasSuffix(name, ".") && !strings.HasSuffix(name, " ")
}

// index reads a list index of a path; false when the part is none.
func index(part string) (int, bool) {
	n, err := strconv.Atoi(part)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == part
}
