package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

type secretsCmd struct {
	List secretsListCmd `cmd:"" help:"List the secrets that the app declares, and whether each has a value; never a value."`
	Set  secretsSetCmd  `cmd:"" help:"Give a secret its value, typed or piped in."`
	Drop secretsDropCmd `cmd:"" help:"Forget a secret's value."`
}

func (secretsCmd) Help() string {
	return `An API group declares secrets, each for one origin:   secrets: {KEY: {origin: https://api.example.com}}
Their values are sealed in the data folder, or come from the environment under the secret's own name. They are never printed, and are
wiped when the app names another origin for them. A running server takes a change up when it is started anew.`
}

type secretsListCmd struct{ place }

func (secretsListCmd) Help() string { return "Example:\n  usher secrets list ./shop" }

// Run prints name, origin and state, one secret a line.
func (c secretsListCmd) Run(con *console) error {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	f, err := openSecrets(p.Data, prj.App.ID)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, d := range declaredSecrets(prj) {
		known[d.id] = true
		state := "missing"
		switch s, ok := f.all[d.id]; {
		case ok && s.Sealed != nil && s.Origin == d.origin:
			state = "set"
		case ok:
			state = "dead: it was given for " + s.Origin
		}
		if v, ok := con.Env(d.name); ok && v != "" {
			state = "from the environment"
		}
		fmt.Fprintf(con.Out, "%s %s %s\n", d.id, d.origin, state)
	}
	var left []string
	for id := range f.all {
		if !known[id] {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	for _, id := range left {
		fmt.Fprintf(con.Out, "%s %s not declared by the app\n", id, f.all[id].Origin)
	}
	return nil
}

type secretsSetCmd struct {
	Name string `arg:"" help:"The secret, as GROUP.NAME."`
	place
}

func (secretsSetCmd) Help() string {
	return "Examples:\n  usher secrets set api.KEY ./shop               # asks for the value and shows nothing\n  usher secrets set api.KEY ./shop < key.txt"
}

// Run seals what is typed or piped in.
func (c secretsSetCmd) Run(con *console) error {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	declared := declaredSecrets(prj)
	i := slices.IndexFunc(declared, func(d declaredSecret) bool { return d.id == c.Name })
	if i < 0 {
		return hinted(fmt.Errorf("the app declares no secret %s", c.Name), "usher secrets list; in calls/GROUP.yaml: secrets: {NAME: {origin: https://…}}")
	}
	text, err := readSecret(con, os.Stdin, "Value of "+c.Name+" for "+declared[i].origin+": ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	f, err := openSecrets(p.Data, prj.App.ID)
	if err != nil {
		return err
	}
	return f.set(c.Name, declared[i].origin, text)
}

const maxSecret = 16 << 10

// readSecret reads one line: from a terminal without showing it, else from what is piped in.
func readSecret(con *console, in *os.File, prompt string) (string, error) {
	var text string
	if fd := int(in.Fd()); term.IsTerminal(fd) {
		fmt.Fprint(con.Err, prompt)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(con.Err)
		if err != nil {
			return "", fmt.Errorf("reading the value: %w", err)
		}
		text = string(b)
	} else {
		line, err := bufio.NewReader(io.LimitReader(in, maxSecret+2)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the value: %w", err)
		}
		text = strings.TrimRight(line, "\r\n")
	}
	switch {
	case text == "":
		return "", errors.New("the value is empty")
	case len(text) > maxSecret:
		return "", errors.New("the value is longer than 16 KB")
	}
	return text, nil
}

type secretsDropCmd struct {
	Name string `arg:"" help:"The secret, as GROUP.NAME."`
	place
}

func (secretsDropCmd) Help() string { return "Example:\n  usher secrets drop api.KEY ./shop" }

// Run forgets a value.
func (c secretsDropCmd) Run(con *console) error {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	f, err := openSecrets(p.Data, prj.App.ID)
	if err != nil {
		return err
	}
	if err := f.drop(c.Name); err != nil {
		return hinted(err, "usher secrets list")
	}
	return nil
}
