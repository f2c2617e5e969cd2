package value

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseFaults(t *testing.T) {
	for _, c := range []struct {
		src  string
		want *Type
		msg  string // sentence (hint)
		at   string // the source that the fault points at
	}{
		{"${user.firstNmae}", nil, `user.firstNmae: User has no field "firstNmae" (did you mean firstName?)`, "firstNmae"},
		{"${user.first_name}", nil, `user.first_name: User has no field "first_name" (did you mean firstName?)`, "first_name"},
		{"Grüezi ${usr.firstName}", nil, `unknown name "usr" (did you mean user?)`, "usr"},
		{"${form.usrname}", nil, `form.usrname: form has no field "usrname" (did you mean username?)`, "usrname"},
		{"${user.age.x}", nil, `user.age.x: user.age is int and has no field "x"`, "x"},
		{"${posts.title}", nil, `posts.title: posts is list of Post and has no field "title" (take one item, posts[0].title, or all, map(posts, .title))`, "title"},
		{"${auth.token.exp}", nil, `auth.token.exp: auth.token is secret and has no field "exp" (read a token's claims with jwt(auth.token).exp)`, "exp"},
		{"${map(posts, .titel)}", nil, `.titel: Post has no field "titel" (did you mean title?)`, "titel"},
		{"${upperr(user.firstName)}", nil, `unknown function "upperr" (did you mean upper?)`, "upperr"},
		{"${addDays(now(), 1)}", nil, `unknown function "addDays" (use addTime(time, 1, "day"))`, "addDays"},
		{"${replace('a')}", nil, `replace does not take 1 arguments (write replace(text, old, new))`, "replace"},
		{"${upper(posts)}", nil, `upper takes text, but posts is list of Post (use json(…))`, "posts"},
		{"${user.firstName - 1}", nil, `- needs numbers, but user.firstName is text (use number(user.firstName))`, "firstName"},
		{"${user.firstName && true}", nil, `user.firstName is text, not a condition (compare it, or use isSet(user.firstName))`, "firstName"},
		{"${user.age == '3'}", nil, `user.age == "3" compares int with text, which is never true (convert one with number(…) or string(…))`, "=="},
		{"${user.role == 'amdin'}", nil, `Role has no value "amdin" (did you mean admin?)`, "'amdin'"},
		{"${user.firstName matches '['}", nil, "the pattern is not a regular expression: missing closing ]: `[`", "'['"},
		{"${user.firstName.upper()}", nil, `values have no methods (write upper(user.firstName))`, "upper"},
		{"${user.age = 3}", nil, `"=" is not expected here (use == to compare)`, "="},
		{"${1 +}", nil, `the expression ends too early`, ""},
		{"${}", nil, `${} is empty (write an expression in it)`, "${}"},
		{"a ${user.age", nil, `${ is not closed (close it with }, or put the whole value in quotes: "${…}"; $${ is a plain ${)`, "${user.age"},
		{"${$env}", nil, `unknown name "$env"`, "$env"},
		{"${1; 2}", nil, "only one expression can stand here (remove the ;)", ""},
		{"${'a' * 2}", nil, `* needs numbers, but "a" is text (use number("a"))`, "'a'"},
		{"${3600}", TimeType(), "3600 is int, but a time is needed (use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp)", "3600"},
		{"${login.status * 2}", TimeType(), "login.status * 2 is int, but a time is needed (use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp)", "login.status * 2"},
		{"3600", TimeType(), `"3600" is not a time (use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp)`, "3600"},
		{"${user.firstName}", BoolType(), "user.firstName is text, but a bool is needed (compare it, or use isSet(…))", "user.firstName"},
		{"${user.firstName}", IntType(), "user.firstName is text, but an int is needed (use int(…))", "user.firstName"},
		{"a ${user.age}", IntType(), "a ${user.age} is text, but an int is needed (text around ${…} makes it text; write one ${…} alone)", "a ${user.age}"},
		{"12x", IntType(), `"12x" is not an int`, "12x"},
		{"yess", BoolType(), `"yess" is not a bool (write true or false)`, "yess"},
		{"${posts}", ListOf(IntType()), "posts is list of Post, but a list of int is needed", "posts"},
	} {
		tmpl, faults := house().Parse(c.src, c.want)
		if len(faults) != 1 || tmpl != nil {
			t.Errorf("%s: %d faults %v", c.src, len(faults), faults)
			continue
		}
		f := faults[0]
		if f.Hint != "" && strings.HasPrefix(f.Hint, "known names") {
			f.Hint = ""
		}
		if got := f.String(); got != c.msg {
			t.Errorf("%s:\n got %s\nwant %s", c.src, got, c.msg)
		}
		if at := c.src[f.Offset : f.Offset+f.Len]; c.at != "" && at != c.at {
			t.Errorf("%s points at %q, want %q", c.src, at, c.at)
		}
	}
}

