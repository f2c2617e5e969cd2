package standin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/usherdev/usher/value"
)

// The ways to renew a login, as files name them.
const (
	rotateNone   = "none"       // the refresh token is kept
	rotateLoose  = "loose"      // a new pair; the old one stays good
	rotateSafe   = "retry-safe" // a new pair; the old token gives the same pair again until the new one is spent
	rotateStrict = "strict"     // a new pair; an old token that comes back ends the login
	rotateLive   = "live-token" // there is no refresh token: the access token is spent while it lives
)

// grant is one login at the backend, with all the tokens that came of it.
type grant struct {
	account int // index
	revoked bool
	ended   bool
	access  string // the newest
	refresh string
}

// token is what was issued.
type token struct {
	grant   *grant
	access  bool
	expires time.Time // zero: never
	expired bool
	next    *pair // a refresh token that was spent: what it gave
}

type pair struct{ access, refresh string }

// standing is what a request's access token is worth.
type standing string

const (
	valid   standing = "valid"
	missing standing = "missing"
	expired standing = "expired"
	unknown standing = "unknown"
)

func (b *Backend) over(t *token) bool {
	return t.expired || !t.expires.IsZero() && !b.now().Before(t.expires)
}

// judge says what an access token is worth and whose it is or was (an index, -1 for nobody).
func (b *Backend) judge(text string) (standing, int) {
	t := b.tokens[text]
	switch {
	case text == "":
		return missing, -1
	case t == nil || !t.access && b.spec.rotation != rotateLoose || t.grant.ended: // where rotation is loose, either passes as the other
		return unknown, -1
	case b.over(t):
		return expired, t.grant.account
	}
	return valid, t.grant.account
}

// start logs an account in.
func (b *Backend) start(account int) (*grant, error) {
	g := &grant{account: account}
	return g, b.issue(g, true)
}

// issue makes the next tokens of a login. both says whether the refresh token is a new one as well.
func (b *Backend) issue(g *grant, both bool) error {
	var err error
	if g.access, err = b.mint(b.spec.access, g, true); err != nil {
		return err
	}
	if both && b.spec.refresh != nil {
		g.refresh, err = b.mint(*b.spec.refresh, g, false)
	}
	return err
}

// renew spends a token. nil without an error: it is refused.
func (b *Backend) renew(text string) (*grant, error) {
	t := b.tokens[text]
	live := b.spec.rotation == rotateLive
	if t == nil || t.access != live || t.grant.revoked || t.grant.ended || b.over(t) {
		return nil, nil
	}
	g := t.grant
	switch b.spec.rotation {
	case rotateNone, rotateLive:
		return g, b.issue(g, false)
	case rotateLoose:
		return g, b.issue(g, true)
	}
	if t.next != nil {
		return b.spentBefore(t)
	}
	if err := b.issue(g, true); err != nil {
		return nil, err
	}
	t.next = &pair{g.access, g.refresh}
	return g, nil
}

// spentBefore answers a refresh token that came back.
func (b *Backend) spentBefore(t *token) (*grant, error) {
	g := t.grant
	if b.spec.rotation == rotateSafe && b.tokens[t.next.refresh].next == nil {
		g.access, g.refresh = t.next.access, t.next.refresh
		return g, nil
	}
	g.ended = true
	return nil, nil
}

// end closes the login that a token belongs to.
func (b *Backend) end(text string) {
	if t := b.tokens[text]; t != nil {
		t.grant.ended = true
	}
}

// mint makes one token.
func (b *Backend) mint(rule tokenRule, g *grant, access bool) (string, error) {
	b.serial++
	t := &token{grant: g, access: access}
	if rule.life > 0 {
		t.expires = b.now().Add(rule.life)
	}
	text := rule.prefix + hex.EncodeToString(randomBytes(20))
	if rule.jwt {
		var err error
		if text, err = b.sign(rule, g, t.expires); err != nil {
			return "", err
		}
	}
	b.tokens[text] = t
	return text, nil
}

// sign makes a JWT with the claims of the rule, iat, exp and jti.
func (b *Backend) sign(rule tokenRule, g *grant, expires time.Time) (string, error) {
	claims := map[string]any{}
	v, err := rule.claims.Eval(b.scope(request{}, g.account))
	if err != nil {
		return "", err
	}
	if m, ok := v.(map[string]any); ok {
		claims = clone(m)
	}
	claims["iat"], claims["jti"] = b.now().Unix(), strconv.Itoa(b.serial)
	if !expires.IsZero() {
		claims["exp"] = expires.Unix()
	}
	body, err := value.EncodeJSON(claims)
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc.EncodeToString(body)
	mac := hmac.New(sha256.New, b.key)
	mac.Write([]byte(text))
	return text + "." + enc.EncodeToString(mac.Sum(nil)), nil
}

func randomBytes(n int) []byte {
	p := make([]byte, n)
	_, _ = rand.Read(p) // never fails
	return p
}
