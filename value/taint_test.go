package value

import (
	"strings"
	"testing"
)

func TestA2_ShownSecretsAreSeen(t *testing.T) {
	illegal := []string{
		"${auth.token}", "${auth.refreshToken}", "Bearer ${auth.token}", "a${auth.token}b${user.firstName}",
		"${'x' + auth.token}", "${auth.token + ''}", "${auth.token ?? 'none'}", "${nil ?? auth.token}",
		"${auth.loggedIn ? auth.token : ''}", "${auth.loggedIn ? '' : auth.token}", "${if auth.loggedIn { auth.token } else { '' }}",
		"${upper(auth.token)}", "${lower(auth.token)}", "${trim(auth.token)}", "${replace(auth.token, 'a', 'b')}",
		"${replace('a', 'a', auth.token)}", "${split(auth.token, '.')[1]}", "${join([auth.token], '')}", "${string(auth.token)}",
		"${json(auth)}", "${json(user)}", "${json({t: auth.token})}", "${fromJson(json(user)).apiToken}", "${auth.token[0:5]}",
		"${auth['token']}", "${auth[form.username]}", "${auth}", "${user}", "${users}", "${user.apiToken}", "${login.body}",
		"${login.body.accessToken}", "${map(users, .apiToken)}", "${map(users, ({t: .apiToken}))[0].t}", "${first(users).apiToken}",
		"${filter(users, .age > 1)[0].apiToken}", "${find(users, .age > 1)}", "${map([1,2], auth.token)[0]}", "${[auth.token][0]}",
		"${{a: auth.token}.a}", "${let x = auth.token; x}", "${let x = user; x.apiToken}", "${reduce(users, #acc + .apiToken, '')}",
		"${default(auth.token, 'x')}", "${default('x', auth.token)}", "${len(auth.token)}", "${base64(auth.token)}",
		"${auth.token startsWith 'ey' ? 'a' : 'b'}", "${sortBy(users, .apiToken)}", "${max(map(users, .apiToken))}",
		"${last(users)}", "${(auth)?.token}", "${users | map(.apiToken) | join(',')}", "${initials(auth.token)}",
	}
	if len(illegal) < 40 {
		t.Fatalf("only %d shapes", len(illegal))
	}
	for _, src := range illegal {
		tmpl := mustParse(t, src, nil)
		if !tmpl.Secret() {
			t.Errorf("%s is not seen as secret", src)
		}
		if v, err := tmpl.Eval(houseScope()); err == nil && !HasSecret(v) && strings.Contains(Text(v), canary) {
			t.Errorf("%s gives the secret away as %T", src, v)
		}
	}
}

func TestA2_ReleasedSecretsAreNotSecret(t *testing.T) {
	legal := []string{
		"${masked(auth.token)}", "${isSet(auth.token)}", "${isEmpty(auth.token)}", "${auth.token == 'x'}", "${auth.token != nil}",
		"${jwt(auth.token).exp}", "${jwt(auth.token).sub}", "Hi ${user.firstName}", "${isSet(auth.token) && user.age > 3}",
		"${map(users, masked(.apiToken))[0]}", "${filter(posts, .title == auth.token)}", "${len(users)}", "${count(users, .age > 3)}",
		"${map(users, .firstName)}", "${first(users).firstName}", "${auth.token == nil ? 'out' : 'in'}", "${not isSet(auth.token)}",
		"${auth.uid}", "${(first(users) ?? user).firstName}", "${(auth.loggedIn ? user : nil).city}", "${reverse(users)[0].age}", "${login.body.message}", "${{a: auth.token, b: 1}.b}", "${auth.token in ['a']}", "${any(users, .apiToken == 'x')}",
	}
	for _, src := range legal {
		tmpl := mustParse(t, src, nil)
		if tmpl.Secret() {
			t.Errorf("%s is seen as secret", src)
		}
		if v, err := tmpl.Eval(houseScope()); err != nil || HasSecret(v) {
			t.Errorf("%s gives a secret, or %v", src, err)
		}
	}
}

func TestA2_NestedInMapTemplates(t *testing.T) {
	env := house()
	parse := func(src string) *Template {
		tmpl, faults := env.Parse(src, nil)
		if faults != nil {
			t.Fatal(faults)
		}
		return tmpl
	}
	inner := MapOf([]string{"name", "token"}, []*Template{parse("${user.firstName}"), parse("x ${auth.token}")})
	outer := MapOf([]string{"list"}, []*Template{ListOfTemplates([]*Template{Const(1), inner})})
	if !outer.Secret() || !inner.Type().HasSecret() || outer.Field("list").Items()[1].Field("name").Secret() {
		t.Error("secrets in nested templates are not followed")
	}
	if got := strings.Join(outer.Reads(), " "); got != "auth.token user.firstName" {
		t.Errorf("Reads = %s", got)
	}
	v, err := outer.Eval(houseScope())
	if err != nil || !HasSecret(v) {
		t.Errorf("Eval = %v, %v", v, err)
	}
	b, err := EncodeJSON(Reveal(v))
	if err != nil || string(b) != `{"list":[1,{"name":"Ada","token":"x `+canary+`"}]}` {
		t.Errorf("EncodeJSON = %s, %v", b, err)
	}
}

func TestA2_MaskedKeepsTheMiddle(t *testing.T) {
	env := NewEnv().With("x", SecretType())
	tmpl, faults := env.Parse("${masked(x)}", TextType())
	if faults != nil || tmpl.Secret() {
		t.Fatal(faults)
	}
	for in, want := range map[string]string{
		"": "", "short": "…", strings.Repeat("a", 23): "…", strings.Repeat("é", 23): "…",
		"123456" + strings.Repeat("-", 14) + "wxyz": "123456…wxyz", canary: "eyJhbG…NARY",
	} {
		got, err := tmpl.Eval(Scope{"x": NewSecret(in)})
		if err != nil || got != want {
			t.Errorf("masked(%q) = %v, %v, want %q", in, got, err, want)
		}
	}
	if got, _ := tmpl.Eval(nil); got != nil {
		t.Errorf("masked(nil) = %v", got)
	}
}

func TestA2_SecretsSurviveTheirRoundabouts(t *testing.T) {
	for _, src := range []string{
		"${'Bearer ' + auth.token}", "${upper(auth.token)}", "${join([auth.token, 'x'], '')}", "${json({t: auth.token})}",
		"${fromJson(json({t: auth.token})).t}", "${split(auth.token, 'C')[0]}", "${auth.token[2:]}", "${base64(auth.token)}",
		"${string({a: auth.token})}", "${sort([auth.token])[0]}", "${auth.token + 1 + nil}",
	} {
		if v := mustEval(t, src); !HasSecret(v) {
			t.Errorf("%s gives %T %v", src, v, v)
		}
	}
	if v := mustEval(t, "${'Bearer ' + auth.token}"); Reveal(v) != "Bearer "+canary {
		t.Error("a joined secret lost its text")
	}
}
