package value

import "testing"

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"birth_date": "Birth date", "birthDate": "Birth date", "birth-date": "Birth date", "items.0.name": "Items 0 name", "URL": "Url", "userID": "User id",
		"address2Line": "Address2 line", "Ünit": "Ünit", "": "",
	} {
		if got := Words(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
}
