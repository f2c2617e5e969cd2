package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/usherdev/usher/fitting"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/templates"
	"github.com/usherdev/usher/value"
)

type addCmd struct {
	Page addPageCmd `cmd:"" help:"Add a page of a template, wired to the app's backend: log in, reset a password, profile, list, settings …"`
}

type addPageCmd struct {
	Template string            `arg:"" optional:"" help:"Which page; --list prints them."`
	List     bool              `help:"Print the templates."`
	As       string            `help:"Name of the page; the template's when unset." placeholder:"NAME"`
	Path     string            `help:"Route of the page; the template's when unset." placeholder:"/PATH"`
	In       string            `help:"${dir_help}" default:"." placeholder:"DIR"`
	Call     map[string]string `help:"The call that does a thing the page needs, where the backend is none of the presets; may be repeated." placeholder:"ROLE=GROUP.CALL"`
	Backend  string            `help:"Preset to take calls from, where it is not plain from the app's own (usher new --backend list)." placeholder:"NAME"`
	Use      bool              `help:"Name the page in app.yaml even where it names another one: as entry page, logged-in page, not-found page."`
	DryRun   bool              `name:"dry-run" help:"Show what would be made, and write nothing."`
}

func (addPageCmd) Help() string {
	return `Finds what the page needs among the app's action blocks, its pages and, by its calls, in the preset of its backend; adds what is missing, a journey too.
Nothing that is there is overwritten, and all is written or nothing. When the backend cannot do what the page is for, it says so and exits with 1.

Examples:
  usher add page --list
  usher add page forgot-password
  usher add page login --as signin --path /signin --in ./shop
  usher add page list --call list=shop.products --call detail=shop.product`
}

// Run adds the page, or prints the templates.
func (c addPageCmd) Run(ctx context.Context, con *console) error {
	all, err := templates.All()
	if err != nil {
		return err
	}
	if c.List {
		return listTemplates(con, all)
	}
	t, err := c.template(all)
	if err != nil {
		return err
	}
	if err := c.rolesKnown(); err != nil {
		return err
	}
	f, tree, _, err := openApp(con, c.In)
	if err != nil {
		return err
	}
	defer f.Close()
	tests, err := f.Tests()
	if err != nil {
		return err
	}
	plan, err := fitting.New(fitting.App{Tree: tree, Tests: tests}, fitting.Wish{Template: t, As: c.As, Path: c.Path, Calls: c.Call, Backend: c.Backend, Use: c.Use})
	if no := (*fitting.Refusal)(nil); errors.As(err, &no) {
		return hinted(fmt.Errorf("adding the page %s: %w", t.Name, err), no.Hint)
	} else if err != nil {
		return err
	}
	if c.DryRun {
		printFiles(con.Out, plan.Base, plan.Next, changedFiles(plan.Base, plan.Next))
		return nil
	}
	if err := f.Save(ctx, plan.Base, plan.Next); errors.Is(err, folder.ErrChanged) {
		return hinted(err, "nothing was written; run it again")
	} else if err != nil {
		return fmt.Errorf("saving %s: %w", c.In, err)
	}
	c.tell(con, plan)
	return nil
}

// tell says what was added and what is left.
func (c addPageCmd) tell(con *console, plan *fitting.Plan) {
	fmt.Fprintln(con.Out, "Added:")
	for _, s := range plan.Made {
		fmt.Fprintln(con.Out, "  +", s)
	}
	if len(plan.Left) > 0 {
		fmt.Fprintln(con.Out, "\nLeft to do:")
	}
	for _, s := range plan.Left {
		fmt.Fprintln(con.Out, "  -", s)
	}
	fmt.Fprintf(con.Out, "\nNext:\n  usher check %s\n  usher test %s\n", c.In, c.In)
}

// template finds the template that is named.
func (c addPageCmd) template(all []templates.Template) (templates.Template, error) {
	if c.Template == "" {
		return templates.Template{}, hinted(errors.New("no template is named"), "usher add page --list prints them")
	}
	names := make([]string, len(all))
	for i, t := range all {
		if names[i] = t.Name; t.Name == c.Template {
			return t, nil
		}
	}
	return templates.Template{}, hinted(fmt.Errorf("there is no template %q", c.Template), value.Choices(c.Template, "one of", names))
}

// rolesKnown refuses a --call for what no page does.
func (c addPageCmd) rolesKnown() error {
	known := fitting.Roles()
	for role := range c.Call {
		if !slices.Contains(known, role) {
			return hinted(fmt.Errorf("--call: %q is nothing that a page does", role), value.Choices(role, "one of", known))
		}
	}
	return nil
}

// listTemplates prints the templates.
func listTemplates(con *console, all []templates.Template) error {
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	for _, t := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", t.Name, t.Title, t.About)
	}
	return w.Flush()
}
