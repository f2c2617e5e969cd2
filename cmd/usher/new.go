package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

type newCmd struct {
	Dir  string `arg:"" help:"Folder to make; it must be empty or not exist."`
	Name string `help:"Name of the app; made of the folder's name when unset."`
	API  string `name:"url" help:"Address of your backend." placeholder:"URL"`
}

func (newCmd) Help() string {
	return `Makes an app with a log-in page, a home page and the calls of a backend shaped like the issuer's. Nothing is ever overwritten.

Examples:
  usher new shop
  usher new shop --name "My Shop" --url https://api.example.com
  usher issuer &  usher serve shop`
}

// Run makes the folder and says what to do next.
func (c newCmd) Run(ctx context.Context, con *console) error {
	tree, err := treeOf(examples.Starter())
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = titled(filepath.Base(filepath.Clean(c.Dir)))
	}
	edits := []project.Edit{{Op: project.OpSet, At: "/app/name", Value: jsonText(c.Name)}}
	if c.API != "" {
		edits = append(edits, project.Edit{Op: project.OpSet, At: "/app/env/API_URL", Value: jsonText(strings.TrimSuffix(c.API, "/"))})
	}
	named, _, err := tree.Apply(edits...)
	if err != nil {
		return fmt.Errorf("making the app: %w", err)
	}
	if err := folder.Create(c.Dir, examples.Starter()); err != nil {
		return hinted(fmt.Errorf("making %s: %w", c.Dir, err), "choose a folder that is empty or does not exist")
	}
	f, err := folder.Open(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Save(ctx, tree, named); err != nil {
		return fmt.Errorf("naming the app: %w", err)
	}
	fmt.Fprintf(con.Out, "Made %s (%s).\n\nNext:\n  usher check %s\n  usher test %s            # its journeys, against the stand-in backend in tests/\n  usher issuer          # a backend to try it with, in a second terminal\n  usher serve %s\n", c.Name, c.Dir, c.Dir, c.Dir, c.Dir)
	return nil
}

func treeOf(fsys fs.FS) (*project.Tree, error) {
	tree, err := project.LoadTree(fsys)
	if err != nil {
		return nil, fmt.Errorf("reading the example: %w", err)
	}
	return tree, nil
}

func jsonText(s string) json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil { // never, for a string
		return json.RawMessage(`""`)
	}
	return b
}

// titled makes a name of a folder's: my-shop → My Shop.
func titled(dir string) string {
	words := strings.FieldsFunc(dir, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	if len(words) == 0 {
		return "My App"
	}
	return strings.Join(words, " ")
}
