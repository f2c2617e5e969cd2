package app

// theme is in which colours whoever asks sees the app: light, dark or system, as was chosen, else as the app says.
func (q *ask) theme() string {
	if q.mode == "" {
		q.mode, _ = q.app.cookies.theme.Read(q.r.Header)
	}
	switch q.mode {
	case "light", "dark", "system":
		return q.mode
	}
	q.mode = "system"
	if q.rt != nil && q.rt.project.App.Theme.Mode != "" {
		q.mode = q.rt.project.App.Theme.Mode
	}
	return q.mode
}

// shine remembers the colours that somebody chose, as long as a language.
func (q *ask) shine(mode string, out *answer) {
	out.addCookie(q.app.cookies.theme.Write(mode, languageLife))
	q.mode = mode
}
