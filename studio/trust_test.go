package studio

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// doubt is a Trust that was not given yet.
type doubt struct {
	given bool
	fail  error
}

func (d *doubt) Trusted() bool { return d.given }

func (d *doubt) Trust(context.Context) error {
	if d.fail == nil {
		d.given = true
	}
	return d.fail
}

func (d *doubt) Distrust(context.Context) error {
	if d.fail == nil {
		d.given = false
	}
	return d.fail
}

// TestE6_NothingRunsBeforeTheBuilderSaysSo: of a folder of unknown origin all can be seen and edited, but what runs something is refused until
// its builder trusts it.
func TestE6_NothingRunsBeforeTheBuilderSaysSo(t *testing.T) {
	d := &doubt{fail: errors.New("disk full")}
	w := opened(t, func(c *Config) { c.Trust = d })
	ran := 0
	run := w.trustedOnly(func(http.ResponseWriter, *http.Request) { ran++ })
	try := func() *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		run(rec, httptest.NewRequest("POST", "/api/run", nil))
		return rec
	}
	if got := try(); got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "trust") || ran > 0 {
		t.Errorf("it ran: %d %s", got.Code, got.Body)
	}
	if decode[ProjectView](t, w.ask("GET", "/api/project", nil)).Trusted {
		t.Error("the page thinks that it may run")
	}
	if got := w.edit(WireEdit{Op: "set", At: "/app/name", Value: []byte(`"Other"`)}); got.Code != http.StatusOK {
		t.Errorf("an edit: %d %s", got.Code, got.Body)
	}
	if got := w.ask("POST", "/api/trust", struct{}{}); got.Code != http.StatusInternalServerError || d.given {
		t.Errorf("a trust that is not remembered: %d", got.Code)
	}
	d.fail = nil
	if !decode[ProjectView](t, w.ask("POST", "/api/trust", struct{}{})).Trusted {
		t.Error("the page does not learn of it")
	}
	if try(); ran != 1 {
		t.Error("it does not run")
	}
}

func TestE6_WithoutATrustAllMayRun(t *testing.T) {
	if w := opened(t); !decode[ProjectView](t, w.ask("GET", "/api/project", nil)).Trusted {
		t.Error("a project of the demo is not trusted")
	}
}
