package value

import (
	"encoding/base64"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

const maxToken = 16 << 10 // bytes of a token that jwt reads

// claimsType is what jwt gives: registered times are times, all else is any.
func claimsType() *Type {
	return OpenObjectOf("claims",
		Field{Name: "exp", Type: TimeType()}, Field{Name: "iat", Type: TimeType()}, Field{Name: "nbf", Type: TimeType()})
}

// jwtFn reads the claims of a JSON web token without verifying anything: they are hints, never a permission.
// What is no such token is nil.
func jwtFn(_ *run, a []any) (any, error) {
	claims := tokenClaims(Text(a[0]))
	if claims == nil {
		return nil, nil
	}
	return claims, nil
}

func tokenClaims(token string) map[string]any {
	token = strings.TrimSpace(token)
	if len(token) > maxToken {
		return nil
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil
	}
	v, err := DecodeJSON(body)
	if err != nil {
		return nil
	}
	claims, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for _, name := range []string{"exp", "iat", "nbf"} {
		if moment, present := claims[name]; present {
			claims[name] = claimTime(moment)
		}
	}
	return claims
}

// claimTime reads seconds since 1970, as number or text; some issuers send milliseconds, and no token lives
// until the year 5138.
func claimTime(v any) any {
	n, _ := toNumber(v)
	f, ok := asFloat(n)
	if !ok {
		return nil
	}
	if math.Abs(f) > 1e11 {
		f /= 1000
	}
	return momentAt(f)
}

// momentAt is the time so many seconds after 1970; nil outside the years 1 to 9999.
func momentAt(seconds float64) any {
	if !(seconds > -6e10 && seconds < 253402300800) {
		return nil
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1e3).UTC()
}

// Masked shows a secret's ends, the rule beside promise A2: its first six and last four letters, or only … where it has fewer than 24.
func Masked(s string) string {
	if s == "" {
		return ""
	}
	if utf8.RuneCountInString(s) < 24 {
		return "…"
	}
	letters := []rune(s)
	return string(letters[:6]) + "…" + string(letters[len(letters)-4:])
}

// maskedFn is Masked in expressions.
func maskedFn(_ *run, a []any) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	return Masked(Text(a[0])), nil
}
