package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/usherdev/usher/session"
)

// Times and bounds of the streams that tell open pages about their login.
const (
	liveEvery  = time.Second      // between two looks at the row of a session that has streams
	liveBeat   = 15 * time.Second // a comment keeps proxies from closing a stream and finds browsers that have gone
	liveWrite  = 10 * time.Second // for a browser to take what is sent
	maxStreams = 10_000           // of one App
	maxOfOne   = 16               // of one session: a browser needs one, for one tab leads (design 9.16)
)

// live owns the streams and the goroutines that watch rows for them, one a session. It is safe for concurrent use.
type live struct {
	sessions *session.Manager
	log      *slog.Logger
	done     chan struct{} // closed by close
	watchers sync.WaitGroup

	mu    sync.Mutex
	rooms map[string]*room // by session key
	open  int
	over  bool
}

// room is the streams of one session.
type room struct {
	key, id string
	streams int
	here    time.Time     // the last Present
	wake    chan struct{} // look at the row now
	empty   context.CancelFunc
	said    news
	more    chan struct{} // closed when said is replaced
}

// news is what a stream says: the newest state alone, for a slow reader needs no other.
type news struct {
	tag   string         // of an active session, as pages carry it
	moved bool           // goes on under another cookie
	ended session.Reason // anything but Moved
	lost  bool           // the watcher broke down: the stream ends without a word, and the page asks again by itself
}

func (n news) last() bool { return n.moved || n.lost || n.ended != "" }

// gone is the code for a session of which nothing is known any more.
const gone session.Reason = "gone"

func newsOf(s session.Session, found bool) news {
	switch {
	case !found:
		return news{ended: gone}
	case s.Ended == session.Moved:
		return news{moved: true}
	case s.Ended != "":
		return news{ended: s.Ended}
	}
	return news{tag: liveTag(s)}
}

// liveTag names a login and the generation of its user data. It tells nothing else of either.
func liveTag(s session.Session) string {
	if !s.Active() {
		return ""
	}
	return s.Hash + "." + strconv.FormatInt(s.UserVer, 10)
}

func newLive(m *session.Manager, log *slog.Logger) *live {
	return &live{sessions: m, log: log, done: make(chan struct{}), rooms: map[string]*room{}}
}

// close ends all streams, starts no more, and waits for the watchers.
func (l *live) close() {
	l.mu.Lock()
	if !l.over {
		l.over = true
		close(l.done)
	}
	for _, rm := range l.rooms {
		rm.empty()
	}
	l.mu.Unlock()
	l.watchers.Wait()
}

// join adds a stream to the room of a session that is active; nil when there are too many.
func (l *live) join(s session.Session) *room {
	l.mu.Lock()
	defer l.mu.Unlock()
	rm := l.rooms[s.Key]
	if l.over || l.open >= maxStreams || rm != nil && rm.streams >= maxOfOne {
		return nil
	}
	if rm == nil {
		ctx, cancel := context.WithCancel(context.Background())
		rm = &room{key: s.Key, id: s.ID, here: time.Now(), wake: make(chan struct{}, 1), empty: cancel, said: newsOf(s, true), more: make(chan struct{})}
		l.rooms[s.Key] = rm
		presence := s.Presence
		l.watchers.Go(func() { l.watch(ctx, rm, presence) })
	}
	rm.streams++
	l.open++
	return rm
}

// leave takes a stream out; the last one ends the watching.
func (l *live) leave(rm *room) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if rm.streams--; rm.streams > 0 {
		return
	}
	rm.empty()
	if l.rooms[rm.key] == rm {
		delete(l.rooms, rm.key)
	}
}

// stir has the row of a session looked at now: something of ours may have changed it.
func (l *live) stir(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if rm := l.rooms[key]; rm != nil {
		select {
		case rm.wake <- struct{}{}:
		default: // it is about to be looked at
		}
	}
}

// finish tells the reason of an end that is known, and that nobody can read from the row once it has been told.
func (l *live) finish(key string, why session.Reason) {
	l.mu.Lock()
	rm := l.rooms[key]
	l.mu.Unlock()
	if rm != nil {
		l.say(rm, newsOf(session.Session{Ended: why}, true))
	}
}

