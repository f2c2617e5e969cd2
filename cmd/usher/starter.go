package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// starter begins apps in an empty folder of the studio, with the files that usher new and usher import would make. It is safe for concurrent use.
type starter struct {
	bench *workbench
	name  string // of an app that is given none

	mu    sync.Mutex
	asked studio.LoginRequest // that inquiry is about
	found *inquiry            // what the backend answered last; nil: nobody was asked
}

// Offer implements studio.Starter.
func (s *starter) Offer() (studio.StartView, error) {
	out := studio.StartView{Name: s.name, Backends: []studio.BackendView{}, Sample: s.bench.sample.view()}
	all, err := presets.All()
	if err != nil {
		return out, err
	}
	for _, p := range all {
		settings, err := presetSettings(p)
		if err != nil {
			return out, err
		}
		out.Backends = append(out.Backends, studio.BackendView{Name: p.Name, Title: p.Title, About: p.About, Docs: p.Docs, Settings: settings})
	}
	return out, nil
}

// presetSettings are the values that a preset's app reads as env.*, in the order of its file, each with what is said of it there.
func presetSettings(p presets.Preset) ([]studio.BackendValue, error) {
	app, err := p.App()
	if err != nil {
		return nil, err
	}
	tree, err := treeOf(app)
	if err != nil {
		return nil, err
	}
	out := []studio.BackendValue{}
	for _, name := range tree.Keys("/app/env") {
		raw, _ := tree.Value(project.Path("/app/env").Join(name))
		v := studio.BackendValue{Name: name}
		if json.Unmarshal(raw, &v.Value) != nil {
			var written struct {
				Default, Doc string
				Secret       bool
			}
			if err := json.Unmarshal(raw, &written); err != nil {
				return nil, fmt.Errorf("presets/%s: env.%s: %w", p.Name, name, err)
			}
			v.Value, v.Doc, v.Secret = written.Default, written.Doc, written.Secret
		}
		if v.Doc == "" {
			v.Doc = remark(tree.Bytes("app.yaml"), name)
		}
		out = append(out, v)
	}
	return out, nil
}

// remark is the comment on the line of a value in app.yaml, as a sentence.
func remark(src []byte, name string) string {
	m := regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(name) + `:.* # (.+)$`).FindSubmatch(src)
	if m == nil {
		return ""
	}
	text, _, _ := strings.Cut(string(m[1]), "; the environment variable")
	return strings.ToUpper(text[:1]) + text[1:]
}

// Look implements studio.Starter. That a backend says nothing of itself is no error.
func (s *starter) Look(ctx context.Context, address string) (studio.LookView, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return studio.LookView{}, errNoAddress
	}
	found, err := describe(ctx, u)
	var none *noDescription
	switch {
	case err == nil:
		return studio.LookView{Address: found.address, Title: found.title, Operations: found.operations}, nil
	case errors.As(err, &none):
		return studio.LookView{Issuer: providerAt(ctx, u)}, nil
	}
	return studio.LookView{}, err
}

// Plan implements studio.Starter.
func (s *starter) Plan(ctx context.Context, in studio.StartRequest) (studio.PlanView, error) {
	plan, found, err := s.plan(ctx, in)
	if err != nil {
		return studio.PlanView{}, err
	}
	out := studio.PlanView{Title: plan.Title, Made: plan.Made, Left: plan.Left, Guesses: plan.Guesses}
	if found != nil {
		out.Asked = found.said
	}
	return out, nil
}

// Make implements studio.Starter.
func (s *starter) Make(ctx context.Context, in studio.StartRequest) (map[string][]byte, error) {
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = s.name
	}
	switch in.Kind {
	case "sample":
		if err := s.bench.sample.begin(ctx); err != nil {
			return nil, err
		}
		env := map[string]string{"API_URL": s.bench.sample.view().Address}
		if in.Backend == "touristtrail" {
			return newFiles(examples.TouristTrail(), "TouristTrail", env)
		}
		return presetFiles("issuer", in.Name, env)
	case "backend":
		return presetFiles(in.Backend, in.Name, in.Settings)
	case "login", "openapi":
		return s.imported(ctx, in)
	case "page":
		tree, err := bareApp(studio.StartRequest{Name: in.Name})
		return allFiles(tree), err
	}
	return nil, fmt.Errorf("an app cannot begin with %q", in.Kind)
}

