package studio

import (
	"html/template"
	"net/http"
	"strings"
)

// role says who may use a route.
type role string

const (
	anyone  role = "anyone"  // has no cookie: the link, the refusal page, the studio's code
	builder role = "builder" // has the studio's cookie, and its own page asked
	runner  role = "runner"  // is a builder who trusts the project: what runs something of it, or calls somebody for it
)

// route is one entry of the table. Every route is in it, each with its role (promise E7).
type route struct {
	method, pattern string
	role            role
	serve           http.HandlerFunc
}

func (s *Studio) table() []route {
	return []route{
		{"GET", "/launch", anyone, s.launch},
		{"GET", "/{$}", anyone, s.shell},
		{"GET", "/assets/{hash}/{name}", anyone, s.asset},
		{"GET", "/api/project", builder, serveJSON(s, s.getProject)},
		{"GET", "/api/catalogue", builder, serveJSON(s, s.getCatalogue)},
		{"GET", "/api/page/{name}", builder, serveJSON(s, s.getPage)},
		{"GET", "/api/component/{name}", builder, serveJSON(s, s.getComponent)},
		{"GET", "/api/bars", builder, serveJSON(s, s.getBars)},
		{"GET", "/api/trial", builder, serveJSON(s, s.getTrial)},
		{"GET", "/api/curl", builder, serveJSON(s, s.getCURL)},
		{"POST", "/api/trial", runner, serveJSON(s, s.postTrial)},
		{"POST", "/api/import", builder, serveJSON(s, s.postImport)},
		{"POST", "/api/import/choose", builder, serveJSON(s, s.postImportChoose)},
		{"POST", "/api/import/write", builder, serveJSON(s, s.postImportWrite)},
		{"GET", "/api/calls", builder, serveJSON(s, s.getCalls)},
		{"GET", "/api/value", builder, serveJSON(s, s.getValue)},
		{"GET", "/api/where", builder, serveJSON(s, s.getWhere)},
		{"GET", "/api/completion", builder, serveJSON(s, s.getCompletion)},
		{"GET", "/api/scope", builder, serveJSON(s, s.getScope)},
		{"GET", "/api/fits", builder, serveJSON(s, s.getFits)},
		{"POST", "/api/expression", builder, serveJSON(s, s.postExpression)},
		{"GET", "/api/text", builder, serveJSON(s, s.getText)},
		{"GET", "/api/uses", builder, serveJSON(s, s.getUses)},
		{"GET", "/api/history", builder, serveJSON(s, s.getHistory)},
		{"GET", "/api/events", builder, s.stream},
		{"GET", "/api/debug", builder, serveJSON(s, s.getDebug)},
		{"GET", "/api/debug/call", builder, serveJSON(s, s.getDebugCall)},
		{"POST", "/api/debug", builder, serveJSON(s, s.postDebug)},
		{"GET", "/api/archive", builder, s.getArchive},
		{"POST", "/api/archive", builder, s.postArchive},
		{"POST", "/api/trust", builder, serveJSON(s, s.postTrust)},
		{"GET", "/api/assets", builder, serveJSON(s, s.getAssets)},
		{"GET", "/api/asset/{name}", builder, s.getAsset},
		{"PUT", "/api/asset/{name}", builder, s.putAsset},
		{"DELETE", "/api/asset/{name}", builder, s.deleteAsset},
		{"GET", "/api/words", builder, serveJSON(s, s.getWords)},
		{"GET", "/api/theme", builder, serveJSON(s, s.getTheme)},
		{"GET", "/api/values", builder, serveJSON(s, s.getValues)},
		{"POST", "/api/environment", runner, serveJSON(s, s.postEnvironment)},
		{"POST", "/api/secret", builder, serveJSON(s, s.postSecret)},
		{"POST", "/api/login/test", runner, serveJSON(s, s.postLoginTest)},
		{"POST", "/api/login/probe", runner, s.postProbe},
		{"GET", "/api/start", builder, serveJSON(s, s.getStart)},
		{"POST", "/api/start", runner, serveJSON(s, s.postStart)},
		{"POST", "/api/start/look", runner, serveJSON(s, s.postLook)},
		{"POST", "/api/start/plan", runner, serveJSON(s, s.postPlan)},
		{"GET", "/api/templates", builder, serveJSON(s, s.getTemplates)},
		{"POST", "/api/template/plan", builder, serveJSON(s, s.postTemplatePlan)},
		{"POST", "/api/template", builder, serveJSON(s, s.postTemplate)},
		{"POST", "/api/edit", builder, serveJSON(s, s.postEdit)},
		{"POST", "/api/undo", builder, serveJSON(s, s.postUndo)},
		{"POST", "/api/redo", builder, serveJSON(s, s.postRedo)},
	}
}