func TestParseGivesAllFaults(t *testing.T) {
	_, faults := house().Parse("${usr} and ${user.x + user.y} and ${upperr(1)}", nil)
	if len(faults) != 4 {
		t.Errorf("%d faults: %v", len(faults), faults)
	}
}

func TestEval(t *testing.T) {
	for src, want := range map[string]any{
		"": "", "plain": "plain", "${user.firstName}": "Ada", "Hi ${user.firstName}!": "Hi Ada!", "$${user}": "${user}",
		"${user.age}": 36, "${user.age / 8}": 4.5, "${user.age % 5}": 1, "${-user.age}": -36, "${2 ** 3}": 8.0, "${1 + 2 * 3}": 7,
		"${9223372036854775807 + 1}": 9223372036854775808.0, "${'Age ' + user.age}": "Age 36", "${'a' + nil}": "a", "${nil + 1}": nil,
		"${user.age > 18 ? 'adult' : 'child'}": "adult", "${if user.age > 18 { 1 } else { 2 }}": 1,
		"${login.body.id}": 7, "${string(login.body.id)}": "7", "${login.body.x.y.z}": nil, "${item.title.x}": nil, "${reply}": nil,
		"${reply.body.items[3].x}": nil, "${reply?.body?.items}": nil, "${reply.body.message ?? 'That did not work'}": "That did not work",
		"${reply.n > 3}": false, "${reply.n < 3}": false, "${not (reply.n < 3)}": true, "${reply.a == nil}": true, "${reply.yes ? 1 : 2}": 2,
		"${reply.a && reply.b}": false, "${reply.a contains 'x'}": false, "${upper(reply.x)}": nil, "${len(reply.x)}": 0, "${map(reply.x, .y)}": []any{},
		"${item.title contains 'T'}": true, "${item.title startsWith 'x'}": false, "${'abc' endsWith 'c'}": true, "${'a1' matches '^[a-z][0-9]$'}": true,
		"${map(posts, .title)}": []any{"B", "A"}, "${map(posts, #index)}": []any{0, 1}, "${filter(posts, .likes > 1)[0].title}": "A",
		"${sortBy(posts, .title)[0].title}": "A", "${map(sortBy(posts, .likes, 'desc'), .likes)}": []any{5, 1}, "${sum(posts, .likes)}": 6,
		"${count(posts)}": 2, "${count(posts, .likes > 1)}": 1, "${any(posts, .likes == 5)}": true, "${all(posts, .likes == 5)}": false,
		"${find(posts, .title == 'A').likes}": 5, "${findIndex(posts, .title == 'A')}": 1, "${reduce(posts, #acc + .likes, 0)}": 6,
		"${posts[0].title}": "B", "${posts[-1].title}": "A", "${posts[9].title}": nil, "${posts[user.age].title}": nil, "${first(posts).title}": "B",
		"${last(posts).title}": "A", "${posts | filter(.likes > 1) | map(.title) | join(', ')}": "A", "${[3,1,2][0]}": 3, "${sort([3,1,2])}": []any{1, 2, 3},
		"${sort([3,1,2], 'desc')}": []any{3, 2, 1}, "${reverse([1,2])}": []any{2, 1}, "${unique([1,1.0,2])}": []any{1, 2}, "${[1,2,3][1:]}": []any{2, 3},
		"${'hello'[1:3]}": "el", "${'hello'[0]}": "h", "${keys({b: 1, a: 2})}": []any{"a", "b"}, "${{a: user.age}.a}": 36, "${1..3}": []any{1, 2, 3},
		"${2 in [1,2]}": true, "${'title' in item}": true, "${'x' not in item}": true, "${split('a,b', ',')}": []any{"a", "b"}, "${trim(' x ')}": "x",
		"${replace('aXbX', 'X', '-')}": "a-b-", "${lower('ÄB')}": "äb", "${initials('Ada King Lovelace')}": "AL", "${initials('emilys')}": "E",
		"${initials('ada@example.org')}": "A", "${default('', 'x')}": "x", "${default(reply.x, 3)}": 3, "${isSet(reply.x)}": false, "${isSet('')}": true, "${isEmpty('')}": true,
		"${isEmpty(posts)}": false, "${int('12')}": 12, "${int(12.9)}": 12, "${int('x')}": nil, "${number('1.5')}": 1.5, "${number('')}": nil, "${bool('yes')}": true,
		"${json({b: 1, a: 'x'})}": `{"a":"x","b":1}`, "${fromJson('{\"a\":[1]}').a[0]}": 1, "${fromJson('nope')}": nil, "${round(2.567, 1)}": 2.6,
		"${round(2.5)}": 3, "${floor(2.7)}": 2, "${ceil(2.1)}": 3, "${abs(-3)}": 3, "${min([3,1,2])}": 1, "${max(1, 2.5)}": 2.5, "${base64('a:b')}": "YTpi",
		"${let x = user.age; x + x}": 72, "${user.age == 36.0}": true, "${[1,2] == [1,2]}": true, "${{a: 1} == {a: 1.0}}": true, "${[1] + [2]}": []any{1, 2},
		"${'a}b'}": "a}b", "${'a' == \"a\"}": true, "${1 < 2 and 2 < 3}": true, "${user.role == 'admin'}": true, "${'1' + 2}": "12",
	} {
		if got := mustEval(t, src); !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %#v, want %#v", src, got, want)
		}
	}
}

