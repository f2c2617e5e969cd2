package main

import (
	"fmt"

	"github.com/usherdev/usher/imports"
)

type exportCmd struct {
	Archive exportArchiveCmd `cmd:"" help:"Pack an app into one zip file, without secrets."`
	CURL    exportCURLCmd    `cmd:"" name:"curl" help:"Write a call as a cURL command; secrets are $NAMES."`
}

type exportCURLCmd struct {
	Dir  string `arg:"" help:"${dir_help}"`
	Call string `arg:"" help:"The call, as group.call."`
}

func (exportCURLCmd) Help() string {
	return `Prints the command for a POSIX shell. Parameters that have no default, the token and all secrets stand there as shell variables, which you set first.

Example:
  usher export curl . auth.login
  USERNAME=emilys PASSWORD=… sh -c "$(usher export curl . auth.login)"`
}

// Run prints the command.
func (c exportCURLCmd) Run(con *console) error {
	tree, err := readTree(c.Dir)
	if err != nil {
		return err
	}
	p, problems := tree.Project()
	if problems.Errors() {
		return hinted(fmt.Errorf("%s has errors", c.Dir), "usher check "+c.Dir+" lists them")
	}
	env, err := appEnv(con, p.App, "", "")
	if err != nil {
		return err
	}
	command, err := imports.ExportCURL(p, c.Call, env)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(con.Out, command)
	return err
}
