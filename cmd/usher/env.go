package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/usherdev/usher/project"
)

// appEnv gives the values of env.* that come from outside: the environment wins over the env file, and only declared names are read.
func appEnv(con *console, app project.App, envFile string) (map[string]string, error) {
	fromFile := map[string]string{}
	if envFile != "" {
		var err error
		if fromFile, err = readEnvFile(envFile); err != nil {
			return nil, err
		}
	}
	values := map[string]string{}
	for _, v := range app.Env {
		if s, ok := con.Env(v.Name); ok {
			values[v.Name] = s
		} else if s, ok := fromFile[v.Name]; ok {
			values[v.Name] = s
		}
	}
	return values, nil
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
