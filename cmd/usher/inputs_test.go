package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const inputsApp = `usher: 1
name: Inputs
authentication: {enabled: true, type: custom, entryPage: start, loggedInPage: home}
env: {API_URL: http://backend.localhost}
`

const inputsCalls = `url: ${env.API_URL}
calls:
  login: {method: POST, path: /login, json: {username: emily, password: "orange-river-stone"}, reply: Token}
  send: {method: POST, path: /photo, auth: required, params: {photo: file}, multipart: {photo: "${params.photo}"}}
  many: {method: POST, path: /many, params: {photos: list of file}, multipart: {photo: "${params.photos}"}}
  photo: {path: /photo, auth: required}
  report: {path: /report, auth: required}
`

const inputsPage = `path: /all
title: All inputs
access: any
state: {said: {type: text, default: Nothing yet}}
body:
  - text: "Said: ${state.said}"
  - form:
      onSubmit:
        - setState:
            said: "${form.size} ${join(form.wishes, '+')} ${join(form.days, '+')} ${form.pin} ${form.country} ${form.way} ${form.dark} ${form.agreed} ${form.day} ${form.count} ${form.notes}"
      children:
        - slider: {id: size, label: Size, min: 0, max: 10, step: 1}
        - checkboxGroup: {id: wishes, label: Wishes, options: [Sea, Old towns]}
        - checkboxGroup: {id: days, label: Days, options: [Sea, Monday]}
        - pinCode: {id: pin, label: Code, length: 4}
        - dropdown: {id: country, label: Country, options: [France, Italy]}
        - radioGroup: {id: way, label: Way, options: [Foot, Bike]}
        - switch: {id: dark, label: Dark}
        - checkbox: {id: agreed, label: Agreed}
        - dateField: {id: day, label: Day}
        - numberField: {id: count, label: Count}
        - textField: {id: notes, label: Notes}
        - button: {text: Send, submit: true}
  - form:
      onSubmit: [{setState: {said: "Found ${form.find}"}}]
      children: [{searchField: {id: find, label: Find}}]
  - form:
      onSubmit:
        - call: api.many
          with: {photos: "${form.photos}"}
          as: sent
        - setState: {said: "${sent.body.count} files, the last is ${form.photos[1].name}"}
      children:
        - fileUpload: {id: photos, label: Some pictures, multiple: true, accept: image/*}
        - button: {text: Send them, submit: true}
  - table:
      label: Walks
      data: "${[{name: 'Lake'}, {name: 'Alp'}]}"
      columns: [{label: Walk, field: name}]
  - menu: {label: Options, children: [{button: {text: Erase, onTap: [{confirm: {text: "Really?"}}, {setState: {said: Erased}}]}}]}
  - tabBar: {label: Parts, tabs: [{label: Up, children: [{text: The way up}]}, {label: Down, children: [{text: The way down}]}]}
  - button: {text: Name it, onTap: [{dialog: {text: What?, input: Your name}, as: asked}, {setState: {said: "Named ${asked.value}"}}]}
  - button: {text: Terms, onTap: [{open: terms}]}
  - dialog: {id: terms, label: The terms, children: [{button: {text: Agree to them, onTap: [{setState: {said: Agreed}}, close]}}]}
  - button: {text: Enter, onTap: [{call: api.login, as: login}, {logIn: {token: "${login.body.token}", navigate: false}}]}
  - button: {text: Report, onTap: [{download: {call: api.report, name: year.csv}}]}
  - conditional:
      when: ${auth.loggedIn}
      then:
        - image: {call: api.photo, alt: My hut}
        - form:
            onSubmit:
              - call: api.send
                with: {photo: "${form.photo}"}
                as: stored
                then: [{snackBar: "Stored ${stored.body.name}, ${stored.body.size} bytes of ${stored.body.kind}"}]
            children:
              - fileUpload: {id: photo, label: Photo, accept: image/*, required: true}
              - button: {text: Store, submit: true}
`

const inputsBackend = `standin: 1
env: {API_URL: http://backend.localhost}
accounts: [{username: emily, password: orange-river-stone}]
tokens: {access: {life: 1h}, refresh: {life: 30d}, rotation: none}
routes:
  - {on: POST /login, logIn: {name: "${body.username}", password: "${body.password}"}, json: {token: "${issued.access}"}}
  - on: POST /photo
    auth: required
    set: {photo: "${body.photo}"}
    json: {name: "${account.photo.name}", size: "${account.photo.size}", kind: "${account.photo.type}"}
  - {on: POST /many, json: {count: "${len(body.photo)}"}}
  - on: GET /photo
    auth: required
    replies: [{when: "${isSet(account.photo)}", file: "${account.photo}"}, {status: 404, json: {message: There is none.}}]
  - {on: GET /report, auth: required, text: "a,b", headers: {Content-Type: text/csv}}
`