func TestF027_MissingIsNeverTheTextNull(t *testing.T) {
	for _, src := range []string{"${reply.token}", "${string(reply.token)}", "${trim(reply.token)}", "${upper(string(reply.a.b.c))}", "${jwt(reply.token).exp}",
		"${reply.list[0]}", "${string(nil)}", "${unix(reply.x)}", "${masked(reply.token)}", "${reply.null}", "${string(reply.null)}", "${fromJson('null')}"} {
		got, err := mustParse(t, src, nil).Eval(Scope{"reply": map[string]any{"null": nil}})
		if got != nil || err != nil {
			t.Errorf("%s = %#v, %v", src, got, err)
		}
	}
	if got := mustEval(t, "a${reply.x}b${nil}c"); got != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestF019_B25_Expiry(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	token := func(claims string) string { return "e30." + strings.TrimRight(base64Text(claims), "=") + ".sig" }
	env := NewEnv().With("x", AnyType())
	for _, c := range []struct {
		src  string
		x    any
		want any
	}{
		{"${inSeconds(x)}", 60, now.Add(time.Minute)}, {"${inSeconds(x)}", "60", now.Add(time.Minute)}, {"${inMs(x)}", 1500, now.Add(1500 * time.Millisecond)},
		{"${inSeconds(x)}", nil, nil}, {"${inSeconds(x)}", "soon", nil}, {"${inSeconds(x)}", 1e308, nil}, {"${inSeconds(x)}", Number("1e999"), nil},
		{"${inSeconds(x)}", -5, now.Add(-5 * time.Second)}, {"${unix(x)}", now.Unix(), now}, {"${unixMs(x)}", now.UnixMilli(), now}, {"${unix(x)}", "", nil},
		{"${unix(x)}", -1e300, nil}, {"${time(x)}", "2030-01-02T03:04:05Z", now}, {"${time(x)}", "x", nil}, {"${time(x)}", 5, nil},
		{"${jwt(x).exp}", token(fmt.Sprintf(`{"exp":%d}`, now.Unix())), now}, {"${jwt(x).exp}", token(fmt.Sprintf(`{"exp":"%d"}`, now.Unix())), now},
		{"${jwt(x).exp}", token(fmt.Sprintf(`{"exp":%d}`, now.UnixMilli())), now}, {"${jwt(x).exp}", token(`{"exp":1e308}`), nil},
		{"${jwt(x).exp}", token(`{"exp":{"a":1}}`), nil}, {"${jwt(x).exp}", token(`{"sub":"a"}`), nil}, {"${jwt(x).sub}", token(`{"sub":"a"}`), "a"},
		{"${jwt(x).exp}", "garbage", nil}, {"${jwt(x).exp}", "a.b.c", nil}, {"${jwt(x).exp}", token(`[1]`), nil}, {"${jwt(x)}", strings.Repeat("a", 1<<20), nil},
		{"${jwt(x).exp}", NewSecret(token(fmt.Sprintf(`{"exp":%d}`, now.Unix()))), now}, {"${jwt(x).exp}", nil, nil}, {"${jwt(x).exp}", 5, nil},
	} {
		tmpl, faults := env.Parse(c.src, TimeType())
		if c.src == "${jwt(x).sub}" || c.src == "${jwt(x)}" {
			tmpl, faults = env.Parse(c.src, nil)
		}
		if faults != nil {
			t.Fatalf("%s: %v", c.src, faults)
		}
		got, err := tmpl.Eval(Scope{"x": c.x, "now": now})
		if at, ok := got.(time.Time); ok {
			got = at.UTC()
		}
		if got != c.want || err != nil {
			t.Errorf("%s of %.60v = %v, %v, want %v", c.src, c.x, got, err, c.want)
		}
	}
	if v := mustEval(t, "${inSeconds(0) == auth.expiry}"); v != false {
		t.Error("a time equals nothing")
	}
}

func TestFormatTime(t *testing.T) {
	env := NewEnv().With("t", TimeType())
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	for layout, want := range map[string]string{
		"date": "2 Jan 2030", "time": "02:04", "datetime": "2 Jan 2030, 02:04", "relative": "1 hour ago",
		"d MMMM yyyy": "2 January 2030", "yyyy-MM-dd HH:mm": "2030-01-02 02:04", "2006": "2030",
	} {
		tmpl, faults := env.Parse(`${formatTime(t, "`+layout+`")}`, TextType())
		if faults != nil {
			t.Fatal(faults)
		}
		if got, err := tmpl.Eval(Scope{"t": now.Add(-time.Hour).UTC(), "now": now}); got != want || err != nil {
			t.Errorf("%s = %v, %v, want %s", layout, got, err, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "just now", -90 * time.Second: "1 minute ago", 49 * time.Hour: "in 2 days", -400 * 24 * time.Hour: "1 year ago"} {
		if got := (*Locale)(nil).Relative(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestF5_FillEscapesHolesOnly(t *testing.T) {
	esc := func(v any) (string, error) { return url.PathEscape(Text(v)), nil }
	for src, want := range map[string]string{
		"/users/${form.username}/posts": "/users/ada%2F..%2Fx/posts", "${form.username}": "ada%2F..%2Fx", "/a b/?x": "/a b/?x",
		"/x/${'a/b'}": "/x/a%2Fb", "${'a/b'}": "a%2Fb", "/n/${user.age}${reply.x}": "/n/36",
	} {
		got, err := mustParse(t, src, nil).Fill(houseScope(), esc)
		if err != nil || got != want {
			t.Errorf("%s gives %s, %v, want %s", src, got, err, want)
		}
	}
	fail := func(any) (string, error) { return "", fmt.Errorf("refused") }
	if _, err := mustParse(t, "/a/${user.age}", nil).Fill(houseScope(), fail); err == nil {
		t.Error("an error of esc is lost")
	}
}

func TestReadsConstantsAndTypes(t *testing.T) {
	for src, want := range map[string]string{
		"${auth.token}": "auth.token", "${user.firstName + user.firstName}": "user.firstName", "${reply.body.items[0].title}": "reply.body.items",
		"${map(posts, .title)}": "posts", "${auth['token']}": "auth.token", "${auth[form.username]}": "auth form.username", "${1 + 1}": "",
		"a ${item.title} b ${user}": "item.title user", "${isSet(user.city)}": "user.city",
	} {
		if got := strings.Join(mustParse(t, src, nil).Reads(), " "); got != want {
			t.Errorf("%s reads %q, want %q", src, got, want)
		}
	}
	for src, want := range map[string]any{"x": "x", "${1 + 1}": 2, "${'a' + 'b'}": "ab", "$${x}": "${x}"} {
		if got, ok := mustParse(t, src, nil).Constant(); !ok || got != want {
			t.Errorf("%s is constant %v, %v", src, got, ok)
		}
	}
	for _, src := range []string{"${user}", "${inSeconds(1)}", "a${user.age}"} {
		if _, ok := mustParse(t, src, nil).Constant(); ok {
			t.Errorf("%s is constant", src)
		}
	}
	if v, ok := mustParse(t, "12", IntType()).Constant(); !ok || v != 12 {
		t.Errorf("12 is %v", v)
	}
	for src, want := range map[string]string{"${user.age}": "int", "${posts}": "list of Post", "a${user.age}": "text", "${auth.token + 'x'}": "secret", "${user.age / 2}": "number",
		"${map(posts, .likes)}": "list of int", "${reply.x}": "json", "${jwt(auth.token).exp}": "time", "${posts[0]}": "Post"} {
		if got := mustParse(t, src, nil).Type().String(); got != want {
			t.Errorf("%s is %s, want %s", src, got, want)
		}
	}
	if tmpl := (*Template)(nil); tmpl.Secret() || tmpl.Field("x") != nil || tmpl.Src() != "" {
		t.Error("a nil Template is not the constant nil")
	}
}

func TestMapTemplate(t *testing.T) {
	m := MapOf([]string{"b", "a"}, []*Template{Const(1), mustParse(t, "${user.age}", nil)})
	if got := fmt.Sprint(m.Keys(), m.Field("c") == nil); !strings.HasPrefix(got, "[b a] true") {
		t.Error(got)
	}
	v, err := m.Eval(houseScope())
	if err != nil || !reflect.DeepEqual(v, map[string]any{"a": 36, "b": 1}) {
		t.Errorf("%v, %v", v, err)
	}
	if v, ok := MapOf([]string{"x"}, []*Template{ListOfTemplates([]*Template{Const(1)})}).Constant(); !ok || !reflect.DeepEqual(v, map[string]any{"x": []any{1}}) {
		t.Errorf("constant %v, %v", v, ok)
	}
}
