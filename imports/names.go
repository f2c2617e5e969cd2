package imports

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/usherdev/usher/project"
)

const maxName = 60 // letters of a name that is made

// words takes a foreign name apart: "pet_id", "petID" and "pet-id" are pet, id. Letters outside ASCII that have no plain form are dropped.
func words(s string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := slices.DeleteFunc([]rune(norm.NFD.String(s)), func(r rune) bool { return unicode.Is(unicode.Mn, r) })
	for i, r := range runes {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0:
			afterLower := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || beforeLower && unicode.IsUpper(runes[i-1]) {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return out
}

// lowerCamel makes a name for a field, parameter or call; otherwise is taken where nothing of s can be used.
func lowerCamel(s, otherwise string) string {
	name := upperCamel(s, "")
	if name == "" {
		return otherwise
	}
	name = strings.ToLower(name[:1]) + name[1:]
	if !project.LegalName(name) {
		name = otherwise + upperCamel(name, "")
	}
	return name
}

// upperCamel makes a name for a data type.
func upperCamel(s, otherwise string) string {
	var b strings.Builder
	for _, w := range words(s) {
		if b.Len()+len(w) > maxName {
			break
		}
		if b.Len() == 0 && w[0] >= '0' && w[0] <= '9' {
			b.WriteByte('N')
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	if b.Len() == 0 {
		return otherwise
	}
	return b.String()
}

// fieldName keeps s where it is a legal name already, so that most fields are named as in their JSON.
func fieldName(s string) string {
	if project.LegalName(s) && len(s) <= maxName {
		return s
	}
	return lowerCamel(s, "field")
}

// fieldNames names fields by their JSON keys: a key that is a legal name is kept, the others get names that are free.
func fieldNames(keys []string) map[string]string {
	out, used := map[string]string{}, map[string]bool{}
	for _, k := range keys {
		if fieldName(k) == k {
			out[k], used[k] = k, true
		}
	}
	for _, k := range keys {
		if out[k] != "" {
			continue
		}
		name := fieldName(k)
		for i := 2; used[name]; i++ {
			name = fieldName(k) + strconv.Itoa(i)
		}
		out[k], used[name] = name, true
	}
	return out
}

// names hands out names, each once; upper and lower case make no difference, since some disks see none.
type names map[string]bool

func (n names) take(name string) string {
	free := name
	for i := 2; n[strings.ToLower(free)]; i++ {
		free = name + strconv.Itoa(i)
	}
	n[strings.ToLower(free)] = true
	return free
}

// plain is s in small letters without what separates words: accessToken and access_token are one.
func plain(s string) string { return strings.Join(words(s), "") }

var (
	secretNames = wordSet("password", "passwd", "passphrase", "newpassword", "oldpassword", "currentpassword", "confirmpassword", "passwordconfirm",
		"passwordconfirmation", "secret", "clientsecret", "token", "accesstoken", "refreshtoken", "idtoken", "authtoken", "sessiontoken", "bearertoken", "jwt", "apikey",
		"apisecret", "privatekey", "credential")
	idNames = wordSet("username", "email", "login", "identifier", "phone", "user", "account", "emailaddress", "usernameoremail")
)

func wordSet(words ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[w] = true
	}
	return out
}

// SecretName reports whether a field of that name holds a credential: password, accessToken, api_key.
func SecretName(s string) bool { return secretNames[plain(s)] }

// sentence is the first line of a description, short enough for a doc.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	if r := []rune(s); len(r) > 160 {
		s = strings.TrimSpace(string(r[:159])) + "…"
	}
	return s
}
