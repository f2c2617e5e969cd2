package issuer

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

const newPhrase = "a lantern swings in the porch"

// postBed is an issuer whose mails are kept.
type postBed struct {
	*bed
	mails []Mail
}

func newPostBed(t *testing.T) *postBed {
	b := &postBed{}
	b.bed = newBed(t, func(c *Config) {
		c.Mail = func(_ context.Context, m Mail) error { b.mails = append(b.mails, m); return nil }
	})
	return b
}

// code asks for a code and reads it in the mail.
func (b *postBed) code(path, email string, extra ...string) string {
	b.t.Helper()
	if r := b.ask("POST", path, wire.Address{Email: email}, extra...); r.status != 200 {
		b.t.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	return regexp.MustCompile(`\d{6}`).FindString(b.mails[len(b.mails)-1].Text)
}

// another is a code that differs from one.
func another(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestF223_AForgottenPasswordIsSetAnew(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	code := b.code("/auth/forgot", "Walker1@example.com")
	if to := b.mails[0].To; to != "walker1@example.com" {
		t.Errorf("the mail went to %s", to)
	}
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: code, NewPassword: "short"}); r.status != 422 || r.fields()["newPassword"] == "" {
		t.Errorf("a short password: %d %s", r.status, r.body)
	}
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: code, NewPassword: newPhrase}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := b.get("/auth/me", in.AccessToken); r.status != 401 {
		t.Errorf("the login from before lives: %d", r.status)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}); r.status != 400 {
		t.Errorf("the old password works: %d", r.status)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: newPhrase}); r.status != 200 {
		t.Errorf("the new password does not: %d %s", r.status, r.body)
	}
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: code, NewPassword: newPhrase}); r.code() != "invalid_code" {
		t.Errorf("the code works twice: %d %s", r.status, r.body)
	}
}

func TestF223_LogInWithACode(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	code := b.code("/auth/code", in.Email)
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: code, NewPassword: newPhrase}); r.code() != "invalid_code" {
		t.Errorf("a code to log in with sets a password: %d %s", r.status, r.body)
	}
	r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: code})
	var out wire.LoggedIn
	if r.into(t, &out); r.status != 200 || out.ID != in.ID || b.get("/auth/me", out.AccessToken).status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestF223_CodesTakeFewGuesses: after five wrong ones the right one is wrong as well, and an old one is.
func TestF223_CodesTakeFewGuesses(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	code := b.code("/auth/code", in.Email)
	for range codeTries {
		if r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: another(code)}); r.code() != "invalid_code" {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	if r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: code}); r.code() != "invalid_code" {
		t.Errorf("the sixth guess is right: %d %s", r.status, r.body)
	}
	b.clock.pass(time.Hour)
	code = b.code("/auth/code", in.Email)
	b.clock.pass(codeLife)
	if r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: code}); r.code() != "invalid_code" {
		t.Errorf("an old code is right: %d %s", r.status, r.body)
	}
}

// TestF223_NobodyLearnsWhoHasAnAccount: an address without one is answered alike, gets no mail, and nobody is drowned in mails.
func TestF223_NobodyLearnsWhoHasAnAccount(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	for _, path := range []string{"/auth/forgot", "/auth/code"} {
		with, without := b.ask("POST", path, wire.Address{Email: in.Email}), b.ask("POST", path, wire.Address{Email: "nobody@example.com"})
		if with.status != 200 || without.status != 200 || string(with.body) != string(without.body) {
			t.Errorf("%s: %s and %s", path, with.body, without.body)
		}
	}
	if len(b.mails) != 2 {
		t.Errorf("%d mails", len(b.mails))
	}
	if r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: "nobody@example.com", Code: "123456"}); r.code() != "invalid_code" {
		t.Errorf("%d %s", r.status, r.body)
	}
	got := 0
	for range 20 {
		got = b.ask("POST", "/auth/code", wire.Address{Email: in.Email}).status
	}
	if got != 429 || len(b.mails) > 5 {
		t.Errorf("status %d after %d mails", got, len(b.mails))
	}
}

func TestF223_ChangeThePassword(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase})
	var elsewhere wire.LoggedIn
	r.into(t, &elsewhere)
	change := func(now, then string) reply {
		return b.ask("POST", "/auth/password", wire.ChangePassword{CurrentPassword: now, NewPassword: then}, "Authorization", "Bearer "+in.AccessToken)
	}
	if r := change("not the password", newPhrase); r.status != 422 || r.fields()["currentPassword"] == "" {
		t.Errorf("a wrong password: %d %s", r.status, r.body)
	}
	if r := change("", "short"); r.status != 422 || len(r.fields()) != 2 {
		t.Errorf("nothing and a short one: %d %s", r.status, r.body)
	}
	if r := change(passphrase, newPhrase); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if b.get("/auth/me", in.AccessToken).status != 200 || b.get("/auth/me", elsewhere.AccessToken).status != 401 {
		t.Error("this login should live, and the others should have ended")
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: newPhrase}); r.status != 200 {
		t.Errorf("the new password does not work: %d", r.status)
	}
	if r := b.ask("POST", "/auth/password", wire.ChangePassword{CurrentPassword: newPhrase, NewPassword: passphrase}); r.status != 401 {
		t.Errorf("without a login: %d", r.status)
	}
}

