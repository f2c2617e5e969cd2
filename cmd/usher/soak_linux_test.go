package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// soaking is how long and how hard a soak is: a moment in every run, SOAK (3 minutes) with USHER_LONG=1.
func soaking() (long time.Duration, rate int) {
	if os.Getenv("USHER_LONG") == "" {
		return 3 * time.Second, 40
	}
	long = 3 * time.Minute
	if d, err := time.ParseDuration(os.Getenv("SOAK")); err == nil {
		long = d
	}
	rate = 150
	if _, err := fmt.Sscan(os.Getenv("SOAK_RATE"), &rate); err != nil {
		rate = 150
	}
	return long, rate
}

// gauges are what a process holds.
type gauges struct {
	at                time.Duration
	goroutines, files float64
	resident          float64 // MiB
}

func (s *served) gauges(since time.Time) gauges {
	s.t.Helper()
	resp, err := s.http.Get("http://" + s.private + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	g := gauges{at: time.Since(since)}
	for sc := bufio.NewScanner(resp.Body); sc.Scan(); {
		name, value, _ := strings.Cut(sc.Text(), " ")
		for want, to := range map[string]*float64{"go_goroutines": &g.goroutines, "process_open_fds": &g.files, "process_resident_memory_bytes": &g.resident} {
			if name == want {
				if _, err := fmt.Sscan(value, to); err != nil {
					s.t.Fatal(err)
				}
			}
		}
	}
	g.resident /= 1 << 20
	if g.goroutines == 0 || g.files == 0 {
		s.t.Fatal("the server does not tell of its goroutines and files")
	}
	return g
}

// load asks at a held rate, whatever the answers take: one request in ten is for what needs no session. It returns the times from when a
// request was due to the end of its answer, and how many were under way at most.
func (s *served) load(long time.Duration, rate int, people int) (pages, bare []time.Duration, underWay int, faults []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	began, open := time.Now(), 0
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i := 0; time.Since(began) < long; i++ {
		due := <-tick.C
		mu.Lock()
		open++
		underWay = max(underWay, open)
		mu.Unlock()
		wg.Go(func() {
			var err error
			if i%10 == 0 {
				err = s.healthy()
			} else {
				err = s.visit(i % people)
			}
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			open--
			switch {
			case err != nil:
				faults = append(faults, err)
			case i%10 == 0:
				bare = append(bare, took)
			default:
				pages = append(pages, took)
			}
		})
	}
	wg.Wait()
	return pages, bare, underWay, faults
}

func (s *served) healthy() error {
	resp, err := s.http.Get("http://" + s.addr + "/healthz")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", resp.Status)
	}
	return nil
}

// TestC17_Soak holds a rate of pages of logged-in people against a real server for a while, their tokens being renewed all the time. Each
// answer is the person's own page, and the server's goroutines and files do not grow. Times and memory are printed, not judged.
func TestC17_Soak(t *testing.T) {
	long, rate := soaking()
	const people = 60
	s := newServed(t, people, 12*time.Second)
	cmd, log := s.serve()
	_, _, _, faults := s.load(min(long/4, 10*time.Second), rate, people) // caches, pools and connections fill
	began := time.Now()
	watched := []gauges{s.gauges(began)}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(min(time.Second, long/6))
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				watched = append(watched, s.gauges(began))
			}
		}
	})
	pages, bare, underWay, more := s.load(long, rate, people)
	close(done)
	wg.Wait()
	for _, err := range append(faults, more...)[:min(5, len(faults)+len(more))] {
		t.Errorf("one of %d wrong answers: %v", len(faults)+len(more), err)
	}
	renewed, wrong := s.backend.truth()
	if len(wrong) > 0 || long > 12*time.Second && renewed < people {
		t.Errorf("%d refreshes, asked wrongly: %v", renewed, wrong[:min(5, len(wrong))])
	}
	s.describe(watched)
	if fault := growth(watched, underWay); fault != "" {
		t.Error(fault)
	}
	s.http.CloseIdleConnections()
	s.settled(watched[0])
	slices.Sort(pages)
	slices.Sort(bare)
	p := func(all []time.Duration, n int) time.Duration {
		return all[len(all)*n/100].Round(10 * time.Microsecond)
	}
	t.Logf("%v at %d a second: %d pages of %d people, %d refreshes, every answer right", long, rate, len(pages), people, renewed)
	t.Logf("page p50 %v, p99 %v; /healthz beside it p50 %v, p99 %v; added p50 %v, p99 %v", p(pages, 50), p(pages, 99), p(bare, 50), p(bare, 99), p(pages, 50)-p(bare, 50), p(pages, 99)-p(bare, 99))
	s.end(cmd, log)
}