// presetFiles makes an app for a backend that is known by name. Settings that are given in the environment are passed over.
func presetFiles(backend, name string, settings map[string]string) (map[string][]byte, error) {
	source, p, err := presetApp(backend)
	if err != nil {
		return nil, err
	}
	known, err := presetSettings(*p)
	if err != nil {
		return nil, err
	}
	env := map[string]string{}
	for _, k := range known {
		v := strings.TrimSpace(settings[k.Name])
		switch {
		case k.Secret || v == "" || v == k.Value:
		case strings.HasSuffix(k.Name, "URL") && !isBackendAddress(v):
			return nil, fmt.Errorf("%s: %q is no address of a backend; write it as https://api.example.com", k.Name, v)
		default:
			env[k.Name] = v
		}
	}
	return newFiles(source, name, env)
}

// plan reads what a backend is like, from its description or from its answers.
func (s *starter) plan(ctx context.Context, in studio.StartRequest) (*imports.Plan, *inquiry, error) {
	if in.Kind == "login" {
		found, err := s.inquire(ctx, in.Login)
		if err != nil {
			return nil, nil, err
		}
		doc, err := imports.Describe(found.address, found.address, found.seen)
		if err != nil {
			return nil, nil, err
		}
		base, err := bareApp(in)
		if err != nil {
			return nil, nil, err
		}
		plan, err := imports.OpenAPI(ctx, base, imports.Document{Name: found.address, Source: doc, Origin: found.address})
		return plan, found, err
	}
	doc := imports.Document{Name: in.Source, Source: []byte(in.Text)}
	if in.Text == "" {
		u, err := url.Parse(in.Source)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, nil, fmt.Errorf("%q is no address; write it as https://api.example.com/openapi.json, or choose a file", in.Source)
		}
		found, err := describe(ctx, u)
		if err != nil {
			return nil, nil, err
		}
		doc = found.doc
	}
	base, err := bareApp(in)
	if err != nil {
		return nil, nil, err
	}
	plan, err := imports.OpenAPI(ctx, base, doc)
	return plan, nil, err
}

// bareApp is the app that an import goes into: with a page of its own unless a log-in brings pages.
func bareApp(in studio.StartRequest) (*project.Tree, error) {
	files := map[string][]byte{"app.yaml": []byte("usher: 1\nname: My App\n")}
	if len(in.Approve) == 0 {
		files["pages/home.yaml"] = []byte("path: /\ntitle: Home\n\nbody:\n  - text: {text: Home, style: headline}\n")
	}
	tree := project.NewTree(files)
	if in.Name == "" {
		return tree, nil
	}
	tree, _, err := tree.Apply(project.Edit{Op: project.OpSet, At: "/app/name", Value: jsonText(in.Name)})
	return tree, err
}

// imported makes the app of a plan and the guesses that were approved.
func (s *starter) imported(ctx context.Context, in studio.StartRequest) (map[string][]byte, error) {
	plan, found, err := s.plan(ctx, in)
	if err != nil {
		return nil, err
	}
	in.Approve = slices.DeleteFunc(in.Approve, func(r imports.Role) bool {
		return !slices.ContainsFunc(plan.Guesses, func(g imports.Guess) bool { return g.Role == r })
	})
	tree, err := plan.Apply(in.Approve...)
	if err != nil {
		return nil, err
	}
	if found != nil {
		if tree, err = found.finish(tree); err != nil {
			return nil, err
		}
	}
	tree, _, failures := formatAll(tree)
	if len(failures) > 0 {
		return nil, errors.Join(failures...)
	}
	return allFiles(tree), nil
}

func allFiles(tree *project.Tree) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range tree.Files() {
		files[name] = tree.Bytes(name)
	}
	return files
}

// inquire asks the backend, once for the same question: what was found is used again when the app is made.
func (s *starter) inquire(ctx context.Context, q studio.LoginRequest) (*inquiry, error) {
	s.mu.Lock()
	found := s.found
	if s.asked != q {
		found = nil
	}
	s.mu.Unlock()
	if found != nil {
		return found, nil
	}
	found, err := inquire(ctx, q)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.found = q, found
	return found, nil
}

var errNoAddress = errors.New("name the address of your backend, such as https://api.example.com")
