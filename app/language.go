package app

import (
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// languageLife is how long a browser remembers the language that somebody chose.
const languageLife = 365 * 24 * time.Hour

// lang is the language in which whoever asks is spoken to: the one he chose, else the one that his browser asks for, else the app's own.
func (q *ask) lang() *value.Locale {
	if q.locale == nil {
		if len(q.rt.project.App.Locales) < 2 {
			q.locale = q.rt.own
			return q.locale
		}
		wanted, _ := q.app.cookies.language.Read(q.r.Header)
		q.locale = q.rt.project.App.Choose(wanted, q.r.Header.Get("Accept-Language"))
	}
	return q.locale
}

// speak remembers the language that somebody chose; nil forgets it.
func (q *ask) speak(l *value.Locale, out *answer) {
	if l == nil {
		out.addCookie(q.app.cookies.language.Clear())
		q.locale = q.rt.project.App.Choose("", q.r.Header.Get("Accept-Language"))
		return
	}
	out.addCookie(q.app.cookies.language.Write(l.Language(), languageLife))
	q.locale = l
}

// varies says that a page is another in another language.
func (q *ask) varies(out *answer) {
	if len(q.rt.project.App.Locales) > 1 {
		out.header.Set("Vary", "Cookie, Accept-Language")
	}
}

// plan is the page's plan in a language. Those in other languages than the app's own are made when first asked for.
func (rt *runtime) plan(page *project.Page, l *value.Locale) (*render.Plan, error) {
	if l == nil || l == rt.own || len(rt.project.App.Locales) < 2 {
		return rt.plans[page.Name]()
	}
	key := l.Language() + "\x00" + page.Name
	if have, ok := rt.spoken.Load(key); ok {
		return have.(*render.Plan), nil
	}
	plan, err := rt.compile(page, l)
	if err != nil {
		return nil, err
	}
	have, _ := rt.spoken.LoadOrStore(key, plan)
	return have.(*render.Plan), nil
}

// compile makes the page's plan in a language, nil for the app's own.
func (rt *runtime) compile(page *project.Page, l *value.Locale) (*render.Plan, error) {
	return render.Compile(rt.project, page, render.Options{Assets: rt.assets.fileURL, Measure: rt.assets.measure, Chrome: rt.chrome, Locale: l, Own: rt.ours, Paths: rt.paths})
}

// say is what Usher itself says under a key of project/words.
func (q *ask) say(key string, pairs ...any) string { return q.lang().Say("usher."+key, pairs...) }

// say is what Usher itself says to the reader of a scope.
func say(s value.Scope, key string, pairs ...any) string {
	return project.Locale(s).Say("usher."+key, pairs...)
}

// english is a sentence for whoever is no reader of the app: the studio's frame, and programs.
func english(key string) string { return project.Speak("en").Say("usher." + key) }
