package value

import "testing"

func TestF220_NamesAreFollowedInExpressions(t *testing.T) {
	path := []string{"constants", "old"}
	for src, want := range map[string]string{
		"constants.old":    "constants.old",
		"${constants.old}": "${constants.new}",
		"a ${constants.old} b ${upper(constants.old)} constants.old": "a ${constants.new} b ${upper(constants.new)} constants.old",
		`${constants["old"]}`:                   `${constants["new"]}`,
		`${constants['old'] + "constants.old"}`: `${constants['new'] + "constants.old"}`,
		"${constants?.old.x[0]}":                "${constants?.new.x[0]}",
		"${constants.older + app.old + old}":    "${constants.older + app.old + old}",
		"${app.constants.old}":                  "${app.constants.old}",
		"${{old: constants.old}}":               "${{old: constants.new}}",
		"${map(constants.old, #.old)}":          "${map(constants.new, #.old)}",
		"é ${\"é\" + constants.old}":            "é ${\"é\" + constants.new}",
		"$${constants.old}":                     "$${constants.old}",
		"${constants.old":                       "${constants.old",
		"${'constants.old}":                     "${'constants.old}",
	} {
		if got := RenamePath(src, path, "new"); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
	for src, want := range map[string]string{
		"${User({name: 1})}": "${Person({name: 1})}", "${{User: User({})}}": "${{User: Person({})}}", "${a.User}": "${a.User}", `${"User"}`: `${"User"}`,
	} {
		if got := RenamePath(src, []string{"User"}, "Person"); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
	for src, want := range map[string]string{
		`${t("a.old", {n: 1}) + "a.old"}`: `${t("a.new", {n: 1}) + "a.old"}`, `${t('a.old')}`: `${t('a.new')}`, `${x.t("a.old")}`: `${x.t("a.old")}`, `${t("a.older")}`: `${t("a.older")}`,
	} {
		if got := RenameText(src, "a.old", "a.new"); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
}
