package main

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
)

// metrics counts what an operator watches, on a registry of its own. Every label value is a word of ours or of the project (a route's
// pattern, a call's name): people, addresses and sessions never make a series (promise H5). A nil *metrics counts nothing.
type metrics struct {
	registry  *prometheus.Registry
	logins    prometheus.Counter
	ends      *prometheus.CounterVec
	refreshes *prometheus.CounterVec
	alarms    *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	calls     *prometheus.CounterVec
	answers   *prometheus.CounterVec
	latency   *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		logins:   prometheus.NewCounter(prometheus.CounterOpts{Name: "usher_logins_total", Help: "Log-ins."}),
		ends:     vec("usher_session_ends_total", "Sessions that ended, by reason; logged_out is a log-out.", "reason"),
		refreshes: vec("usher_refreshes_total",
			"Refresh calls by outcome: success, reject, not_sent, ambiguous, config, or dropped where a newer login made the answer useless.", "outcome"),
		alarms:   vec("usher_alarms_total", "What somebody should look at, by event.", "event"),
		refusals: vec("usher_refusals_total", "Requests that the guard, the gate or the throttle refused, by event.", "event"),
		calls:    vec("usher_calls_total", "API calls by name and class of status; none without a reply.", "call", "status"),
		answers:  vec("usher_responses_total", "Responses by class of status.", "status"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "usher_request_seconds", Help: "Time to answer, by the route's pattern.", Buckets: []float64{.005, .02, .1, .5, 2.5, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.logins, m.ends, m.refreshes, m.alarms, m.refusals, m.calls, m.answers, m.latency,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func vec(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// session counts an event of the Manager.
func (m *metrics) session(e session.Event) {
	if m == nil {
		return
	}
	switch e.Kind {
	case session.EventLogIn:
		m.logins.Inc()
	case session.EventEnd:
		m.ends.WithLabelValues(string(e.Reason)).Inc()
	case session.EventRenewed:
		m.refreshes.WithLabelValues(session.Success.String()).Inc()
	case session.EventRenewFailed:
		m.refreshes.WithLabelValues(e.Class.String()).Inc()
	case session.EventDropped:
		m.refreshes.WithLabelValues("dropped").Inc()
	default:
		m.alarms.WithLabelValues(string(e.Kind)).Inc()
	}
}

// call counts an API call.
func (m *metrics) call(e call.Event) {
	if m != nil {
		m.calls.WithLabelValues(e.Call, statusClass(e.Status)).Inc()
	}
}

// served counts a request of the app.
func (m *metrics) served(e app.Served) {
	if m == nil {
		return
	}
	m.answers.WithLabelValues(statusClass(e.Status)).Inc()
	if e.Route != "/_usher/live" { // a stream lasts as long as its page is open
		m.latency.WithLabelValues(e.Route).Observe(e.Took.Seconds())
	}
	if e.Event != "" {
		m.refusals.WithLabelValues(e.Event).Inc()
	}
}

func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return strconv.Itoa(status/100) + "xx"
}

// watch adds the gauges of a running app. rows counts the session rows, at most once in ten seconds; nil where the store cannot tell.
func (m *metrics) watch(stats func() session.Stats, rows func(context.Context) (int, error)) {
	if m == nil {
		return
	}
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("usher_flights", "Refreshes under way in this process.", func() float64 { return float64(stats().Flights) })
	gauge("usher_waiters", "Requests that wait for a refresh in this process.", func() float64 { return float64(stats().Waiters) })
	if rows != nil {
		m.registry.MustRegister(&rowCount{
			desc:  prometheus.NewDesc("usher_session_rows", "Rows of the session store: active sessions, and ended ones until they are forgotten.", nil, nil),
			count: rows,
		})
	}
}

// rowCount is a gauge that asks the store seldom and is left out while the store does not answer.
type rowCount struct {
	desc  *prometheus.Desc
	count func(context.Context) (int, error)
	mu    sync.Mutex
	at    time.Time
	last  int
}

// Describe implements prometheus.Collector.
func (r *rowCount) Describe(ch chan<- *prometheus.Desc) { ch <- r.desc }

// Collect implements prometheus.Collector.
func (r *rowCount) Collect(ch chan<- prometheus.Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) > 10*time.Second {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		n, err := r.count(ctx)
		if err != nil {
			return
		}
		r.at, r.last = time.Now(), n
	}
	ch <- prometheus.MustNewConstMetric(r.desc, prometheus.GaugeValue, float64(r.last))
}

// handler answers /metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}
