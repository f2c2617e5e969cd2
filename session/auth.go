package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Limits on what a login may hold (A17).
const (
	maxToken = 16 << 10
	maxUser  = 256 << 10
	maxUID   = 1 << 10
	maxKept  = 32 << 10
	maxVia   = 64
)

// ErrInvalid says that a login or an update holds something that may not be stored: a token with
// characters no header may carry, user data that is no JSON object, or too much of either.
var ErrInvalid = errors.New("invalid authentication data")

// AuthData is what a login consists of.
type AuthData struct {
	Token        Secret    // sent with calls; may be empty
	RefreshToken Secret    // empty: none
	Expiry       time.Time // of Token; zero: unknown or none; more than 400 days ahead counts as unknown (A16)
	UID          string    // the person's id at the backend
	User         []byte    // user data: a JSON object, or nil
	// RefreshExpiry is when RefreshToken stops being of use; zero: unknown or never. Afterwards no refresh is tried.
	RefreshExpiry time.Time
	Jar           []byte // what the backends' cookies are kept in; opaque to this package, nil: none
	Device        Device // where the log-in came from; set at log-in, kept by every Update
	Via           string // name of the identity provider that the tokens are of, "" the app's own backend; set at log-in, kept by every Update
}

// Device says by which program and on which system somebody logged in, as far as its own word tells: “Firefox”, “Linux”. Both may be empty.
type Device struct {
	Browser string `json:"b,omitempty"`
	System  string `json:"s,omitempty"`
}

const maxDevice = 64 // bytes of each word

// Field names a part of AuthData that an Update can clear.
type Field string

// The fields of AuthData.
const (
	FieldToken         Field = "token"
	FieldRefreshToken  Field = "refreshToken"
	FieldExpiry        Field = "expiry"
	FieldUID           Field = "uid"
	FieldUser          Field = "user"
	FieldRefreshExpiry Field = "refreshExpiry"
)

// Update is a patch of AuthData: what is unset is kept (B23, B26).
type Update struct {
	Token        *Secret
	RefreshToken *Secret
	Expiry       *time.Time
	UID          *string
	User         []byte  // replaces the user data; nil keeps it
	MergeUser    []byte  // a JSON object whose fields replace those of the user data; not recursive
	Clear        []Field // becomes empty; naming a field that is also set is an error
	// RefreshExpiry belongs to the refresh token; a new one without it has none that is known.
	RefreshExpiry *time.Time
	// MergeJar gives the new jar from the stored one; nil keeps it. It runs inside the store's update, perhaps more than once, so that
	// calls at the same time lose nothing of each other's.
	MergeJar func(jar []byte) []byte
}

// check reports what may not be stored.
func (a AuthData) check() error {
	if err := checkToken("token", a.Token); err != nil {
		return err
	}
	if err := checkToken("refresh token", a.RefreshToken); err != nil {
		return err
	}
	if len(a.UID) > maxUID {
		return fmt.Errorf("%w: the uid is longer than %d bytes", ErrInvalid, maxUID)
	}
	if len(a.Jar) > maxKept {
		return fmt.Errorf("%w: the cookies are larger than %d bytes", ErrInvalid, maxKept)
	}
	if len(a.Via) > maxVia {
		return fmt.Errorf("%w: the provider's name is longer than %d bytes", ErrInvalid, maxVia)
	}
	if len(a.Device.Browser) > maxDevice || len(a.Device.System) > maxDevice {
		return fmt.Errorf("%w: a word about the device is longer than %d bytes", ErrInvalid, maxDevice)
	}
	if a.User == nil {
		return nil
	}
	if len(a.User) > maxUser {
		return fmt.Errorf("%w: the user data is larger than %d bytes", ErrInvalid, maxUser)
	}
	if !isObject(a.User) {
		return fmt.Errorf("%w: the user data is not a JSON object", ErrInvalid)
	}
	return nil
}

