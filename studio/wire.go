package studio

import (
	"encoding/json"
	"time"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

// The JSON between the studio's page and its server. ui/src/wire.ts says the same in TypeScript; a test compares them.

// ProjectView is GET /api/project and the answer to every edit: all but the pages' widgets.
type ProjectView struct {
	Revision string           `json:"revision"`
	Name     string           `json:"name"`
	AppURL   string           `json:"appURL"`  // what Run opens, "" for no such button
	Trusted  bool             `json:"trusted"` // else nothing of it runs and nobody is called
	Pages    []PageEntry      `json:"pages"`
	Parts    []ComponentEntry `json:"parts"` // the components
	Bars     bool             `json:"bars"`  // app.yaml has some
	Files    []string         `json:"files"` // all files of the app's folder that the app is made of, sorted: app.yaml, calls/auth.yaml, …
	Problems project.Problems `json:"problems"`
	Auth     AuthView         `json:"auth"`
	Types    []TypeView       `json:"types"`
	Kinds    []SpecView       `json:"kinds"`   // the components, as the catalogue would hold them
	Undo     string           `json:"undo"`    // what undo takes back, "" nothing
	Redo     string           `json:"redo"`    // what redo does again, "" nothing
	Preview  string           `json:"preview"` // why the canvas shows an earlier revision, "" when it does not
	Origin   string           `json:"origin"`  // of the canvas
	Select   project.Path     `json:"select"`  // what the last undo or redo was about, "" nothing
	Guide    []GuideStep      `json:"guide"`
}

// GuideStep is one of the seven steps of custom authentication: enable, pages, authenticate, save, access, update, logOut.
type GuideStep struct {
	Name string       `json:"name"`
	Done bool         `json:"done"`
	At   project.Path `json:"at"` // where it is written, or would be; "" nowhere yet
}

// PageEntry is a page in the list of pages. Broken pages have no route.
type PageEntry struct {
	Name   string `json:"name"`
	Path   string `json:"path"`
	Access string `json:"access"`
	Broken bool   `json:"broken"`
}

// ComponentEntry is a component in the list of components.
type ComponentEntry struct {
	Name   string `json:"name"`
	Doc    string `json:"doc"`
	Uses   int    `json:"uses"` // on pages, in other components, in bars
	Broken bool   `json:"broken"`
}

// TemplatesView is GET /api/templates: pages to begin with.
type TemplatesView struct {
	Templates []TemplateView `json:"templates"`
}

// TemplateView is a page to begin with.
type TemplateView struct {
	Name  string   `json:"name"`
	Title string   `json:"title"`
	About string   `json:"about"`
	Page  string   `json:"page"`  // the name of the page that it makes, unless another is wished
	Path  string   `json:"path"`  // the same of its path
	Roles []string `json:"roles"` // what calls do for it, such as logIn; a call may be named for each
}

// TemplateRequest is POST /api/template and /api/template/plan.
type TemplateRequest struct {
	Revision string            `json:"revision"` // the one that the page is meant for; a plan needs none
	Template string            `json:"template"`
	Name     string            `json:"name"`  // of the page; "" the template's
	Path     string            `json:"path"`  // likewise
	Calls    map[string]string `json:"calls"` // by role: the call that does it, group.call; where none is named, one is found
	Use      bool              `json:"use"`   // the setting that names another page names this one
}

// TemplatePlan is what a page of a template would be.
type TemplatePlan struct {
	Revision string     `json:"revision"`
	Misfit   string     `json:"misfit"` // why there can be no such page, "" there can
	Page     string     `json:"page"`
	Files    []FileView `json:"files"` // that would be written
	Made     []string   `json:"made"`
	Left     []string   `json:"left"` // what is left to do then
	Setting  string     `json:"setting"`
	Names    string     `json:"names"`  // the page that the setting names; this one would, if it is wished
	Canvas   string     `json:"canvas"` // address of its drawing, "" none
}

// AuthView is the authentication of app.yaml as it is written, with the defaults where nothing is.
type AuthView struct {
	Enabled      bool            `json:"enabled"`
	Type         string          `json:"type"`
	EntryPage    string          `json:"entryPage"`
	LoggedInPage json.RawMessage `json:"loggedInPage"` // a page, or a list of rules
	Persist      bool            `json:"persist"`
	UserDataType string          `json:"userDataType"` // "" none
}

// TypeView is a type of values. A named object without fields is a data type of the project: look it up by its name.
type TypeView struct {
	Kind   string      `json:"kind"`
	Name   string      `json:"name,omitempty"`
	Doc    string      `json:"doc,omitempty"`
	Elem   *TypeView   `json:"elem,omitempty"`
	Fields []FieldView `json:"fields,omitempty"`
	Enum   []string    `json:"enum,omitempty"`
}

// FieldView is a field of an object, or a name in scope.
type FieldView struct {
	Name string   `json:"name"`
	Type TypeView `json:"type"`
	Doc  string   `json:"doc,omitempty"`
}

// PageView is GET /api/page/{name}, and of a component or the bars GET /api/component/{name} and /api/bars.
type PageView struct {
	Revision string       `json:"revision"`
	Name     string       `json:"name"`
	Kind     string       `json:"kind"`   // page, component, bars
	Root     project.Path `json:"root"`   // of the file, or of the bars
	At       project.Path `json:"at"`     // of the list of its widgets
	Canvas   string       `json:"canvas"` // address of the frame
	Nonce    string       `json:"nonce"`  // of the messages between studio and frame
	Broken   bool         `json:"broken"` // the file cannot be read: nothing of it can be edited here
	Widgets  []WidgetView `json:"widgets"`
	Scope    []FieldView  `json:"scope"` // what expressions of the page may read
}

// WidgetView is a widget as it is written.
type WidgetView struct {
	At     project.Path               `json:"at"`
	Kind   string                     `json:"kind"`
	Props  map[string]json.RawMessage `json:"props"` // id and visible included
	Slots  []SlotView                 `json:"slots"`
	Events []string                   `json:"events"` // those with a flow
	Fault  string                     `json:"fault"`
	Item   *TypeView                  `json:"item"` // lists: what item is inside, else null
}

// SlotView is a slot of a widget, filled or not.
type SlotView struct {
	Name    string       `json:"name"`
	At      project.Path `json:"at"`
	Item    bool         `json:"item"`
	Widgets []WidgetView `json:"widgets"`
}

// CatalogueView is GET /api/catalogue. It is the same for every project.
type CatalogueView struct {
	Widgets   []SpecView     `json:"widgets"`
	Actions   []ActionView   `json:"actions"`
	Functions []FunctionView `json:"functions"`
	Icons     []string       `json:"icons"`
	Group     []PropView     `json:"group"` // what an API group says, but for its calls
	Call      []PropView     `json:"call"`  // what a call says
	Settings  []SettingView  `json:"settings"`
}

// SpecView is a kind of widget.
type SpecView struct {
	Kind   string         `json:"kind"`
	Title  string         `json:"title"`
	Group  string         `json:"group"`
	Icon   string         `json:"icon"`
	Doc    string         `json:"doc"`
	Main   string         `json:"main"`
	Part   bool           `json:"part"`  // only inside the slot that names it
	Input  bool           `json:"input"` // has a value: form.<id>
	Props  []PropView     `json:"props"`
	Slots  []SlotSpecView `json:"slots"`
	Events []FieldDoc     `json:"events"`
}

// SlotSpecView is a place for widgets inside a kind of widget.
type SlotSpecView struct {
	Name  string   `json:"name"`
	Of    string   `json:"of"`    // "" any widget, else the one kind that it takes
	Holds []string `json:"holds"` // the kinds of widgets that may stand in it; empty: any
	Item  bool     `json:"item"`  // drawn once an item
	Doc   string   `json:"doc"`
}

// ActionView is a kind of action.
type ActionView struct {
	Kind     string     `json:"kind"`
	Title    string     `json:"title"`
	Group    string     `json:"group"`
	Icon     string     `json:"icon"`
	Doc      string     `json:"doc"`
	Main     string     `json:"main"` // the property that the action's whole value sets when it is no mapping of properties
	Props    []PropView `json:"props"`
	Branches []string   `json:"branches"` // keys that hold actions, onError among them where it can fail
	Output   bool       `json:"output"`   // may have “as”
}

// FitsView says which actions cannot stand in a list of actions.
type FitsView struct {
	Refused []RefusedView `json:"refused"`
}

// RefusedView is a kind of action that cannot stand there, and why.
type RefusedView struct {
	Kind string `json:"kind"`
	Why  string `json:"why"`
	Hint string `json:"hint"`
}

// FunctionView is a function of the expression language.
type FunctionView struct {
	Name      string `json:"name"`
	Group     string `json:"group"`
	Signature string `json:"signature"`
	Usage     string `json:"usage"`
	Doc       string `json:"doc"`
	Example   string `json:"example"`
	Gives     string `json:"gives"` // what the example gives, as JSON
}

// ValueView is GET /api/value?at=: what is written at a path.
type ValueView struct {
	Revision string          `json:"revision"`
	Value    json.RawMessage `json:"value"` // in the order of the file; null: nothing
}

// ScopeView is GET /api/scope?at=&prop=&kind=: what an expression at a place may read, and what the place needs.
type ScopeView struct {
	Revision string      `json:"revision"`
	Scope    []FieldView `json:"scope"`
	Needs    *TypeView   `json:"needs"`  // null: anything, or not known
	Exact    bool        `json:"exact"`  // an expression may stand right at the place; else this is what may be read around it
	Secret   bool        `json:"secret"` // a secret may stand there
}

// ExpressionRequest is POST /api/expression: a text with ${…} that is to stand at At, or in the property Prop of what is there.
type ExpressionRequest struct {
	At   project.Path `json:"at"`
	Prop string       `json:"prop"` // "": At is the place itself
	Kind string       `json:"kind"` // of the property, for places that the checker does not know
	Text string       `json:"text"`
}

// ExpressionView says what is wrong with a text, what it is, and what it gives with the canvas's sample data.
type ExpressionView struct {
	Revision string        `json:"revision"`
	Type     *TypeView     `json:"type"` // null: it is wrong
	Problems []TextProblem `json:"problems"`
	Preview  *PreviewView  `json:"preview"` // null: it is wrong, or there is no sample data
}

// TextProblem is a problem of a text; Offset counts its characters.
type TextProblem struct {
	Offset  int    `json:"offset"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Warning bool   `json:"warning"`
}

// PreviewView is a value as it is shown: Kind is text, json, none, secret (which is not shown) or fault, with what could not be done in Text.
type PreviewView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// WhereView is GET /api/where: a path and where it stands. Lines and columns count from 1; the end is without.
type WhereView struct {
	Revision  string       `json:"revision"`
	At        project.Path `json:"at"`
	File      string       `json:"file"`
	Line      int          `json:"line"`
	Column    int          `json:"column"`
	EndLine   int          `json:"endLine"`
	EndColumn int          `json:"endColumn"`
}

// CompletionView is GET /api/completion?at=&has=: what may be typed at a place.
type CompletionView struct {
	Revision string     `json:"revision"`
	Keys     []FieldDoc `json:"keys"`
	Values   []FieldDoc `json:"values"`
}

// FieldDoc is a name and what it means.
type FieldDoc struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

// PropView is a property of a kind of widget.
type PropView struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Values   []string `json:"values"`
	Default  any      `json:"default"`
	Required bool     `json:"required"`
	Bindable bool     `json:"bindable"`
	Group    string   `json:"group"`
	Doc      string   `json:"doc"`
}

// EditRequest is POST /api/edit.
type EditRequest struct {
	Revision string     `json:"revision"` // the one that the edits are meant for
	Edits    []WireEdit `json:"edits"`
	Label    string     `json:"label"` // what undo will say, such as "text of Text"
	Step     string     `json:"step"`  // edits one after another with the same step are one undo step; "" its own
}

// WireEdit is an edit of the project, or one of the studio's own: "prop" sets the property Name of the widget at At however the widget is
// written, and removes it when Value is null. "rename" gives what At names (a page, a call, a constant …) the name Name wherever it is named.
// "text" puts the text Value in the place of the file At, as it was typed. "wrap" puts the widget at At into a new one of the kind Name with the
// properties Value, "duplicate" a copy of it below it, and "paste" a copy of the widget at From, or the widget Value, before the item At. "moveCall"
// puts the call at At into the API group Name. "actions" puts the list of actions Value before the item At of a flow.
// "block" makes the action block Name of the action at At, "component" the component Name of the widget at At, or of as many from there on as the
// number Value says, and uses it there.
type WireEdit struct {
	Op    string          `json:"op"`
	At    project.Path    `json:"at"`
	From  project.Path    `json:"from,omitempty"`
	Name  string          `json:"name,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// RevisionRequest is POST /api/undo and /api/redo.
type RevisionRequest struct {
	Revision string `json:"revision"`
}

// TextView is GET /api/text?at=: a file as it is written.
type TextView struct {
	Revision string `json:"revision"`
	File     string `json:"file"`
	Text     string `json:"text"`
}

// UsesView is GET /api/uses?at=: what would no longer be right without what stands at a path.
type UsesView struct {
	Revision string           `json:"revision"`
	Uses     project.Problems `json:"uses"`
}

// HistoryView is GET /api/history: what happened since the studio was started.
type HistoryView struct {
	Revision string     `json:"revision"`
	Steps    []StepView `json:"steps"`   // the oldest first; those that undo took back are last
	Files    []FileView `json:"files"`   // that are not as they were, whoever changed them
	Commits  []Commit   `json:"commits"` // of the project's folder, the newest first
}

// Commit is a commit of the project's folder.
type Commit struct {
	Name    string    `json:"name"`
	Time    time.Time `json:"time"`
	Author  string    `json:"author"`
	Subject string    `json:"subject"`
}

// StepView is a step that undo and redo know.
type StepView struct {
	Label  string       `json:"label"`
	About  project.Path `json:"about"`
	Undone bool         `json:"undone"`
}

// FileView is a file before and now. What is null is not there.
type FileView struct {
	File   string  `json:"file"`
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// StartView is GET /api/start: what an app in an empty folder can begin with.
type StartView struct {
	Name     string        `json:"name"` // that the app would get
	Backends []BackendView `json:"backends"`
	Sample   *SampleView   `json:"sample"` // the sample backend; null: none runs
}

// BackendView is a backend that is known by name.
type BackendView struct {
	Name     string         `json:"name"`
	Title    string         `json:"title"`
	About    string         `json:"about"`
	Docs     string         `json:"docs"` // "" none
	Settings []BackendValue `json:"settings"`
}

// BackendValue is a value that differs from project to project of a backend. A secret one is given in the environment and stays out of the files.
type BackendValue struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Doc    string `json:"doc"`
	Secret bool   `json:"secret"`
}

// SampleView is the sample backend and who can log in there: it is on this machine, made for trying things.
type SampleView struct {
	Address  string `json:"address"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// StartRequest is POST /api/start and /api/start/plan: what the app begins with. Kind is backend (one that is known), login (one that is asked),
// openapi (one that is described), sample, or page (an empty one, no backend).
type StartRequest struct {
	Kind     string            `json:"kind"`
	Name     string            `json:"name"`     // of the app
	Backend  string            `json:"backend"`  // backend: which; sample: touristtrail, or "" for an app to begin with
	Settings map[string]string `json:"settings"` // backend: by name
	Source   string            `json:"source"`   // openapi: its address, that of the backend, or the name of the file
	Text     string            `json:"text"`     // openapi: what is in the file, "" to read it at its address
	Login    LoginRequest      `json:"login"`    // login
	Approve  []imports.Role    `json:"approve"`  // login, openapi: which guesses are right
}

// LoginRequest is a log-in to try, with a test account. Paths and fields that are "" are guessed. Nothing of it is kept.
type LoginRequest struct {
	Address  string `json:"address"` // of the backend
	LogIn    string `json:"logIn"`   // path; likewise below
	Refresh  string `json:"refresh"`
	Me       string `json:"me"`
	Field    string `json:"field"` // that takes the user name
	Username string `json:"username"`
	Password string `json:"password"`
}

// LookRequest is POST /api/start/look: the address of a backend that may describe itself.
type LookRequest struct {
	Address string `json:"address"`
}

// LookView is what a backend says of itself without a log-in.
type LookView struct {
	Address    string `json:"address"`    // of its OpenAPI description; "" none was found
	Title      string `json:"title"`      // of the description
	Operations int    `json:"operations"` // in the description
	Issuer     string `json:"issuer"`     // where an OpenID provider answers: under which name; "" none does
}

// PlanView is what POST /api/start would make. It holds no value of a reply.
type PlanView struct {
	Title   string          `json:"title"`
	Asked   []string        `json:"asked"` // what was sent to the backend, and how it answered
	Made    []imports.Note  `json:"made"`
	Left    []imports.Note  `json:"left"`
	Guesses []imports.Guess `json:"guesses"`
}
