package session

import (
	"hash/fnv"
	"time"
)

// This file decides; it does no I/O, reads no clock and makes no random choice, so that each cell
// of the state table (promises 2.6) can be tested as data.

// entry is a row with its sealed part opened.
type entry struct {
	Row
	Auth  AuthData
	queue []AuthData // pairs to be put into the outbox with this write
	whose string     // the uid, of a session that this write has ended
}

// policy holds what an app may set.
type policy struct {
	t        Tuning
	rotation Rotation
	refresh  bool // a refresh is declared
	tokenOK  bool // a refresh spends the token where there is no refresh token
	viaOnly  bool // only logins of a provider can be renewed
	revoke   bool // an upstream log-out is declared

	live       bool // a refresh of the app's own spends the token while it lives, and never afterwards
	endExpired bool // a token that has expired and cannot be renewed ends the session
	on, off    Limits
}

// need is what a request has to do about the age of its token.
type need int

const (
	needNothing    need = iota // use the token
	needBackground             // use the token, and renew it beside
	needWait                   // wait for a flight
	needPatience               // the token is dead and it is too early to try again
)

// clocks are one moment on two clocks. A row is kept on the store's, which all nodes share; an
// expiry comes on ours.
type clocks struct{ store, ours time.Time }

// canFly reports whether the row can be refreshed at all: it holds what a refresh spends, and that has not expired itself.
func (p policy) canFly(r Row, now time.Time) bool {
	return p.refresh && r.CanFly && !past(r.Flyable, now) && !(p.live && !r.Foreign && past(r.Expiry, now))
}

// spent returns why a row whose token has expired is of no use any more; "" while it can be renewed, or where the app keeps
// such a login.
func (p policy) spent(r Row, now time.Time) Reason {
	switch {
	case !past(r.Expiry, now) || p.canFly(r, now) || flying(r, now):
		return ""
	case p.refresh && r.CanFly, p.endExpired:
		return TokenExpired
	}
	return ""
}

// past reports whether a moment is known and over.
func past(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }

// flying reports whether an attempt of any node holds the lease.
func flying(r Row, now time.Time) bool { return r.LeaseOwner != "" && r.LeaseUntil.After(now) }

// marked reports whether a backend has called the row's token expired.
func marked(r Row) bool { return r.Last401 == r.Ver }

