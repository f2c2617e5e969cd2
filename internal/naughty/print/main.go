// Command print writes the app with every place that shows text into the folder that it is given, and the corpora to its standard output as
// JSON, in base64 since not all of them are UTF-8. Journeys in browsers run it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/usherdev/usher/internal/naughty"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: print FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "print:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	a := naughty.Sinks()
	for name, text := range a.Files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"sinks": a.Sinks, "pages": a.Pages,
		"strings": bytes(naughty.Strings()), "payloads": bytes(naughty.Payloads()), "redirects": bytes(naughty.Redirects()),
	})
}

func bytes(all []string) [][]byte {
	var out [][]byte
	for _, s := range all {
		out = append(out, []byte(s))
	}
	return out
}
