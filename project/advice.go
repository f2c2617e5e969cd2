package project

import (
	"fmt"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// advise warns where an app strays from NIST SP 800-63B and OWASP ASVS. It runs with CheckOptions.Strict alone.
func (c *checker) advise() {
	for _, p := range c.p.Pages {
		c.advisePage(c.pages[p.Name])
	}
	a := &c.p.App.Auth
	if !a.Enabled {
		return
	}
	at := c.app.auth
	if a.Persist && a.Idle == 0 {
		at.warn("strict: no idle limit is set, so a forgotten login lasts as long as the default", "set idle, such as 30m or 7d (NIST SP 800-63B 5.2, ASVS 7.3.1)")
	}
	if a.Absolute == 0 {
		at.warn("strict: no absolute limit is set for a login", "set absolute, such as 30d (NIST SP 800-63B 5.2, ASVS 7.3.2)")
	} else if a.Absolute > 30*24*time.Hour {
		at.warn("strict: a login may last longer than 30 days without a new one", "NIST SP 800-63B 5.2 asks for 30 days at most at its lowest level")
	}
	if a.LogOut == nil {
		at.warn("strict: the backend is not told about a log-out, so its tokens stay valid", "declare logOut (ASVS 7.4.1)")
	}
	if a.Refresh != nil && a.Refresh.Rotation == "none" {
		at.warn("strict: refresh tokens are not rotated", "ASVS 10.4.5 asks for rotation or sender-constrained tokens")
	}
	for _, v := range c.p.App.Env {
		if strings.HasPrefix(v.Default, "http://") && !loopback(v.Default) {
			p, _ := c.app.get("env")
			p.warn(fmt.Sprintf("strict: %s is not encrypted", v.Name), "use https:// (ASVS 12.3.1)")
		}
	}
}

func loopback(address string) bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "http://"), "/")
	return strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "[::1]") ||
		strings.Contains(host, ".localhost")
}

// advisePage looks at the password fields of a page.
func (c *checker) advisePage(w *pageWork) {
	for _, f := range w.page.Fields {
		if f.Field.Kind != value.KindSecret {
			continue
		}
		p := w.ids[f.ID]
		if n, ok := intProp(f, "maxLength"); ok && n < 64 {
			p.warn(fmt.Sprintf("strict: passwords are cut at %d characters", n), "allow at least 64 (NIST SP 800-63B 3.1.1.2, ASVS 6.2.9)")
		}
		if f.Props["pattern"] != nil {
			p.warn("strict: a pattern asks for certain characters in passwords", "ask for length instead (NIST SP 800-63B 3.1.1.2, ASVS 6.2.5)")
		}
		v, _ := f.Props["autocomplete"].Constant()
		switch v {
		case "new-password":
			if n, _ := intProp(f, "minLength"); n < 8 && f.Props["sameAs"] == nil {
				p.warn("strict: new passwords may be shorter than 8 characters", "set minLength: 8 or more, 15 where it is the only factor (NIST SP 800-63B 3.1.1.2, ASVS 6.2.1)")
			}
		case "current-password":
		default:
			p.warn("strict: password managers are not told what this field is", "set autocomplete: current-password or new-password (ASVS 6.2.7)")
		}
	}
}

func intProp(w *Widget, name string) (int, bool) {
	v, _ := w.Prop(name).Constant()
	n, ok := v.(int)
	return n, ok
}
