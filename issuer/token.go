package issuer

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenType     = "at+jwt" // RFC 9068
	refreshPrefix = "urt1."  // the version of the refresh token's form
	familySize    = 16
	maxToken      = 4096
)

var (
	errNotOurs = errors.New("the token is not one of ours")
	errExpired = errors.New("the token has expired")
)

// claims are what an access token says. Only the issuer reads them; to clients exp alone matters.
type claims struct {
	jwt.RegisteredClaims
	// Family names the login, and Generation the refresh token that was handed out with this one.
	Family     string `json:"sid"`
	Generation int64  `json:"gen"`
}

// access makes an access token of the generation f is at. It never outlives the login.
func (s *Server) access(f family, ttl time.Duration) (string, error) {
	now := s.cfg.Now()
	end := now.Add(ttl)
	for _, limit := range []time.Time{f.absUntil, f.idleUntil} {
		if end.After(limit) {
			end = limit
		}
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    s.cfg.Issuer,
			Audience:  jwt.ClaimStrings{s.cfg.Issuer},
			Subject:   strconv.FormatInt(f.userID, 10),
			ID:        rand.Text(),
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(end),
		},
		Family:     f.id,
		Generation: f.counter,
	})
	t.Header["typ"] = tokenType
	t.Header["kid"] = s.keys.kid
	return t.SignedString(s.keys.sign)
}

// verify returns the claims of an access token, errNotOurs or errExpired. With errExpired the
// claims are returned too: a log-out may still trust them.
//
// The header is compared, not interpreted: no algorithm, key or URL that a token names is looked at.
// The claims must be written exactly as we write them, so nothing is there twice or besides.
func (s *Server) verify(token string) (claims, error) {
	header, rest, _ := strings.Cut(token, ".")
	payload, _, ok := strings.Cut(rest, ".")
	if len(token) > maxToken || !ok || header != s.keys.header || strings.ContainsAny(token, "\r\n") {
		return claims{}, errNotOurs
	}
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.keys.sign.Public(), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(s.cfg.Issuer), jwt.WithAudience(s.cfg.Issuer), jwt.WithIssuedAt(),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithTimeFunc(s.cfg.Now))
	if raw, bad := json.Marshal(c); bad != nil || payload != base64.RawURLEncoding.EncodeToString(raw) {
		return claims{}, errNotOurs
	}
	switch {
	case err == nil && c.NotBefore != nil && c.Family != "" && c.Subject != "":
		return c, nil
	case onlyExpired(err):
		return c, errExpired
	}
	return claims{}, errNotOurs
}

// onlyExpired tells a genuine token that is too old from one that has other faults as well.
func onlyExpired(err error) bool {
	if !errors.Is(err, jwt.ErrTokenExpired) {
		return false
	}
	for _, other := range []error{jwt.ErrTokenSignatureInvalid, jwt.ErrTokenUnverifiable, jwt.ErrTokenMalformed, jwt.ErrTokenInvalidIssuer,
		jwt.ErrTokenInvalidAudience, jwt.ErrTokenNotValidYet, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenRequiredClaimMissing} {
		if errors.Is(err, other) {
			return false
		}
	}
	return true
}

// refreshToken makes the refresh token number counter of a family. It is deterministic, so the
// same child can be handed out again without being stored.
func (k *keys) refreshToken(family string, counter int64) (string, error) {
	id, err := base64.RawURLEncoding.Strict().DecodeString(family)
	if err != nil || len(id) != familySize {
		return "", errors.New("the family id is damaged")
	}
	body := binary.BigEndian.AppendUint64(id, uint64(counter))
	body = append(body, mac(k.refresh, []byte(refreshPrefix), body)...)
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(body), nil
}

// presented is a refresh token that is certainly ours.
type presented struct {
	family  string
	counter int64
	digest  []byte
}

// parseRefresh tells a genuine refresh token from anything else.
func (k *keys) parseRefresh(token string) (presented, bool) {
	text, ok := strings.CutPrefix(token, refreshPrefix)
	if !ok || len(token) > maxToken {
		return presented{}, false
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(body) != familySize+8+32 {
		return presented{}, false
	}
	p := presented{
		family:  base64.RawURLEncoding.EncodeToString(body[:familySize]),
		counter: int64(binary.BigEndian.Uint64(body[familySize:])),
		digest:  k.hash(token),
	}
	// Made again and compared whole, so that there is one spelling of each token.
	want, err := k.refreshToken(p.family, p.counter)
	return p, err == nil && hmac.Equal([]byte(want), []byte(token))
}

// hash is what the row keeps of a refresh token.
func (k *keys) hash(token string) []byte { return mac(k.digest, []byte(token)) }
