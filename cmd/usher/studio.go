package main

import (
	"context"
	"errors"

	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

// files is the folder as the studio sees it.
type files struct {
	folder *folder.Folder
	log    *console
	last   *project.Tree // read last; kept when the disk cannot be read for a moment
}

// Tree implements studio.Files. The studio calls it one at a time.
func (f *files) Tree() *project.Tree {
	tree, err := f.folder.Tree()
	if err != nil {
		f.log.Log.Warn("the app's files cannot be read; the last good state stays up", "error", err)
		return f.last
	}
	f.last = tree
	return tree
}

// Save implements studio.Files.
func (f *files) Save(ctx context.Context, base, next *project.Tree) error {
	return f.folder.Save(ctx, base, next)
}

// Contents implements studio.Files.
func (f *files) Contents() (map[string][]byte, error) {
	content, _, err := f.folder.Contents()
	return content, err
}

// Fill implements studio.Files.
func (f *files) Fill(ctx context.Context, content map[string][]byte) error {
	return f.folder.Fill(ctx, content)
}

// preview shows a revision on the canvas and lets the app go on with it.
type preview struct{ bench *workbench }

// Page implements studio.Preview.
func (p *preview) Page(page string) string { return p.bench.canvas.PageURL(page) }

// Component implements studio.Preview.
func (p *preview) Component(name string) string { return p.bench.canvas.ComponentURL(name) }

// Bars implements studio.Preview.
func (p *preview) Bars() string { return p.bench.canvas.BarsURL() }

// Plan implements studio.Preview.
func (p *preview) Plan(tree *project.Tree, page string) (string, error) {
	prj, _ := tree.Project()
	return p.bench.canvas.Plan(prj, page)
}

// Origin implements studio.Preview.
func (p *preview) Origin() string { return p.bench.canvas.Origin() }

// Show implements studio.Preview. The canvas draws whatever can be read; the app takes a revision without errors only.
func (p *preview) Show(tree *project.Tree) error {
	prj, problems := tree.Project()
	if prj == nil {
		return errors.Join(errors.New("the files cannot be read; the last good state stays up"), p.bench.play(nil, problems))
	}
	if err := p.bench.canvas.Show(prj); err != nil {
		return err
	}
	return p.bench.play(prj, problems)
}
