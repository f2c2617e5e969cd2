package hostile_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// furthest is how far ahead an expiry may lie that a token names: 400 days, the life of the cookie.
const furthest = 400 * 24 * time.Hour

// enter logs in with what a backend calls its token, read as an app reads it: with an expiry that the app maps by
// jwt(token).exp, or with none, so that the token's own exp is the hint. It reports whether the token was taken.
func enter(t *testing.T, m *call.Mapper, n *node, token string, mapped bool) (session.Session, bool) {
	t.Helper()
	f := project.AuthFields{Token: template("${reply.body.accessToken}", nil)}
	if mapped {
		f.Expiry = template("${jwt(reply.body.accessToken).exp}", value.TimeType())
	}
	began := time.Now()
	u, err := m.Fields(call.Mapping{Fields: f, Scope: value.Scope{"reply": map[string]any{"body": map[string]any{"accessToken": token}}}})
	if err != nil {
		return session.Session{}, false
	}
	a := session.AuthData{Token: *u.Token, UID: fmt.Sprint(rand.Int())} // one person has so many sessions at most
	if u.Expiry != nil {
		a.Expiry = *u.Expiry
	}
	s, err := n.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatalf("%.80q was taken by the mapping and refused by the session: %v", token, err)
	}
	s, found, err := n.Current(t.Context(), s.ID)
	if err != nil || !found || !s.Active() || s.Auth.Token.Reveal() != u.Token.Reveal() {
		t.Fatalf("%.80q: found %v, ended %q, %v", token, found, s.Ended, err)
	}
	if e := s.Auth.Expiry; !e.IsZero() && e.After(began.Add(furthest+time.Minute)) || e.Before(began) != s.Expired(began) && !e.IsZero() {
		t.Fatalf("%.80q: expiry %v", token, e)
	}
	return s, true
}

func tokenNode(t *testing.T) (*call.Mapper, *node) {
	t.Helper()
	m, err := call.NewMapper(app("http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	return m, newNode(t, start(t, hostile.Config{}))
}

func jwtOf(header, claims string) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims)) + ".c2ln"
}

// TestA16_ExpOfEveryForm: what exp may be, and what becomes of it: a time within 400 days, over, or unknown.
func TestA16_ExpOfEveryForm(t *testing.T) {
	m, n := tokenNode(t)
	now := time.Now()
	const within, over, unknown, refused = "within", "over", "unknown", "refused"
	for claims, want := range map[string]string{
		fmt.Sprintf(`{"exp":%d}`, now.Add(time.Hour).Unix()):        within,
		fmt.Sprintf(`{"exp":"%d"}`, now.Add(time.Hour).Unix()):      within,
		fmt.Sprintf(`{"exp":%d.5}`, now.Add(time.Hour).Unix()):      within,
		fmt.Sprintf(`{"exp":%d}`, now.Add(time.Hour).UnixMilli()):   within,
		fmt.Sprintf(`{"exp":%d}`, now.Add(399*24*time.Hour).Unix()): within,
		fmt.Sprintf(`{"exp":%d}`, now.Add(401*24*time.Hour).Unix()): unknown,
		fmt.Sprintf(`{"exp":%d}`, now.Add(time.Hour).UnixMicro()):   unknown,
		fmt.Sprintf(`{"exp":%d}`, now.Add(-time.Hour).Unix()):       over,
		`{"exp":0}`:                          over,
		`{"exp":-1}`:                         over,
		`{"exp":-59999999999}`:               over,
		`{"exp":-1e308}`:                     unknown,
		`{"exp":1e308}`:                      unknown,
		`{"exp":1e400}`:                      unknown,
		`{"exp":253402300799}`:               over,
		`{"exp":99999999999}`:                unknown,
		`{"exp":null}`:                       unknown,
		`{"exp":true}`:                       unknown,
		`{"exp":"soon"}`:                     unknown,
		`{"exp":{"exp":4102444800}}`:         unknown,
		`{"exp":[4102444800]}`:               unknown,
		`{"exp":1,"exp":4102444800}`:         unknown,
		`{}`:                                 unknown,
		`[]`:                                 unknown,
		`null`:                               unknown,
		``:                                   unknown,
		strings.Repeat(`{"exp":`, 100):       unknown,
		strings.Repeat(`[`, 5000):            unknown,
		`{"exp":` + strings.Repeat("9", 400): unknown,
		`{"x":"` + strings.Repeat("x", 20<<10) + `"}`: refused,
	} {
		for _, mapped := range []bool{false, true} {
			s, taken := enter(t, m, n, jwtOf(`{"alg":"none"}`, claims), mapped)
			got := within
			switch {
			case !taken:
				got = refused
			case s.Auth.Expiry.IsZero():
				got = unknown
			case s.Expired(time.Now()):
				got = over
			}
			if got != want {
				t.Errorf("%.60s (mapped %v): %s, want %s", claims, mapped, got, want)
			}
		}
	}
	if _, taken := enter(t, m, n, jwtOf(`{"alg":"`+strings.Repeat("x", 1<<20)+`"}`, `{}`), false); taken {
		t.Error("a header of 1 MiB was taken")
	}
}

