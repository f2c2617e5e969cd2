package openid

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// issuer is a provider's public half: a discovery document and one key.
type issuer struct {
	*httptest.Server
	key   *ecdsa.PrivateKey
	doc   map[string]any
	asked int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wellKnown, func(w http.ResponseWriter, _ *http.Request) {
		i.asked++
		_ = json.NewEncoder(w).Encode(i.doc)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		pub, _ := key.PublicKey.Bytes() // 4 ‖ x ‖ y
		b64 := base64.RawURLEncoding.EncodeToString
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256", "use": "sig", "x": b64(pub[1:33]), "y": b64(pub[33:])}}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	i.doc = map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize?tenant=7", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"userinfo_endpoint": i.URL + "/me", "id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
	}
	return i
}

func (i *issuer) provider(t *testing.T) *Provider {
	t.Helper()
	p, err := New(Config{Issuer: i.URL, ClientID: "app", Transport: http.DefaultTransport})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (i *issuer) claims(more map[string]any) jwt.MapClaims {
	c := jwt.MapClaims{"iss": i.URL, "aud": "app", "sub": "42", "nonce": "n", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	for k, v := range more {
		if v == nil {
			delete(c, k)
		} else {
			c[k] = v
		}
	}
	return c
}

func (i *issuer) sign(t *testing.T, method jwt.SigningMethod, key any, c jwt.MapClaims) string {
	t.Helper()
	tok := jwt.NewWithClaims(method, c)
	tok.Header["kid"] = "1"
	s, err := tok.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNewRefusesIssuersThatCannotBeTrusted(t *testing.T) {
	for _, at := range []string{"", "accounts.example.com", "http://accounts.example.com", "ftp://a.example", "https://u:p@a.example", "https://a.example?x=1", "https://a.example#f"} {
		if _, err := New(Config{Issuer: at, ClientID: "app", Transport: http.DefaultTransport}); err == nil {
			t.Errorf("%q was taken", at)
		}
	}
	for _, at := range []string{"https://a.example", "https://a.example/realms/x", "http://localhost:9", "http://127.0.0.1:9/", "http://op.localhost"} {
		if _, err := New(Config{Issuer: at, ClientID: "app", Transport: http.DefaultTransport}); err != nil {
			t.Errorf("%q: %v", at, err)
		}
	}
}

func TestBegin(t *testing.T) {
	i := newIssuer(t)
	a, to, err := i.provider(t).Begin(t.Context(), "https://shop.example/_usher/back", []string{"openid", "email"}, map[string]string{"prompt": "consent", "state": "mine", "redirect_uri": "https://evil.example"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(a.Verifier))
	want := url.Values{
		"tenant": {"7"}, "prompt": {"consent"}, "response_type": {"code"}, "response_mode": {"query"}, "client_id": {"app"},
		"redirect_uri": {"https://shop.example/_usher/back"}, "scope": {"openid email"}, "state": {a.State}, "nonce": {a.Nonce},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if got := u.Query(); got.Encode() != want.Encode() || u.Path != "/authorize" {
		t.Errorf("%s\nwant %s", to, want.Encode())
	}
	if a.State == a.Nonce || a.Nonce == a.Verifier || len(a.State) < 43 || strings.Contains(to, a.Verifier) {
		t.Error("the attempt's secrets are weak, or the verifier is in the address")
	}
}

// TestDiscoveryIsJudged: what the document says is data; it may not send secrets to an open line or speak for another issuer.
func TestDiscoveryIsJudged(t *testing.T) {
	i := newIssuer(t)
	if _, err := i.provider(t).Endpoints(t.Context()); err != nil {
		t.Fatalf("a sound document: %v", err)
	}
	for name, change := range map[string]map[string]any{
		"another issuer":        {"issuer": i.URL + "/"},
		"token on another host": {"token_endpoint": "http://evil.example/token"},
		"keys on another port":  {"jwks_uri": "http://127.0.0.1:1/keys"},
		"https elsewhere":       {"token_endpoint": "https://evil.example/token"}, // from a plain http issuer
		"no token endpoint":     {"token_endpoint": ""},
		"no keys":               {"jwks_uri": nil},
		"credentials":           {"revocation_endpoint": strings.Replace(i.URL, "http://", "http://u:p@", 1)},
		"no S256":               {"code_challenge_methods_supported": []string{"plain"}},
	} {
		was := maps.Clone(i.doc)
		maps.Copy(i.doc, change)
		if _, err := i.provider(t).Endpoints(t.Context()); err == nil {
			t.Errorf("%s: taken", name)
		}
		i.doc = was
	}
}

// TestDiscoveryOutlivesTheProvider: a document is asked for once an hour, and the one before serves while the provider is away.
func TestDiscoveryOutlivesTheProvider(t *testing.T) {
	i := newIssuer(t)
	now := time.Now()
	p, err := New(Config{Issuer: i.URL, ClientID: "app", Transport: http.DefaultTransport, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := p.Endpoints(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if i.asked != 1 {
		t.Errorf("asked %d times", i.asked)
	}
	now = now.Add(2 * time.Hour)
	i.Close()
	if e, err := p.Endpoints(t.Context()); err != nil || e.Token == "" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestA14_OnlyTheAnswerToThisAttemptCounts(t *testing.T) {
	i := newIssuer(t)
	p := i.provider(t)
	a := Attempt{State: "s", Nonce: "n", Verifier: "v"}
	ask := func(q string) (string, error) {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		return p.Code(t.Context(), a, v)
	}
	if code, err := ask("state=s&code=c"); code != "c" || err != nil {
		t.Errorf("%q, %v", code, err)
	}
	for _, q := range []string{"", "code=c", "state=&code=c", "state=S&code=c", "state=s", "state=s&state=s&code=c", "state=s&code=c&code=d", "state=s&code=c&iss=https://other.example", "state=x&error=access_denied"} {
		if _, err := ask(q); !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", q, err)
		}
	}
	if _, err := p.Code(t.Context(), Attempt{}, url.Values{"state": {""}, "code": {"c"}}); !errors.Is(err, ErrForeign) {
		t.Errorf("without an attempt: %v", err)
	}
	var no *Refusal
	if _, err := ask("state=s&error=access_denied&error_description=secret"); !errors.As(err, &no) || no.Code != "access_denied" {
		t.Errorf("%v", err)
	}
	if _, err := ask("state=s&error=%0Aforged"); !errors.As(err, &no) || no.Code != "unknown" {
		t.Errorf("%v", err)
	}
	i.doc["authorization_response_iss_parameter_supported"] = true
	p = i.provider(t)
	if _, err := ask("state=s&code=c"); !errors.Is(err, ErrForeign) {
		t.Errorf("an answer without iss from a provider that names itself: %v", err)
	}
}

func TestA14_OnlyTheProvidersOwnIDTokenCounts(t *testing.T) {
	i := newIssuer(t)
	p := i.provider(t)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("access"))
	hash := base64.RawURLEncoding.EncodeToString(sum[:16])
	good := func(more map[string]any) string { return i.sign(t, jwt.SigningMethodES256, i.key, i.claims(more)) }
	for name, tok := range map[string]string{
		"plain": good(nil), "with at_hash": good(map[string]any{"at_hash": hash}), "two audiences and azp": good(map[string]any{"aud": []string{"app", "api"}, "azp": "app"}),
	} {
		if c, err := p.Verify(t.Context(), tok, "n", "access"); err != nil || c["sub"] != "42" {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
	for name, tok := range map[string]string{
		"another key":        i.sign(t, jwt.SigningMethodES256, other, i.claims(nil)),
		"none":               i.sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, i.claims(nil)),
		"HS256":              i.sign(t, jwt.SigningMethodHS256, []byte("app"), i.claims(nil)),
		"another issuer":     good(map[string]any{"iss": "https://other.example"}),
		"another client":     good(map[string]any{"aud": "other"}),
		"for another client": good(map[string]any{"azp": "other"}),
		"two without azp":    good(map[string]any{"aud": []string{"app", "api"}}),
		"expired":            good(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}),
		"another nonce":      good(map[string]any{"nonce": "m"}),
		"no nonce":           good(map[string]any{"nonce": nil}),
		"nobody":             good(map[string]any{"sub": nil}),
		"another at_hash":    good(map[string]any{"at_hash": base64.RawURLEncoding.EncodeToString(make([]byte, 16))}),
		"cut":                good(nil)[:40],
		"empty":              "",
	} {
		if c, err := p.Verify(t.Context(), tok, "n", "access"); err == nil {
			t.Errorf("%s: taken as %v", name, c)
		}
	}
	if _, err := p.Verify(t.Context(), good(map[string]any{"nonce": nil}), "", ""); err != nil {
		t.Errorf("a renewal's ID token need have no nonce: %v", err)
	}
}

func TestProviderAwayIsAnError(t *testing.T) {
	i := newIssuer(t)
	p := i.provider(t)
	i.Close()
	if _, _, err := p.Begin(context.Background(), "https://shop.example/", []string{"openid"}, nil); err == nil {
		t.Error("a log-in began")
	}
}
