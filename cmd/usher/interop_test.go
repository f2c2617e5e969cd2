package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/presets"
)

var update = flag.Bool("update", false, "write the table of docs/backends.md")

// realBackend is a backend that a preset's journeys run against: started here, in folders of its own, and made ready by scripts/interop.sh.
type realBackend struct {
	preset string
	base   string // path of the API that its app is told
	pinned string // module or package whose version interop/ pins; "" for Usher's own
	in     string // the file of interop/ that does so
	ready  string // what is there once scripts/interop.sh could install it, from the root
	start  func(t *testing.T) *testserver.Program
	seed   func(t *testing.T, address string) map[string]string // makes an account, and says what the journeys call it
}

func realBackends() []realBackend {
	return []realBackend{
		{preset: "issuer", start: startIssuer, seed: seedIssuer},
		{"pocketbase", "", "github.com/pocketbase/pocketbase", "pocketbase/go.mod", ".build/pocketbase", startPocketBase, seedPocketBase},
		{"parse", "/parse", "parse-server", "parse-server/package.json", "interop/parse-server/node_modules/.installed", startParse, seedParse},
		{"better-auth", "", "better-auth", "better-auth/package.json", "interop/better-auth/node_modules/.installed", startBetterAuth, seedBetterAuth},
		{"json-server-auth", "", "json-server-auth", "json-server-auth/package.json", "interop/json-server-auth/node_modules/.installed", startJSONServer, seedJSONServer},
		{"simplejwt", "", "djangorestframework-simplejwt", "simplejwt/requirements.txt", ".build/simplejwt", startSimpleJWT, seedSimpleJWT},
	}
}

// version is the one that interop/ pins, and nothing looser than that.
func (b realBackend) version(t *testing.T) string {
	t.Helper()
	if b.pinned == "" {
		return ownVersion
	}
	text, err := os.ReadFile(fromRoot(t, "interop", b.in))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(regexp.QuoteMeta(b.pinned) + `(?: v|": "|==)(\d+\.\d+\.\d+)\b`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("interop/%s pins no version of %s", b.in, b.pinned)
	}
	return string(found[1])
}

// TestPresetsPassAgainstRealBackends plays the journeys of a preset against what the preset is for. With USHER_INTEROP=1 these
// are all that scripts/interop.sh has installed, else Usher's own alone; with -update as well, the table of docs/backends.md tells of it.
func TestPresetsPassAgainstRealBackends(t *testing.T) {
	all := os.Getenv("USHER_INTEROP") != ""
	fresh := map[string]triedRow{}
	for _, b := range realBackends() {
		if b.pinned != "" && !all {
			continue
		}
		t.Run(b.preset, func(t *testing.T) {
			if b.ready != "" && !testserver.Required() {
				if _, err := os.Stat(fromRoot(t, b.ready)); err != nil {
					t.Skipf("%s is not installed: scripts/interop.sh installs it, or says why it cannot", b.preset)
				}
			}
			n := playAgainst(t, b)
			if fresh[b.preset] = (triedRow{b.version(t), n, time.Now().UTC().Format(time.DateOnly)}); b.pinned == "" {
				fresh[b.preset] = triedRow{b.version(t), n, eachRun}
			}
		})
	}
	if all && *update && !t.Failed() {
		writeTable(t, fresh)
	}
}

