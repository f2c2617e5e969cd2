package journey

import (
	"context"
	"mime"
	"net/http"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// chosenFile is a file in an input.
type chosenFile struct {
	name    string
	content []byte
}

// chooseFile puts a file that lies beside the journeys into an input, in place of the one before or, where the input takes several, behind it.
func chooseFile(_ context.Context, r *run, args []arg) error {
	p, n, err := r.field(args[0])
	switch {
	case err != nil:
		return err
	case kindOf(n) != "file":
		return sayf("the field takes no files: fill it")
	case disabled(n):
		return sayf("the field cannot be changed")
	case r.cfg.Files == nil:
		return sayf("there are no files here")
	}
	content, err := r.cfg.Files(args[1].text)
	if err != nil {
		return sayf("the file %s cannot be read: %v", args[1].text, err)
	}
	if p.files == nil {
		p.files = map[*html.Node][]chosenFile{}
	}
	if !has(n, "multiple") {
		p.files[n] = nil
	}
	p.files[n] = append(p.files[n], chosenFile{path.Base(args[1].text), content})
	return nil
}

// filePairs is what an input of files sends: each file, or that there is none.
func (p *page) filePairs(n *html.Node) []pair {
	all := p.files[n]
	if len(all) == 0 {
		return []pair{{name: attr(n, "name"), file: true}}
	}
	var out []pair
	for _, f := range all {
		out = append(out, pair{name: attr(n, "name"), value: f.name, file: true, content: f.content})
	}
	return out
}

// kept is the name of an answer that browsers keep as a file.
func kept(res *answer) (string, bool) {
	kind, params, err := mime.ParseMediaType(res.header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" || res.status != http.StatusOK {
		return "", false
	}
	return params["filename"], true
}

// pictures are the pictures of a page that are called by a text.
func (p *page) pictures(alt string) []*html.Node {
	var out []*html.Node
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "img" || hidden(n) {
			continue
		}
		name := attr(n, "alt")
		for up := n.Parent; name == "" && up != nil; up = up.Parent {
			if attr(up, "role") == "img" {
				name = attr(up, "aria-label")
			}
		}
		if words(name) == words(alt) {
			out = append(out, n)
		}
	}
	return out
}

// loads asks for a picture as a browser does.
func (b *browser) loads(ctx context.Context, n *html.Node) error {
	u, err := b.page.url.Parse(attr(n, "src"))
	switch {
	case err != nil:
		return sayf("its address cannot be read")
	case u.Host != b.base.Host || u.Scheme != b.base.Scheme:
		return sayf("it comes from another site, %s, which a journey does not ask", u.Host)
	}
	res, err := b.send(ctx, http.MethodGet, u, nil, "", asPicture)
	if err != nil {
		return err
	}
	kind := http.DetectContentType(res.body.Bytes())
	if said := res.header.Get("Content-Type"); strings.HasPrefix(said, "image/svg") || strings.HasPrefix(said, "image/avif") {
		kind = said
	}
	if _, file := kept(res); file || res.status != http.StatusOK || !strings.HasPrefix(kind, "image/") {
		return sayf("it does not load: the answer is %d, %s", res.status, res.header.Get("Content-Type"))
	}
	return nil
}

// expectPicture wants a picture of the page that loads.
func expectPicture(ctx context.Context, r *run, args []arg) error {
	all, alt, err := r.pictures(args)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return sayf("the page shows no picture %q", alt)
	}
	for _, n := range all {
		if err := r.browser().loads(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// expectNoPicture wants none, or one that does not load.
func expectNoPicture(ctx context.Context, r *run, args []arg) error {
	all, alt, err := r.pictures(args)
	if err != nil {
		return err
	}
	for _, n := range all {
		if r.browser().loads(ctx, n) == nil {
			return sayf("the page shows a picture %q", alt)
		}
	}
	return nil
}

func (r *run) pictures(args []arg) ([]*html.Node, string, error) {
	p, err := r.shown()
	if err != nil {
		return nil, "", err
	}
	alt, err := r.text(args[0])
	if err != nil {
		return nil, "", err
	}
	return p.pictures(alt), alt, nil
}

// expectFile wants the file that the app gave to keep last to be called so.
func expectFile(_ context.Context, r *run, args []arg) error {
	want, err := r.text(args[0])
	if err != nil {
		return err
	}
	switch got := r.browser().kept; got {
	case want:
		return nil
	case "":
		return sayf("the app has given no file to keep")
	default:
		return sayf("the file is called %q", got)
	}
}
