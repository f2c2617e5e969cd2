package value

import (
	"strings"
	"testing"
	"time"
)

// TestB25_PatternsAndZones: what is not in a usual form is read by pattern and zone, or not at all; a zone that is none is a fault,
// for a wrong hour would be taken for a right one.
func TestB25_PatternsAndZones(t *testing.T) {
	summer := time.Date(2021, 9, 21, 14, 53, 56, 0, time.UTC)
	for src, want := range map[string]any{
		`${time("2021-09-21 16:53:56", "yyyy-MM-dd HH:mm:ss", "Europe/Brussels")}`:           summer,
		`${time("2021-09-21 14:53:56", "yyyy-MM-dd HH:mm:ss")}`:                              summer,
		`${time("2021-09-21T16:53:56+0200", "yyyy-MM-ddTHH:mm:ssZ", "America/Los_Angeles")}`: summer,
		`${time("21 Sep 2021, 2:53:56 PM", "d MMM yyyy, h:mm:ss a")}`:                        summer,
		`${time("soon", "yyyy-MM-dd")}`:                                                      nil,
		`${time(nil, "yyyy-MM-dd")}`:                                                         nil,
	} {
		got := mustEval(t, src)
		if at, ok := got.(time.Time); ok && want != nil && at.Equal(want.(time.Time)) || got == nil && want == nil {
			continue
		}
		t.Errorf("%s = %v, want %v", src, got, want)
	}
	for _, zone := range []string{"Europe/Nowhere", "Local", "+2"} {
		_, faults := NewEnv().Parse(`${time("2021-09-21 14:53", "yyyy-MM-dd HH:mm", "`+zone+`")}`, TimeType())
		if len(faults) != 1 || !strings.Contains(faults[0].Msg, "there is no time zone") {
			t.Errorf("%s: %v", zone, faults)
		}
	}
}

// TestB25_ClockFunctionsAreNotFolded: what moves with the clock is asked each time.
func TestB25_ClockFunctionsAreNotFolded(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, src := range []string{"${inMinutes(60)}", `${inDuration("1h")}`, "${inSeconds(3600)}"} {
		tmpl := mustParse(t, src, TimeType())
		for _, at := range []time.Time{now, now.Add(time.Hour)} {
			if got, err := tmpl.Eval(Scope{"now": at}); err != nil || !got.(time.Time).Equal(at.Add(time.Hour)) {
				t.Errorf("%s at %v: %v, %v", src, at, got, err)
			}
		}
	}
}
