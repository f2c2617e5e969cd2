package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// withStudio puts the studio and its canvas beside the app, each under a name of its own: a port is no boundary for cookies.
func (c demoCmd) withStudio(ctx context.Context, con *console, f *folder.Folder, rt *runtime, p *part, next http.Handler) (http.Handler, error) {
	at, canvasAt := sibling(p.public, "studio"), sibling(p.public, "preview-"+rt.project.App.ID)
	canvas, err := app.NewCanvas(app.CanvasConfig{URL: canvasAt, Studio: at.String(), Nonce: rand.Text(), Assets: f.FS()})
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	files := &files{folder: f, log: con}
	pv := &preview{canvas: canvas, runtime: rt}
	tree, err := f.Tree()
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	files.last = tree
	if err := pv.Show(tree); err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	s, err := studio.New(studio.Config{Files: files, Preview: pv, History: gitHistory{f.Dir()}, Sample: app.SampleOf, URL: at, AppURL: p.public.String() + "/", Title: "TouristTrail", Log: con.Log.With("part", "studio")})
	if err != nil {
		return nil, err
	}
	p.stop = s.Close
	err = f.Watch(ctx, func(t *project.Tree, err error) {
		if err != nil {
			con.Log.Warn("the app's files cannot be read; the last good state stays up", "error", err)
			return
		}
		s.Changed(t)
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	p.studio = s.LaunchURL()
	return byHost(map[string]http.Handler{at.Host: s, canvasAt.Host: canvas}, next), nil
}

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

// preview shows a revision on the canvas and swaps the running app to it.
type preview struct {
	canvas  *app.Canvas
	runtime *runtime
}

// Page implements studio.Preview.
func (p *preview) Page(page string) string { return p.canvas.PageURL(page) }

// Origin implements studio.Preview.
func (p *preview) Origin() string { return p.canvas.Origin() }

// Show implements studio.Preview. The canvas draws whatever can be read; the app takes a revision without errors only.
func (p *preview) Show(tree *project.Tree) error {
	prj, problems := tree.Project()
	if prj == nil {
		return errors.New("the files cannot be read; the last good state stays up")
	}
	if err := p.canvas.Show(prj); err != nil {
		return err
	}
	if problems.Errors() {
		return nil
	}
	return p.runtime.swap(prj)
}

// swap lets the running app go on with another revision; calls under way end on the one they began with.
func (rt *runtime) swap(prj *project.Project) error {
	if rt.project.Revision == prj.Revision {
		return nil
	}
	if prj.App.ID != rt.project.App.ID {
		return fmt.Errorf("the app's id changed from %s to %s: start anew to serve it under that name", rt.project.App.ID, prj.App.ID)
	}
	calls, err := rt.newCalls(prj)
	if err != nil {
		return err
	}
	if err := rt.app.Swap(prj, calls); err != nil {
		calls.Close()
		return err
	}
	old := rt.calls.Swap(calls)
	rt.project = prj
	old.Close()
	return nil
}
