package value

import (
	"strings"
	"testing"
)

func TestEachPath(t *testing.T) {
	for src, want := range map[string]string{
		"Hello ${form.email}, form.email":                          "Hello ${<form-email>}, form.email",
		`${upper(form.name ?? "form.name") + login.body?.user.id}`: `${upper(<form-name> ?? "form.name") + <login-body-user-id>}`,
		`${ {form: state.a, b: item}.form }`:                       `${ {form: <state-a>, b: <item>}.form }`,
		"${item.tags[0].name} ${x.trim()}":                         "${<item-tags>[0].name} ${<x>.trim()}",
		"no expression":                                            "no expression",
		"${ unclosed":                                              "${ unclosed",
		"${é.ü + \"é\"}":                                           "${<é-ü> + \"é\"}",
	} {
		if got := EachPath(src, func(path []string) string { return "<" + strings.Join(path, "-") + ">" }); got != want {
			t.Errorf("%s: %s", src, got)
		}
	}
	if got := EachPath("${a.b + c}", func(path []string) string { return strings.TrimPrefix(path[0], "c") }); got != "${a + c}" {
		t.Errorf("%s", got)
	}
}