// playAgainst makes an app of the preset, starts the backend, and returns how many journeys passed.
func playAgainst(t *testing.T, b realBackend) int {
	server := b.start(t)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	values := b.seed(t, server.URL())
	dir := filepath.Join(t.TempDir(), "app")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"new", dir, "--backend", b.preset}, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, &out, &errOut)
	}
	playPrepared(t, b.preset, dir)
	code, said, faults := usherTest(t, values, dir, "--backend", server.URL()+b.base)
	wantAllPassed(t, code, said, faults)
	t.Logf("%s %s:\n%s", b.preset, b.version(t), said)
	passed := regexp.MustCompile(`(?m)^(\d+) passed`).FindStringSubmatch(said)
	if passed == nil {
		t.Fatal("no journey passed")
	}
	n, err := strconv.Atoi(passed[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// playPrepared has those journeys played too that need an account which only a stand-in has, unless somebody prepares it: the servers here do.
func playPrepared(t *testing.T, preset, dir string) {
	t.Helper()
	file := map[string]string{"pocketbase": "guest.txt", "parse": "refusals.txt", "simplejwt": "refusals.txt"}[preset]
	if file == "" {
		return
	}
	path := filepath.Join(dir, "tests", file)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := bytes.ReplaceAll(src, []byte("\nstand-in only\n"), []byte("\n"))
	if bytes.Equal(all, src) {
		t.Fatalf("%s of %s asks for no account that must be prepared", file, preset)
	}
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPreparedJourneysAreForTheStandIn: the journeys that need an account in an odd state are skipped against a backend in which nobody has made it.
func TestPreparedJourneysAreForTheStandIn(t *testing.T) {
	for _, preset := range []string{"pocketbase", "parse", "simplejwt"} {
		dir := filepath.Join(t.TempDir(), "app")
		var out, errOut bytes.Buffer
		if code := run(t.Context(), []string{"new", dir, "--backend", preset}, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
			t.Fatalf("exit code %d\n%s%s", code, &out, &errOut)
		}
		playPrepared(t, preset, dir)
	}
}

// fromRoot is a path of the repository.
func fromRoot(t *testing.T, parts ...string) string {
	t.Helper()
	return filepath.Join(append([]string{filepath.Dir(repoExamples(t))}, parts...)...)
}

func startProgram(t *testing.T, name, ready string, make func(dir string, port int) *exec.Cmd) *testserver.Program {
	t.Helper()
	p, err := testserver.StartProgram(name, ready, make)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// startNode runs a server of interop/ with what its lock file names.
func startNode(t *testing.T, folder, script, ready string, env ...string) *testserver.Program {
	t.Helper()
	return startProgram(t, folder, ready, func(dir string, port int) *exec.Cmd {
		c := exec.Command("node", fromRoot(t, "interop", folder, script))
		c.Dir = dir // for what it writes where it stands
		c.Env = append(append(os.Environ(), "PORT="+strconv.Itoa(port)), env...)
		return c
	})
}

// asked sends JSON and returns the reply's; any status but a 2xx ends the test.
func asked(t *testing.T, method, url string, body map[string]any, headers ...string) map[string]any {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	var out map[string]any
	if err != nil || resp.StatusCode/100 != 2 || json.Unmarshal(said, &out) != nil {
		t.Fatalf("%s %s: %s, %v\n%s", method, url, resp.Status, err, said)
	}
	return out
}

const (
	seedName     = "Emily Hart"
	seedMail     = "emily@example.com"
	seedPassword = "orange-river-stone"
)

// valuesOf is what the journeys call the account.
func valuesOf(uid any, identifier, wrong string) map[string]string {
	return map[string]string{"IDENTIFIER": identifier, "PASSWORD": seedPassword, "FULL_NAME": seedName, "USER_UID": fmt.Sprint(uid), "WRONG": wrong}
}

func startIssuer(t *testing.T) *testserver.Program {
	return startProgram(t, "usher issuer", "/openapi.yaml", func(dir string, port int) *exec.Cmd {
		return exec.Command("usher", "issuer", "--listen", "127.0.0.1:"+strconv.Itoa(port), "--data", dir)
	})
}

func seedIssuer(t *testing.T, address string) map[string]string {
	made := asked(t, "POST", address+"/auth/signup", map[string]any{"username": "emily", "email": seedMail, "firstName": seedName, "password": seedPassword})
	return valuesOf(made["id"], "emily", "Username or password is wrong.")
}

const pocketBaseRoot = "root@example.com"

func startPocketBase(t *testing.T) *testserver.Program {
	bin := fromRoot(t, ".build", "pocketbase")
	return startProgram(t, "PocketBase", "/api/health", func(dir string, port int) *exec.Cmd {
		data := filepath.Join(dir, "data")
		if out, err := exec.CommandContext(t.Context(), bin, "superuser", "upsert", pocketBaseRoot, seedPassword, "--dir", data).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return exec.Command(bin, "serve", "--http", "127.0.0.1:"+strconv.Itoa(port), "--dir", data)
	})
}

// seedPocketBase makes a second account too, which its settings ask for a code after the password.
func seedPocketBase(t *testing.T, address string) map[string]string {
	api := address + "/api/collections/"
	root := asked(t, "POST", api+"_superusers/auth-with-password", map[string]any{"identity": pocketBaseRoot, "password": seedPassword})
	asked(t, "PATCH", api+"users", map[string]any{
		"otp": map[string]any{"enabled": true}, "mfa": map[string]any{"enabled": true, "rule": "email = 'maria@example.com'"},
	}, "Authorization", fmt.Sprint(root["token"]))
	account := func(name, mail, password string) any {
		return asked(t, "POST", api+"users/records", map[string]any{"name": name, "email": mail, "password": password, "passwordConfirm": password})["id"]
	}
	account("Maria", "maria@example.com", "somebody else's password")
	return valuesOf(account(seedName, seedMail, seedPassword), seedMail, "Failed to authenticate.")
}

func startBetterAuth(t *testing.T) *testserver.Program {
	return startNode(t, "better-auth", "server.mjs", "/api/auth/ok")
}

func seedBetterAuth(t *testing.T, address string) map[string]string {
	made := asked(t, "POST", address+"/api/auth/sign-up/email", map[string]any{"name": seedName, "email": seedMail, "password": seedPassword})
	return valuesOf(made["user"].(map[string]any)["id"], seedMail, "Invalid email or password")
}

func startParse(t *testing.T) *testserver.Program {
	pg, err := testserver.StartPostgres("fsync=off")
	testserver.Need(t, err)
	t.Cleanup(func() {
		if err := pg.Close(); err != nil {
			t.Error(err)
		}
	})
	return startNode(t, "parse-server", "server.mjs", "/parse/health", "DATABASE_URL="+pg.Database(t))
}

// seedParse makes a second account too, which the server's cloud code lets read nothing.
func seedParse(t *testing.T, address string) map[string]string {
	account := func(username, mail, name string) any {
		return asked(t, "POST", address+"/parse/users", map[string]any{"username": username, "email": mail, "name": name, "password": seedPassword},
			"X-Parse-Application-Id", "my-app")["objectId"]
	}
	account("paul", "paul@example.com", "Paul Reed")
	values := valuesOf(account("emily", seedMail, seedName), "emily", "Invalid username/password.")
	values["FORBIDDEN"] = "paul"
	return values
}

func startJSONServer(t *testing.T) *testserver.Program {
	return startNode(t, "json-server-auth", "server.cjs", "/db")
}

func seedJSONServer(t *testing.T, address string) map[string]string {
	made := asked(t, "POST", address+"/register", map[string]any{"name": seedName, "email": seedMail, "password": seedPassword})
	return valuesOf(made["user"].(map[string]any)["id"], seedMail, "Incorrect password")
}

func startSimpleJWT(t *testing.T) *testserver.Program {
	return startProgram(t, "SimpleJWT", "/api/me/", func(dir string, port int) *exec.Cmd {
		c := exec.Command("/usr/bin/python3", fromRoot(t, "interop", "simplejwt", "server.py"), dir) // Debian's, whose packages these are
		c.Env = append(os.Environ(), "PORT="+strconv.Itoa(port), "PASSWORD="+seedPassword)
		return c
	})
}

// seedSimpleJWT has nothing to make: SimpleJWT has no sign-up, so the server made its accounts.
func seedSimpleJWT(*testing.T, string) map[string]string {
	values := valuesOf(1, "emily", "No active account found with the given credentials")
	values["FULL_NAME"] = "emily"
	return values
}

// The table of docs/backends.md.
const (
	tableDoc   = "backends.md"
	tableBegin = "<!-- presets: scripts/interop.sh writes these lines -->\n"
	tableEnd   = "<!-- end of presets -->\n"
	tableHead  = "| preset | backend | tried against | version | journeys | when |\n|---|---|---|---|---|---|\n"
	ownVersion = "this one"
	eachRun    = "each test run"
)

// triedRow says that journeys passed against a real backend.
type triedRow struct {
	version  string
	journeys int
	when     string
}

// tableOf cuts the table out of the document.
func tableOf(doc string) (before, table, after string, err error) {
	before, rest, ok := strings.Cut(doc, tableBegin)
	table, after, ends := strings.Cut(rest, tableEnd)
	if !ok || !ends {
		return "", "", "", fmt.Errorf("docs/%s holds no table between its two marks", tableDoc)
	}
	return before, table, after, nil
}

var realRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| real \\| ([^|]+) \\| (\\d+) \\| (\\d{4}-\\d\\d-\\d\\d) \\|$")

// triedBefore reads the rows of real backends.
func triedBefore(table string) map[string]triedRow {
	out := map[string]triedRow{}
	for _, m := range realRow.FindAllStringSubmatch(table, -1) {
		n, err := strconv.Atoi(m[3])
		if _, bad := time.Parse(time.DateOnly, m[4]); err == nil && bad == nil {
			out[m[1]] = triedRow{m[2], n, m[4]}
		}
	}
	return out
}

// tableFor writes one row a preset. It is real if it was tried at the version that is pinned with as many journeys as it has now.
func tableFor(t *testing.T, tried map[string]triedRow) string {
	t.Helper()
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, b := range realBackends() {
		versions[b.preset] = b.version(t)
	}
	table := tableHead
	for _, p := range all {
		n := journeysOf(t, p)
		how, row := "recorded replies", triedRow{"–", n, eachRun}
		if versions[p.Name] == ownVersion {
			how, row = "real", triedRow{ownVersion, n, eachRun}
		} else if was, ok := tried[p.Name]; ok && was.version == versions[p.Name] && was.journeys == n {
			how, row = "real", was
		}
		table += fmt.Sprintf("| `%s` | %s | %s | %s | %d | %s |\n", p.Name, p.Title, how, row.version, row.journeys, row.when)
	}
	return table
}

var journeyLine = regexp.MustCompile(`(?m)^journey:`)

// journeysOf counts a preset's journeys.
func journeysOf(t *testing.T, p presets.Preset) (n int) {
	t.Helper()
	app, err := p.App()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(app, "tests/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(app, name)
		if err != nil {
			t.Fatal(err)
		}
		n += max(1, len(journeyLine.FindAll(text, -1))) // a file without such a line is one journey
	}
	return n
}

// writeTable writes the table with what has just been tried.
func writeTable(t *testing.T, fresh map[string]triedRow) {
	t.Helper()
	doc, err := os.ReadFile(fromRoot(t, "docs", tableDoc))
	if err != nil {
		t.Fatal(err)
	}
	before, table, after, err := tableOf(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	tried := triedBefore(table)
	maps.Copy(tried, fresh)
	if err := os.WriteFile(fromRoot(t, "docs", tableDoc), []byte(before+tableBegin+tableFor(t, tried)+tableEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheTableOfBackendsIsTrue: each preset once, and real only what was tried as it is now and at the version that interop/ pins.
func TestTheTableOfBackendsIsTrue(t *testing.T) {
	if *update {
		writeTable(t, nil)
	}
	doc, err := os.ReadFile(fromRoot(t, "docs", tableDoc))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _, err := tableOf(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	if want := tableFor(t, triedBefore(table)); table != want {
		t.Errorf("docs/%s does not say what is so:\n%s\nwant:\n%s\nTry the backends again with scripts/interop.sh, or call them recorded with\n  go test ./cmd/usher -run TheTableOfBackends -update", tableDoc, table, want)
	}
}

// TestTheTableOfBackendsRefuses: claims that are not so do not survive.
func TestTheTableOfBackendsRefuses(t *testing.T) {
	b := realBackends()[1]
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(p presets.Preset) bool { return p.Name == b.preset })
	n := journeysOf(t, all[i])
	good := tableFor(t, map[string]triedRow{b.preset: {b.version(t), n, "2026-11-28"}})
	if table := tableFor(t, triedBefore(good)); table != good || !strings.Contains(good, "| real | "+b.version(t)+" |") {
		t.Fatalf("a table that holds does not stay as it is:\n%s\n%s", good, table)
	}
	line := regexp.MustCompile("(?m)^\\| `" + b.preset + "`.*\n").FindString(good)
	for what, table := range map[string]string{
		"a preset that is missing":         strings.Replace(good, line, "", 1),
		"a preset that is there twice":     strings.Replace(good, line, line+line, 1),
		"a version that is not pinned":     strings.Replace(good, b.version(t), "0.0.1", 1),
		"other journeys than it has":       strings.Replace(good, fmt.Sprintf("| %d | 2026-11-28", n), fmt.Sprintf("| %d | 2026-11-28", n+1), 1),
		"no day":                           strings.Replace(good, "2026-11-28", "lately", 1),
		"a backend that is not in interop": regexp.MustCompile("(`dummyjson` \\| DummyJSON) \\| recorded replies \\| – \\| (\\d+) \\| each test run").ReplaceAllString(good, "$1 | real | 1.0.0 | $2 | 2026-11-28"),
	} {
		if table == good || tableFor(t, triedBefore(table)) == table {
			t.Errorf("%s stays:\n%s", what, table)
		}
	}
}
