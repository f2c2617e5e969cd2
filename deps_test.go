// Package usher holds no code: it is the root of the repository, and this test is the law of its house.
package usher

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/usherdev/usher"

// mayImport says which of our packages each package may import, and what else it must not.
// It is a statement of policy (docs/architecture.md): a failing build is mended in the code, and a new package begins with a row here and a reason.
var mayImport = map[string]struct {
	ours  []string // packages of ours; a trailing /... covers a subtree
	never []string // other import paths that would break what the package is for
}{
	"value":                  {never: []string{"net/http", "os", "database/sql", "log/slog"}},
	"project":                {ours: []string{"value"}, never: []string{"net/http", "os", "database/sql", "log/slog"}},
	"imports":                {ours: []string{"value", "project"}, never: []string{"net/http", "os", "database/sql", "log/slog"}}, // sources become edits: cmd and studio both offer it
	"session":                {never: []string{"database/sql", "net/http/cookiejar"}},                                             // log/slog for Secret.LogValue alone
	"session/sessiontest":    {ours: []string{"session"}},
	"session/sqlstore":       {ours: []string{"session", "internal/sqldb"}},
	"session/redisstore":     {ours: []string{"session"}},
	"openid":                 {never: []string{"net/http/cookiejar", "database/sql", "log/slog"}}, // the protocol alone: call sends what is secret
	"call":                   {ours: []string{"value", "project", "session", "openid"}, never: []string{"net/http/cookiejar", "database/sql"}},
	"flow":                   {ours: []string{"value", "project", "session", "call"}, never: []string{"net/http", "database/sql"}},
	"render":                 {ours: []string{"value", "project"}, never: []string{"net/http", "log/slog", "database/sql"}},
	"app":                    {ours: []string{"value", "project", "session", "openid", "call", "flow", "render"}, never: []string{"database/sql"}},
	"studio":                 {ours: []string{"value", "project", "call", "imports"}, never: []string{"database/sql"}},
	"issuer/wire":            {},
	"issuer":                 {ours: []string{"issuer/wire", "internal/sqldb"}},
	"client":                 {ours: []string{"session", "issuer/wire"}, never: []string{"database/sql", "log/slog", "net/http/cookiejar"}},
	"examples":               {},
	"entrance":               {ours: []string{"value", "project", "session", "call", "flow"}, never: []string{"database/sql", "log/slog", "net/http", "os"}}, // the one way in with a test account
	"probe":                  {ours: []string{"value", "project", "session", "call", "flow", "entrance"}, never: []string{"database/sql", "log/slog", "net/http"}},
	"trial":                  {ours: []string{"value", "project", "call", "imports"}, never: []string{"database/sql", "log/slog", "net/http", "os"}},      // one call, shown: the command and the studio both offer it
	"presets":                {},                                                                                                                          // apps for backends that people meet, as data
	"templates":              {},                                                                                                                          // pages to begin with, as data
	"fitting":                {ours: []string{"value", "project", "presets", "templates"}, never: []string{"database/sql", "log/slog", "net/http", "os"}}, // a template's page, made to fit an app
	"journey":                {ours: []string{"value"}, never: []string{"os", "database/sql", "log/slog", "net/http/httptest"}},                           // value for “did you mean” alone
	"standin":                {ours: []string{"value"}, never: []string{"os", "database/sql", "log/slog", "net/http/httptest"}},
	"internal/sqldb":         {},
	"internal/testserver":    {}, // starts real servers for tests; no package may import it outside its tests
	"internal/folder":        {ours: []string{"project"}},
	"internal/stubs":         {},                                   // what real backends send, for tests and presets; its tests run the parts together
	"internal/hostile":       {},                                   // the scriptable bad backend of the suites: no row names it, so nothing that ships can import it
	"internal/naughty":       {ours: []string{"project"}},          // strings that break programs, and an app with every place that shows text: tests alone
	"internal/naughty/print": {ours: []string{"internal/naughty"}}, // hands them to the journeys
	"internal/guards":        {},                                   // takes guards out of copies of the source, to see tests fail; tests alone
	"cmd/usher": {ours: []string{"value", "project", "session", "session/sqlstore", "session/redisstore", "call", "flow", "render", "app", "studio",
		"issuer", "examples", "presets", "templates", "fitting", "imports", "journey", "standin", "probe", "entrance", "trial", "internal/sqldb", "internal/folder"}},
	"": {},
}

// maxDirect is the most direct module requirements the product may have (promise I6).
const maxDirect = 25

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func faultsOf(p pkg) []string {
	name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
	row, listed := mayImport[name]
	if !listed {
		return []string{fmt.Sprintf("%s has no row in the import table", p.ImportPath)}
	}
	var faults []string
	for _, imp := range p.Imports {
		ours, isOurs := strings.CutPrefix(imp, module+"/")
		if isOurs && !slices.Contains(row.ours, ours) {
			faults = append(faults, fmt.Sprintf("%s may not import %s", name, ours))
		}
		if slices.Contains(row.never, imp) {
			faults = append(faults, fmt.Sprintf("%s may never import %s", name, imp))
		}
	}
	return faults
}

func TestImportTable(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, f := range faultsOf(p) {
			t.Error(f)
		}
	}
}

// TestImportTableCanFail shows that the guard above sees an unlisted package, a sibling and a forbidden import.
func TestImportTableCanFail(t *testing.T) {
	for _, p := range []pkg{
		{ImportPath: module + "/util"},
		{ImportPath: module + "/app", Imports: []string{module + "/issuer"}},
		{ImportPath: module + "/session", Imports: []string{module + "/value"}},
		{ImportPath: module + "/render", Imports: []string{"net/http"}},
	} {
		if len(faultsOf(p)) == 0 {
			t.Errorf("%+v was let through", p)
		}
	}
}

// directModules reads go.mod's requirements that are not marked indirect.
func directModules(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var direct []string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) >= 2 && strings.Contains(fields[0], ".") && strings.HasPrefix(fields[1], "v") && !strings.Contains(line, "// indirect") {
			direct = append(direct, fields[0])
		}
	}
	return direct
}

func TestI6_FewDirectModulesEachWithAReason(t *testing.T) {
	direct := directModules(t)
	if len(direct) == 0 || len(direct) > maxDirect {
		t.Errorf("%d direct modules, at most %d are allowed", len(direct), maxDirect)
	}
	contributing, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range direct {
		if !bytes.Contains(contributing, []byte("`"+m+"`")) {
			t.Errorf("CONTRIBUTING.md does not say why %s is needed", m)
		}
	}
}
