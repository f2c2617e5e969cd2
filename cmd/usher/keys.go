package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/usherdev/usher/session"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"List the ids of the keys; never a key."`
	Rotate keysRotateCmd `cmd:"" help:"Make a new key the active one; the old ones still open what they sealed."`
	Rewrap keysRewrapCmd `cmd:"" help:"Seal all sessions anew with the active key."`
	Drop   keysDropCmd   `cmd:"" help:"Remove a key that no session needs any more."`
}

func (keysCmd) Help() string {
	return `Keys seal sessions in the store. Rotating them logs nobody out and needs no restart: a running server of the same --data takes a change up at once, others on
SIGHUP or at their next start.

One node:      usher keys rotate ./shop        then, a day later:  usher keys drop OLD ./shop
Several nodes: usher keys rotate --stage ./shop; copy the key file to all nodes and send them SIGHUP;
               usher keys rotate --to NEW ./shop; copy and SIGHUP again; a day later the same with usher keys drop OLD ./shop`
}

type keysListCmd struct{ place }

func (keysListCmd) Help() string { return "Example:\n  usher keys list ./shop" }

// Run prints the ids, the active one first.
func (c keysListCmd) Run(con *console) error {
	p, _, err := c.settled(con)
	if err != nil {
		return err
	}
	keys, _, err := session.LoadKeys(p.KeyFile, false)
	if err != nil {
		return err
	}
	for i, id := range keys.IDs() {
		fmt.Fprintln(con.Out, id, []string{"active", "opens"}[min(i, 1)])
	}
	return nil
}

type keysRotateCmd struct {
	Stage bool   `help:"Add the new key without sealing with it yet: all nodes must know a key before the first one seals with it."`
	To    string `help:"Make this key, which is in the file, the active one." placeholder:"ID"`
	place
}

func (keysRotateCmd) Help() string {
	return "Examples:\n  usher keys rotate ./shop\n  usher keys rotate --stage ./shop\n  usher keys rotate --to 1f2e3d4c ./shop"
}

// Run changes the key file and lets the running server know.
func (c keysRotateCmd) Run(ctx context.Context, con *console) error {
	p, _, err := c.settled(con)
	if err != nil {
		return err
	}
	id := c.To
	switch {
	case c.Stage && c.To != "":
		return hinted(fmt.Errorf("--stage and --to are two steps"), "first --stage, then --to with the id it printed")
	case c.To != "":
		if err := session.ActivateKey(p.KeyFile, c.To); err != nil {
			return hinted(err, "usher keys list")
		}
	default:
		if id, err = session.AddKey(p.KeyFile, !c.Stage); err != nil {
			return err
		}
	}
	fmt.Fprintln(con.Out, id, []string{"active", "opens"}[b2i(c.Stage)])
	op := p.running(ctx)
	if op == nil {
		fmt.Fprintln(con.Err, "no server answers in", p.Data+": one that runs elsewhere takes this up on SIGHUP or at its next start")
		return nil
	}
	if err := op.tell(ctx, "/keys/reload", nil, nil); err != nil {
		return err
	}
	fmt.Fprintln(con.Err, "the running server has taken it up")
	return op.close()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

type keysRewrapCmd struct{ place }

func (keysRewrapCmd) Help() string { return "Example:\n  usher keys rewrap ./shop" }

// Run seals everything with the active key and prints how many sessions name which key.
func (c keysRewrapCmd) Run(ctx context.Context, con *console) (err error) {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	op, err := p.operator(ctx, con, prj)
	if err != nil {
		return err
	}
	defer op.finish(&err)
	var done session.Rewrapped
	if err := op.tell(ctx, "/keys/rewrap", nil, &done); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "%d sessions, %d sealed anew\n", done.Rows, done.Moved)
	var ids []string
	for id := range done.Keys {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fmt.Fprintf(con.Out, "%s %d\n", id, done.Keys[id])
	}
	return nil
}

type keysDropCmd struct {
	ID string `arg:"" help:"Id of the key, as usher keys list prints it."`
	place
}

func (keysDropCmd) Help() string {
	return `Seals what the key has sealed anew with the active one, and removes the key when no session names it any more. Wait a day after a rotation: pages that
people still have open hold text sealed with the old key, and would be drawn anew.

Example:
  usher keys drop 1f2e3d4c ./shop`
}

// Run drops the key, by the running server or on the store itself.
func (c keysDropCmd) Run(ctx context.Context, con *console) (err error) {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	op, err := p.operator(ctx, con, prj)
	if err != nil {
		return err
	}
	defer op.finish(&err)
	if err := op.tell(ctx, "/keys/drop", url.Values{"id": {c.ID}}, nil); err != nil {
		return err
	}
	fmt.Fprintln(con.Out, c.ID, "dropped")
	return nil
}
