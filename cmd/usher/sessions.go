package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"
)

type sessionsCmd struct {
	List sessionsListCmd `cmd:"" help:"List who is logged in."`
	Show sessionsShowCmd `cmd:"" help:"Show one session."`
	End  sessionsEndCmd  `cmd:"" help:"Log a person out everywhere, or end one session."`
}

func (sessionsCmd) Help() string {
	return `Sessions are named by the keyed hash that stands in the log too; no command shows a token or a session's id. With a server running in the same --data the
commands go through its socket there, which its owner alone may open; else they open the store themselves.`
}

type sessionsListCmd struct {
	UID  string `name:"uid" help:"Only those of this person." placeholder:"UID"`
	JSON bool   `name:"json" help:"Print a JSON object a line."`
	place
}

func (sessionsListCmd) Help() string {
	return "Examples:\n  usher sessions list ./shop\n  usher sessions list --uid 42 --json ./shop"
}

// Run prints the active sessions.
func (c sessionsListCmd) Run(ctx context.Context, con *console) error {
	tab := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	show := func(l line) { fmt.Fprintf(tab, "%s\t%q\t%s\t%s\n", l.Session, l.UID, stamp(l.Created), stamp(l.Seen)) }
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		show = func(l line) { _ = enc.Encode(l) } // a closed pipe ends the command by itself
	} else {
		fmt.Fprintln(tab, "SESSION\tUID\tLOGGED IN\tSEEN")
	}
	_, err := c.each(ctx, con, url.Values{"uid": {c.UID}}, show)
	return errors.Join(err, tab.Flush())
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// each asks for sessions and hands them out one by one.
func (p place) each(ctx context.Context, con *console, which url.Values, fn func(line)) (n int, err error) {
	p, prj, err := p.settled(con)
	if err != nil {
		return 0, err
	}
	op, err := p.operator(ctx, con, prj)
	if err != nil {
		return 0, err
	}
	defer op.finish(&err)
	body, err := op.ask(ctx, http.MethodGet, "/sessions", which)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	for dec := json.NewDecoder(body); ; n++ {
		var l line
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, fmt.Errorf("the list was cut off: %w", err)
		}
		if l.Error != "" {
			return n, errors.New(l.Error)
		}
		fn(l)
	}
}

type sessionsShowCmd struct {
	ID string `name:"id" required:"" help:"The session's hash, as the list and the log show it." placeholder:"HASH"`
	place
}

func (sessionsShowCmd) Help() string {
	return "Example:\n  usher sessions show --id 3f0c1d2e4b5a ./shop"
}

// Run prints what is known of one session.
func (c sessionsShowCmd) Run(ctx context.Context, con *console) error {
	n, err := c.each(ctx, con, url.Values{"session": {c.ID}}, func(l line) {
		fmt.Fprintf(con.Out, "session    %s\nuid        %q\nlogged in  %s\nseen       %s\n", l.Session, l.UID, stamp(l.Created), stamp(l.Seen))
		if !l.Expires.IsZero() {
			fmt.Fprintf(con.Out, "expires    %s\n", stamp(l.Expires))
		}
		fmt.Fprintf(con.Out, "renews     %t\nversion    %d\npersists   %t\n", l.Renews, l.Version, l.Persist)
	})
	if err == nil && n == 0 {
		return errNoSession
	}
	return err
}

// errNoSession says that nothing active is named so.
var errNoSession = hinted(errors.New("there is no active session of that name"), "usher sessions list; the hashes change when the keys rotate")

type sessionsEndCmd struct {
	UID string `name:"uid" xor:"who" required:"" help:"Log this person out everywhere." placeholder:"UID"`
	ID  string `name:"id" xor:"who" required:"" help:"End the session of this hash." placeholder:"HASH"`
	place
}

func (sessionsEndCmd) Help() string {
	return `Once the command has returned, no node accepts the sessions any more; the backend is told by the server, which tries again until it answers.

Examples:
  usher sessions end --uid 42 ./shop
  usher sessions end --id 3f0c1d2e4b5a ./shop`
}

// Run ends sessions and prints how many.
func (c sessionsEndCmd) Run(ctx context.Context, con *console) (err error) {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	op, err := p.operator(ctx, con, prj)
	if err != nil {
		return err
	}
	defer op.finish(&err)
	var out ended
	if err := op.tell(ctx, "/sessions/end", url.Values{"uid": {c.UID}, "session": {c.ID}}, &out); err != nil {
		return err
	}
	if out.Ended == 0 && c.ID != "" {
		return errNoSession
	}
	fmt.Fprintf(con.Out, "%d ended\n", out.Ended)
	return nil
}
