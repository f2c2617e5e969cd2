package project

import (
	"maps"
	"slices"
	"time"

	"github.com/usherdev/usher/value"
)

// Project is a checked app: what a Tree means. It is immutable once made and safe for concurrent use.
// Every expression in it is compiled; every name in it is resolved to what it names.
type Project struct {
	Revision string // a short hash of all files; two trees with equal bytes have equal revisions
	Beside   string // the same of all files but those of pages
	App      App
	Types    []*DataType
	Groups   []*Group
	Pages    []*Page
	Flows    []*Flow
	Kinds    []*WidgetSpec // what the catalogue would hold of the components, by name
	Parts    []*Component  // the components by themselves, by name
	Bars     *Component    // what app.yaml draws on every page, by itself; nil: nothing
	Assets   []string      // names below assets/, sorted
}

// Page returns the page of that name (its file name without .yaml), or nil.
func (p *Project) Page(name string) *Page {
	for _, pg := range p.Pages {
		if pg.Name == name {
			return pg
		}
	}
	return nil
}

// Component returns the component of that name, or nil.
func (p *Project) Component(name string) *Component {
	for _, k := range p.Parts {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Call returns the call named "group.call", or nil.
func (p *Project) Call(id string) *Call {
	for _, g := range p.Groups {
		for _, c := range g.Calls {
			if c.ID == id {
				return c
			}
		}
	}
	return nil
}

// Flow returns the action block of that name, or nil.
func (p *Project) Flow(name string) *Flow {
	for _, f := range p.Flows {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// App is app.yaml.
type App struct {
	Name         string          // shown to people
	ID           string          // lower-case letters, digits and dashes, made of Name unless `id:` is given; names the cookie and the host
	Language     string          // BCP 47, "en" by default
	Locales      []*value.Locale // its languages, the default first
	Theme        Theme
	Auth         Auth
	State        []Var                // app state; Keep decides what log-out leaves
	Constants    map[string]any       // constants.*
	Environments []Environment        // by name; a value of the one that is chosen wins over the default
	Env          []EnvVar             // env.*: declared names with an optional default (per environment values come from outside)
	ErrorPage    *Page                // drawn where a page could not be; nil draws the built-in one
	NotFound     string               // page drawn for unknown URLs; "" draws the built-in one
	Short        string               // the name below an icon; Name unless it is given
	Icon         string               // asset name of a PNG or an SVG; "": drawn of the first letter of Name
	IconPNG      string               // asset name of what devices get that take PNGs alone; "": the letter
	Closed       bool                 // installable: false, so nothing is kept by browsers beyond their own memory
	Media        []string             // origins whose videos the app may show
	Frames       []string             // origins whose pages the app may show in a frame
	OnResume     *Trigger             // Events has its flow too; nil: none
	Events       map[string][]*Action // onAppStart, onResume, onLogIn, onLogOut, onSessionExpired
}

// EnvVar is a name that expressions may read as env.NAME. A value given from outside wins over Default.
type EnvVar struct {
	Name    string
	Default string
	Secret  bool // server-only: expressions see a value.Secret
}

// Environment is one of environments: in app.yaml (F219). Private values are never in it.
type Environment struct {
	Name   string
	Values map[string]string
}

// Environment returns the environment of that name; false when there is none.
func (a App) Environment(name string) (Environment, bool) {
	for _, e := range a.Environments {
		if e.Name == name {
			return e, true
		}
	}
	return Environment{}, false
}

// Logo is the picture of the app's name.
type Logo struct {
	Light, Dark string // asset names, may be ""; Dark only where Light is
	Alt         string // what it says to those who do not see it, "": the app's name
}

// Theme is the look of the app: one accent colour is enough. The zero value of each field is the default.
type Theme struct {
	Accent  string               // "#rrggbb"
	Colors  map[string][2]string // what is set of ThemeColors, light and dark, as "#rrggbb"; "" is computed
	Mode    string               // system (default) | light | dark
	Radius  string               // none | small | medium (default) | large, or a number of px
	Density string               // compact | regular (default) | comfortable
	Font    string               // system (default) | serif | rounded | mono
	Base    int                  // px of body text where the browser's own size is 16; 16 by default
	Ratio   float64              // of one step of the type scale to the next; 1.2 by default
	Spacing map[string]int       // px of the steps xs sm md lg xl of gaps; those that are not set are the default's
	Width   int                  // px, the greatest width of a page's content; 1088 by default
	Logo    Logo

	Transition string          // of one page to the next: none (default) | fade | slide
	Fonts      map[string]Font // body and heading, which the app brings along

	Variants map[string]map[string]Variant // by widget kind and name

	Breakpoints [3]int // widest screens, in px, that are a phone, a tablet and a laptop; 0: the default (see Widths)
}

// Variant is a look of a kind of widget that the theme names. Each field is a token or "", which leaves it as in Like.
type Variant struct {
	Like                      string // a variant of the catalogue that it begins with; "" the one of the same name, else the default
	Background, Color, Border string // a role of ThemeColors, or none
	Radius, Weight, Shadow    string
}

// Widths returns the widest screens, in px, that are a phone, a tablet and a laptop; a desktop is wider.
func (t Theme) Widths() [3]int {
	w := [3]int{479, 767, 991}
	for i, n := range t.Breakpoints {
		if n > 0 {
			w[i] = n
		}
	}
	return w
}

// Auth is `authentication:` of app.yaml (features.md 2.1, design.md §2).
type Auth struct {
	Enabled        bool
	Type           string          // "custom"
	EntryPage      *Page           // where logged-out people start; without authentication the page of “/”
	Landing        []Landing       // Logged In Page: the first whose When holds; the last has no When
	Persist        bool            // Persist Auth Sessions, true by default
	UserType       *value.Type     // Associate User Data Type; nil: user.* is json
	Header         string          // token placement, "Authorization"; "" where it is no header
	Format         *value.Template // "Bearer {token}": a template whose one hole is ${token}; see TokenHeader
	Refresh        *Refresh        // nil: none declared
	LogOut         *LogOut         // upstream log-out; nil: none
	Providers      []*Provider     // identity providers that Log In With may name, in the order of the file
	WhenExpired    string          // keep (default) | logOut, without a declared refresh
	Expired        *value.Template // over reply.*, with WhenExpired logOut: the backend calls the token expired; nil: status 401
	RoleField      string          // field of the user data type whose change makes a new session id
	PagesNeedLogin bool            // default of a page's access: loggedIn instead of any
	Idle, Absolute time.Duration   // 0: the defaults of promises.md 3.3
	TokenFormat    string          // the text of `format`, e.g. "Bearer {token}"
	Token          Placement       // where the token travels; a group may say otherwise
	Me             *Me             // who a login is, asked after Log In; nil: its reply says enough
	Probe          *Probe          // asks whether the backend takes a login for nobody; nil: no need to
	Sliding        time.Duration   // each use lengthens a login at the backend to so much; 0: it does not
}

// Me is the call that says whose a login is.
type Me struct {
	Call         *Call
	With         *value.Template
	Map          AuthFields // uid and user alone
	AfterRefresh bool       // asked after each refresh as well
}

// Probe asks a backend that answers an expired token as it answers a guest.
type Probe struct {
	Call  *Call
	With  *value.Template
	When  *value.Template // over reply.* of any call with auth: does it look like a guest's?
	Guest *value.Template // over reply.* of the probe: it is a guest's
}

// Placement says where in a request a token travels. The zero value is none that was declared.
type Placement struct {
	In     string // InHeader, InQuery, InCookie or InNone
	Name   string // of the header, query parameter or cookie
	Format string // holds {token} once: "Bearer {token}"
}

// The places of a token in a request. InNone, in a group: its calls know who is logged in and carry no token.
const (
	InHeader = "header"
	InQuery  = "query"
	InCookie = "cookie"
	InNone   = "none"
)

// Landing is one rule of loggedInPage.
type Landing struct {
	When *value.Template // nil: always
	Page *Page
}

// Refresh is the declared renewal (F040).
type Refresh struct {
	Call            *Call
	With            *value.Template // map of arguments, reads auth.*
	Token           *Placement      // where the refresh token travels besides With; nil: nowhere
	Update          AuthFields      // read from reply.*
	Expired         *value.Template // over reply.*: is this reply of an ordinary call "expired"? nil: status == 401
	Rejected        *value.Template // over reply.* of the refresh call: a definite no? nil: promises.md §2.5
	Transient       *value.Template // over reply.*: try again, nobody is logged out; nil: promises.md §2.5
	Rotation        string          // none | retry-safe | strict | unknown (default)
	Mode            RefreshMode     // what the refresh spends; "" where the app leaves it to its arguments
	Misconfigured   *value.Template // over reply.*: the call is set up wrongly, nobody is logged out; nil: promises.md §2.5
	PermissionAlike bool            // a lack of permission looks like an expiry: a call that a new token did not help gets none for a while
	NotYet          *value.Template // over reply.*: a fresh token refused as from the future, so wait and send once more; nil: never
}

// RefreshMode says what a refresh spends and what it leaves.
type RefreshMode string

// The modes.
const (
	RefreshRotate RefreshMode = "rotate" // a refresh token, which each answer replaces
	RefreshKeep   RefreshMode = "keep"   // a refresh token that stays good
	RefreshLive   RefreshMode = "live"   // the token itself, only while it lives
)

// LogOut is the call that tells the backend about a log-out, best effort.
type LogOut struct {
	Call  *Call
	With  *value.Template
	Token *Placement      // where the refresh token travels besides With; nil: nowhere
	Done  *value.Template // over reply.*: it has worked; nil: any 2xx and any 4xx but 429
}

// Provider is an OpenID Connect identity provider: a second way in, beside the backend's own log-in.
type Provider struct {
	Name         string
	Issuer       *value.Template   // https://…, as the provider writes it; reads env.* and constants.*
	ClientID     *value.Template   // likewise
	ClientSecret *value.Template   // likewise; nil: a public client
	Scopes       []string          // "openid" first
	Params       map[string]string // further parameters of the authorization request, such as prompt
	Token        string            // ProviderAccessToken (default) or ProviderIDToken: what becomes the Authentication Token
	UID          *value.Template   // over claims.*; nil: claims.sub
	User         *value.Template   // over claims.*; nil: the claims that the user data type names
}

// What of a provider's answer becomes the Authentication Token.
const (
	ProviderAccessToken = "accessToken"
	ProviderIDToken     = "idToken"
)

// Provider returns the provider of that name, or nil.
func (a Auth) Provider(name string) *Provider {
	for _, p := range a.Providers {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// AuthFields maps something to the five session fields. A nil template is "not mapped": the field is kept.
type AuthFields struct {
	Token, RefreshToken, Expiry, RefreshExpiry, UID, User *value.Template

	Optional []string // fields whose absence is expected: nobody is told of it, and Log In goes on without
}

// DataType is types/NAME.yaml: an object or an enum.
type DataType struct {
	Name string
	Doc  string
	Type *value.Type
	File string
}

// Var is a state variable: page state or app state.
type Var struct {
	Name    string
	Type    *value.Type
	Default *value.Template // constant; nil: the type's nil
	Keep    bool            // app state: survives a log-out
}

// Param is a parameter of a page, a call or an action block.
type Param struct {
	Name      string
	Type      *value.Type
	Required  bool            // calls and blocks: unless it has a default or says required: false; pages: route parameters, and where it says so
	Default   *value.Template // nil: none
	Sensitive bool            // pages: never in the URL (design.md 8.13)
	Doc       string
}

// AuthMode says whether a call carries the authentication token.
type AuthMode string

// The three modes. Required calls are not sent while nobody is logged in (design.md 9.8).
const (
	AuthNone     AuthMode = "none"
	AuthOptional AuthMode = "optional"
	AuthRequired AuthMode = "required"
)

// Group is calls/NAME.yaml: an API group.
type Group struct {
	Name          string
	File          string
	Doc           string
	URL           *value.Template // base URL; reads env.* and constants.*
	Headers       []KV
	Params        []Param // parameters that every call of the group has; they are among the Params of each call too (F089)
	Auth          AuthMode
	Timeout       time.Duration // 30 s by default
	Secrets       []GroupSecret // secrets.*, readable in this group's headers and calls alone
	KeepCookies   bool          // the backend's cookies are kept for it, sealed in the session and never shown
	ClientAddress string        // header that carries the person's address, "" none (design.md 9.10)
	Token         *Placement    // where the token travels in its calls; nil: as the app says
	Calls         []*Call

	OnRequest, OnResponse []*Action // flows around each call of the group (F101)
}

// GroupSecret is a secret that calls of one group send to one origin. Its value is never in the files (design.md 9.23, E9).
type GroupSecret struct {
	Name   string // as secrets.NAME; outside it is called GROUP.NAME, and NAME in the environment
	Origin string // scheme://host, with a port unless it is the scheme's own
}

// KV is a named template: a header or a query parameter.
type KV struct {
	Name  string
	Value *value.Template
	Comma bool // a query parameter whose list is written a,b instead of being repeated
}

// Part is one part of a multipart body: a field or a file. A nil value leaves it out, a list repeats it (F087).
type Part struct {
	Name     string
	Value    *value.Template
	FileName *value.Template // nil: a plain field, unless the value is a file; empty: the file's own name
	Type     *value.Template // media type; empty: the file's own, else application/octet-stream
}

// BodyKind is how a call's body is encoded.
type BodyKind string

// The body kinds of this version.
const (
	BodyNone      BodyKind = ""
	BodyJSON      BodyKind = "json"
	BodyForm      BodyKind = "form"
	BodyText      BodyKind = "text"
	BodyMultipart BodyKind = "multipart"
	BodyFile      BodyKind = "file" // the body is the file itself
)

// ReplyKind is how the body of a reply is read.
type ReplyKind string

// The ways to read a reply. By default what is JSON is read as JSON, and where a reply type is declared nothing else will do.
const (
	ReplyAuto ReplyKind = ""
	ReplyJSON ReplyKind = "json" // a success that is not JSON is a failure
	ReplyText ReplyKind = "text" // the body is text, whatever it looks like
	ReplyNone ReplyKind = "none" // the body is passed over

	ReplyEvents ReplyKind = "events" // a stream of server-sent events, each of the reply type (F103)
)

// CallLimits bound one call. A zero field means the default of package call.
type CallLimits struct {
	Reply   int64 // bytes of a reply
	Request int64 // bytes of a request body
	Depth   int   // levels of JSON in a reply
	File    int64 // bytes of a reply that is handed on as a file
}

// Call is one API call, named "group.call".
type Call struct {
	Group        *Group
	Name, ID     string
	Doc          string
	URL          *value.Template // base URL of this call alone; nil: the group's. It gets none of the group's secret headers
	Method       string          // GET HEAD POST PUT PATCH DELETE
	Path         *value.Template // each hole is one path segment or part of one: escaped, never changes the path's shape
	Params       []Param
	Headers      []KV
	Query        []KV // a nil value leaves the parameter out; a list repeats it
	BodyKind     BodyKind
	Body         *value.Template // json: any tree; form: a map; text: a template; nil for multipart
	Parts        []Part          // multipart
	Auth         AuthMode        // resolved: the call's, else the group's
	Timeout      time.Duration   // resolved
	Limits       CallLimits
	Retry        int        // repetitions of what may be done twice, after a network fault, a 429 or a 503
	Idempotent   bool       // this POST or PATCH may be done twice
	Cache        *CallCache // nil: each call is sent
	Follow       bool       // redirects: follow; such a call carries nothing secret
	FollowFiles  bool       // redirects: files; where a picture or a download is asked for they are followed, without anything of the call
	ReplyAs      ReplyKind
	Unwrap       []string        // keys that lead to the payload of a success, in which reply.body is; nil: all of it
	Reply        *value.Type     // nil: json; what the app takes as a token is typed secret in it, also when the builder declared no type
	Bare         bool            // interceptors: none, so the group's do not run
	ErrorMessage *value.Template // over reply.*: the sentence for people; nil: message, error.message, errors[0].message, error, detail, msg or a bare string
	FieldErrors  *value.Template // over reply.*: what is said of single fields; nil: nothing is

	OnRequest, OnResponse []*Action // flows around this call
}

// Before returns the flows that run before the call is sent, in order: the group's, then the call's own (F101).
func (c *Call) Before() [][]*Action {
	if c.Bare || c.Group == nil {
		return sound(nil, c.OnRequest)
	}
	return sound(c.Group.OnRequest, c.OnRequest)
}

// After returns the flows that run on its reply, in order: the call's own, then the group's (F101).
func (c *Call) After() [][]*Action {
	if c.Bare || c.Group == nil {
		return sound(c.OnResponse, nil)
	}
	return sound(c.OnResponse, c.Group.OnResponse)
}

// Intercepted reports whether any flow runs around the call.
func (c *Call) Intercepted() bool { return len(c.Before())+len(c.After()) > 0 }

func sound(flows ...[]*Action) [][]*Action {
	return slices.DeleteFunc(flows, func(f []*Action) bool { return len(f) == 0 })
}

// CallCache says that replies of a call are remembered (F102).
type CallCache struct {
	For    time.Duration
	Shared bool            // for everybody; else for each login by itself
	Key    *value.Template // over params: requests of the same key share a reply, and null is not remembered; nil: the arguments are the key
}

// AccessKind says who may open a page.
type AccessKind string

// The access kinds; AccessRule is an expression over auth.* and user.* for people who are logged in.
const (
	AccessAny       AccessKind = "any"
	AccessLoggedIn  AccessKind = "loggedIn"
	AccessLoggedOut AccessKind = "loggedOut"
	AccessRule      AccessKind = "rule"
)

// Page is pages/NAME.yaml.
type Page struct {
	Name      string
	File      string
	Revision  string // a short hash of the file; "" where there is none
	Path      string // route: "/posts/{id}"
	Title     *value.Template
	Access    AccessKind
	Rule      *value.Template // AccessRule: must be true; needs a login when it reads auth.* or user.*
	Otherwise *Page           // where those go who are logged in and refused by Rule; nil: the 403 page
	Params    []Param         // path parameters of the route included
	State     []Var
	Owns      map[string][]Var // the state of each use of a component, by the key of its widget
	Queries   []*Query
	OnLoad    []*Action
	OnLeave   *Trigger // when somebody goes to another page, or away; nil: nothing
	Timers    []*Timer
	Bars      *Widget // what app.yaml draws on every page, as the use of a component; nil: nothing
	Body      []*Widget
	Env       *value.Env          // what the page's expressions may read
	Fields    []*Widget           // every input of the page, in order
	Actions   map[string]*Trigger // event id → trigger, for app
}

// Component is components/NAME.yaml by itself, as whoever builds it sees it: it is used nowhere.
type Component struct {
	Name  string
	Doc   string
	File  string
	Props []Param
	State []Var // what each use keeps for itself
	Sheet *Page // its body, as that of a page without an address
}

// Trigger is an event with its flow. Its ID is stable within a revision and names the event in a form post.
type Trigger struct {
	ID      string
	At      Path    // of its flow
	Widget  *Widget // nil: the event is the page's own
	Event   string  // onTap, onSubmit, onChange; onTimer and onLeave of a page
	Actions []*Action
	Reads   []string // dotted paths its flow reads from item, index, queries and params: sealed into the button when drawn (design.md 9.13)
}

// Timer runs a flow again and again while its page is looked at.
type Timer struct {
	Every   time.Duration
	When    *value.Template // it runs while this is true; nil: always
	Trigger *Trigger
}

// Query is a call that a page needs to draw itself (design.md 8.4, 9.12).
type Query struct {
	Name string
	At   Path
	Call *Call
	With *value.Template // map
	When *value.Template // nil: always

	Pages *Paging // nil: one reply is all there is
}

// Paging says how a query goes on from one reply to the next (F104). With reads page.index, page.loaded and page.last.
type Paging struct {
	Items *value.Template // over reply.*: the list that each reply adds to
	More  *value.Template // over reply.* and page.*, the items of the reply counted: another page exists; nil: the reply had items
	Most  int             // pages of one visit
}

// Widget is one node of a page.
type Widget struct {
	Kind     string
	ID       string // as written, "" when none
	Key      string // ID, or a generated name stable within a revision; unique on the page; the DOM id is "w-"+Key
	At       Path
	Spec     *WidgetSpec
	Props    map[string]*value.Template // only what is written; defaults are in the catalogue (Prop returns either)
	Slots    map[string][]*Widget
	Triggers map[string]*Trigger // by event name
	Visible  *value.Template     // nil: always
	Field    *value.Type         // inputs: the type of form.<id>
	Form     *Widget             // the form widget it stands in, nil: the page's own
	Target   *Page               // link and the like: the page that a page property names
	Call     *Call               // image, avatar: the call that brings the picture; nil: it has an address
	Use      *Widget             // the use of a component in whose body it stands, nil: the page itself
	Given    []string            // components: the names of their props
	Own      []Var               // components: their state
	Body     []*Widget           // components: what stands in them, for this use
	Fault    string              // what is wrong with it, "" for a sound widget; a faulty one may be of a kind that does not exist
}

// Prop returns the template of a property, the catalogue's default as a constant when it is not written, or nil.
func (w *Widget) Prop(name string) *value.Template {
	if t, ok := w.Props[name]; ok {
		return t
	}
	if p := w.Spec.Prop(name); p != nil && p.Default != nil {
		return value.Const(p.Default)
	}
	return nil
}

// Action is one node of a flow.
type Action struct {
	Kind     string
	ID       string // path-based, stable within a revision
	At       Path
	Spec     *ActionSpec
	Props    map[string]*value.Template
	As       string               // output name, "" none
	Branches map[string][]*Action // then, else, elseIf-chains are nested else
	Call     *Call                // kind call
	Fields   map[string]string    // kind call: backend's field → id of the input, where the names differ
	Page     *Page                // kind navigate
	Block    *Flow                // kind block
	Pressed  *Flow                // kind snackBar: what its button runs
	Provider *Provider            // kind logInWith
	Clear    []string             // updateAuthenticatedUser
	Optional []string             // logIn: fields that the reply may lack
	Own      bool                 // setState: in a component, whose state it sets
	Disabled bool
	Note     string
}

// EachAction visits the actions of a list, each before those of its branches, and these by the names of the branches. It does not look into action
// blocks, nor into what runs around calls: who wants those visits a.Block.Actions, a.Call.Before() and a.Call.After() as well.
func EachAction(list []*Action, visit func(*Action)) {
	for _, a := range list {
		visit(a)
		for _, name := range slices.Sorted(maps.Keys(a.Branches)) {
			EachAction(a.Branches[name], visit)
		}
	}
}

// LogsIn reports whether a flow can log somebody in, in its action blocks too, though not in what runs around calls.
func LogsIn(actions []*Action) bool { return logsIn(actions, map[*Flow]bool{}) }

func logsIn(actions []*Action, seen map[*Flow]bool) (found bool) {
	EachAction(actions, func(a *Action) {
		found = found || a.Kind == "logIn"
		if a.Block != nil && !seen[a.Block] {
			seen[a.Block] = true
			found = found || logsIn(a.Block.Actions, seen)
		}
	})
	return found
}

// Flow is flows/NAME.yaml: an action block.
type Flow struct {
	Name    string
	File    string
	Doc     string
	Params  []Param
	Actions []*Action
	Result  *value.Template // nil: none
	Env     *value.Env
}
