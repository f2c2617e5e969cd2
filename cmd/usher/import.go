package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

type importCmd struct {
	OpenAPI importOpenAPICmd `cmd:"" name:"openapi" help:"Make API groups, calls and data types of an OpenAPI document."`
	CURL    importCURLCmd    `cmd:"" name:"curl" help:"Make a call of a cURL command."`
	JSON    importJSONCmd    `cmd:"" name:"json" help:"Make data types of a JSON sample."`
	Archive importArchiveCmd `cmd:"" help:"Make an app of an archive, in a folder of its own."`
}

// importInto is what every import asks for.
type importInto struct {
	Dir    string `help:"${dir_help}" default:"."`
	Yes    bool   `help:"Write the files without asking."`
	DryRun bool   `name:"dry-run" help:"Show what would be made, and write nothing."`
}

type importOpenAPICmd struct {
	Source  string   `arg:"" help:"File or http(s) address of the document, or of the backend that has it: OpenAPI 3.0, 3.1 or 2.0, as JSON or YAML." placeholder:"FILE|URL"`
	Approve []string `help:"Guesses to take on: log-in, sign-up, refresh, me, log-out, or all. On a terminal each is asked for." placeholder:"ROLE"`
	Beside  bool     `help:"Let the document refer to files in its folder and below."`
	importInto
}

func (importOpenAPICmd) Help() string {
	return `Shows what the document becomes, what of it has no place in an app, and which operations look like log in, sign up, refresh, me and log out. A guess
changes nothing until you approve it. Nothing that is there is overwritten, and all is written or nothing. Of a backend, or of the page that shows its
API to people, the address is enough: the description is looked for in the usual places of that host.

Examples:
  usher import openapi petstore.yaml --dir shop
  usher import openapi https://api.example.com/openapi.json --dry-run
  usher import openapi https://api.example.com --dry-run
  usher import openapi api.yaml --yes --approve all`
}

type importCURLCmd struct {
	Command string `arg:"" optional:"" help:"The command; without one it is read from standard input."`
	Group   string `help:"Group that the call goes to; without one the group with the same address, or a new one." placeholder:"NAME"`
	importInto
}

func (importCURLCmd) Help() string {
	return `Reads a command as browsers and manuals hand them out. Passwords, tokens and keys in it become secret parameters, or names of secrets that you give
from outside; none is written into a file.

Examples:
  usher import curl "curl https://api.example.com/posts?limit=10"
  pbpaste | usher import curl --group posts --yes`
}

type importJSONCmd struct {
	Name   string `arg:"" help:"Name of the data type, beginning with a capital letter."`
	Source string `arg:"" optional:"" default:"-" help:"File that holds the sample; - is standard input." placeholder:"FILE"`
	importInto
}

func (importJSONCmd) Help() string {
	return `Makes a data type of an object, or of the objects in a list, and one of each object inside.

Examples:
  usher import json Post post.json
  curl -s https://api.example.com/posts | usher import json Post --yes`
}

// Run imports an OpenAPI document.
func (c importOpenAPICmd) Run(ctx context.Context, con *console) error {
	roles, err := approvedRoles(c.Approve)
	if err != nil {
		return err
	}
	doc := imports.Document{Name: c.Source}
	if u, parseErr := url.Parse(c.Source); parseErr == nil && (u.Scheme == "http" || u.Scheme == "https") {
		var found description
		if found, err = describe(ctx, u); err == nil && found.address != u.Redacted() {
			fmt.Fprintln(con.Out, found.String()+".")
		}
		doc = found.doc
	} else {
		doc.Source, err = readSource(con, c.Source)
		if c.Beside {
			root, rootErr := os.OpenRoot(filepath.Dir(c.Source))
			if rootErr != nil {
				return fmt.Errorf("reading %s: %w", c.Source, rootErr)
			}
			defer root.Close()
			doc.Beside = root.FS()
		}
	}
	if err != nil {
		return err
	}
	return c.run(ctx, con, roles, func(tree *project.Tree) (*imports.Plan, error) { return imports.OpenAPI(ctx, tree, doc) })
}

// Run imports a cURL command.
func (c importCURLCmd) Run(ctx context.Context, con *console) error {
	command := c.Command
	if command == "" || command == "-" {
		src, err := readSource(con, "-")
		if err != nil {
			return err
		}
		command = string(src)
	}
	return c.run(ctx, con, nil, func(tree *project.Tree) (*imports.Plan, error) { return imports.CURL(tree, command, c.Group) })
}

// Run imports a JSON sample.
func (c importJSONCmd) Run(ctx context.Context, con *console) error {
	src, err := readSource(con, c.Source)
	if err != nil {
		return err
	}
	name := c.Source
	if name == "-" {
		name = "sample"
	}
	return c.run(ctx, con, nil, func(tree *project.Tree) (*imports.Plan, error) { return imports.Sample(tree, c.Name, src, name) })
}

