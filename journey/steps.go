package journey

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

func open(ctx context.Context, r *run, args []arg) error {
	target := strings.ReplaceAll(args[0].text, "{unique}", r.cfg.Unique)
	if !strings.HasPrefix(target, "/") {
		i := slices.IndexFunc(r.cfg.Pages, func(p Page) bool { return p.Name == target })
		switch {
		case i < 0:
			return sayf("the app has no page %q", target)
		case strings.Contains(r.cfg.Pages[i].Path, "{"):
			return sayf("the page %s has parameters; open its path, %s", target, r.cfg.Pages[i].Path)
		}
		target = r.cfg.Pages[i].Path
	}
	return r.browser().open(ctx, target)
}

func reload(ctx context.Context, r *run, _ []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	return r.browser().open(ctx, p.url.RequestURI())
}

func fill(_ context.Context, r *run, args []arg) error {
	n, text, err := r.fieldAndText(args)
	if err != nil {
		return err
	}
	if kindOf(n) == "password" {
		r.keep(text)
	}
	return typeIn(n, text)
}

// fieldAndText reads the two arguments of a step that names a field and a text.
func (r *run) fieldAndText(args []arg) (*html.Node, string, error) {
	p, err := r.shown()
	if err != nil {
		return nil, "", err
	}
	name, err := r.text(args[0])
	if err != nil {
		return nil, "", err
	}
	text, err := r.text(args[1])
	if err != nil {
		return nil, "", err
	}
	n, err := p.field(name)
	return n, text, err
}

// field finds the field that an argument names, and the page that it is on.
func (r *run) field(name arg) (*page, *html.Node, error) {
	p, err := r.shown()
	if err != nil {
		return nil, nil, err
	}
	text, err := r.text(name)
	if err != nil {
		return nil, nil, err
	}
	n, err := p.field(text)
	return p, n, err
}

// choose picks an option of a list, or a radio button of a group.
func choose(_ context.Context, r *run, args []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	if group, text, ok := r.radio(p, args); ok {
		for _, n := range group {
			drop(n, "checked")
		}
		set(text, "checked", "")
		return nil
	}
	n, text, err := r.fieldAndText(args)
	if err != nil {
		return err
	}
	if n.Data != "select" {
		return sayf("the field is no list to choose from: fill it")
	}
	return pick(n, text)
}

// radio finds the radio button with the label args[1] in the fieldset or group that args[0] names.
func (r *run) radio(p *page, args []arg) (group []*html.Node, chosen *html.Node, ok bool) {
	isRadio := func(n *html.Node) bool { return n.Data == "input" && kindOf(n) == "radio" }
	for _, n := range p.named(args[1].text, isRadio, func(*html.Node) []string { return nil }) {
		for up := range n.Ancestors() {
			if up.Type == html.ElementNode && (up.Data == "fieldset" || attr(up, "role") == "radiogroup") && p.groupName(up) == words(args[0].text) {
				chosen = n
			}
		}
	}
	if chosen == nil {
		return nil, nil, false
	}
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && isRadio(n) && attr(n, "name") == attr(chosen, "name") && p.formOf(n) == p.formOf(chosen) {
			group = append(group, n)
		}
	}
	return group, chosen, true
}

// groupName is the name of a group of radio buttons: its legend, or its accessible name.
func (p *page) groupName(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == "legend" {
			return words(spoken(d))
		}
	}
	return p.nameOf(n)
}

func check(_ context.Context, r *run, args []arg) error   { return r.setBox(args, true) }
func uncheck(_ context.Context, r *run, args []arg) error { return r.setBox(args, false) }

func (r *run) setBox(args []arg, on bool) error {
	n, err := r.box(args)
	switch {
	case err != nil:
		return err
	case disabled(n):
		return sayf("the box cannot be changed")
	case on:
		set(n, "checked", "")
	default:
		drop(n, "checked")
	}
	return nil
}