// TestF223_ANewCodeBringsNoNewGuesses: of guesses from many networks, with new codes between them, few are looked at in all, and the right code is
// made to wait as well.
func TestF223_ANewCodeBringsNoNewGuesses(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	looked, code := 0, ""
	for i := range 25 {
		if i%codeTries == 0 {
			code = b.code("/auth/code", in.Email, "from", fmt.Sprintf("192.0.2.%d:1", i+1))
		}
		r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: another(code)}, "from", fmt.Sprintf("198.51.100.%d:1", i+1))
		switch {
		case r.code() == "invalid_code":
			looked++
		case r.status != 429:
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	if looked != 10 {
		t.Errorf("%d guesses were looked at", looked)
	}
	right := func() int {
		return b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: code}, "from", "203.0.113.1:1").status
	}
	if got := right(); got != 429 {
		t.Errorf("the right one is not made to wait: %d", got)
	}
	b.clock.pass(31 * time.Second)
	if got := right(); got != 200 {
		t.Errorf("after the wait: %d", got)
	}
}

// TestF223_RightCodesCostNothing: neither an account nor a network that has been right many times is made to wait.
func TestF223_RightCodesCostNothing(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	code := b.code("/auth/code", in.Email)
	for i := range 100 {
		if _, err := b.prove(httptest.NewRequest("POST", "/", nil), in.Email, forLogin, code); err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
	}
}

// TestF223_AMailNotSentCostsNothing: who asks for a code of an address that has got its mails may still ask for another's.
func TestF223_AMailNotSentCostsNothing(t *testing.T) {
	b := newPostBed(t)
	ask := func(email, from string) int {
		return b.ask("POST", "/auth/code", wire.Address{Email: email}, "from", from).status
	}
	for i := range 5 {
		if got := ask("walker1@example.com", fmt.Sprintf("198.51.100.%d:1", i+1)); got != 200 {
			t.Fatal(got)
		}
	}
	for range 5 {
		if got := ask("walker1@example.com", "203.0.113.1:1"); got != 429 {
			t.Errorf("the address gets more: %d", got)
		}
	}
	if got := ask("walker2@example.com", "203.0.113.1:1"); got != 200 {
		t.Errorf("the network waits for what it did not get: %d", got)
	}
}

// TestF223_AResetKnowsTheAccount: the new password is not one of the person's names, and saying so spends no code.
func TestF223_AResetKnowsTheAccount(t *testing.T) {
	b := newPostBed(t)
	in := person(1)
	in.Username, in.FirstName, in.LastName = "marathonist", "Wilhelmina", "Featherstone"
	if r := b.ask("POST", "/auth/signup", in); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	code := b.code("/auth/forgot", in.Email)
	set := func(code, password string) reply {
		return b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: code, NewPassword: password})
	}
	for _, password := range []string{"marathonist-2026", "WilhelminaWilhelmina", "Featherstone1234", ""} {
		if r := set(code, password); r.status != 422 || r.fields()["newPassword"] == "" {
			t.Errorf("%s: %d %s", password, r.status, r.body)
		}
	}
	if r := set(another(code), "Featherstone1234"); r.code() != "invalid_code" {
		t.Errorf("somebody without the code hears of the names: %d %s", r.status, r.body)
	}
	if r := set(code, newPhrase); r.status != 200 {
		t.Errorf("the code is spent: %d %s", r.status, r.body)
	}
}

