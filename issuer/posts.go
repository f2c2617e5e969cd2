package issuer

import (
	"context"
	"database/sql"
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

const (
	defaultLimit = 30
	mostPosts    = 100
)

func (s *Server) posts(w http.ResponseWriter, r *http.Request, _ caller) error {
	out := wire.Posts{Limit: defaultLimit}
	query := r.URL.Query()
	fields := map[string]string{}
	for name, target := range map[string]*int{"limit": &out.Limit, "skip": &out.Skip} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > math.MaxInt32 {
			fields[name] = "This is not a whole number."
		}
		*target = n
	}
	if len(fields) > 0 {
		return invalidFields(fields)
	}
	out.Limit = min(out.Limit, mostPosts)
	var err error
	if out.Posts, out.Total, err = s.store.posts(r.Context(), out.Skip, out.Limit); err != nil {
		return err
	}
	for i := range out.Posts {
		out.Posts[i].Image = s.coverURL(out.Posts[i].ID)
	}
	respond(w, http.StatusOK, out)
	return nil
}

func (s *Server) post(w http.ResponseWriter, r *http.Request, _ caller) error {
	text := r.PathValue("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != text {
		return notFound("post")
	}
	p, found, err := s.store.post(r.Context(), id)
	if err != nil {
		return err
	}
	if !found {
		return notFound("post")
	}
	p.Image = s.coverURL(p.ID)
	respond(w, http.StatusOK, p)
	return nil
}

func (s *Server) coverURL(id int64) string {
	return s.cfg.Issuer + "/covers/" + strconv.FormatInt(id, 10) + ".svg"
}

func (s *Server) activity(w http.ResponseWriter, _ *http.Request, c caller) error {
	respond(w, http.StatusOK, week(c.id, s.cfg.Now()))
	return nil
}

// week is sample activity: the reference backend has no tracker, so the figures are computed from
// the user and the day. Everybody has their own, they move on with the days, and nothing is stored.
func week(userID int64, now time.Time) wire.Activity {
	var out wire.Activity
	today := now.UTC().Truncate(24 * time.Hour)
	for back := 6; back >= 0; back-- {
		day := today.AddDate(0, 0, -back)
		sum := fnv.New64a()
		sum.Write([]byte(day.Format(time.DateOnly)))
		r := rand.New(rand.NewPCG(sum.Sum64(), uint64(userID)))
		most := 9.0
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			most = 21
		}
		km := math.Round((1.5+most*r.Float64())*10) / 10
		d := wire.Day{Day: day.Format(time.DateOnly), Label: day.Format("Mon"), Distance: km, Visits: 1 + int(km/5) + r.IntN(3)}
		out.Days = append(out.Days, d)
		out.TotalDistance += d.Distance
		out.TotalVisits += d.Visits
	}
	out.TotalDistance = math.Round(out.TotalDistance*10) / 10
	return out
}

const postColumns = `id, title, place, country, body, tags, likes, author, read_minutes, created_at`

func scanPost(row interface{ Scan(...any) error }) (wire.Post, error) {
	var p wire.Post
	var tags []byte
	err := row.Scan(&p.ID, &p.Title, &p.Place, &p.Country, &p.Body, &tags, &p.Likes, &p.Author, &p.ReadMinutes, stamp{&p.CreatedAt})
	if err == nil {
		err = json.Unmarshal(tags, &p.Tags)
	}
	p.CreatedAt = p.CreatedAt.UTC()
	return p, err
}

// posts reads a page of posts, newest first, and how many there are.
func (st *store) posts(ctx context.Context, skip, limit int) (posts []wire.Post, total int, err error) {
	if err := st.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM posts`).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := st.db.Read.QueryContext(ctx, `SELECT `+postColumns+` FROM posts ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`, limit, skip)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	posts = []wire.Post{} // [] in JSON, not null
	for rows.Next() {
		p, err := scanPost(rows)
		if err != nil {
			return nil, 0, err
		}
		posts = append(posts, p)
	}
	return posts, total, rows.Err()
}

func (st *store) post(ctx context.Context, id int64) (p wire.Post, found bool, err error) {
	p, err = scanPost(st.db.Read.QueryRowContext(ctx, `SELECT `+postColumns+` FROM posts WHERE id = ?`, id))
	if err == sql.ErrNoRows {
		return p, false, nil
	}
	return p, err == nil, err
}

func (st *store) scene(ctx context.Context, id int64) (name string, found bool, err error) {
	found, err = one(st.db.Read.QueryRowContext(ctx, `SELECT scene FROM posts WHERE id = ?`, id), &name)
	return name, found, err
}
