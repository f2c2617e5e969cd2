package call

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const maxToken = 16 << 10 // A17

// Mapper reads session fields from a reply: for Log In, Update Authenticated User and the declared refresh. It is
// safe for concurrent use.
type Mapper struct {
	userType *value.Type
	prefix   string          // of the token's placement: "Bearer "
	exp      *value.Template // the expiry that a JWT names, as a hint
	sliding  time.Duration   // a login without expiry lives so long from its Log In, where each use lengthens it
	drifts   *drifts
	now      func() time.Time
}

// NewMapper returns the Mapper of a project.
func NewMapper(p *project.Project) (*Mapper, error) {
	exp, faults := value.NewEnv().With("token", value.SecretType()).Parse("${jwt(token).exp}", value.TimeType())
	if len(faults) > 0 {
		return nil, fmt.Errorf("call: reading a token's expiry: %s", faults[0])
	}
	prefix, _, _ := strings.Cut(cmp.Or(p.App.Auth.TokenFormat, defaultFormat), "{token}")
	return &Mapper{userType: p.App.Auth.UserType, prefix: prefix, exp: exp, sliding: p.App.Auth.Sliding, drifts: &drifts{}, now: time.Now}, nil
}

// MappingError says that a mapping found nothing, or not what it needs. It never holds a value.
type MappingError struct {
	Field string // token, refreshToken, expiry, refreshExpiry, uid, user
	From  string // what was read: "login.body.accessToken"; "" unknown
	Msg   string // the sentence
}

// Error returns the sentence.
func (e *MappingError) Error() string { return e.Msg }

// Mapping is one use of a Mapper.
type Mapping struct {
	At     project.Path       // where it is written
	Fields project.AuthFields // what it reads
	Scope  value.Scope
	Skew   time.Duration // how far the clock of whoever answered is ahead of ours (promises 2.10)
	Strict bool          // a Log In: a refresh token that is mapped and not there is an error, unless it is optional
}

// Fields evaluates a mapping and returns what it sets. A mapped token must be there, and at a Log In the refresh token as
// well (F027); other fields that are nil stay unset, so that the old ones are kept, and are told as a Drift. A token
// without expiry gets the one that it names itself, if it is a JWT, else none; never() is none as well. User data is read as
// the user data type, without any token, and is in MergeUser: a JSON object of the fields that are there. Errors are
// MappingErrors, and faults of evaluation.
func (m *Mapper) Fields(in Mapping) (session.Update, error) {
	u, err := m.fields(in)
	if e, ok := AsMapping(err); ok {
		m.drifts.note(in.At, e, false, m.now())
	}
	return u, err
}

func (m *Mapper) fields(in Mapping) (session.Update, error) {
	f, s := in.Fields, in.Scope
	var u session.Update
	var err error
	if u.Token, err = m.token("token", f.Token, s); err == nil && u.Token == nil && f.Token != nil {
		err = missing("token", f.Token)
	}
	if err != nil {
		return session.Update{}, err
	}
	if u.RefreshToken, err = m.token("refreshToken", f.RefreshToken, s); err != nil {
		return session.Update{}, err
	}
	if u.RefreshToken == nil && in.Strict && f.RefreshToken != nil && !slices.Contains(f.Optional, "refreshToken") {
		return session.Update{}, missing("refreshToken", f.RefreshToken)
	}
	if u.Expiry, u.RefreshExpiry, err = m.expiries(in, u); err != nil {
		return session.Update{}, err
	}
	if u.UID, err = uid(f.UID, s); err != nil {
		return session.Update{}, err
	}
	if u.MergeUser, err = m.user(f.User, s, tokensOf(u, s)); err != nil {
		return session.Update{}, err
	}
	m.lacking(in, u)
	return u, nil
}

// expiries reads both expiries, on our clock.
func (m *Mapper) expiries(in Mapping, u session.Update) (token, refresh *time.Time, err error) {
	s := in.Scope
	if now, ok := s["now"].(time.Time); ok && in.Skew != 0 {
		s = maps.Clone(s)
		s["now"] = now.Add(in.Skew)
	}
	if token, err = expiry("expiry", in.Fields.Expiry, s); err != nil {
		return nil, nil, err
	}
	if token == nil && u.Token != nil {
		hint := m.hint(*u.Token)
		if now, ok := in.Scope["now"].(time.Time); ok && hint.IsZero() && m.sliding > 0 {
			hint = now.Add(m.sliding + in.Skew)
		}
		token = &hint
	}
	if refresh, err = expiry("refreshExpiry", in.Fields.RefreshExpiry, s); err != nil {
		return nil, nil, err
	}
	return onOurClock(token, in.Skew), onOurClock(refresh, in.Skew), nil
}

