package value

import "unicode"

// Words makes words of a name, as people read them: birth_date, birth-date and birthDate are "Birth date", userID is "User id".
func Words(name string) string {
	var out []rune
	ends := false // a word can end with the character before
	for _, r := range name {
		if unicode.IsUpper(r) && ends {
			out = append(out, ' ')
		}
		ends = unicode.IsLower(r) || unicode.IsDigit(r)
		switch {
		case r == '_' || r == '-' || r == '.':
			r = ' '
		case len(out) == 0:
			r = unicode.ToUpper(r)
		default:
			r = unicode.ToLower(r)
		}
		out = append(out, r)
	}
	return string(out)
}
