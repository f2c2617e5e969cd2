package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/usherdev/usher/project"
)

type schemaCmd struct {
	Dir string `arg:"" help:"Folder to write to; it is made when it is not there."`
}

func (schemaCmd) Help() string {
	return `Writes app, page, calls, type, flow, component and locale.schema.json (JSON Schema, draft 2020-12), from which an editor completes and checks while you type.
docs/editors.md says how to set VS Code and Neovim up. usher check says more: it also reads across files.

Example:
  usher schema .schema`
}

// Run writes the files.
func (c schemaCmd) Run(con *console) error {
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return fmt.Errorf("making the folder of the schemas: %w", err)
	}
	files := project.Schemas()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(c.Dir, name)
		if err := os.WriteFile(file, files[name], 0o600); err != nil {
			return fmt.Errorf("writing a schema: %w", err)
		}
		if _, err := fmt.Fprintln(con.Out, file); err != nil {
			return err
		}
	}
	return nil
}
