package imports

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/usherdev/usher/project"
)

// TestF225_WhatABackendAnsweredBecomesItsDescription: names, kinds and their order, no value; a person is one type wherever they come from.
func TestF225_WhatABackendAnsweredBecomesItsDescription(t *testing.T) {
	doc, err := Describe("x", "https://api.example.com", []Exchange{
		{Name: "login", Type: "LoginReply", Method: "POST", Path: "/login", Sent: []string{"email", "password"}, Reply: []byte(`{"user":{"id":7,"name":"canary"},"accessToken":"canary","refreshToken":"canary","expiresIn":3600,"n":null,"rate":1.5,"on":true,"tags":["canary"]}`)},
		{Name: "me", Type: "User", Method: "GET", Path: "/me", Bearer: true, Reply: []byte(`{"id":7,"name":"canary"}`)},
	})
	if err != nil || strings.Contains(string(doc), "canary") {
		t.Fatalf("%s %v", doc, err)
	}
	tree, err := project.LoadTree(fstest.MapFS{"app.yaml": {Data: []byte("usher: 1\nname: X\n")}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := OpenAPI(t.Context(), tree, Document{Name: "x", Source: doc})
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply(RoleLogIn, RoleMe)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(next.Bytes("types/LoginReply.yaml")); !strings.Contains(got, "user: User") || !strings.Contains(got, "expiresIn: int") || !strings.Contains(got, "rate: number") || !strings.Contains(got, "accessToken: secret") {
		t.Errorf("%s", got)
	}
	if token, refresh := Tokens([]byte(`{"data":{"refresh_token":"r","access_token":"a"},"token":7}`)); token != "a" || refresh != "r" {
		t.Errorf("%q %q", token, refresh)
	}
	for _, reply := range []string{"", "{", `{"a":1} x`, "[" + strings.Repeat("[", 200)} {
		if _, err := Describe("x", "https://x", []Exchange{{Name: "a", Type: "A", Method: "GET", Path: "/", Reply: []byte(reply)}}); err == nil {
			t.Errorf("%.20q is a description", reply)
		}
	}
}