// TestA16_MutatedTokens: ten thousand broken JWTs, and the vectors of Project Wycheproof, are logged in with. Nothing
// panics, a token comes back as it was or is refused, and its expiry is never further ahead than 400 days.
func TestA16_MutatedTokens(t *testing.T) {
	m, n := tokenNode(t)
	r := rand.New(rand.NewPCG(16, 16))
	vectors := wycheproof(t)
	taken, refused, dated := 0, 0, 0
	try := func(token string) {
		s, ok := enter(t, m, n, token, r.IntN(2) == 0)
		switch {
		case !ok:
			refused++
			return
		case !s.Auth.Expiry.IsZero():
			dated++
		}
		taken++
	}
	for _, v := range vectors {
		try(v)
	}
	whole := taken
	for range volume(1000, 10_000) {
		try(mutate(r, vectors))
	}
	if len(vectors) < 401 || whole < 300 || dated == 0 || refused == 0 {
		t.Errorf("%d vectors, %d of them taken, %d with an expiry, %d refused", len(vectors), whole, dated, refused)
	}
	t.Logf("%d tokens: %d taken as they are, %d of those with an expiry, %d refused, 0 panics", taken+refused, taken, dated, refused)
}

// wycheproof returns the signed tokens of Project Wycheproof.
func wycheproof(t *testing.T) (all []string) {
	t.Helper()
	b, err := os.ReadFile("testdata/wycheproof/jws.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var token string
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := json.Unmarshal([]byte(line), &token); err != nil {
			t.Fatal(err)
		}
		all = append(all, token)
	}
	return all
}

// mutate makes a JWT with an exp of any form, or takes a vector, and damages it in up to three ways.
func mutate(r *rand.Rand, vectors []string) string {
	exps := []string{"1", `"1"`, "-1", "1e308", "-1e308", `{"exp":1}`, "[1]", "null", "true", `""`, "0.1", fmt.Sprint(r.Int64()), fmt.Sprint(-r.Int64()), fmt.Sprint(time.Now().Unix() + r.Int64N(1e8))}
	token := jwtOf(`{"alg":"HS256","typ":"JWT"}`, `{"sub":"ada","exp":`+exps[r.IntN(len(exps))]+`}`)
	if r.IntN(3) == 0 {
		token = vectors[r.IntN(len(vectors))]
	}
	for range r.IntN(4) {
		token = damage(r, token)
	}
	return token
}

func damage(r *rand.Rand, token string) string {
	if token == "" {
		return "."
	}
	at, b := r.IntN(len(token)), []byte(token)
	switch r.IntN(9) {
	case 0:
		b[at] ^= 1 << r.IntN(8)
	case 1:
		b = b[:at]
	case 2:
		b = append(b[:at:at], append([]byte{byte(r.IntN(256))}, b[at:]...)...)
	case 3:
		b[at] = '.'
	case 4:
		return strings.ReplaceAll(token, ".", "")
	case 5:
		return token + "." + token
	case 6:
		return strings.Repeat(token[:at+1], r.IntN(40))
	case 7:
		parts := strings.Split(token, ".")
		r.Shuffle(len(parts), func(i, k int) { parts[i], parts[k] = parts[k], parts[i] })
		return strings.Join(parts, ".")
	default:
		return token + strings.Repeat("=", r.IntN(4))
	}
	return string(b)
}

// TestA16_ATimeThatCannotBeWritten: an expiry beyond the years that can be stored costs the expiry, not the login.
func TestA16_ATimeThatCannotBeWritten(t *testing.T) {
	_, n := tokenNode(t)
	for _, at := range []time.Time{time.Unix(1e15, 0), time.Unix(-1e14, 0), time.Unix(1<<62, 0), time.Unix(-1<<62, 0)} {
		a := session.AuthData{Token: session.NewSecret("t"), RefreshToken: session.NewSecret("r"), Expiry: at, UID: "ada"}
		if at.After(time.Now()) { // a refresh token that is over, beside a token that is, ends the session
			a.RefreshExpiry = at
		}
		s, err := n.LogIn(t.Context(), "", a, true)
		if err != nil {
			t.Fatal(err)
		}
		s, found, err := n.Current(t.Context(), s.ID)
		if err != nil || !found || s.Auth.Token.Reveal() != "t" || s.Auth.RefreshToken.Reveal() != "r" || s.Auth.UID != "ada" {
			t.Errorf("%v: found %v, uid %q, token kept %v, %v", at, found, s.Auth.UID, s.Auth.Token.Reveal() == "t", err)
		}
	}
}

// TestA17_NoRefreshWithATokenThatNoHeaderCarries has forty of them in the answer to a refresh, as the authentication token
// and as the refresh token: the row stays as it was.
func TestA17_NoRefreshWithATokenThatNoHeaderCarries(t *testing.T) {
	all := hostile.Uncarriable("fine")
	for i, bad := range all {
		for _, field := range []string{"accessToken", "refreshToken"} {
			srv := start(t, hostile.Config{})
			n := newNode(t, srv, late)
			s, _ := n.login(t, "ada")
			out := map[string]string{"accessToken": "A", "refreshToken": "R"}
			out[field] = bad
			body, err := json.Marshal(out)
			if err != nil {
				t.Fatal(err)
			}
			srv.Always(hostile.Step{Body: body})
			n.expire(t, s.ID)
			before, _, err := n.Store.Read(t.Context(), s.Key)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := n.Fresh(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("%d as %s: %v", i, field, err)
			}
			after, _, err := n.Store.Read(t.Context(), s.Key)
			if err != nil || srv.Sends() == 0 || after.Ver != before.Ver || after.UserVer != before.UserVer || after.Ended != "" {
				t.Errorf("%d as %s: %d sends, version %d after %d, ended %q, %v", i, field, srv.Sends(), after.Ver, before.Ver, after.Ended, err)
			}
			got, _, err := n.Current(t.Context(), s.ID)
			if err != nil || !got.Auth.Token.Equal(s.Auth.Token) || !got.Auth.RefreshToken.Equal(s.Auth.RefreshToken) || string(got.Auth.User) != string(s.Auth.User) {
				t.Errorf("%d as %s: what is stored has changed, %v", i, field, err)
			}
		}
	}
	t.Logf("%d refreshes refused, 0 rows changed", 2*len(all))
}