func (s *Studio) routes() *http.ServeMux {
	mux := http.NewServeMux()
	known := map[string]bool{}
	for _, rt := range s.table() {
		h := rt.serve
		if rt.role == runner {
			h = s.trustedOnly(h)
		}
		if rt.role == builder || rt.role == runner {
			h = s.builderOnly(h)
		}
		mux.HandleFunc(rt.method+" "+rt.pattern, h)
		if !known[rt.pattern] {
			mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) {
				refuse(w, r, fault{http.StatusMethodNotAllowed, "method", "This address cannot be asked in this way."})
			})
		}
		known[rt.pattern] = true
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, fault{http.StatusNotFound, "missing", "The studio has nothing at this address."})
	})
	return mux
}

// builderOnly lets our own page through, and that only with the cookie.
func (s *Studio) builderOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.guard.proof(r):
			refuse(w, r, fault{http.StatusForbidden, "origin", "This did not come from the studio's own page."})
		case !s.keys.known(r.Header):
			refuse(w, r, fault{http.StatusUnauthorized, "closed", "The studio was restarted or its link was never opened here. Open the link that usher printed."})
		default:
			next(w, r)
		}
	}
}

// launch is GET /launch?TOKEN: the link that works once.
func (s *Studio) launch(w http.ResponseWriter, r *http.Request) {
	if !s.guard.opened(r) || r.Method != http.MethodGet {
		refuse(w, r, fault{http.StatusForbidden, "origin", "The link is to be opened in a window of its own."})
		return
	}
	line, err := s.keys.spend(r.URL.RawQuery)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case line != "":
		w.Header().Set("Set-Cookie", line)
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
	case s.keys.known(r.Header): // the same link again, in the browser that has used it
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
	default:
		s.closed(w, r, http.StatusForbidden)
	}
}

// shell is GET /: the studio's page, which holds nothing but the address of its code.
func (s *Studio) shell(w http.ResponseWriter, r *http.Request) {
	if !s.guard.opened(r) {
		refuse(w, r, fault{http.StatusForbidden, "origin", "The studio opens in a window of its own."})
		return
	}
	if !s.keys.known(r.Header) {
		// A Strict cookie stays behind when another site led here; asked again by our own page, it comes along.
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" || r.Header.Get("Sec-Fetch-Site") == "same-site" {
			s.page(w, r, http.StatusOK, again, nil)
			return
		}
		s.closed(w, r, http.StatusUnauthorized)
		return
	}
	nonce, err := s.keys.random(16)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", s.guard.pagePolicy(nonce))
	s.page(w, r, http.StatusOK, studioPage, map[string]string{"Nonce": nonce, "Base": "/assets/" + s.assets.hash + "/"})
}

func (s *Studio) closed(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	s.page(w, r, status, closedPage, map[string]string{"Base": "/assets/" + s.assets.hash + "/"})
}

func (s *Studio) page(w http.ResponseWriter, r *http.Request, status int, t *template.Template, data any) {
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(b.String())) // the browser has gone: nobody is left to tell
	}
}

var studioPage = template.Must(template.New("studio").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="style-nonce" content="{{.Nonce}}">
<title>Usher Studio</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{.Base}}main.css">
<script type="module" src="{{.Base}}main.js"></script>
</head>
<body><div id="root"></div><noscript>The studio needs script. The app that you build does not.</noscript></body>
</html>
`))

var closedPage = template.Must(template.New("closed").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Usher Studio is closed</title>
<link rel="stylesheet" href="{{.Base}}main.css">
</head>
<body class="closed"><main><h1>This link does not open the studio</h1>
<p>Each link works once, in one browser. Start usher again and open the link that it prints.</p></main></body>
</html>
`))

var again = template.Must(template.New("again").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Usher Studio</title><meta http-equiv="refresh" content="0; url=/"></head><body></body></html>
`))
