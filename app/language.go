package app

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// lang is the language in which whoever asks is spoken to.
func (q *ask) lang() *value.Locale { return q.rt.project.App.Locale() }

// say is what Usher itself says under a key of project/words.
func (q *ask) say(key string, pairs ...any) string { return q.lang().Say("usher."+key, pairs...) }

// say is what Usher itself says to the reader of a scope.
func say(s value.Scope, key string, pairs ...any) string {
	return project.Locale(s).Say("usher."+key, pairs...)
}

// english is a sentence for whoever is no reader of the app: the studio's frame, and programs.
func english(key string) string { return project.Speak("en").Say("usher." + key) }
