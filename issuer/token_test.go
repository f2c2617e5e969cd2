package issuer

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// forger makes tokens out of parts, signed or not.
type forger struct {
	t      *testing.T
	b      *bed
	header map[string]any
	claims map[string]any
}

func (f forger) raw(header, claims string, sign func(input string) []byte) string {
	b64 := base64.RawURLEncoding
	input := b64.EncodeToString([]byte(header)) + "." + b64.EncodeToString([]byte(claims))
	return input + "." + b64.EncodeToString(sign(input))
}

// encode writes the members in the order in which the issuer writes them, what it does not know last.
func (f forger) encode(m map[string]any) string {
	order := []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "gen"}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	var members []string
	for _, name := range order {
		if v, ok := m[name]; ok {
			raw, err := json.Marshal(v)
			if err != nil {
				f.t.Fatal(err)
			}
			members = append(members, fmt.Sprintf("%q:%s", name, raw))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// ours signs with the issuer's own key, so that only the other rules stand in the way.
func (f forger) ours(input string) []byte { return ed25519.Sign(f.b.keys.sign, []byte(input)) }

func none(string) []byte { return nil }

func with(m map[string]any, pairs ...any) map[string]any {
	out := maps.Clone(m)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(out, pairs[i].(string))
			continue
		}
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func newForger(t *testing.T, b *bed, token string) forger {
	f := forger{t: t, b: b}
	parts := strings.Split(token, ".")
	for i, dst := range []*map[string]any{&f.header, &f.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		if err := d.Decode(dst); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestD8_ShapeOfAnAccessToken(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	f := newForger(t, b, in.AccessToken)
	if len(f.header) != 3 || f.header["alg"] != "EdDSA" || f.header["typ"] != "at+jwt" || f.header["kid"] == "" {
		t.Errorf("header = %v", f.header)
	}
	for _, name := range []string{"iss", "aud", "exp", "nbf", "iat", "sub", "jti", "sid"} {
		if f.claims[name] == nil {
			t.Errorf("no %s in %v", name, f.claims)
		}
	}
	if f.claims["iss"] != b.cfg.Issuer || f.claims["sub"] != fmt.Sprint(in.ID) {
		t.Errorf("claims = %v", f.claims)
	}
	// The forger's tools work: the same parts with the same key are a good token.
	if r := b.get("/auth/me", f.raw(f.encode(f.header), f.encode(f.claims), f.ours)); r.status != 200 {
		t.Fatalf("remade: %d %s", r.status, r.body)
	}
}

func TestD8_SixtyForgeries(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	f := newForger(t, b, in.AccessToken)
	forged := f.headers()
	for name, token := range forged {
		if _, err := b.verify(token); err == nil {
			t.Errorf("%s was verified", name)
		}
	}
	maps.Copy(forged, f.contents(in.AccessToken))
	if len(forged) < 60 {
		t.Fatalf("%d forgeries", len(forged))
	}
	for name, token := range forged {
		if r := b.get("/auth/me", token); r.status != 401 || r.code() != "invalid_token" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := b.get("/auth/me", in.AccessToken); r.status != 200 {
		t.Errorf("the real one: %d", r.status)
	}
}

// headers are forgeries of the header and the key.
func (f forger) headers() map[string]string {
	claims := f.encode(f.claims)
	public := f.b.keys.sign.Public().(ed25519.PublicKey)
	pkix, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		f.t.Fatal(err)
	}
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	strange := func(input string) []byte { return ed25519.Sign(stranger, []byte(input)) }
	hs := func(key []byte) func(string) []byte {
		return func(input string) []byte {
			h := hmac.New(sha256.New, key)
			h.Write([]byte(input))
			return h.Sum(nil)
		}
	}
	out := map[string]string{}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "", " none"} {
		out["alg "+alg] = f.raw(f.encode(with(f.header, "alg", alg)), claims, none)
		out["alg, signed "+alg] = f.raw(f.encode(with(f.header, "alg", alg)), claims, f.ours)
	}
	for name, key := range map[string][]byte{"raw": public, "pem": pemKey, "der": pkix, "empty": {}, "kid": []byte(f.b.keys.kid)} {
		out["HS256 with the public key "+name] = f.raw(f.encode(with(f.header, "alg", "HS256")), claims, hs(key))
	}
	for _, alg := range []string{"HS384", "RS256", "PS256", "ES256", "Ed25519", "eddsa"} {
		out["alg "+alg] = f.raw(f.encode(with(f.header, "alg", alg)), claims, f.ours)
	}
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(stranger.Public().(ed25519.PublicKey))}
	for name, value := range map[string]any{"jwk": jwk, "jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1/x", "x5c": []string{"MIIB"}, "crit": []string{"exp"}, "b64": false, "zip": "DEF", "cty": "JWT"} {
		out["header "+name] = f.raw(f.encode(with(f.header, name, value)), claims, strange)
		out["header, signed, "+name] = f.raw(f.encode(with(f.header, name, value)), claims, f.ours)
	}
	for _, kid := range []any{"../../../dev/null", "' OR 1=1 --", "", nil, 7, strings.Repeat("k", 5000), "http://127.0.0.1:1/k"} {
		out[fmt.Sprintf("kid %.20v", kid)] = f.raw(f.encode(with(f.header, "kid", kid)), claims, f.ours)
	}
	for _, typ := range []any{"JWT", "jwt", "", nil, "AT+JWT", "application/at+jwt", "refresh"} {
		out[fmt.Sprintf("typ %v", typ)] = f.raw(f.encode(with(f.header, "typ", typ)), claims, f.ours)
	}
	out["a stranger's key"] = f.raw(f.encode(f.header), claims, strange)
	out["duplicate alg"] = f.raw(`{"alg":"none",`+f.encode(f.header)[1:], claims, f.ours)
	return out
}

// contents are forgeries of the claims and the form; nearly all are signed by the right key.
func (f forger) contents(token string) map[string]string {
	header, now := f.encode(f.header), f.b.clock.now().Unix()
	out := map[string]string{}
	for name, pairs := range map[string][]any{
		"iss other": {"iss", "http://evil.example"}, "iss none": {"iss", nil}, "iss list": {"iss", []string{f.b.cfg.Issuer}},
		"aud other": {"aud", "other"}, "aud none": {"aud", nil}, "aud empty": {"aud", []string{}},
		"exp none": {"exp", nil}, "exp past": {"exp", now - 1}, "exp now": {"exp", now}, "exp text": {"exp", "9999999999"}, "exp negative": {"exp", -1}, "exp null in list": {"exp", []any{nil}},
		"nbf none": {"nbf", nil}, "nbf future": {"nbf", now + 60}, "iat future": {"iat", now + 60},
		"sid none": {"sid", nil}, "sid unknown": {"sid", "AAAAAAAAAAAAAAAAAAAAAA"}, "sid injection": {"sid", "' OR '1'='1"}, "sid number": {"sid", 1},
		"sub none": {"sub", nil}, "sub other": {"sub", "2"}, "sub number": {"sub", 1}, "gen text": {"gen", "1"},
	} {
		out["claim "+name] = f.raw(header, f.encode(with(f.claims, pairs...)), f.ours)
	}
	claims := f.encode(f.claims)
	out["duplicate exp"] = f.raw(header, `{"exp":1,`+claims[1:], f.ours)
	out["exp 1e308"] = f.raw(header, f.encode(with(f.claims, "exp", json.Number("1e400"))), f.ours)
	out["claims are a list"] = f.raw(header, "["+claims+"]", f.ours)
	out["claims with a tail"] = f.raw(header, claims+"{}", f.ours)
	out["claims are not JSON"] = f.raw(header, "exp=1", f.ours)
	out["a megabyte"] = f.raw(header, f.encode(with(f.claims, "pad", strings.Repeat("x", 1<<20))), f.ours)
	out["deep"] = f.raw(header, f.encode(f.claims)[:len(claims)-1]+`,"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+"}", f.ours)
	parts := strings.Split(token, ".")
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		f.t.Fatal(err)
	}
	sig[0] ^= 1
	out["no signature"] = parts[0] + "." + parts[1] + "."
	out["two parts"] = parts[0] + "." + parts[1]
	out["four parts"] = token + ".AAAA"
	out["bit of the signature"] = parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(sig)
	out["padding"] = token + "=="
	out["line break"] = parts[0] + "." + parts[1] + "." + parts[2][:10] + "\n" + parts[2][10:]
	out["empty"], out["dots"], out["spaces"] = "", "..", "a b c"
	return out
}

// A foreign RSA token that is good in itself is no token here.
func TestD8_KeysComeFromOurSetAlone(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"iss": b.cfg.Issuer, "aud": b.cfg.Issuer, "sub": "1",
		"exp": b.clock.now().Add(time.Hour).Unix(), "nbf": b.clock.now().Unix()})
	token.Header["typ"], token.Header["kid"] = tokenType, b.keys.kid
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	if r := b.get("/auth/me", text); r.status != 401 {
		t.Errorf("%d", r.status)
	}
	if other := newBed(t).signUp(1).AccessToken; b.get("/auth/me", other).status != 401 {
		t.Error("another issuer's token was taken")
	}
}

func FuzzD8_Verify(f *testing.F) {
	s, err := New(Config{Path: ":memory:", cost: argonCost{memory: 64, time: 1, threads: 1}})
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	f.Add("a.b.c")
	f.Add(s.keys.header + ".e30.AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := s.verify(token); err == nil {
			t.Fatalf("%q was verified", token)
		}
		if _, ok := s.keys.parseRefresh(token); ok {
			t.Fatalf("%q is a refresh token", token)
		}
	})
}
