package project

import "testing"

func TestOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://Maps.Example.com/a?b#c": "https://maps.example.com", "https://maps.example.com:443": "https://maps.example.com", "https://maps.example.com:8443/": "https://maps.example.com:8443",
		"http://127.0.0.1:9/": "http://127.0.0.1:9", "http://localhost:80/": "http://localhost", "http://maps.example.com/": "", "//maps.example.com/": "", "/home": "", "": "",
		"https://me@maps.example.com/": "", `https://evil.example\@maps.example.com/`: "", "javascript:alert(1)": "", "data:text/html,x": "", "https:maps.example.com": "", "ftp://maps.example.com": "",
		"http://127.0.0.1.evil.example/": "", "http://localhost.evil.example/": "",
	} {
		if got := Origin(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
