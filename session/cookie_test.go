package session_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

func TestA4_CookieIsExactlyThis(t *testing.T) {
	id := session.NewID()
	c := session.SessionCookie("tt", false)
	for got, want := range map[string]string{
		c.Write(id, 0):              "__Host-Http-tt=v1." + id + "; Path=/; Secure; HttpOnly; SameSite=Strict",
		c.Write(id, 90*time.Second): "__Host-Http-tt=v1." + id + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=90",
		c.Clear():                   "__Host-Http-tt=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
		session.NextCookie("tt", false).Write("AAAA", 0):         "__Host-Http-tt-next=v1.AAAA; Path=/; Secure; HttpOnly; SameSite=Strict",
		session.GuestCookie("tt", false).Write(id, time.Hour):    "__Host-Http-tt-guest=v1." + id + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600",
		session.SessionCookie("tt", true).Write(id, time.Minute): "tt=v1." + id + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=60",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func header(lines ...string) http.Header { return http.Header{"Cookie": lines} }

func TestA6_WholeCookiesAreRead(t *testing.T) {
	id := session.NewID()
	mine := "__Host-Http-tt=v1." + id
	c := session.SessionCookie("tt", false)
	for name, h := range map[string]http.Header{
		"alone":                header(mine),
		"first":                header(mine + "; other=1"),
		"last":                 header(`other="1"; ` + mine),
		"in a second line":     header("other=1", mine),
		"beside its relatives": header("__Host-Http-tt-next=v1.AAAA; " + mine + "; __Host-Http-tt-guest=v1." + id),
		"beside a longer name": header("x__Host-Http-tt=v1.x; " + mine),
	} {
		if got, ok := c.Read(h); !ok || got != id {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	plain := session.SessionCookie("a", true)
	if got, ok := plain.Read(header("data=1; a=v1." + id + "; a-next=v1.AAAA")); !ok || got != id {
		t.Errorf("a short plain name: %q, %v", got, ok)
	}
}

func TestA6_AmbiguousCookiesMeanNotLoggedIn(t *testing.T) {
	id, other := session.NewID(), session.NewID()
	mine := "__Host-Http-tt=v1." + id
	c := session.SessionCookie("tt", false)
	for name, h := range map[string]http.Header{
		"none":                        header(),
		"empty":                       header(""),
		"two of the name":             header(mine + "; __Host-Http-tt=v1." + other),
		"twice the same":              header(mine + "; " + mine),
		"two lines":                   header(mine, "__Host-Http-tt=v1."+other),
		"another case":                header(mine + "; __host-http-TT=v1." + other),
		"$Version":                    header("$Version=1; " + mine),
		"$version after":              header(mine + "; $version=1"),
		"quotes across a semicolon":   header(`x="a; ` + mine + `; b"`),
		"quoted value":                header(`__Host-Http-tt="v1.` + id + `"`),
		"one quote":                   header(`x="; ` + mine),
		"inside another's value":      header("x=a " + mine),
		"inside another's, and whole": header("x=a," + mine + "; " + mine),
		"nameless":                    header("=" + mine),
		"nameless, and whole":         header("=" + mine + "; " + mine),
		"space before the equals":     header("__Host-Http-tt =v1." + id),
		"space after the equals":      header("__Host-Http-tt= v1." + id),
		"tab before":                  header("\t" + mine),
		"no prefix":                   header("__Host-Http-tt=" + id),
		"unknown prefix":              header("__Host-Http-tt=v2." + id),
		"too short":                   header(mine[:len(mine)-1]),
		"too long":                    header(mine + "A"),
		"trailing bytes":              header(mine + "%00"),
		"other alphabet":              header("__Host-Http-tt=v1." + strings.Repeat("+", 43)),
		"padding bits set":            header("__Host-Http-tt=v1." + strings.Repeat("A", 42) + "B"),
		"padded":                      header("__Host-Http-tt=v1." + strings.Repeat("A", 42) + "="),
		"line break inside":           header("__Host-Http-tt=v1." + strings.Repeat("A", 41) + "\r\n"),
		"a jar of 50 KiB":             header(mine + "; x=" + strings.Repeat("y", 50<<10)),
		"the plain name":              header("tt=v1." + id),
		"the plain prefix":            header("__Host-tt=v1." + id),
	} {
		if got, ok := c.Read(h); ok {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

func TestNextCookieIsBounded(t *testing.T) {
	c := session.NextCookie("tt", false)
	if v, ok := c.Read(header(c.Name() + "=v1.QUJD")); !ok || v != "QUJD" {
		t.Errorf("read %q, %v", v, ok)
	}
	for _, v := range []string{"", "a b", strings.Repeat("A", 3<<10+1)} {
		if _, ok := c.Read(header(c.Name() + "=v1." + v)); ok {
			t.Errorf("took %d bytes", len(v))
		}
	}
	if !c.Sent(header(c.Name()+"=nonsense")) || c.Sent(header("x=1")) {
		t.Error("Sent")
	}
}

func FuzzF18_Cookie(f *testing.F) {
	id := session.NewID()
	f.Add("__Host-Http-tt=v1." + id)
	f.Add(`x="; __Host-Http-tt=v1.` + id + `; $Version=1`)
	c := session.SessionCookie("tt", false)
	f.Fuzz(func(t *testing.T, jar string) {
		got, ok := c.Read(header(jar))
		if !ok {
			return
		}
		if want := c.Name() + "=v1." + got; strings.Count(jar, want) != 1 || len(got) != 43 {
			t.Errorf("%q read as %q", jar, got)
		}
		if std, err := http.ParseCookie(jar); err == nil { // other readers agree
			n := 0
			for _, k := range std {
				if strings.EqualFold(k.Name, c.Name()) {
					n++
					if k.Value != "v1."+got {
						t.Errorf("%q: net/http reads %q", jar, k.Value)
					}
				}
			}
			if n != 1 {
				t.Errorf("%q: net/http reads %d of the name", jar, n)
			}
		}
	})
}
