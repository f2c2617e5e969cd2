// Package wire is the JSON that the issuer and its clients exchange: one struct a body.
//
// It holds names and meanings and no behaviour. Unknown members of a request are ignored by the
// issuer and never have an effect; times are RFC 3339 in UTC; tokens are opaque text to a client.
package wire

import "time"

// SignUp is the body of POST /auth/signup. Username, Email and Password are required.
type SignUp struct {
	// Username names the account: 3 to 32 letters, digits, dots, dashes or underscores, unique
	// without regard to case.
	Username string `json:"username"`
	// Email is unique without regard to case. It is not verified.
	Email string `json:"email"`
	// Password must meet the issuer's policy.
	Password  string `json:"password"`
	FirstName string `json:"firstName,omitempty"`
	LastName  string `json:"lastName,omitempty"`
	Gender    string `json:"gender,omitempty"`
	Lifetime
}

// Login is the body of POST /auth/login.
type Login struct {
	// Username is the username or the e-mail address.
	Username string `json:"username"`
	Password string `json:"password"`
	Lifetime
}

// Refresh is the body of POST /auth/refresh.
type Refresh struct {
	RefreshToken string `json:"refreshToken"`
	Lifetime
}

// Lifetime asks for a shorter life of the access token than the issuer's own; it never gets a
// longer one. At most one of the two is set, and both zero means the issuer's own.
type Lifetime struct {
	ExpiresInMins    int `json:"expiresInMins,omitempty"`
	ExpiresInSeconds int `json:"expiresInSeconds,omitempty"`
}

// Logout is the optional body of POST /auth/logout. The login of either token ends.
type Logout struct {
	RefreshToken string `json:"refreshToken,omitempty"`
}

// Update is the body of PATCH /auth/me: what is absent (nil) is kept.
type Update struct {
	FirstName *string `json:"firstName,omitempty"`
	LastName  *string `json:"lastName,omitempty"`
	Gender    *string `json:"gender,omitempty"`
}

// ChangePassword is the body of POST /auth/password. Every other login of the account ends.
type ChangePassword struct {
	CurrentPassword string `json:"currentPassword"`
	// NewPassword must meet the issuer's policy.
	NewPassword string `json:"newPassword"`
}

// Address is the body of POST /auth/forgot and /auth/code, which send a code by mail.
type Address struct {
	Email string `json:"email"`
}

// Reset is the body of POST /auth/reset. Every login of the account ends.
type Reset struct {
	Email string `json:"email"`
	// Code is what the mail of POST /auth/forgot said.
	Code        string `json:"code"`
	NewPassword string `json:"newPassword"`
}

// CodeLogin is the body of POST /auth/code/login.
type CodeLogin struct {
	Email string `json:"email"`
	// Code is what the mail of POST /auth/code said.
	Code string `json:"code"`
	Lifetime
}

// User is the reply of GET and PATCH /auth/me.
type User struct {
	ID        int64  `json:"id"`
	Username  string `json:"username"`
	Email     string `json:"email"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Gender    string `json:"gender"`
	// Image is the absolute URL of an SVG avatar that needs no token.
	Image string `json:"image"`
	// Role is "member" unless the operator seeded another one.
	Role string `json:"role"`
}

// Tokens is the reply of POST /auth/refresh. The expiry is the exp claim of AccessToken.
type Tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
}

// LoggedIn is the reply of POST /auth/login and /auth/signup: the user and the tokens, flat.
type LoggedIn struct {
	User
	Tokens
}

// Message is the reply of POST /auth/logout, /auth/password, /auth/forgot, /auth/reset and /auth/code.
type Message struct {
	Message string `json:"message"`
}

// Post is a travel story: the reply of GET /posts/{id}.
type Post struct {
	ID      int64  `json:"id"`
	Title   string `json:"title"`
	Place   string `json:"place"`
	Country string `json:"country"`
	// Body is plain text; an empty line parts its paragraphs.
	Body        string    `json:"body"`
	Tags        []string  `json:"tags"`
	Likes       int       `json:"likes"`
	Author      string    `json:"author"`
	ReadMinutes int       `json:"readMinutes"`
	CreatedAt   time.Time `json:"createdAt"`
	// Image is the absolute URL of an SVG cover, 16:9, that needs no token.
	Image string `json:"image"`
}

// Posts is the reply of GET /posts, newest first.
type Posts struct {
	Posts []Post `json:"posts"`
	// Total counts all posts, Skip and Limit are what was asked for, bounded.
	Total int `json:"total"`
	Skip  int `json:"skip"`
	Limit int `json:"limit"`
}

// Activity is the reply of GET /activity: the seven days that end today (UTC), oldest first.
type Activity struct {
	Days          []Day   `json:"days"`
	TotalDistance float64 `json:"totalDistance"`
	TotalVisits   int     `json:"totalVisits"`
}

// Day is one day of Activity.
type Day struct {
	// Day is the date, 2006-01-02; Label its short English weekday.
	Day   string `json:"day"`
	Label string `json:"label"`
	// Distance is in kilometres, one decimal; Visits counts places.
	Distance float64 `json:"distance"`
	Visits   int     `json:"visits"`
}

// Error is the reply of every refusal.
type Error struct {
	// Code is fixed and for programs: invalid_credentials, invalid_grant, invalid_token, …
	Code string `json:"error"`
	// Message is a sentence for people.
	Message string `json:"message"`
	// Fields says what is wrong with which member of the request.
	Fields map[string]string `json:"fields,omitempty"`
	// ID finds the cause of a 5xx in the issuer's log.
	ID string `json:"id,omitempty"`
}

// Health is the reply of GET /healthz.
type Health struct {
	Status string `json:"status"`
}

// Stats counts what happened since the issuer started. It is the reply of GET /debug/stats.
type Stats struct {
	SignUps       int64 `json:"signUps"`
	Logins        int64 `json:"logins"`
	LoginsRefused int64 `json:"loginsRefused"`
	// LoginsThrottled were refused before the password was looked at.
	LoginsThrottled int64     `json:"loginsThrottled"`
	Logouts         int64     `json:"logouts"`
	Refreshes       Refreshes `json:"refreshes"`
}

// Refreshes counts refresh requests by outcome; their sum is the number of requests that reached
// the rule.
type Refreshes struct {
	// Rotated got a new refresh token; Repeated got the child that had been made before.
	Rotated  int64 `json:"rotated"`
	Repeated int64 `json:"repeated"`
	// Reused revoked the login; Expired came after the idle or absolute limit, Revoked after the
	// login's end; Unknown was forged, malformed or of another issuer.
	Reused  int64 `json:"reused"`
	Expired int64 `json:"expired"`
	Revoked int64 `json:"revoked"`
	Unknown int64 `json:"unknown"`
}

// Revoke is the body of POST /debug/revoke.
type Revoke struct {
	Username string `json:"username"`
}

// Revoked is its reply: how many logins ended.
type Revoked struct {
	Revoked int64 `json:"revoked"`
}
