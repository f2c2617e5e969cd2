package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

type newCmd struct {
	Dir  string `arg:"" optional:"" help:"Folder to make; it must be empty or not exist."`
	Name string `help:"Name of the app; made of the folder's name when unset."`
	API  string `name:"url" help:"Address of your backend." placeholder:"URL"`
	For  string `name:"backend" help:"Make an app for this backend; 'list' prints those that are known." placeholder:"NAME"`
}

func (newCmd) Help() string {
	return `Makes an app with pages to log in, a home page, the calls of a backend, and journeys for usher test. Nothing is ever overwritten.
Without --backend the calls are shaped like the issuer's.

Examples:
  usher new shop
  usher new --backend list
  usher new shop --backend supabase --url https://abc.supabase.co
  usher new shop --name "My Shop" --url https://api.example.com
  usher issuer &  usher dev shop`
}

// Run makes the folder and says what to do next.
func (c newCmd) Run(con *console) error {
	switch {
	case c.For == "list":
		return listPresets(con)
	case c.Dir == "":
		return hinted(errors.New("no folder is named"), "usher new DIR")
	case c.API != "" && !isBackendAddress(c.API):
		return hinted(fmt.Errorf("--url %q is no address of a backend", c.API), "write --url https://api.example.com")
	}
	source, preset, err := c.source()
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = titled(filepath.Base(filepath.Clean(c.Dir)))
	}
	env := map[string]string{}
	if c.API != "" {
		env["API_URL"] = c.API
	}
	files, err := newFiles(source, c.Name, env)
	if err != nil {
		return err
	}
	if err := folder.CreateOf(c.Dir, files); err != nil {
		return hinted(fmt.Errorf("making %s: %w", c.Dir, err), "choose a folder that is empty or does not exist")
	}
	trustNew(con, c.Dir)
	fmt.Fprintf(con.Out, "Made %s (%s).\n\nNext:\n  usher check %s\n  usher test %s            # its journeys, against the stand-in backend in tests/\n", c.Name, c.Dir, c.Dir, c.Dir)
	if preset == nil {
		fmt.Fprintln(con.Out, "  usher issuer          # a backend to try it with, in a second terminal")
	}
	fmt.Fprintf(con.Out, "  usher dev %s           # the studio, and the app beside it\n", c.Dir)
	if preset == nil {
		return nil
	}
	about, err := preset.Readme()
	fmt.Fprintf(con.Out, "\n%s", about)
	return err
}

// newFiles gives the files of a new app: those of source, with its name and the values of env.* that are not left as they are.
func newFiles(source fs.FS, name string, env map[string]string) (map[string][]byte, error) {
	tree, err := treeOf(source)
	if err != nil {
		return nil, err
	}
	edits := []project.Edit{{Op: project.OpSet, At: "/app/name", Value: jsonText(name)}}
	for _, key := range slices.Sorted(maps.Keys(env)) {
		at := project.Path("/app/env").Join(key)
		if _, described := tree.Value(at.Join("default")); described {
			at = at.Join("default")
		}
		edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: jsonText(strings.TrimSuffix(env[key], "/"))})
	}
	named, _, err := tree.Apply(edits...)
	if err != nil {
		return nil, fmt.Errorf("making the app: %w", err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if files[name] = named.Bytes(name); files[name] == nil { // a journey, an asset
			files[name], err = fs.ReadFile(source, name)
		}
		return err
	})
	return files, err
}

// trustNew remembers that the builder made a folder: usher dev runs it without asking.
func trustNew(con *console, dir string) {
	base, err := dataDir(con)
	if err == nil {
		err = trustedOf(base).add(dir)
	}
	if err != nil {
		con.Log.Debug("usher dev will ask whether the folder is trusted", "error", err)
	}
}

// source is what the new app is made of: the starter, or a backend's preset.
func (c newCmd) source() (fs.FS, *presets.Preset, error) {
	if c.For == "" {
		return examples.Starter(), nil, nil
	}
	return presetApp(c.For)
}

// presetApp is the app for a backend that is known by name.
func presetApp(name string) (fs.FS, *presets.Preset, error) {
	all, err := presets.All()
	if err != nil {
		return nil, nil, err
	}
	names := make([]string, len(all))
	for i, p := range all {
		if names[i] = p.Name; p.Name == name {
			app, err := p.App()
			return app, &p, err
		}
	}
	return nil, nil, hinted(fmt.Errorf("there is no preset for the backend %q", name), value.Choices(name, "one of", names))
}

// listPresets prints the backends that --backend knows.
func listPresets(con *console) error {
	all, err := presets.All()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	for _, p := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Title, p.About)
	}
	return w.Flush()
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
