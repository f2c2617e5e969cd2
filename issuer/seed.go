package issuer

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

// SeedData is what Seed puts into an issuer.
type SeedData struct {
	Users []SeedUser
	Posts []SeedPost
}

// SeedUser is an account to make. Its password must meet the issuer's policy like anybody's.
type SeedUser struct {
	wire.SignUp
	// Role is "member" when empty.
	Role string
}

// SeedPost is a post to make.
type SeedPost struct {
	Title, Place, Country, Author string
	// Body has its paragraphs parted by empty lines.
	Body  string
	Tags  []string
	Likes int
	// Age is how long ago it was written.
	Age time.Duration
	// Scene names the picture of its cover, one of alps, patagonia, coast, islands, desert, city,
	// nightcity, forest, snow, aurora, lake, canyon, volcano and hills (which is also the default).
	Scene string
}

// Seed makes the accounts that are not there yet, by username, and the posts when there are none;
// a second run changes nothing. Nothing but the demo and tests calls it.
func (s *Server) Seed(ctx context.Context, data SeedData) error {
	for _, u := range data.Users {
		if _, found, err := s.store.userByName(ctx, u.Username); err != nil {
			return fmt.Errorf("seed: %w", err)
		} else if found {
			continue
		}
		if _, err := s.create(ctx, u.SignUp, cmp.Or(u.Role, memberRole)); err != nil {
			return fmt.Errorf("seed user %s: %w%s", u.Username, err, faults(err))
		}
	}
	if err := s.store.addPosts(ctx, data.Posts, s.cfg.Now()); err != nil {
		return fmt.Errorf("seed posts: %w", err)
	}
	return nil
}

// faults spells out the fields of a refusal; they never quote a value.
func faults(err error) string {
	no, ok := err.(*refusal)
	if !ok {
		return ""
	}
	var b strings.Builder
	for name, problem := range no.fields {
		b.WriteString(" " + name + ": " + problem)
	}
	return b.String()
}

func (st *store) addPosts(ctx context.Context, posts []SeedPost, now time.Time) error {
	return st.write(ctx, func(tx *sql.Tx) error {
		var any bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM posts)`).Scan(&any); err != nil || any {
			return err
		}
		for _, p := range posts {
			tags, err := json.Marshal(append([]string{}, p.Tags...))
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `
				INSERT INTO posts (title, place, country, body, tags, likes, author, read_minutes, scene, created_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				p.Title, p.Place, p.Country, strings.TrimSpace(p.Body), string(tags), p.Likes, p.Author, minutes(p.Body), p.Scene, now.Add(-p.Age).UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// minutes is how long a body takes to read, with a look at the picture.
func minutes(body string) int { return 1 + (len(strings.Fields(body))+60)/120 }