func (r *run) box(args []arg) (*html.Node, error) {
	p, err := r.shown()
	if err != nil {
		return nil, err
	}
	name, err := r.text(args[0])
	if err != nil {
		return nil, err
	}
	if len(args) > 1 {
		return r.boxIn(p, name, args[1])
	}
	n, err := p.field(name)
	if err == nil && kindOf(n) != "checkbox" {
		err = sayf("%q is no box to check", name)
	}
	return n, err
}

// boxIn finds the box that is called name in a group: by its legend.
func (r *run) boxIn(p *page, name string, in arg) (*html.Node, error) {
	group, err := r.text(in)
	if err != nil {
		return nil, err
	}
	isBox := func(n *html.Node) bool { return n.Data == "input" && kindOf(n) == "checkbox" }
	for _, n := range p.named(name, isBox, func(*html.Node) []string { return nil }) {
		for up := range n.Ancestors() {
			if up.Type == html.ElementNode && (up.Data == "fieldset" || attr(up, "role") == "group") && p.groupName(up) == words(group) {
				return n, nil
			}
		}
	}
	return nil, sayf("there is no box %q in %q", name, group)
}

func expectChecked(_ context.Context, r *run, args []arg) error   { return r.expectBox(args, true) }
func expectUnchecked(_ context.Context, r *run, args []arg) error { return r.expectBox(args, false) }

func (r *run) expectBox(args []arg, on bool) error {
	n, err := r.box(args)
	switch {
	case err != nil:
		return err
	case has(n, "checked") && !on:
		return sayf("it is checked")
	case !has(n, "checked") && on:
		return sayf("it is not checked")
	}
	return nil
}

func click(ctx context.Context, r *run, args []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	name, err := r.text(args[0])
	if err != nil {
		return err
	}
	in := ""
	if len(args) > 1 {
		if in, err = r.text(args[1]); err != nil {
			return err
		}
	}
	n, err := p.pressable(name, in)
	if err != nil {
		return err
	}
	return r.browser().press(ctx, n)
}

// pressEnter submits the form of a field with its default button.
func pressEnter(ctx context.Context, r *run, args []arg) error {
	p, n, err := r.field(args[0])
	if err != nil {
		return err
	}
	f := p.formOf(n)
	if f == nil {
		return sayf("the field belongs to no form")
	}
	by := p.defaultButton(f)
	if by != nil && disabled(by) {
		return sayf("the button that Enter presses is disabled")
	}
	return r.browser().submit(ctx, f, by)
}

func (r *run) sees(args []arg) (bool, error) {
	p, err := r.shown()
	if err != nil {
		return false, err
	}
	text, err := r.text(args[0])
	return err == nil && strings.Contains(p.text(), words(text)), err
}

func see(_ context.Context, r *run, args []arg) error {
	ok, err := r.sees(args)
	if err == nil && !ok {
		err = sayf("the page does not show this text")
	}
	return err
}

func notSee(_ context.Context, r *run, args []arg) error {
	ok, err := r.sees(args)
	if err == nil && ok {
		err = sayf("the page shows this text")
	}
	return err
}

