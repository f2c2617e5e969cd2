package studio

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"github.com/usherdev/usher/project"
)

// maxShelved is the most bytes of assets that are kept to be put back. Beyond it the oldest go: theirs are the changes that undo no longer brings back.
const maxShelved = 256_000_000

// shelved is an asset as it was before a change, and what tells that nobody has changed it since.
type shelved struct {
	name string
	was  []byte // nil: there was none
	left [sha256.Size]byte
}

// sumOf tells contents apart; no file has the zero sum.
func sumOf(content []byte) (sum [sha256.Size]byte) {
	if content != nil {
		sum = sha256.Sum256(content)
	}
	return sum
}

// shelve files how to take back that an asset became what it is now.
func (s *Studio) shelve(name string, was, now []byte) {
	verb := "replacing"
	switch {
	case now == nil:
		verb = "removing"
	case was == nil:
		verb = "adding"
	}
	s.undone.add(change{label: verb + " " + name, about: project.Path("/assets").Join(name), asset: &shelved{name: name, was: was, left: sumOf(now)}})
}

// putBack makes an asset what it was, and returns how to take that back.
func (s *Studio) putBack(ctx context.Context, a shelved) (*shelved, error) {
	if s.media == nil {
		return nil, errNoAssets
	}
	now, err := s.assetBytes(a.name)
	if err != nil {
		return nil, err
	}
	if sumOf(now) != a.left {
		return nil, fault{http.StatusConflict, "conflict", a.name + " was changed elsewhere, so this step stays as it is."}
	}
	if err := s.media.PutAsset(ctx, a.name, a.was); err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	return &shelved{name: a.name, was: now, left: sumOf(a.was)}, nil
}

// assetBytes returns what an asset holds, nil where there is none.
func (s *Studio) assetBytes(name string) ([]byte, error) {
	f, err := s.media.Asset(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxShelved+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("asset: %w", err)
	case len(src) > maxShelved:
		return nil, fault{http.StatusConflict, "large", fmt.Sprintf("%s has more than the %d MB that could be brought back: change it in the folder.", name, maxShelved/1_000_000)}
	}
	return src, nil
}

// bound forgets the oldest assets that are kept when they are too much; the other changes can be taken back without them.
func (h *history) bound() {
	kept := 0
	for _, list := range [][]change{h.past, h.future} {
		for _, c := range list {
			kept += c.weight()
		}
	}
	for _, list := range []*[]change{&h.past, &h.future} {
		for i := 0; i < len(*list) && kept > maxShelved; {
			if n := (*list)[i].weight(); n > 0 {
				kept -= n
				*list = append((*list)[:i:i], (*list)[i+1:]...)
				continue
			}
			i++
		}
	}
}

func (c change) weight() int {
	if c.asset == nil {
		return 0
	}
	return len(c.asset.was)
}
