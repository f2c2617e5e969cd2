package call

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// failing is a call that is refused with a body, and where it finds what is said of fields.
func failing(t *testing.T, body, rule string, call *project.Call) (*Client, *project.Call) {
	t.Helper()
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(body))
	})
	call.FieldErrors = tmpl(t, rule)
	return client(t, api(t, b.URL, call)), call
}

func TestFieldErrorsOfBackends(t *testing.T) {
	for name, c := range map[string]struct {
		rule, body string
		want       []FieldError
	}{
		"Laravel": {"${reply.body.errors}",
			`{"message":"The email has already been taken. (and 1 more error)","errors":{"email":["The email has already been taken."],"items.0.name":["Too short.","Not a name."]}}`,
			[]FieldError{{"email", "The email has already been taken."}, {"items.0.name", "Too short. Not a name."}}},
		"Django REST framework": {"${reply.body}",
			`{"username":["A user with that username already exists."],"profile":{"age":["A valid integer is required."]},"non_field_errors":["The dates overlap."]}`,
			[]FieldError{{"non_field_errors", "The dates overlap."}, {"profile.age", "A valid integer is required."}, {"username", "A user with that username already exists."}}},
		"Django REST framework, no fields": {"${reply.body}", `{"detail":"Not allowed.","code":"no"}`, []FieldError{{"", "Not allowed."}}},
		"Strapi": {"${reply.body.error.details.errors}",
			`{"data":null,"error":{"status":400,"name":"ValidationError","message":"2 errors occurred","details":{"errors":[{"path":["email"],"message":"email must be a valid email","name":"ValidationError"},{"path":["address","zip"],"message":"zip is required","name":"ValidationError"}]}}}`,
			[]FieldError{{"email", "email must be a valid email"}, {"address.zip", "zip is required"}}},
		"PocketBase": {"${reply.body.data}", `{"code":400,"message":"Failed.","data":{"email":{"code":"validation_not_unique","message":"Value must be unique."}}}`,
			[]FieldError{{"email", "Value must be unique."}}},
		"FastAPI": {"${reply.body.detail}", `{"detail":[{"type":"missing","loc":["body","email"],"msg":"Field required"}]}`, []FieldError{{"email", "Field required"}}},
		"JSON:API": {"${reply.body.errors}", `{"errors":[{"source":{"pointer":"/data/attributes/title"},"detail":"Too long.","code":"100"}]}`,
			[]FieldError{{"title", "Too long."}}},
		"Directus":           {"${reply.body.errors}", `{"errors":[{"message":"Has to be unique.","extensions":{"field":"email","code":"RECORD_NOT_UNIQUE"}}]}`, []FieldError{{"email", "Has to be unique."}}},
		"a list of objects":  {"${reply.body}", `{"profile":{"addresses":[{},{"street":["Too short."]}]}}`, []FieldError{{"profile.addresses.street", "Too short."}}},
		"one text a field":   {"${reply.body.errors}", `{"errors":{"name":"is blank"}}`, []FieldError{{"name", "is blank"}}},
		"a field is message": {"${reply.body.errors}", `{"errors":{"message":["is blank"]}}`, []FieldError{{"message", "is blank"}}},
		"nothing there":      {"${reply.body.errors}", `{"message":"no"}`, nil},
		"something else":     {"${reply.body.errors}", `{"errors":[1,true,{"x":2}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			cl, call := failing(t, c.body, c.rule, &project.Call{Name: "save", Method: http.MethodPost})
			got := do(t, cl, call, nil, nil)
			if len(got.Fields) != len(c.want) || len(c.want) > 0 && !reflect.DeepEqual(got.Fields, c.want) {
				t.Errorf("%q, not %q", got.Fields, c.want)
			}
		})
	}
}

// A backend that repeats the password in its sentence shows it to nobody; a reply's own secrets are no messages.
func TestFieldErrorsShowNoSecret(t *testing.T) {
	call := &project.Call{Name: "save", Method: http.MethodPost, Params: []project.Param{{Name: "password", Type: value.SecretType()}},
		BodyKind: project.BodyJSON, Body: object(t, "password", "${params.password}")}
	cl, call := failing(t, `{"errors":{"password":["'hunter2!' is too common."],"name":["hunter2!"]}}`, "${reply.body.errors}", call)
	got := do(t, cl, call, map[string]any{"password": value.NewSecret("hunter2!")}, nil)
	if len(got.Fields) != 2 || got.Fields[1].Message != "'[redacted]' is too common." {
		t.Errorf("%q", got.Fields)
	}
	long := "correct-horse-battery"
	cl, call = failing(t, `{"errors":{"password":["`+long+` is too common."],"name":["Too short."]}}`, "${reply.body.errors}", &project.Call{Name: "save",
		Method: http.MethodPost, Params: call.Params, BodyKind: project.BodyJSON, Body: call.Body})
	got = do(t, cl, call, map[string]any{"password": value.NewSecret(long)}, nil)
	for _, f := range got.Fields {
		if strings.Contains(f.Message, long) {
			t.Errorf("%q", got.Fields)
		}
	}
	if len(got.Fields) != 1 {
		t.Errorf("%q: a sentence that holds a long secret is none", got.Fields)
	}
}

func TestFieldErrorsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"errors":[{"field":"a","message":"` + strings.Repeat("x", 5000) + `"}`)
	for range 500 {
		b.WriteString(`,{"field":"f` + strings.Repeat("y", b.Len()%977) + `","message":"no"}`)
	}
	b.WriteString(`]}`)
	cl, call := failing(t, b.String(), "${reply.body.errors}", &project.Call{Name: "save", Method: http.MethodPost})
	got := do(t, cl, call, nil, nil)
	if len(got.Fields) != maxFieldErrors || len([]rune(got.Fields[0].Message)) != maxSentence {
		t.Errorf("%d errors, the first of %d characters", len(got.Fields), len([]rune(got.Fields[0].Message)))
	}
}
