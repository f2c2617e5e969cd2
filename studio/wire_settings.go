package studio

import (
	"encoding/json"

	"github.com/usherdev/usher/project"
)

// The JSON of the settings, of what the development app gets from outside, and of the assets.

// SettingView is a key of app.yaml. Where At has a part “*”, any name may stand.
type SettingView struct {
	At       project.Path `json:"at"`
	Kind     string       `json:"kind"` // text, bool, int, number, enum, color, condition, list, values, mapping, flow, widgets
	Values   []string     `json:"values"`
	Default  any          `json:"default"`
	Required bool         `json:"required"`
	Min      *float64     `json:"min"`
	Max      *float64     `json:"max"`
	Doc      string       `json:"doc"`
}

// LoginTest is POST /api/login/test: a log-in with a test account, by the app's own flow, and what else is to be tried with it.
type LoginTest struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Kind     string `json:"kind"` // logIn: nothing else; refresh: one renewal; probe: all that can be learned of how the backend treats tokens
}

// LoginTestView is what came of it. It holds no token, no password and no user data.
type LoginTestView struct {
	OK       bool       `json:"ok"`
	Class    string     `json:"class"` // of the renewal: success, reject, not_sent, config, ambiguous; "" none was made
	Findings []Finding  `json:"findings"`
	Edits    []WireEdit `json:"edits"` // that bring the app's settings in line with what was found
}

// LoginLine is a line of the answer to POST /api/login/probe: a step that begins, a finding, or, as the last one, the result or why there is none.
type LoginLine struct {
	Step    string         `json:"step,omitempty"` // log in, me, unknown token, renewal, old token, unknown refresh token, old refresh token, log out
	Finding *Finding       `json:"finding,omitempty"`
	Result  *LoginTestView `json:"result,omitempty"`
	Fault   string         `json:"fault,omitempty"`
}

// Finding is one thing that a test has learned.
type Finding struct {
	Level string       `json:"level"` // ok, note, fault
	Topic string       `json:"topic"`
	Text  string       `json:"text"`
	At    project.Path `json:"at"` // what in the app it is about, "" nothing
}

// ValuesView is GET /api/values, and the answer to what changes them: what the development app gets from outside of its files.
type ValuesView struct {
	Revision    string       `json:"revision"`
	Runs        bool         `json:"runs"`        // false: this studio gives no values
	Environment string       `json:"environment"` // the one in use, "" none
	Outside     []string     `json:"outside"`     // names of env.* that the process's own environment gives; they win
	Secrets     []SecretView `json:"secrets"`
}

// SecretView is a secret that an API group declares. Its value never comes out.
type SecretView struct {
	ID     string `json:"id"` // GROUP.NAME
	Group  string `json:"group"`
	Name   string `json:"name"`
	Origin string `json:"origin"`
	State  string `json:"state"` // set; outside: the process's environment gives it; dead: the origin has changed, so it was wiped; missing
}

// EnvironmentRequest is POST /api/environment.
type EnvironmentRequest struct {
	Name string `json:"name"` // "" none
}

// SecretRequest is POST /api/secret.
type SecretRequest struct {
	ID     string `json:"id"`
	Value  string `json:"value"`  // "" forgets it
	Origin string `json:"origin"` // where it goes, as it was shown
}

// ThemeView is GET /api/theme: the colours that the theme comes to.
type ThemeView struct {
	Revision  string         `json:"revision"`
	Roles     []RoleView     `json:"roles"`
	Contrasts []ContrastView `json:"contrasts"`
}

// RoleView is a colour role, in light and in dark, as it is set or computed.
type RoleView struct {
	Name  string `json:"name"`
	Doc   string `json:"doc"`
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

// ContrastView is how clearly a role stands out where it does so least.
type ContrastView struct {
	Role  string  `json:"role"`
	On    string  `json:"on"`
	Mode  string  `json:"mode"`
	Ratio float64 `json:"ratio"`
	Least float64 `json:"least"`
}

// AssetsView is GET /api/assets, and the answer to what changes them.
type AssetsView struct {
	Revision string      `json:"revision"`
	Assets   []AssetView `json:"assets"`
	Most     int64       `json:"most"` // bytes of one
}

// AssetView is a file in assets/.
type AssetView struct {
	Name  string         `json:"name"`
	Size  int64          `json:"size"`
	Media string         `json:"media"` // media type, "" none that a browser shows
	Uses  []project.Path `json:"uses"`  // places that name it
}

// WordsView is GET /api/words?lang=: what Usher itself says to people, which an app may say otherwise below “usher:” in its locales.
type WordsView struct {
	English json.RawMessage `json:"english"` // keys, which may be nested, and texts or plural forms
	Own     json.RawMessage `json:"own"`     // in the language that was asked for; null: Usher does not speak it
}
