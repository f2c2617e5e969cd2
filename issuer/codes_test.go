package issuer

import (
	"context"
	"regexp"
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
func (b *postBed) code(path, email string) string {
	b.t.Helper()
	if r := b.ask("POST", path, wire.Address{Email: email}); r.status != 200 {
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
