package fitting

// list is a list of the app and how one of its items is shown.
type list struct{}

// lists settles which calls the page shows.
func (f *fit) lists() error { return nil }
