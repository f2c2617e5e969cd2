package project

import "testing"

// TestF103_Checked: a stream is read by the action stream alone, and by nothing that would send it again; a token in a message is a secret.
func TestF103_Checked(t *testing.T) {
	const head = "url: ${env.API_URL}\ncalls:\n"
	const feed = head + "  feed: {path: /feed, replyAs: events}\n  plain: {path: /plain}\n"
	page := func(action string) string {
		return "path: /feed\ntitle: F\naccess: any\nstate: {n: text}\nbody:\n  - button:\n      text: Go\n      onTap:\n        - " + action + "\n"
	}
	for name, tc := range map[string]struct{ calls, action, at, says string }{
		"call":           {feed, "call: feed.feed", "pages/feed.yaml:9", "streams its reply"},
		"no stream":      {feed, "stream: feed.plain", "pages/feed.yaml:9", "does not stream"},
		"nested":         {feed, "{stream: feed.feed, onMessage: [{stream: feed.feed}]}", "pages/feed.yaml:9", "within a message"},
		"message after":  {feed, "{stream: feed.feed, onClose: [{setState: {n: \"${message.text}\"}}]}", "pages/feed.yaml:9", "message"},
		"hidden by name": {feed, "{stream: feed.feed, as: message}", "pages/feed.yaml:9", "cannot be named"},
		"retry":          {head + "  feed: {path: /feed, replyAs: events, retry: 2}\n", "stop", "calls/feed.yaml:3", "never sent again"},
		"cache":          {head + "  feed: {path: /feed, replyAs: events, cache: {for: 5m, scope: app}}\n", "stop", "calls/feed.yaml:3", "not remembered"},
		"redirects":      {head + "  feed: {path: /feed, replyAs: events, redirects: follow}\n", "stop", "calls/feed.yaml:3", "redirects"},
		"head":           {head + "  feed: {method: HEAD, path: /feed, replyAs: events}\n", "stop", "calls/feed.yaml:3", "HEAD"},
		"a token": {feed, "{stream: feed.feed, onMessage: [{logIn: {token: \"${message.data.token}\"}}, {setState: {n: \"${message.data.token}\"}}]}",
			"pages/feed.yaml:9", "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := with(t, map[string]string{"calls/feed.yaml": tc.calls, "pages/feed.yaml": page(tc.action)})
			expect(t, problems, false, tc.at, tc.says)
		})
	}
}