// margins returns the soft and hard margin of a row, jittered by its key.
func (p policy) margins(key string, r Row) (soft, hard time.Duration) {
	soft, hard = p.t.SoftMargin, p.t.HardMargin
	if r.TTL > 0 {
		soft, hard = min(soft, r.TTL/5), min(hard, r.TTL/10)
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	soft += soft / 1000 * time.Duration(int(h.Sum32()%201)-100)
	return soft, hard
}

// state is the base state of 2.6.
type state int

const (
	fresh state = iota
	soft
	stale
)

func (p policy) state(key string, r Row, now time.Time) state {
	if marked(r) {
		return stale
	}
	if r.Expiry.IsZero() {
		return fresh
	}
	softMargin, hardMargin := p.margins(key, r)
	switch left := r.Expiry.Sub(now); {
	case left <= hardMargin:
		return stale
	case left <= softMargin:
		return soft
	}
	return fresh
}

// dead reports whether the token is of no use: past its expiry, or called expired.
func dead(r Row, now time.Time) bool {
	return marked(r) || !r.Expiry.IsZero() && !r.Expiry.After(now)
}

// need decides for one request; wait is how long needPatience lasts.
func (p policy) need(key string, r Row, now time.Time) (n need, wait time.Duration) {
	if !p.canFly(r, now) {
		return needNothing, 0
	}
	st := p.state(key, r, now)
	if st == fresh {
		return needNothing, 0
	}
	if flying(r, now) {
		if st == soft {
			return needNothing, 0
		}
		return needWait, 0
	}
	if wait := p.guard(r, now); wait > 0 {
		if r.Failed && dead(r, now) || !r.HoldUntil.IsZero() && dead(r, now) {
			return needPatience, wait
		}
		return needNothing, 0
	}
	if st == soft {
		return needBackground, 0
	}
	return needWait, 0
}

// guard returns how long no automatic refresh may start: the loop guard of 2.2.
func (p policy) guard(r Row, now time.Time) time.Duration {
	if left := r.HoldUntil.Sub(now); left > 0 {
		return left
	}
	if r.Failed {
		if p.rotation == RotationStrict && r.Doubt > 0 && !dead(r, now) {
			return r.Expiry.Sub(now) // a retry would only burn a token that still works
		}
		return r.Tried.Add(p.t.FailGuard).Sub(now)
	}
	if marked(r) || r.TTL <= 0 {
		if r.Tried.IsZero() || marked(r) {
			return 0
		}
		return r.Tried.Add(p.t.FailGuard).Sub(now) // answers that are dead on arrival
	}
	return r.Renewed.Add(r.TTL / 2).Sub(now)
}

// verdict is what begin and settle tell the flight.
type verdict int

const (
	goSend  verdict = iota // begin: the attempt is journalled
	allDone                // the row is as fresh as can be
	isEnded
	isBusy    // another holder has the lease
	noRefresh // this generation was refreshed on a backend's word before
	again     // retry within this flight, if the budget allows
	giveUp    // no retry: the endpoint is wrong or held
	dropped   // a good answer that is no longer wanted
)

// beginning is what begin is told.
type beginning struct {
	key     string
	now     time.Time
	owner   string
	attempt string
	expired int64 // a backend called this generation expired; 0: the flight is for age
	mine    bool  // this flight has marked Last401 itself
}

// begin decides on the row as it is now and journals the attempt.
func (p policy) begin(e *entry, b beginning) verdict {
	switch {
	case e.Ended != "":
		return isEnded
	case !p.canFly(e.Row, b.now):
		return noRefresh
	case e.LeaseOwner != b.owner && flying(e.Row, b.now):
		return isBusy
	case b.expired > 0 && e.Ver > b.expired:
		return allDone
	case b.expired > 0 && e.Last401 >= b.expired && !b.mine:
		return noRefresh
	case b.expired == 0 && p.state(b.key, e.Row, b.now) == fresh:
		return allDone
	}
	if b.expired > 0 {
		e.Last401 = b.expired
	}
	if e.Attempt.ID != "" {
		e.Doubt++ // its holder died between sending and settling
	}
	e.LeaseOwner, e.LeaseUntil = b.owner, b.now.Add(p.t.Lease)
	e.Attempt = Attempt{ID: b.attempt, Started: b.now, Gen: e.Gen, Ver: e.Ver, UserVer: e.UserVer}
	e.Tried, e.Failed = b.now, true
	return goSend
}

// settling is what settle is told.
type settling struct {
	attempt Attempt
	sent    AuthData // what the attempt was made with
	answer  Answer
	at      clocks
	hold    bool  // too many rejects: end nobody
	epoch   int64 // of the person, where the answer is the first to say who that is
}

// settle brings an answer into the row.
func (p policy) settle(e *entry, s settling) verdict {
	own := e.Attempt.ID == s.attempt.ID
	switch {
	case s.answer.Class == Success && e.DoneAttempt == s.attempt.ID:
		return allDone // this write had landed already
	case s.answer.Class == Success:
		return p.settleSuccess(e, s)
	case e.Ended != "":
		return isEnded
	case s.answer.Class == Reject:
		return p.settleReject(e, s, own)
	}
	if !own {
		return again
	}
	e.Attempt = Attempt{}
	switch s.answer.Class {
	case NotSent:
		e.LeaseOwner, e.LeaseUntil = "", time.Time{}
		return again
	case Misconfig:
		e.LeaseOwner, e.LeaseUntil = "", time.Time{}
		return giveUp
	}
	e.Doubt++
	return again // the lease is kept until the flight lands
}

func (p policy) settleSuccess(e *entry, s settling) verdict {
	u := s.answer.Update
	if e.Ended != "" { // log-out won
		p.enqueue(e, newPair(s.sent, u))
		return isEnded
	}
	if e.Attempt.ID == s.attempt.ID {
		e.Attempt = Attempt{}
		e.LeaseOwner, e.LeaseUntil = "", time.Time{}
	}
	if e.Gen != s.attempt.Gen {
		return dropped // of the same family: revoking it would kill the live session
	}
	if u.UID != nil && s.sent.UID != "" && *u.UID != s.sent.UID {
		p.enqueue(e, newPair(s.sent, u))
		p.end(e, UIDChanged, s.at.store)
		return isEnded
	}
	next, err := e.Auth.patch(wanted(e.Row, s.attempt, u))
	if err != nil {
		return giveUp // the flight has checked the answer: only the row's own data can be at fault
	}
	if e.Auth.UID == "" && next.UID != "" {
		e.UserEpoch = s.epoch
	}
	ver := e.Ver
	p.setAuth(e, next, s.at)
	e.Ver = max(e.Ver, ver+1) // the same token until the same second is news too: what was said of it before is settled
	e.Doubt, e.Failed, e.DoneAttempt, e.HoldUntil = 0, false, s.attempt.ID, time.Time{}
	return allDone
}

// wanted leaves of an answer what no Update has set since the attempt began.
func wanted(r Row, a Attempt, u Update) Update {
	if u.RefreshToken != nil && u.RefreshToken.IsZero() {
		u.RefreshToken = nil
	}
	if u.Expiry == nil {
		u.Expiry = &time.Time{} // unknown: the old one was the old token's
	}
	if r.Ver != a.Ver {
		u.Token, u.Expiry = nil, nil
	}
	if r.UserVer != a.UserVer {
		u.User, u.MergeUser = nil, nil
	}
	u.Clear = nil
	return u
}

// newPair is what the backend holds for us after an answer.
func newPair(sent AuthData, u Update) AuthData {
	if u.Token != nil {
		sent.Token = *u.Token
	}
	if u.RefreshToken != nil && !u.RefreshToken.IsZero() {
		sent.RefreshToken = *u.RefreshToken
	}
	return sent
}

func (p policy) settleReject(e *entry, s settling, own bool) verdict {
	if own {
		e.Attempt = Attempt{}
		e.LeaseOwner, e.LeaseUntil = "", time.Time{}
	}
	if !own || e.Gen != s.attempt.Gen {
		return allDone // a stale "no"
	}
	if s.hold {
		e.HoldUntil = s.at.store.Add(p.t.HoldWindow)
		return giveUp
	}
	reason := Revoked
	if e.Doubt > 0 {
		reason = LostRotation
	}
	p.end(e, reason, s.at.store)
	return isEnded
}

// land gives the lease back when a flight stops trying.
func land(e *entry, owner string) bool {
	if e.LeaseOwner != owner {
		return false
	}
	e.LeaseOwner, e.LeaseUntil = "", time.Time{}
	return true
}

// retry returns how long to wait before the next attempt of a flight that has failed n times for
// this class; false means that the flight lands.
func (p policy) retry(c Class, n int, after time.Duration) (time.Duration, bool) {
	delays := p.t.NotSentDelays
	if c != NotSent {
		delays = p.t.AmbiguousDelays
		if p.rotation == RotationStrict {
			delays = nil
		}
	}
	if n < 1 || n > len(delays) {
		return 0, false
	}
	return max(delays[n-1], min(after, time.Minute)), true
}

// maxExpiry bounds what a token or a backend says of the token's end, ahead and back: no login lives longer unused, for
// its cookie is gone by then, and a time that far off is mostly another unit. (A16)
const maxExpiry = cookieLife

// plausible is the expiry that is kept of one that was told: none if it is too far ahead, for then the backend's reply says
// when the token is over; and never so far back that it could not be written down.
func plausible(told, now time.Time) time.Time {
	switch left := told.Sub(now); {
	case told.IsZero() || left > maxExpiry:
		return time.Time{}
	case left < -maxExpiry:
		return now.Add(-maxExpiry)
	}
	return told
}

// setAuth puts next into the entry and moves the generations that it changes.
func (p policy) setAuth(e *entry, next AuthData, at clocks) {
	was := e.Auth
	next.Expiry, next.RefreshExpiry = plausible(next.Expiry, at.ours), plausible(next.RefreshExpiry, at.ours)
	sameToken := was.Token.Equal(next.Token)
	sameRefresh := was.RefreshToken.Equal(next.RefreshToken)
	sameExpiry := was.Expiry.Equal(next.Expiry)
	if !sameToken || !sameRefresh || !sameExpiry {
		e.Ver++
		e.Failed = false
	}
	if !sameRefresh || next.RefreshToken.IsZero() && !sameToken {
		e.Gen++
		e.Doubt = 0
	}
	if !sameToken || !sameExpiry {
		e.Renewed, e.TTL, e.Expiry = at.store, 0, time.Time{}
		if !next.Expiry.IsZero() {
			left := next.Expiry.Sub(at.ours)
			e.TTL, e.Expiry = max(left, 0), at.store.Add(left)
		}
	}
	if string(was.User) != string(next.User) {
		e.UserVer++
	}
	e.Auth = next
	e.CanFly, e.Foreign = p.renewable(next), next.Via != ""
	e.Flyable = time.Time{}
	if !next.RefreshToken.IsZero() && !next.RefreshExpiry.IsZero() {
		e.Flyable = at.store.Add(next.RefreshExpiry.Sub(at.ours))
	}
	e.SealNo++
}

// renewable reports whether there is something to renew a login with: one of a provider has its refresh token alone.
func (p policy) renewable(a AuthData) bool {
	switch {
	case !a.RefreshToken.IsZero():
		return a.Via != "" || !p.viaOnly
	case a.Via != "" || p.viaOnly:
		return false
	}
	return p.tokenOK && !a.Token.IsZero()
}

// end finishes a session: its pair goes to the outbox where that can help, of its data only the
// uid stays.
func (p policy) end(e *entry, why Reason, now time.Time) {
	if e.Ended != "" {
		return
	}
	switch why {
	case Revoked, LostRotation, UIDChanged: // the backend has ended it
	case Restored: // the backend has seen newer tokens, and takes these for stolen
		e.Outbox = nil
	default:
		p.enqueue(e, e.Auth)
	}
	e.whose = e.Auth.UID
	e.Ended, e.EndedAt = why, now
	uid := e.Auth.UID
	if why == LoggedOut {
		uid = ""
	}
	e.Auth = AuthData{UID: uid}
	e.SealNo++
	e.State, e.Spent = nil, nil
	e.LeaseOwner, e.LeaseUntil, e.Attempt = "", time.Time{}, Attempt{}
	e.Expiry, e.CanFly, e.Flyable = time.Time{}, false, time.Time{}
}

func (p policy) enqueue(e *entry, pair AuthData) {
	if p.revoke && (!pair.Token.IsZero() || !pair.RefreshToken.IsZero() || pair.Jar != nil) {
		e.queue = append(e.queue, AuthData{Token: pair.Token, RefreshToken: pair.RefreshToken, UID: pair.UID, Jar: pair.Jar, Via: pair.Via})
	}
}

// limits returns those of a row.
func (p policy) limits(r Row) Limits {
	if r.Persist {
		return p.on
	}
	return p.off
}

// over returns why a row's time is over, if it is. Limits hold to the second.
func over(r Row, now time.Time) Reason {
	switch {
	case r.Ended != "":
		return ""
	case past(r.AbsUntil, now):
		return TimeoutAbsolute
	case past(r.IdleUntil, now):
		return TimeoutIdle
	case past(r.HereUntil, now):
		return TimeoutAway
	case past(r.Seen.Add(cookieLife), now):
		return TimeoutIdle // no browser keeps the cookie any longer
	}
	return ""
}

// granularity is how old Seen may be before a touch is written: where idleness ends a session a second, for it ends to the
// second (C7).
func (l Limits) granularity() time.Duration {
	if l.Idle > 0 {
		return min(time.Second, l.Idle/10)
	}
	return time.Minute
}

// touch notes an action; false means that the stored note is recent enough.
func (p policy) touch(r *Row, now time.Time) bool {
	l := p.limits(*r)
	if r.Ended != "" || now.Sub(r.Seen) < l.granularity() {
		return false
	}
	p.see(r, now)
	return true
}

func (p policy) see(r *Row, now time.Time) {
	r.Seen = now
	l := p.limits(*r)
	if l.Idle > 0 {
		r.IdleUntil = now.Add(l.Idle + l.granularity())
	}
	if !r.HereUntil.IsZero() && l.Presence > 0 { // who asks for pages is there, whatever became of the stream
		r.HereUntil = now.Add(l.Presence)
	}
}

// due returns when Sweep has to look at a row.
func (p policy) due(r Row) time.Time {
	var at time.Time
	earlier := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	for _, o := range r.Outbox {
		earlier(o.Due)
	}
	if r.Ended != "" {
		if len(r.Outbox) == 0 {
			earlier(p.forget(r))
		}
		return at
	}
	earlier(r.IdleUntil)
	earlier(r.AbsUntil)
	earlier(r.HereUntil)
	earlier(r.Seen.Add(cookieLife))
	return at
}

// forget returns when an ended row may go. It stays long enough for a flight that left before the
// end to find it, and, where the browser should hear the reason, for a week.
func (p policy) forget(r Row) time.Time {
	if r.Told || r.Ended == LoggedOut || r.Ended == Moved || r.Ended == Replaced {
		return r.EndedAt.Add(time.Hour)
	}
	return r.EndedAt.Add(7 * 24 * time.Hour)
}

// maxAge is the life of the cookie; 0 ends it with the browser.
func maxAge(r Row, now time.Time) time.Duration {
	if !r.Persist || r.Ended != "" {
		return 0
	}
	if r.AbsUntil.IsZero() {
		return cookieLife
	}
	return max(min(r.AbsUntil.Sub(now), cookieLife), time.Second)
}
