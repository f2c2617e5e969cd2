package issuer

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// common.txt: see COMMON-PASSWORDS.md.
//
//go:embed common.txt
var commonPasswords string

const maxPassword = 1024 // bytes

// policy says which passwords may be chosen. It asks for length, not for kinds of characters.
type policy struct {
	least  int
	common []string // sorted
	words  []string // what a password may not consist of, besides the user's own names
}

func newPolicy(least int, issuer string) *policy {
	p := &policy{least: least, common: strings.Fields(commonPasswords)}
	p.words = []string{"usher", "touristtrail", "tourist", "trail", "password", "passwort", "passphrase", "letmein", "welcome", "admin", "administrator",
		"login", "signup", "secret", "iloveyou", "qwerty", "qwertz", "azerty", "dragon", "monkey", "master", "sunshine", "football", "baseball", "princess",
		"changeme", "default", "guest", "root", "test", "user", "demo", "1q2w3e4r", "q1w2e3r4", "1qaz2wsx", "zaq12wsx", "qazwsx", "p@ssw0rd"}
	if u, err := url.Parse(issuer); err == nil {
		p.words = append(p.words, fold(u.Hostname()))
	}
	return p
}

// normalPassword is the form in which a password is measured, hashed and compared: the same
// characters are the same password, however a keyboard composed them.
func normalPassword(s string) string {
	if len(s) > maxPassword {
		return "" // cannot have been chosen, and matches nothing
	}
	return norm.NFC.String(s)
}

// check returns the normal form of a password, or the sentence that says why it cannot be chosen.
// The context is what belongs to the person: their names and address.
func (p *policy) check(password string, context ...string) (normal, problem string) {
	normal = normalPassword(password)
	switch {
	case password == "":
		return "", "It is missing."
	case len(password) > maxPassword || len(normal) > maxPassword:
		return "", fmt.Sprintf("Use at most %d bytes.", maxPassword)
	case !utf8.ValidString(normal) || strings.ContainsRune(normal, utf8.RuneError):
		return "", "This holds a character that cannot be kept."
	case utf8.RuneCountInString(normal) < p.least:
		return "", fmt.Sprintf("Use at least %d characters. A few words in a row are easy to remember.", p.least)
	}
	folded := fold(normal)
	switch {
	case p.isCommon(folded):
		return "", "Many people use this password, so it is guessed first. Choose another."
	case isPattern([]rune(folded)):
		return "", "This is a pattern that is guessed first. Choose something less regular."
	case p.isContext(folded, context):
		return "", "This is made of names and words that are guessed first. Add something of your own."
	}
	return normal, ""
}

func fold(s string) string { return nameKey(s) }

// spelled returns s as it is, and with figures and signs read as the letters they stand for.
func spelled(s string) []string {
	forms := []string{s}
	for _, one := range []string{"l", "i"} {
		forms = append(forms, strings.NewReplacer("0", "o", "1", one, "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s))
	}
	return forms
}

// isCommon finds the password itself, without what people hang on to its ends, and with figures
// read as letters.
func (p *policy) isCommon(s string) bool {
	core := strings.TrimFunc(s, func(c rune) bool { return !unicode.IsLetter(c) })
	for _, form := range append(spelled(s), spelled(core)...) {
		if _, found := slices.BinarySearch(p.common, form); found {
			return true
		}
	}
	return false
}

// isPattern finds repetition and runs along the alphabet, the figures or a keyboard row.
func isPattern(s []rune) bool {
	n := len(s)
	if period := smallestPeriod(s); period*3 <= n || (period*2 <= n && period < 8) {
		return true
	}
	distinct := map[rune]bool{}
	for _, c := range s {
		distinct[c] = true
	}
	return len(fresh(s))*3 < n || len(distinct) < 4
}

// fresh leaves out what follows from the character before it.
func fresh(s []rune) (left []rune) {
	for i, c := range s {
		if i == 0 || !follows(s[i-1], c) {
			left = append(left, c)
		}
	}
	return left
}

// smallestPeriod is the p for which every character equals the one p before it.
func smallestPeriod(s []rune) int {
	border := make([]int, len(s)+1)
	border[0] = -1
	for i, k := 0, -1; i < len(s); i++ {
		for k >= 0 && s[k] != s[i] {
			k = border[k]
		}
		k++
		border[i+1] = k
	}
	return len(s) - border[len(s)]
}

func follows(a, b rune) bool {
	if d := b - a; d >= -1 && d <= 1 {
		return true
	}
	for _, row := range []string{"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
		"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "0p", "q2", "w3", "e4", "r5", "t6", "y7", "u8", "i9", "o0"} {
		i, j := strings.IndexRune(row, a), strings.IndexRune(row, b)
		if i >= 0 && j >= 0 && (j-i == 1 || i-j == 1) {
			return true
		}
	}
	return false
}

// isContext takes the known words out and looks at what is left.
func (p *policy) isContext(s string, context []string) bool {
	words := slices.Clone(p.words)
	for _, c := range context {
		for _, w := range append(strings.FieldsFunc(fold(c), notWord), fold(c)) {
			if utf8.RuneCountInString(w) >= 3 {
				words = append(words, w)
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, form := range spelled(s) {
		left := form
		for _, w := range words {
			left = strings.ReplaceAll(left, w, "")
		}
		if left == form {
			continue
		}
		own := fresh(slices.DeleteFunc([]rune(left), notWord))
		if len(own) < 6 {
			return true
		}
	}
	return false
}

func notWord(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }
