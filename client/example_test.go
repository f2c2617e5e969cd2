package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/issuer"
	"github.com/usherdev/usher/issuer/wire"
	"github.com/usherdev/usher/session"
)

// startIssuer runs an issuer with one account, as "usher issuer" does.
func startIssuer() (url string, stop func()) {
	s, err := issuer.New(issuer.Config{Path: ":memory:"})
	if err != nil {
		log.Fatal(err)
	}
	err = s.Seed(context.Background(), issuer.SeedData{Users: []issuer.SeedUser{{SignUp: wire.SignUp{
		Username: "mira", Email: "mira@example.com", FirstName: "Mira", Password: "wander far and write home",
	}}}})
	if err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(s)
	return web.URL, func() { web.Close(); s.Close() }
}

// Logs in against Usher's issuer and asks it for something that needs a login.
func Example_issuer() {
	url, stop := startIssuer()
	defer stop()
	ctx := context.Background()

	cfg := client.Issuer(url)
	cfg.Name = "trailctl"
	c, err := client.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(ctx)

	_, err = c.LogIn(ctx, client.Password("mira", "wrong"))
	var no *client.Refusal
	if errors.As(err, &no) {
		fmt.Println(no.Message)
	}
	login, err := c.LogIn(ctx, client.Password("mira", "wander far and write home"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", login.User.FirstName)

	web := c.HTTPClient() // attaches the token, renews it in time
	defer web.CloseIdleConnections()
	reply, err := web.Get(url + "/posts")
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	fmt.Println(reply.Status)

	if err := c.LogOut(ctx); err != nil {
		log.Fatal(err)
	}
	_, err = web.Get(url + "/posts")
	fmt.Println(errors.Is(err, session.ErrNotLoggedIn))
	// Output:
	// Username or password is wrong.
	// Hello Mira
	// 200 OK
	// true
}

// startAPI runs somebody's JSON API, whose tokens live for an hour.
func startAPI() *httptest.Server {
	var n atomic.Int64
	grant := func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{
			"access_token": fmt.Sprint("token-", n.Add(1)), "refresh_token": "again", "expires": 3_600_000,
			"account": map[string]any{"id": 7, "name": "Ada"},
		}})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /auth/login", grant)
	mux.HandleFunc("POST /auth/refresh", grant)
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" { // the first token dies early
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	return httptest.NewServer(mux)
}

// account is the typed user data.
type account struct {
	Name string `json:"name"`
}

func apiConfig(url string) client.Config[account] {
	reply := client.Reply{
		Token: "data.access_token", RefreshToken: "data.refresh_token", UID: "data.account.id", User: "data.account",
		Expiry: client.Expiry{Path: "data.expires", Kind: client.InMs},
	}
	cfg, err := client.JSON[account](url, client.API{
		LogIn:   client.Endpoint{URL: "/auth/login", Body: map[string]any{"email": "{username}", "password": "{password}"}, Reply: reply},
		Refresh: client.Endpoint{URL: "/auth/refresh", Body: map[string]any{"refresh_token": "{refreshToken}", "mode": "json"}, Reply: reply},
	})
	if err != nil {
		log.Fatal(err)
	}
	cfg.Name = "hello"
	return cfg
}

// Describes any JSON API by the names of its fields. The reply of the first request says that the token
// has expired; the program does not notice.
func ExampleJSON() {
	api := startAPI()
	defer api.Close()
	ctx := context.Background()

	c, err := client.New(apiConfig(api.URL))
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(ctx)
	login, err := c.LogIn(ctx, client.Password("ada@example.com", "secret"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(login.User.Name, login.UID, time.Until(login.Expiry).Round(time.Minute), login.Token)

	web := c.HTTPClient()
	defer web.CloseIdleConnections()
	reply, err := web.Get(api.URL + "/hello")
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	now, _, err := c.Current(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.StatusCode, now.Token.Reveal())
	// Output:
	// Ada 7 1h0m0s [redacted]
	// 200 token-2
}

// Shows who is logged in, and whatever becomes of it.
func ExampleClient_Watch() {
	api := startAPI()
	defer api.Close()
	ctx := context.Background()
	c, err := client.New(apiConfig(api.URL))
	if err != nil {
		log.Fatal(err)
	}

	changes := c.Watch(ctx)
	show := func() {
		l := <-changes
		fmt.Printf("%t %q %q\n", l.LoggedIn(), l.User.Name, l.Ended)
	}
	show()
	if _, err := c.LogIn(ctx, client.Password("ada@example.com", "secret")); err != nil {
		log.Fatal(err)
	}
	show()
	if err := c.LogOut(ctx); err != nil {
		log.Fatal(err)
	}
	show()
	if err := c.Close(ctx); err != nil { // closes the channel
		log.Fatal(err)
	}
	_, open := <-changes
	fmt.Println(open)
	// Output:
	// false "" ""
	// true "Ada" ""
	// false "" "logged_out"
	// false
}

// Keeps the login in a file, sealed by a key from the system's keychain, or from a key file where there
// is none. A program that starts later finds it.
func Example_persist() {
	api := startAPI()
	defer api.Close()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "") // a program takes os.UserConfigDir
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	run := func() {
		cfg := apiConfig(api.URL)
		cfg.Store, err = client.Keychain("hello", filepath.Join(dir, "login"))
		if errors.Is(err, client.ErrNoKeychain) {
			cfg.Store, err = client.SealedFile(filepath.Join(dir, "login-file"), nil)
		}
		if err != nil {
			log.Fatal(err)
		}
		c, err := client.New(cfg)
		if err != nil {
			log.Fatal(err)
		}
		defer c.Close(ctx)
		login, ok, err := c.Current(ctx)
		if err == nil && !ok {
			fmt.Println("logging in")
			login, err = c.LogIn(ctx, client.Password("ada@example.com", "secret"))
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("Hello", login.User.Name)
	}
	run()
	run()
	// Output:
	// logging in
	// Hello Ada
	// Hello Ada
}

// Hands each new pair to the program, which keeps it in a place of its own; what it has kept becomes the
// login again after a restart.
func ExampleConfig_onChange() {
	api := startAPI()
	defer api.Close()
	ctx := context.Background()
	var kept client.Grant[account] // a row of a database, say

	run := func() {
		cfg := apiConfig(api.URL)
		cfg.OnChange = func(_ context.Context, l client.Login[account]) error {
			fmt.Println("keep", l.Token.Reveal())
			kept = client.Grant[account]{Token: l.Token, RefreshToken: l.RefreshToken, Expiry: l.Expiry, UID: l.UID, User: &l.User}
			return nil
		}
		c, err := client.New(cfg)
		if err != nil {
			log.Fatal(err)
		}
		defer c.Close(ctx)
		if kept.Token.IsZero() {
			_, err = c.LogIn(ctx, client.Password("ada@example.com", "secret"))
		} else {
			_, err = c.LogInWith(ctx, kept)
		}
		if err != nil {
			log.Fatal(err)
		}
		web := c.HTTPClient()
		defer web.CloseIdleConnections()
		reply, err := web.Get(api.URL + "/hello")
		if err != nil {
			log.Fatal(err)
		}
		reply.Body.Close()
	}
	run()
	run()
	// Output:
	// keep token-1
	// keep token-2
	// keep token-2
}
