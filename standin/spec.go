package standin

import (
	"strconv"
	"time"

	"github.com/usherdev/usher/value"
)

// Spec is a stand-in backend as its file describes it. It is immutable.
type Spec struct {
	// Env gives the app's env.* while it runs against this backend.
	Env map[string]string
	// Variables are what a journey reads as $NAME: passwords of the accounts, mostly.
	Variables map[string]string

	file     string
	accounts []map[string]any
	nameBy   []string // fields of an account by which people log in; no two accounts share one
	data     map[string]any
	access   tokenRule
	refresh  *tokenRule // nil: there is none
	rotation string
	from     *value.Template   // where the access token stands; nil: Authorization
	bad      map[standing]rule // answers to a token that is not valid
	routes   []*route
}

// Problem is a fault in the file. Line and Col count from 1.
type Problem struct {
	File      string
	Line, Col int
	Msg, Hint string
}

// String prints file:line:column: sentence (hint).
func (p Problem) String() string {
	s := p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col) + ": " + p.Msg
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// tokenRule says how one kind of token is made.
type tokenRule struct {
	jwt    bool
	prefix string
	life   time.Duration   // 0: for ever
	claims *value.Template // of a JWT, beside iat, exp and jti
}

// rule is the answer to a bad token: a reply, or whoever sent it counts as a guest.
type rule struct {
	guest   bool
	replies []reply // the first whose condition holds
}

// What a route does with the token.
const (
	authNone     = "none"     // it is not looked at
	authOptional = "optional" // guests may ask; a bad token is answered as such
	authRequired = "required"
)

type route struct {
	line         int
	method, host string // host "": any
	path         []string
	query        map[string]string
	when         *value.Template
	auth         string
	logIn        *logIn
	signUp       *signUp
	refresh      *value.Template
	logOut       *value.Template
	set          *value.Template // fields of the account
	refused      []reply
	replies      []reply
}

type logIn struct{ name, password *value.Template }

type signUp struct{ account *value.Template }

type reply struct {
	when    *value.Template
	status  int
	headers []header
	json    *value.Template
	text    *value.Template
	file    *value.Template
}

type header struct {
	name  string
	value *value.Template
}