// growth says what grew beyond what so many requests under way at once explain; empty if nothing did.
func growth(watched []gauges, underWay int) string {
	start, g, f := watched[0], 0.0, 0.0
	for _, w := range watched {
		g, f = max(g, w.goroutines), max(f, w.files)
	}
	n := float64(underWay) // each has a connection here and up to two to the backend, with a few goroutines
	if g > start.goroutines+12*n+100 || f > start.files+4*n+50 {
		return fmt.Sprintf("goroutines %.0f → %.0f, files %.0f → %.0f, with %d requests under way at most", start.goroutines, g, start.files, f, underWay)
	}
	return ""
}

// describe prints how goroutines, files and memory went, half by half.
func (s *served) describe(watched []gauges) {
	half := len(watched) / 2
	mean := func(part []gauges) (g, f float64) {
		for _, w := range part {
			g, f = g+w.goroutines/float64(len(part)), f+w.files/float64(len(part))
		}
		return g, f
	}
	g1, f1 := mean(watched[:half+1])
	g2, f2 := mean(watched[half:])
	s.t.Logf("goroutines: %.0f on average in the first half, %.0f in the second; files %.0f and %.0f; resident %.1f MiB at the end, %+.1f MiB an hour over the second half",
		g1, g2, f1, f2, watched[len(watched)-1].resident, slope(watched[half:]))
}

// settled waits until the server holds no more than at the start; connections to the backend that nobody needs are closed after half a minute.
func (s *served) settled(start gauges) {
	s.t.Helper()
	var g gauges
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); {
		if g = s.gauges(time.Now()); g.goroutines <= start.goroutines+20 && g.files <= start.files+10 {
			return
		}
		s.http.CloseIdleConnections()
		time.Sleep(50 * time.Millisecond) // between polls of a condition that has a deadline
	}
	s.t.Errorf("after the load: %.0f goroutines and %.0f files, %.0f and %.0f at its start", g.goroutines, g.files, start.goroutines, start.files)
}

// slope is the line through the resident memory, in MiB an hour.
func slope(watched []gauges) float64 {
	var n, x, y, xx, xy float64
	for _, w := range watched {
		h := w.at.Hours()
		n, x, y, xx, xy = n+1, x+h, y+w.resident, xx+h*h, xy+h*w.resident
	}
	if d := n*xx - x*x; d > 0 {
		return (n*xy - x*y) / d
	}
	return 0
}

// TestC17_ALeakIsSeen: the guard over goroutines and files sees one that grows with the requests.
func TestC17_ALeakIsSeen(t *testing.T) {
	var sound, leaky []gauges
	for i := range 180 { // the leak is of one goroutine a second
		at := time.Duration(i) * time.Second
		sound = append(sound, gauges{at: at, goroutines: 50 + float64(i%30), files: 30 + float64(i%10), resident: 40 + float64(i)})
		leaky = append(leaky, gauges{at: at, goroutines: 50 + float64(i), files: 30})
	}
	if growth(sound, 4) != "" || growth(leaky, 4) == "" {
		t.Errorf("sound: %q, leaky: %q", growth(sound, 4), growth(leaky, 4))
	}
	if got := slope(sound); got < 3599 || got > 3601 {
		t.Errorf("a MiB each second is %v MiB an hour", got)
	}
}