// run makes a plan for the folder and settles it.
func (c importInto) run(ctx context.Context, con *console, roles []imports.Role, plan func(*project.Tree) (*imports.Plan, error)) error {
	f, err := openFolder(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	tree, err := f.Tree()
	if err != nil {
		return fmt.Errorf("reading %s: %w", c.Dir, err)
	}
	if err := tree.Newer(); err != nil {
		return hinted(err, "nothing was changed; update usher")
	}
	p, err := plan(tree)
	if err != nil {
		return err
	}
	return c.settle(ctx, con, f, tree, p, roles)
}

// settle shows a plan, asks and saves.
func (c importInto) settle(ctx context.Context, con *console, f *folder.Folder, tree *project.Tree, p *imports.Plan, roles []imports.Role) error {
	roles = slices.DeleteFunc(roles, func(r imports.Role) bool {
		return !slices.ContainsFunc(p.Guesses, func(g imports.Guess) bool { return g.Role == r })
	})
	printPlan(con.Out, p)
	in := bufio.NewReader(con.In)
	if !c.Yes && !c.DryRun {
		var err error
		if roles, err = askRoles(con, in, p, roles); err != nil {
			return err
		}
	}
	next, err := p.Apply(roles...)
	if err != nil {
		return err
	}
	changed := changedFiles(tree, next)
	switch {
	case len(changed) == 0:
		fmt.Fprintln(con.Out, "\nThere is nothing to write.")
		return nil
	case c.DryRun:
		printFiles(con.Out, tree, next, changed)
		return nil
	case !c.Yes && !confirm(con, in, fmt.Sprintf("\nWrite %s (%s)?", count(len(changed), "file"), strings.Join(changed, ", "))):
		return hinted(errors.New("nothing was written"), "answer y, or give --yes where nobody can answer")
	}
	if err := f.Save(ctx, tree, next); errors.Is(err, folder.ErrChanged) {
		return hinted(err, "nothing was written; run it again")
	} else if err != nil {
		return fmt.Errorf("saving %s: %w", c.Dir, err)
	}
	fmt.Fprintf(con.Out, "\nWrote %s: %s\n", count(len(changed), "file"), strings.Join(changed, ", "))
	return nil
}

// approvedRoles reads --approve.
func approvedRoles(words []string) ([]imports.Role, error) {
	var out []imports.Role
	for _, w := range words {
		role := imports.Role(strings.ReplaceAll(w, "-", " "))
		switch {
		case w == "all":
			out = append(out, imports.Roles()...)
		case slices.Contains(imports.Roles(), role):
			out = append(out, role)
		default:
			return nil, hinted(fmt.Errorf("%q is no guess to approve", w), "log-in, sign-up, refresh, me, log-out or all")
		}
	}
	return out, nil
}

// askRoles asks for each guess that the flags do not approve.
func askRoles(con *console, in *bufio.Reader, p *imports.Plan, roles []imports.Role) ([]imports.Role, error) {
	for _, g := range p.Guesses {
		if slices.Contains(roles, g.Role) {
			continue
		}
		if confirm(con, in, fmt.Sprintf("\nIs %s the call for “%s”?", g.Call, g.Role)) {
			roles = append(roles, g.Role)
		}
	}
	return roles, nil
}

// confirm asks a question; only y and yes are yes, and where nobody answers it is no.
func confirm(con *console, in *bufio.Reader, question string) bool {
	fmt.Fprint(con.Out, question+" [y/N] ")
	answer, err := in.ReadString('\n')
	if err != nil {
		fmt.Fprintln(con.Out)
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

func printPlan(w io.Writer, p *imports.Plan) {
	fmt.Fprintf(w, "From %s:\n", p.Title)
	for _, n := range p.Made {
		fmt.Fprintln(w, "  +", n)
	}
	if len(p.Left) > 0 {
		fmt.Fprintln(w, "\nTo know, and what has no place in an app:")
	}
	for _, n := range p.Left {
		fmt.Fprintln(w, "  -", n)
	}
	if len(p.Guesses) > 0 {
		fmt.Fprintln(w, "\nGuesses, each for you to approve:")
	}
	for _, g := range p.Guesses {
		fmt.Fprintf(w, "  ? %s: %s (%d %%: %s)\n", g.Role, g.Call, g.Confidence, strings.Join(g.Reasons, "; "))
		for _, d := range g.Does {
			fmt.Fprintln(w, "      would write", d)
		}
	}
}

// changedFiles lists the files that differ, new ones included.
func changedFiles(tree, next *project.Tree) []string {
	var out []string
	for _, name := range next.Files() {
		if string(tree.Bytes(name)) != string(next.Bytes(name)) {
			out = append(out, name)
		}
	}
	return out
}

func printFiles(w io.Writer, tree, next *project.Tree, names []string) {
	for _, name := range names {
		state := "new"
		if tree.Bytes(name) != nil {
			state = "changed"
		}
		fmt.Fprintf(w, "\n-- %s (%s) --\n%s", name, state, next.Bytes(name))
	}
	fmt.Fprintf(w, "\nNothing was written.\n")
}

// readSource reads a file, or standard input.
func readSource(con *console, name string) ([]byte, error) {
	in := con.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, hinted(fmt.Errorf("reading %s: %w", name, err), "name a file that can be read, or - for standard input")
		}
		defer file.Close()
		in = file
	}
	src, err := io.ReadAll(io.LimitReader(in, imports.MaxSource+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return src, nil
}

const fetchTimeout = 20 * time.Second

// answerError says that a host answered, though not with a document.
type answerError struct{ msg string }

func (e *answerError) Error() string { return e.msg }

// fetch reads a document from the net: bounded in time and size, never from another host than the one that was named.
func fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	client := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		switch {
		case req.URL.Host != u.Host || u.Scheme == "https" && req.URL.Scheme != "https":
			return &answerError{"it redirects to another place, " + req.URL.Host}
		case len(via) > 5:
			return &answerError{"it redirects too often"}
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", u.Redacted(), err)
	}
	req.Header.Set("Accept", "application/json, application/yaml, */*")
	resp, err := client.Do(req)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // the outer one repeats the address
		}
		return nil, fmt.Errorf("reading %s: %w", u.Redacted(), err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("reading %s: %w", u.Redacted(), &answerError{"the answer is " + resp.Status})
	}
	src, err := io.ReadAll(io.LimitReader(resp.Body, imports.MaxSource+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", u.Redacted(), err)
	}
	return src, nil
}