// watch looks at a row until its session is over or nobody listens. It also tells the Manager that the browser is there.
// A bug on the way ends these streams and nothing else. (B24)
func (l *live) watch(ctx context.Context, rm *room, presence time.Duration) {
	defer func() {
		if p := recover(); p != nil {
			l.log.ErrorContext(ctx, "a stream broke down", "cause", "panic: "+thrown(p), "stack", string(debug.Stack()))
			l.say(rm, news{lost: true})
		}
	}()
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rm.wake:
		case <-tick.C:
		}
		s, found, err := l.sessions.Current(ctx, rm.id)
		if err != nil {
			continue // it could not be found out, so nobody is logged out; the Manager has reported the fault
		}
		n := newsOf(s, found)
		l.say(rm, n)
		if n.last() {
			return
		}
		if presence > 0 && time.Since(rm.here) >= presence/10 && l.sessions.Present(ctx, rm.id) == nil {
			rm.here = time.Now()
		}
	}
}

// say publishes news if it is any. After the last of a session its room is closed to newcomers.
func (l *live) say(rm *room, n news) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n == rm.said || rm.said.last() {
		return
	}
	rm.said = n
	close(rm.more)
	rm.more = make(chan struct{})
	if n.last() && l.rooms[rm.key] == rm {
		delete(l.rooms, rm.key)
	}
}

func (l *live) news(rm *room) (news, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return rm.said, rm.more
}

// stream is GET /_usher/live: events about the login of whoever asks, for as long as both last (F025, promise A18).
//
//	hello  at once: the tag of the login as it is     user   its user data has changed: the new tag; no tag: it has another cookie now
//	ended  it is over: the reason's code, nothing else; nothing follows
func (q *ask) stream(ctx context.Context) (*answer, error) {
	if q.r.Method != http.MethodGet {
		a := q.refusal(http.StatusMethodNotAllowed, textMethod)
		a.header.Set("Allow", "GET")
		return a, nil
	}
	s, found, err := q.watched(ctx)
	if err != nil {
		return nil, err
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "text/event-stream")
	a.header.Set("X-Accel-Buffering", "no")
	a.header.Set("Cache-Control", "private, no-cache") // it holds nothing private, and a page that has read what may not be stored is not kept for Back
	if n := newsOf(s, found); n.last() {
		a.body = []byte(n.event(""))
		return a, nil
	}
	q.v.s = s
	l := q.app.live
	rm := l.join(s)
	if rm == nil {
		a = q.refusal(http.StatusServiceUnavailable, textStreams)
		a.header.Set("Retry-After", "30")
		return a, nil
	}
	a.stream = func(w http.ResponseWriter, r *http.Request) {
		defer l.leave(rm)
		l.serve(w, r, rm)
	}
	return a, nil
}

// watched reads the session that a stream is asked for, and notes that its browser is there.
func (q *ask) watched(ctx context.Context) (session.Session, bool, error) {
	id, ok := q.app.cookies.session.Read(q.r.Header)
	if !ok {
		return session.Session{}, false, nil
	}
	s, found, err := q.app.cfg.Sessions.Current(ctx, id)
	if err != nil || !found || !s.Active() {
		return s, found, err
	}
	err = q.app.cfg.Sessions.Present(ctx, id)
	if errors.Is(err, session.ErrNotLoggedIn) { // it has ended just now
		return q.app.cfg.Sessions.Current(ctx, id)
	}
	return s, true, err
}

// event is how news is written; was is the tag said before on the same stream.
func (n news) event(was string) string {
	switch {
	case n.lost:
		return ""
	case n.ended != "":
		return fmt.Sprintf("event: ended\ndata: %s\n\n", n.ended)
	case n.moved:
		return "event: user\ndata:\n\n"
	case was == "":
		return fmt.Sprintf("event: hello\ndata: %s\n\n", n.tag)
	}
	return fmt.Sprintf("event: user\ndata: %s\n\n", n.tag)
}

// serve writes one stream. The server's own limit is for answers that end, so each write has one of its own.
func (l *live) serve(w http.ResponseWriter, r *http.Request, rm *room) {
	out := http.NewResponseController(w)
	send := func(text string) error {
		_ = out.SetWriteDeadline(time.Now().Add(liveWrite)) // a writer that knows no limits needs none
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return out.Flush()
	}
	defer func() { _ = out.SetWriteDeadline(time.Now().Add(liveWrite)) }() // for the end of the answer
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	var was news
	for {
		n, more := l.news(rm)
		if n != was && send(n.event(was.tag)) != nil || n.last() {
			return
		}
		was = n
		select {
		case <-r.Context().Done():
			return
		case <-l.done:
			return
		case <-more:
		case <-beat.C:
			if send(": still here\n\n") != nil {
				return
			}
		}
	}
}
