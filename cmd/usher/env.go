package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/usherdev/usher/project"
)

// appEnv gives the values of env.* that come from outside: the environment wins over the env file, and that over the app's environment of
// the name given, "" for none. Only declared names are read.
func appEnv(con *console, app project.App, envFile, name string) (map[string]string, error) {
	outside, err := fromOutside(con, envFile)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	if name != "" {
		chosen, ok := app.Environment(name)
		if !ok {
			return nil, unknownEnvironment(app, name)
		}
		maps.Copy(values, chosen.Values)
	}
	for _, v := range app.Env {
		if s, ok := outside(v.Name); ok {
			values[v.Name] = s
		}
	}
	return values, nil
}

func unknownEnvironment(app project.App, name string) error {
	var names []string
	for _, e := range app.Environments {
		names = append(names, e.Name)
	}
	hint := "the app has none: environments: in app.yaml"
	if len(names) > 0 {
		hint = "the app has " + strings.Join(names, ", ")
	}
	return hinted(fmt.Errorf("there is no environment %q", name), hint)
}

// fromOutside looks a name up in the process's environment, then in the env file.
func fromOutside(con *console, envFile string) (func(name string) (string, bool), error) {
	fromFile := map[string]string{}
	if envFile != "" {
		var err error
		if fromFile, err = readEnvFile(envFile); err != nil {
			return nil, err
		}
	}
	return func(name string) (string, bool) {
		if s, ok := con.Env(name); ok {
			return s, true
		}
		s, ok := fromFile[name]
		return s, ok
	}, nil
}

// readEnvFile reads NAME=value lines; blank lines and lines that begin with # are passed over, matching quotes around a value are removed.
// Errors name the line, never a value: the file may hold secrets.
func readEnvFile(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("env file: %w", err)
	}
	defer f.Close()
	values := map[string]string{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(name, " \t\"'") {
			return nil, hinted(fmt.Errorf("%s:%d: not of the form NAME=value", path, n), "one NAME=value a line; # begins a comment line")
		}
		values[name] = unquote(strings.TrimSpace(value))
	}
	return values, sc.Err()
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
