package main

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"

	"github.com/usherdev/usher/project"
)

// idle is why a workbench runs no app: what its address answers until there is one.
type idle struct {
	Untrusted bool             // the builder has not said that the folder may run
	Problems  project.Problems // what is wrong in the files
	Text      string           // what else is wrong
	Hint      string
}

// idleFor says why an app whose files are right cannot be opened.
func idleFor(err error) *idle {
	out := &idle{Text: err.Error()}
	var f *fault
	if errors.As(err, &f) {
		out.Hint = f.hint
	}
	return out
}

// Faults are the problems that keep the app from running.
func (i *idle) Faults() project.Problems {
	var out project.Problems
	for _, p := range i.Problems {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

// serve answers a request for the app. host is its own name.
func (i *idle) serve(w http.ResponseWriter, r *http.Request, host string) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+idleStyle+"; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if r.Host != host && r.URL.Path != "/healthz" {
		http.Error(w, "This server has no app at this address.", http.StatusMisdirectedRequest)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Refresh", "2") // it goes on by itself once there is an app
	w.WriteHeader(http.StatusServiceUnavailable)
	if r.Method != http.MethodHead {
		_ = idlePage.Execute(w, i) // the browser has gone: nobody is left to tell
	}
}

const idleCSS = `body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c1b22;background:#f6f6f9}main{max-width:46rem;margin:0 auto;padding:3rem 1.5rem}h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:.5rem 0}ul{list-style:none;margin:1.5rem 0;padding:0}li{background:#fff;border:1px solid #dcdbe4;border-radius:8px;padding:.75rem 1rem;margin:.5rem 0;overflow-wrap:anywhere}code{font:14px/1.5 ui-monospace,monospace;color:#55535f}.hint{color:#55535f}
@media (prefers-color-scheme:dark){body{color:#ecebf2;background:#17161c}li{background:#201f27;border-color:#3a3845}code,.hint{color:#a9a6b8}}`

var idleStyle = "'sha256-" + hashed(idleCSS) + "'"

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

var idlePage = template.Must(template.New("idle").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The app does not run yet</title>
<style>` + idleCSS + `</style>
</head>
<body><main>
{{- if .Untrusted}}
<h1>This folder is not trusted yet</h1>
<p>Nothing of it runs and nobody is called until you say so. Open the studio and choose “Trust this folder”, or start again with <code>usher dev --trust</code>.</p>
{{- else if .Text}}
<h1>The app does not run yet</h1>
<p>{{.Text}}</p>
{{- with .Hint}}<p class="hint">{{.}}</p>{{end}}
{{- else}}
<h1>The app does not run yet</h1>
<p>{{with len .Faults}}{{if eq . 1}}One thing has{{else}}{{.}} things have{{end}} to be mended in its files. The studio shows where.{{else}}There is nothing to show.{{end}}</p>
<ul>
{{- range .Faults}}
<li><code>{{.File}}{{if .Line}}:{{.Line}}:{{.Col}}{{end}}</code><br>{{.Msg}}{{with .Hint}}<br><span class="hint">{{.}}</span>{{end}}</li>
{{- end}}
</ul>
{{- end}}
</main></body>
</html>
`))
