package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
)

// reach is what a command asks for that talks to the app's backend by the app's own calls.
type reach struct {
	Username string `help:"Who logs in: the user name or e-mail address of a test account; USHER_PROBE_USERNAME when unset, else asked for."`
	Env      string `help:"Environment of the app (environments: in app.yaml)." placeholder:"NAME"`
	EnvFile  string `help:"File with NAME=value lines for env.*; the environment wins." env:"USHER_ENV_FILE"`
	Data     string `help:"Folder with the app's sealed secrets (usher secrets)." placeholder:"DIR"`
}

// calls is what the app's calls need from outside.
func (r reach) calls(con *console, p *project.Project) (call.Config, error) {
	env, err := appEnv(con, p.App, r.EnvFile, r.Env)
	if err != nil {
		return call.Config{}, err
	}
	dir := r.Data
	if dir == "" {
		if dir, err = dataDir(con); err != nil {
			return call.Config{}, err
		}
	}
	secrets, err := appSecrets(con, p, dir, r.EnvFile)
	if err != nil {
		return call.Config{}, err
	}
	return call.Config{Project: p, Env: env, Secrets: secrets}, nil
}

// missing is an error of call.New with what to do about it.
func missing(err error) error {
	return hinted(err, "give it in the environment, or in a file: --env-file FILE")
}

// credentials come from the environment, or from whoever sits at the terminal.
func (r reach) credentials(con *console, in *os.File) (name, password string, err error) {
	if name = r.Username; name == "" {
		name, _ = con.Env("USHER_PROBE_USERNAME")
	}
	password, _ = con.Env("USHER_PROBE_PASSWORD")
	if name != "" && password != "" {
		return name, password, nil
	}
	if !term.IsTerminal(int(in.Fd())) {
		return "", "", hinted(errors.New("whose log-in to use is not known"), "set USHER_PROBE_USERNAME and USHER_PROBE_PASSWORD, or run it on a terminal")
	}
	if name == "" {
		fmt.Fprint(con.Err, "User name or e-mail of a test account: ")
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil {
			return "", "", fmt.Errorf("reading the user name: %w", err)
		}
		name = strings.TrimSpace(line)
	}
	if password == "" {
		if password, err = readSecret(con, in, "Password of "+name+": "); err != nil {
			return "", "", err
		}
	}
	return name, password, nil
}