const inputsJourney = `
open all
fill "Size" "7"
check "Sea" in "Wishes"
check "Old towns"
uncheck "Old towns"
expect unchecked "Old towns"
check "Monday"
fill "Code" "1234"
choose "Country" "Italy"
choose "Way" "Bike"
check "Dark"
check "Agreed"
fill "Day" "2026-05-31"
fill "Count" "3"
fill "Notes" "two lines"
click "Send"
see "Said: 7 Sea Monday 1234 Italy Bike true true 2026-05-31 3 two lines"
fill "Find" "huts"
press enter in "Find"
see "Said: Found huts"
click "Walk"
see "Alp Lake"
click "Walk"
see "Lake Alp"
click "Erase"
click "OK"
see "Said: Erased"
not see "The way down"
click "Down"
see "The way down"
click "Name it"
fill "Your name" "Ann"
click "OK"
see "Said: Named Ann"
click "Terms"
click "Agree to them"
see "Said: Agreed"
choose file "Some pictures" "hut.png"
choose file "Some pictures" "hut.png"
click "Send them"
see "Said: 2 files, the last is hut.png"
click "Enter"
expect no picture "My hut"
click "Store"
expect error "Photo: the browser wants it filled in"
choose file "Photo" "notes.txt"
click "Store"
expect error "PNG"
choose file "Photo" "notes.txt"
choose file "Photo" "hut.png"
click "Store"
expect notice "Stored hut.png,"
see "bytes of image/png"
expect picture "My hut"
expect 2 calls of api.photo
click "Report"
expect notice "The file year.csv is ready."
click "Download"
expect page all
expect file "year.csv"
`

// aPicture is a small PNG.
func aPicture(t *testing.T, path string) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		img.Set(i, i*3/4, color.RGBA{uint8(6 * i), 90, 60, 255})
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// inputsDir is an app with each kind of input, and a picture beside its journeys.
func inputsDir(t *testing.T, journey string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app.yaml": inputsApp, "calls/api.yaml": inputsCalls, "types/Token.yaml": "fields: {token: secret}\n", "pages/all.yaml": inputsPage,
		"pages/home.yaml":    "path: /home\ntitle: Home\naccess: loggedIn\nbody: [{link: {text: All, page: all}}]\n",
		"pages/start.yaml":   "path: /start\ntitle: Start\naccess: loggedOut\nbody: [{link: {text: All, page: all}}]\n",
		"tests/backend.yaml": inputsBackend, "tests/all.txt": journey, "tests/notes.txt": "# no journey\nopen /\n",
	} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	aPicture(t, filepath.Join(dir, "tests/hut.png"))
	return dir
}

// TestF224_EveryInputCanBeDriven: each kind of input, dialogs, tables, menus, tabs, files that are sent, a picture and a file that come by a call.
func TestF224_EveryInputCanBeDriven(t *testing.T) {
	t.Parallel()
	code, out, errOut := usherTest(t, nil, inputsDir(t, inputsJourney), "--run", "all.txt")
	wantAllPassed(t, code, out, errOut)
}

// TestF224_FilesThatAreNotThere: a missing file is said before anything is run, and a step that gives a file to a field for text is said where it stands.
func TestF224_FilesThatAreNotThere(t *testing.T) {
	t.Parallel()
	for steps, want := range map[string]string{
		"open all\nchoose file \"Some pictures\" \"gone.png\"":                               `there is no file "gone.png" beside the journeys`,
		"open all\nchoose file \"Some pictures\" \"../app.yaml\"":                            `there is no file "../app.yaml"`,
		"open all\nchoose file \"Notes\" \"hut.png\"":                                        "the field takes no files",
		"open all\nfill \"Some pictures\" \"hut.png\"":                                       "choose file",
		"open all\nexpect file \"x\"":                                                        "no file to keep",
		"open all\nexpect picture \"My hut\"":                                                `no picture "My hut"`,
		"open all\nclick \"Enter\"\nexpect picture \"My hut\"":                               "it does not load: the answer is 502",
		"open all\nclick \"Enter\"\nclick \"Report\"\nclick \"Download\"\nexpect file \"b\"": `the file is called "year.csv"`,
		"open all\ncheck \"Sea\" in \"Country\"":                                             `there is no box "Sea" in "Country"`,
	} {
		code, out, errOut := usherTest(t, nil, inputsDir(t, steps), "--run", "all.txt")
		if code != 1 || !strings.Contains(out+errOut, want) {
			t.Errorf("%q: exit code %d, without %q\n%s%s", steps, code, want, out, errOut)
		}
	}
}
