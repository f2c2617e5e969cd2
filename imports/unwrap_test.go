package imports

import (
	"strings"
	"testing"
)

// planOf imports a document whose paths and security schemes are given.
func planOf(t *testing.T, schemes, paths string) (calls, app string, plan *Plan) {
	t.Helper()
	src := "openapi: 3.0.3\ninfo: {title: A, version: '1'}\nservers: [{url: https://a.example.com}]\ncomponents: {securitySchemes: {key: " + schemes + "}}\npaths:\n" + paths
	plan, err := OpenAPI(t.Context(), bareApp(), Document{Name: "a.yaml", Source: []byte(src)})
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply(roles(plan)...)
	if err != nil {
		t.Fatal(err)
	}
	return string(next.Bytes("calls/things.yaml")), string(next.Bytes("app.yaml")), plan
}

func get(path, reply string) string {
	return "  " + path + ": {get: {tags: [things], responses: {'200': {description: ok, content: {" + reply + "}}}}}\n"
}

// TestF105_WrappedReplies: a group is unwrapped when each of its JSON replies is wrapped in the same member with nothing but a status beside it.
func TestF105_WrappedReplies(t *testing.T) {
	wrapped := func(key, beside string) string {
		return "application/json: {schema: {type: object, properties: {" + key + ": {type: object, properties: {a: {type: string}}}" + beside + "}}}"
	}
	one := get("/one", wrapped("data", ", status: {type: string}, message: {type: string}"))
	for name, tc := range map[string]struct{ more, want string }{
		"alone":             {"", "unwrap: data"},
		"all in the same":   {get("/two", wrapped("data", "")), "unwrap: data"},
		"another member":    {get("/two", wrapped("result", "")), ""},
		"a page of a list":  {get("/two", wrapped("data", ", total: {type: integer}")), ""},
		"not wrapped":       {get("/two", "application/json: {schema: {type: object, properties: {a: {type: string}}}}"), ""},
		"a list":            {get("/two", "application/json: {schema: {type: array, items: {type: string}}}"), ""},
		"a text beside it":  {get("/two", "text/plain: {}"), ""},
		"a file beside it":  {get("/two", "application/pdf: {}"), "unwrap: data"},
		"one of two things": {get("/two", "application/json: {schema: {oneOf: [{type: string}, {type: integer}]}}"), ""},
	} {
		calls, _, _ := planOf(t, "{type: http, scheme: bearer}", one+tc.more)
		if got := strings.Contains(calls, "unwrap: "); got != (tc.want != "") || !strings.Contains(calls, tc.want) {
			t.Errorf("%s:\n%s", name, calls)
		}
	}
}

// TestF105_WhereTheTokenGoes: a key in a parameter or a cookie whose name says that it is a person's token is the token's placement; an
// application's key there is reported, and nothing of it is written.
func TestF105_WhereTheTokenGoes(t *testing.T) {
	paths := "  /login: {post: {tags: [things], operationId: logIn, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [email, password], properties: {email: {type: string}, password: {type: string}}}}}}," +
		" responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {token: {type: string}}}}}}}}}\n" +
		"  /things: {get: {tags: [things], security: [{key: []}], responses: {'204': {description: ok}}}}\n"
	for scheme, want := range map[string]string{
		"{type: apiKey, in: query, name: access_token}": "token: {query: access_token}",
		"{type: apiKey, in: cookie, name: sid}":         "token: {cookie: sid}",
		"{type: apiKey, in: header, name: X-Token}":     "token: {header: X-Token, format: \"{token}\"}",
		"{type: apiKey, in: query, name: api_key}":      "",
		"{type: apiKey, in: cookie, name: theme}":       "",
		"{type: apiKey, in: query, name: 'a token'}":    "",
	} {
		calls, app, plan := planOf(t, scheme, paths)
		if want == "" {
			if !strings.Contains(report(plan), "the calls are sent without it") || strings.Contains(app, "token: {") || strings.Contains(calls, "required") {
				t.Errorf("%s:\n%s%s%s", scheme, app, calls, report(plan))
			}
			continue
		}
		if !strings.Contains(app, want) || !strings.Contains(calls, "auth: required") {
			t.Errorf("%s:\n%s%s", scheme, app, calls)
		}
	}
}