// onOurClock moves a time of the backend to ours. never() becomes "none", which no clock moves.
func onOurClock(at *time.Time, skew time.Duration) *time.Time {
	if at == nil || at.IsZero() {
		return at
	}
	moved := at.Add(-skew)
	if at.Equal(value.Never()) {
		moved = time.Time{}
	}
	return &moved
}

// lacking tells of the parts that a mapping asks for and the reply has not, and that the login can do without.
func (m *Mapper) lacking(in Mapping, u session.Update) {
	for _, part := range []struct {
		name string
		t    *value.Template
		has  bool
	}{
		{"refreshToken", in.Fields.RefreshToken, u.RefreshToken != nil}, {"expiry", in.Fields.Expiry, u.Expiry != nil && (!u.Expiry.IsZero() || isNever(in))},
		{"refreshExpiry", in.Fields.RefreshExpiry, u.RefreshExpiry != nil},
		{"uid", in.Fields.UID, u.UID != nil}, {"user", in.Fields.User, u.MergeUser != nil},
	} {
		if part.t != nil && !part.has && !slices.Contains(in.Fields.Optional, part.name) {
			m.drifts.note(in.At, missing(part.name, part.t), true, m.now())
		}
	}
}

func isNever(in Mapping) bool {
	v, err := in.Fields.Expiry.Eval(in.Scope)
	at, ok := v.(time.Time)
	return err == nil && ok && at.Equal(value.Never())
}

// token reads a token: text that a header can carry. Nothing, and the words that stand for nothing, are no token; nor is a
// whole document, which is what a wrong path or a login page gives (W5).
func (m *Mapper) token(field string, t *value.Template, s value.Scope) (*session.Secret, error) {
	if t == nil {
		return nil, nil
	}
	v, err := t.Eval(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field, err)
	}
	v = value.Reveal(v)
	if v == nil || v == "" {
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, mapping(field, t, "%s is not text")
	}
	text = withoutScheme(withoutScheme(text, m.prefix), "Bearer ")
	switch {
	case text == "" || text == "null" || text == "undefined":
		return nil, missing(field, t)
	case len(text) > maxToken:
		return nil, mapping(field, t, "%s is longer than 16 KiB")
	case !ascii(text):
		return nil, mapping(field, t, "%s holds a character that no header may carry")
	case text[0] == '<' || text[0] == '{' || text[0] == '[':
		return nil, mapping(field, t, "%s is a whole document, not a token")
	}
	secret := session.NewSecret(text)
	return &secret, nil
}

// withoutScheme takes "Bearer " off a token, in whatever letters it is written.
func withoutScheme(text, scheme string) string {
	if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		return text[len(scheme):]
	}
	return text
}

func expiry(field string, t *value.Template, s value.Scope) (*time.Time, error) {
	v, err := eval(field, t, s)
	if err != nil || v == nil {
		return nil, err
	}
	at, ok := v.(time.Time)
	if !ok {
		return nil, mapping(field, t, "%s is not a time (use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp)")
	}
	return &at, nil
}

func uid(t *value.Template, s value.Scope) (*string, error) {
	v, err := eval("uid", t, s)
	if err != nil || v == nil || v == "" {
		return nil, err
	}
	switch v.(type) {
	case []any, map[string]any, value.Secret, bool:
		return nil, mapping("uid", t, "%s is not text")
	}
	text := value.Text(v)
	if text == "null" || text == "undefined" {
		return nil, nil
	}
	return &text, nil
}

// tokensOf lists the tokens that user data may not repeat: those that this mapping reads, and those of the login.
func tokensOf(u session.Update, s value.Scope) []string {
	var out []string
	for _, t := range []*session.Secret{u.Token, u.RefreshToken} {
		if t != nil {
			out = append(out, t.Reveal())
		}
	}
	auth, _ := s["auth"].(map[string]any)
	for _, name := range []string{"token", "refreshToken"} {
		if t, ok := auth[name].(value.Secret); ok {
			out = append(out, t.Reveal())
		}
	}
	return out
}

