package call

import (
	"errors"
	"fmt"
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
}

// NewMapper returns the Mapper of a project.
func NewMapper(p *project.Project) (*Mapper, error) {
	exp, faults := value.NewEnv().With("token", value.SecretType()).Parse("${jwt(token).exp}", value.TimeType())
	if len(faults) > 0 {
		return nil, fmt.Errorf("call: reading a token's expiry: %s", faults[0])
	}
	format := p.App.Auth.TokenFormat
	if format == "" {
		format = defaultFormat
	}
	prefix, _, _ := strings.Cut(format, "{token}")
	return &Mapper{userType: p.App.Auth.UserType, prefix: prefix, exp: exp}, nil
}

// MappingError says that a mapping found nothing, or not what it needs. It never holds a value.
type MappingError struct {
	Field string // token, refreshToken, expiry, uid, user
	From  string // what was read: "login.body.accessToken"; "" unknown
	Msg   string // the sentence
}

// Error returns the sentence.
func (e *MappingError) Error() string { return e.Msg }

// Fields evaluates f in s and returns what it sets. A mapped token must be there (F027); other fields that are nil
// stay unset. A token without expiry gets the one that it names itself, if it is a JWT, else none. User data is read
// as the user data type and is in MergeUser: a JSON object of the fields that are there. Errors are MappingErrors,
// and faults of evaluation.
func (m *Mapper) Fields(f project.AuthFields, s value.Scope) (session.Update, error) {
	var u session.Update
	var err error
	if u.Token, err = m.token("token", f.Token, s, true); err != nil {
		return session.Update{}, err
	}
	if u.RefreshToken, err = m.token("refreshToken", f.RefreshToken, s, false); err != nil {
		return session.Update{}, err
	}
	if u.Expiry, err = expiry(f.Expiry, s); err != nil {
		return session.Update{}, err
	}
	if u.Expiry == nil && u.Token != nil {
		hint := m.hint(*u.Token)
		u.Expiry = &hint
	}
	if u.UID, err = uid(f.UID, s); err != nil {
		return session.Update{}, err
	}
	if u.MergeUser, err = m.user(f.User, s); err != nil {
		return session.Update{}, err
	}
	return u, nil
}

// token reads a token: text that a header can carry. Nothing, and the words that stand for nothing, are no token.
func (m *Mapper) token(field string, t *value.Template, s value.Scope, required bool) (*session.Secret, error) {
	if t == nil {
		return nil, nil
	}
	v, err := t.Eval(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field, err)
	}
	v = value.Reveal(v)
	if v == nil || v == "" {
		if required {
			return nil, missing(field, t)
		}
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, mapping(field, t, "%s is not text")
	}
	text = strings.TrimPrefix(text, m.prefix)
	switch {
	case text == "" || text == "null" || text == "undefined":
		return nil, missing(field, t)
	case len(text) > maxToken:
		return nil, mapping(field, t, "%s is longer than 16 KiB")
	case !ascii(text):
		return nil, mapping(field, t, "%s holds a character that no header may carry")
	}
	secret := session.NewSecret(text)
	return &secret, nil
}

func expiry(t *value.Template, s value.Scope) (*time.Time, error) {
	v, err := eval("expiry", t, s)
	if err != nil || v == nil {
		return nil, err
	}
	at, ok := v.(time.Time)
	if !ok {
		return nil, mapping("expiry", t, "%s is not a time (use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp)")
	}
	return &at, nil
}

func uid(t *value.Template, s value.Scope) (*string, error) {
	v, err := eval("uid", t, s)
	if err != nil || v == nil || v == "" {
		return nil, err
	}
	switch v.(type) {
	case []any, map[string]any, value.Secret:
		return nil, mapping("uid", t, "%s is not text")
	}
	text := value.Text(v)
	return &text, nil
}

func (m *Mapper) user(t *value.Template, s value.Scope) ([]byte, error) {
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
		v, _ = value.CoercePartial(v, m.userType)
	}
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