// waitSee opens the page again and again until it shows a text.
func waitSee(ctx context.Context, r *run, args []arg) error {
	wait := 2 * r.cfg.Wait
	if len(args) > 1 {
		wait = args[1].time
	}
	err := until(ctx, wait, func() (bool, error) {
		ok, err := r.sees(args)
		if ok || err != nil {
			return ok, err
		}
		return false, reload(ctx, r, nil)
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return sayf("the page did not show this text within %s", wait)
	}
	return err
}

func expectPage(_ context.Context, r *run, args []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	want := args[0].text
	if strings.HasPrefix(want, "/") {
		if p.url.Path != want {
			return sayf("the address is %s", p.url.Path)
		}
		return nil
	}
	if !slices.ContainsFunc(r.cfg.Pages, func(one Page) bool { return one.Name == want }) {
		return sayf("the app has no page %q", want)
	}
	switch got := r.pageName(p.url.Path); got {
	case want:
		return nil
	case "":
		return sayf("this is no page of the app: %s", p.url.Path)
	default:
		return sayf("this is the page %s", got)
	}
}

func expectTitle(_ context.Context, r *run, args []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	want, err := r.text(args[0])
	if err == nil && p.title() != words(want) {
		err = sayf("the title is %q", p.title())
	}
	return err
}

func expectField(_ context.Context, r *run, args []arg) error {
	n, want, err := r.fieldAndText(args)
	if err != nil {
		return err
	}
	got := strings.ReplaceAll(current(n), "\r\n", "\n")
	switch {
	case got == want:
		return nil
	case kindOf(n) == "password":
		return sayf("the field holds something else")
	}
	return sayf("the field holds %q", got)
}

func expectError(_ context.Context, r *run, args []arg) error {
	return r.expectSaid(args, "error", (*page).errors)
}

func expectNotice(_ context.Context, r *run, args []arg) error {
	return r.expectSaid(args, "notice", (*page).notices)
}

func (r *run) expectSaid(args []arg, what string, said func(*page) []string) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	want, err := r.text(args[0])
	if err != nil {
		return err
	}
	all := said(p)
	for _, s := range all {
		if strings.Contains(s, words(want)) {
			return nil
		}
	}
	if len(all) == 0 {
		return sayf("the page shows no %s", what)
	}
	return sayf("the page shows another %s: %s", what, strings.Join(all, " | "))
}

func expectNoErrors(_ context.Context, r *run, _ []arg) error {
	p, err := r.shown()
	if err != nil {
		return err
	}
	if all := p.errors(); len(all) > 0 {
		return sayf("the page shows an error: %s", strings.Join(all, " | "))
	}
	return nil
}

// expectCalls counts the calls of a name since they were counted last, or since the journey began. It waits for those still to come; more
// than expected is a failure at once.
func expectCalls(ctx context.Context, r *run, args []arg) error {
	want, name := args[0].number, args[1].text
	got, all := 0, 0
	err := until(ctx, r.cfg.Wait, func() (bool, error) {
		calls := r.cfg.Control.Seen().Calls
		got, all = 0, len(calls)
		for _, c := range calls[r.counted[name]:] {
			if c.Name == name {
				got++
			}
		}
		return got >= want, nil
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	r.counted[name] = all
	if got != want {
		return sayf("there %s of %s", plural(got, "call"), name)
	}
	return nil
}

func plural(n int, what string) string {
	switch n {
	case 0:
		return "was no " + what
	case 1:
		return "was 1 " + what
	}
	return "were " + strconv.Itoa(n) + " " + what + "s"
}

func expireToken(ctx context.Context, r *run, _ []arg) error { return r.login(ctx, ExpireToken) }
func expireSoon(ctx context.Context, r *run, _ []arg) error  { return r.login(ctx, ExpireSoon) }
func revokeRefresh(ctx context.Context, r *run, _ []arg) error {
	return r.login(ctx, RevokeRefresh)
}

func (r *run) login(ctx context.Context, act Act) error {
	return r.cfg.Control.Login(ctx, act, r.browser().cookies())
}

func backendDown(_ context.Context, r *run, _ []arg) error { return r.cfg.Control.Backend(false) }
func backendUp(_ context.Context, r *run, _ []arg) error   { return r.cfg.Control.Backend(true) }

func restart(ctx context.Context, r *run, _ []arg) error { return r.cfg.Control.Restart(ctx) }

func secondBrowser(_ context.Context, r *run, _ []arg) error { return r.use(2) }

func useBrowser(_ context.Context, r *run, args []arg) error { return r.use(args[0].number) }

// use goes to a browser; a new one has no cookies and no page.
func (r *run) use(n int) error {
	if n < 1 || n > maxBrowsers {
		return sayf("browsers are numbered from 1 to %d", maxBrowsers)
	}
	for len(r.browsers) < n {
		r.browsers = append(r.browsers, newBrowser(r.cfg.Handler, r.cfg.URL))
	}
	r.at = n - 1
	return nil
}