// user reads user data. Tokens are cut from it, wherever a backend repeats them; only a field that the user data type calls
// secret keeps one, sealed.
func (m *Mapper) user(t *value.Template, s value.Scope, tokens []string) ([]byte, error) {
	v, err := eval("user", t, s)
	if err != nil || v == nil {
		return nil, err
	}
	if _, ok := v.(map[string]any); !ok {
		return nil, mapping("user", t, "%s is not an object")
	}
	if m.userType == nil || m.userType.Kind == value.KindAny {
		// What is stored without a type comes back without one, so a secret would come back as text.
		v = withoutSecrets(v)
	} else {
		if t.Type() != nil && t.Type().Kind == value.KindObject {
			v, _ = value.CoerceNamed(v, m.userType, true) // it was read by its type already
		} else {
			v, _ = value.CoercePartial(v, m.userType)
		}
	}
	v = withoutTexts(v, tokens)
	b, err := value.EncodeJSON(value.Reveal(v))
	if err != nil {
		return nil, mapping("user", t, "%s cannot be stored as JSON")
	}
	return b, nil
}

func withoutSecrets(v any) any {
	switch x := v.(type) {
	case value.Secret:
		return nil
	case []any:
		out := make([]any, 0, len(x))
		for _, e := range x {
			if e = withoutSecrets(e); e != nil {
				out = append(out, e)
			}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			if _, secret := e.(value.Secret); !secret {
				out[k] = withoutSecrets(e)
			}
		}
		return out
	}
	return v
}

// withoutTexts returns v without any text that holds one of these; what shows as a secret stays.
func withoutTexts(v any, texts []string) any {
	holds := func(e any) bool {
		s, ok := e.(string)
		return ok && slices.ContainsFunc(texts, func(t string) bool { return len(t) >= shortSecret && strings.Contains(s, t) })
	}
	switch x := v.(type) {
	case []any:
		out := make([]any, 0, len(x))
		for _, e := range x {
			if !holds(e) {
				out = append(out, withoutTexts(e, texts))
			}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			if !holds(e) {
				out[k] = withoutTexts(e, texts)
			}
		}
		return out
	}
	return v
}

// hint is the expiry that a JWT names; zero for other tokens.
func (m *Mapper) hint(token session.Secret) time.Time {
	v, err := m.exp.Eval(value.Scope{"token": value.NewSecret(token.Reveal())})
	at, ok := v.(time.Time)
	if err != nil || !ok {
		return time.Time{}
	}
	return at
}

func eval(field string, t *value.Template, s value.Scope) (any, error) {
	v, err := t.Eval(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field, err)
	}
	return v, nil
}

// missing is the loud fault of a mapping that finds nothing: "the reply has no accessToken (token: login.body.accessToken)".
func missing(field string, t *value.Template) *MappingError {
	from := source(t)
	name := field
	if i := strings.LastIndexByte(from, '.'); i >= 0 && isName(from[i+1:]) {
		name = from[i+1:]
	}
	return &MappingError{Field: field, From: from, Msg: fmt.Sprintf("the reply has no %s (%s: %s)", name, field, from)}
}

func mapping(field string, t *value.Template, format string) *MappingError {
	from := source(t)
	return &MappingError{Field: field, From: from, Msg: fmt.Sprintf(format, fmt.Sprintf("%s (%s)", field, from))}
}

// source is how a mapping is written, without ${}; a literal is not shown: it may be a token.
func source(t *value.Template) string {
	if _, constant := t.Constant(); constant {
		return "a constant"
	}
	src := strings.TrimSpace(t.Src())
	if src == "" {
		return strings.Join(t.Reads(), ", ")
	}
	if inner, ok := strings.CutPrefix(src, "${"); ok && strings.IndexByte(inner, '}') == len(inner)-1 {
		return strings.TrimSuffix(inner, "}")
	}
	return src
}

func isName(s string) bool {
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

var _ error = (*MappingError)(nil)

// AsMapping returns the MappingError in err, if there is one.
func AsMapping(err error) (*MappingError, bool) {
	var m *MappingError
	ok := errors.As(err, &m)
	return m, ok
}