// TestF223_ACodeIsSpentOnce: of two that have proved a code before either has spent it, one gets through.
func TestF223_ACodeIsSpentOnce(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	code := b.code("/auth/code", in.Email)
	for range 2 {
		if _, err := b.prove(httptest.NewRequest("POST", "/", nil), in.Email, forLogin, code); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.useUp(t.Context(), in.Email, forLogin, code); err != nil {
		t.Error(err)
	}
	var no *refusal
	if err := b.useUp(t.Context(), in.Email, forLogin, code); !errors.As(err, &no) || no.code != "invalid_code" {
		t.Errorf("the code works twice: %v", err)
	}
}

// TestF223_ACodeDoesNotOutliveThePassword: a new password makes the codes that are under way worthless.
func TestF223_ACodeDoesNotOutliveThePassword(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	logIn := b.code("/auth/code", in.Email)
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: b.code("/auth/forgot", in.Email), NewPassword: newPhrase}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := b.ask("POST", "/auth/code/login", wire.CodeLogin{Email: in.Email, Code: logIn}); r.code() != "invalid_code" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestF223_AChangeThatCameTooLateSaysSo: where the verified password is no longer the account's, it is not changed, no login ends, and no reply
// says otherwise.
func TestF223_AChangeThatCameTooLateSaysSo(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	u, _, err := b.store.userByName(t.Context(), "walker1")
	if err != nil {
		t.Fatal(err)
	}
	gone := u
	gone.id = 1000
	var no *refusal
	if err := b.changeTo(t.Context(), u, newPhrase, u.password+"x", ""); !errors.As(err, &no) || no.status != 409 {
		t.Errorf("another password: %v", err)
	}
	if err := b.changeTo(t.Context(), gone, newPhrase, "", ""); !errors.As(err, &no) || no.status != 409 {
		t.Errorf("an account that is gone: %v", err)
	}
	if got := b.get("/auth/me", in.AccessToken).status; got != 200 {
		t.Errorf("the login has ended: %d", got)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}); r.status != 200 {
		t.Errorf("the password has changed: %d", r.status)
	}
}

// TestF223_APasswordDoesNotChangeWithoutEndingLogins: where the logins cannot be ended, the old password stays.
func TestF223_APasswordDoesNotChangeWithoutEndingLogins(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	if _, err := b.store.db.Write.Exec(`CREATE TRIGGER stuck BEFORE UPDATE OF revoked_at ON families BEGIN SELECT RAISE(ABORT, 'stuck'); END`); err != nil {
		t.Fatal(err)
	}
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: b.code("/auth/forgot", in.Email), NewPassword: newPhrase}); r.status != 500 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := b.ask("POST", "/auth/login", wire.Login{Username: "walker1", Password: passphrase}); r.status != 200 {
		t.Errorf("the password has changed: %d", r.status)
	}
}

// TestF223_ALogInDoesNotOutliveThePassword: a log-in whose password was right a moment before the change gets nothing; nor does one that finds
// the change while it renews the hash.
func TestF223_ALogInDoesNotOutliveThePassword(t *testing.T) {
	b := newPostBed(t)
	in := b.signUp(1)
	r := httptest.NewRequest("POST", "/auth/login", nil)
	u, err := b.authenticate(r, wire.Login{Username: "walker1", Password: passphrase})
	if err != nil {
		t.Fatal(err)
	}
	if r := b.ask("POST", "/auth/reset", wire.Reset{Email: in.Email, Code: b.code("/auth/forgot", in.Email), NewPassword: newPhrase}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var no *refusal
	if err := b.start(httptest.NewRecorder(), r, 200, u, time.Hour); !errors.As(err, &no) || no.status != 409 {
		t.Errorf("%v", err)
	}
	var alive int
	if err := b.store.db.Read.QueryRow(`SELECT count(*) FROM families WHERE revoked_at = 0`).Scan(&alive); err != nil || alive != 0 {
		t.Errorf("%d logins live, %v", alive, err)
	}
	if _, err := b.rehash(t.Context(), u, passphrase); !errors.As(err, &no) || no.code != "invalid_credentials" {
		t.Errorf("while it renews the hash: %v", err)
	}
}

// TestF223_LogInsThatRenewTheHashAtOnce: the one that was not the quickest logs in as well.
func TestF223_LogInsThatRenewTheHashAtOnce(t *testing.T) {
	b := newPostBed(t)
	b.signUp(1)
	before, _, err := b.store.userByName(t.Context(), "walker1")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // both have read the hash of before
		u, err := b.rehash(t.Context(), before, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.start(httptest.NewRecorder(), httptest.NewRequest("POST", "/auth/login", nil), 200, u, time.Hour); err != nil {
			t.Error(err)
		}
	}
}

// TestF223_AMailThatFailsTellsNothing: the client is answered as for an address without an account; the log has the cause, and no code.
func TestF223_AMailThatFailsTellsNothing(t *testing.T) {
	code := ""
	b := newBed(t, func(c *Config) {
		c.Mail = func(_ context.Context, m Mail) error {
			code = regexp.MustCompile(`\d{6}`).FindString(m.Text)
			return errors.New("the mail server is away")
		}
	})
	in := b.signUp(1)
	with, without := b.ask("POST", "/auth/forgot", wire.Address{Email: in.Email}), b.ask("POST", "/auth/forgot", wire.Address{Email: "nobody@example.com"})
	if with.status != 200 || with.status != without.status || string(with.body) != string(without.body) {
		t.Errorf("%d %s and %d %s", with.status, with.body, without.status, without.body)
	}
	if log := b.log.String(); !strings.Contains(log, "the mail server is away") || code == "" || strings.Contains(log, code) {
		t.Errorf("code %q in the log %s", code, log)
	}
}