func isObject(b []byte) bool {
	return json.Valid(b) && bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{"))
}

func checkToken(name string, s Secret) error {
	t := s.Reveal()
	if len(t) > maxToken {
		return fmt.Errorf("%w: the %s is longer than %d bytes", ErrInvalid, name, maxToken)
	}
	for i := range len(t) {
		if t[i] < 0x20 || t[i] > 0x7e {
			return fmt.Errorf("%w: the %s holds a character that no header may carry", ErrInvalid, name)
		}
	}
	return nil
}

// patch applies u to a and checks the outcome.
func (a AuthData) patch(u Update) (AuthData, error) {
	if err := u.check(); err != nil {
		return a, err
	}
	for _, f := range u.Clear {
		a = a.without(f)
	}
	if u.Token != nil {
		a.Token = *u.Token
	}
	if u.RefreshToken != nil {
		if !u.RefreshToken.Equal(a.RefreshToken) {
			a.RefreshExpiry = time.Time{} // the old one was the old token's
		}
		a.RefreshToken = *u.RefreshToken
	}
	if u.RefreshExpiry != nil {
		a.RefreshExpiry = *u.RefreshExpiry
	}
	if u.Expiry != nil {
		a.Expiry = *u.Expiry
	}
	if u.UID != nil {
		a.UID = *u.UID
	}
	if u.User != nil {
		a.User = u.User
	}
	if u.MergeUser != nil {
		merged, err := mergeUser(a.User, u.MergeUser)
		if err != nil {
			return a, err
		}
		a.User = merged
	}
	if u.MergeJar != nil {
		a.Jar = u.MergeJar(a.Jar)
	}
	return a, a.check()
}

// Merge returns a with fields, a JSON object, put over those of its user data. Errors: ErrInvalid.
func (a AuthData) Merge(fields []byte) (AuthData, error) { return a.patch(Update{MergeUser: fields}) }

func (u Update) check() error {
	set := map[Field]bool{
		FieldToken: u.Token != nil, FieldRefreshToken: u.RefreshToken != nil, FieldExpiry: u.Expiry != nil,
		FieldUID: u.UID != nil, FieldUser: u.User != nil || u.MergeUser != nil, FieldRefreshExpiry: u.RefreshExpiry != nil,
	}
	for _, f := range u.Clear {
		isSet, known := set[f]
		if !known {
			return fmt.Errorf("%w: there is no field %q to clear", ErrInvalid, f)
		}
		if isSet {
			return fmt.Errorf("%w: %s is both set and cleared", ErrInvalid, f)
		}
	}
	return nil
}

func (a AuthData) without(f Field) AuthData {
	switch f {
	case FieldToken:
		a.Token = Secret{}
	case FieldRefreshToken:
		a.RefreshToken, a.RefreshExpiry = Secret{}, time.Time{}
	case FieldRefreshExpiry:
		a.RefreshExpiry = time.Time{}
	case FieldExpiry:
		a.Expiry = time.Time{}
	case FieldUID:
		a.UID = ""
	case FieldUser:
		a.User = nil
	}
	return a
}

func mergeUser(user, patch []byte) ([]byte, error) {
	if !isObject(patch) {
		return nil, fmt.Errorf("%w: the user data to merge is not a JSON object", ErrInvalid)
	}
	fields := map[string]json.RawMessage{}
	if user != nil {
		if err := json.Unmarshal(user, &fields); err != nil {
			return nil, fmt.Errorf("%w: the stored user data is not a JSON object", ErrInvalid)
		}
	}
	if err := json.Unmarshal(patch, &fields); err != nil {
		return nil, fmt.Errorf("%w: the user data to merge is not a JSON object", ErrInvalid)
	}
	return json.Marshal(fields)
}

// clone detaches the bytes of a from those of its owner.
func (a AuthData) clone() AuthData {
	a.User, a.Jar = slices.Clone(a.User), slices.Clone(a.Jar)
	return a
}
