package usher

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tracked lists the files of the repository that git knows or would add, without generated and vendored ones.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	args := append([]string{"ls-files", "-co", "--exclude-standard", "--"}, patterns...)
	out, err := exec.Command("git", args...).Output()
	if err != nil {
		t.Skip("not a git checkout: what belongs to the repository is not known here")
	}
	return strings.Fields(string(out))
}

func TestI2_BuildsWithoutNetworkOnceModulesAreThere(t *testing.T) {
	cmd := exec.Command("go", "build", "-o", filepath.Join(t.TempDir(), "usher"), "./cmd/usher")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly -trimpath", "GONOSUMDB=*", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// suppression matches what switches off a finding of staticcheck, gosec or gitleaks in one place.
var suppression = regexp.MustCompile(`(?:#no` + `sec|//lint:` + `ignore|gitleaks:` + `allow|//no` + `lint)(.*)`)

// maxSuppressions counts those in the code and the rules left out in scripts/test.sh (promise I8).
const maxSuppressions = 10

// suppressionsIn returns how many suppressions a text has and those that give no reason.
func suppressionsIn(text string) (n int, bare []string) {
	if !slices.ContainsFunc([]string{"#no" + "sec", "//lint:", "gitleaks:", "//no" + "lint"}, func(mark string) bool { return strings.Contains(text, mark) }) {
		return 0, nil // the expression is slow where races are watched
	}
	for _, m := range suppression.FindAllStringSubmatch(text, -1) {
		n++
		if len(strings.Fields(m[1])) < 4 {
			bare = append(bare, m[0])
		}
	}
	return n, bare
}

func TestI8_FewSuppressionsEachWithAReason(t *testing.T) {
	script, err := os.ReadFile("scripts/test.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"go vet", "staticcheck", "gosec", "-race"} {
		if !strings.Contains(string(script), tool) {
			t.Errorf("scripts/test.sh does not run %s", tool)
		}
	}
	total := 0
	if m := regexp.MustCompile(`-exclude=(\S+)`).FindStringSubmatch(string(script)); m != nil {
		total = len(strings.Split(m[1], ","))
	}
	for _, name := range tracked(t, "*.go") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n, bare := suppressionsIn(string(src))
		total += n
		for _, b := range bare {
			t.Errorf("%s: %q gives no reason", name, b)
		}
	}
	if total > maxSuppressions {
		t.Errorf("%d suppressions, at most %d are allowed", total, maxSuppressions)
	}
}

func TestI8_GuardCanFail(t *testing.T) {
	if n, bare := suppressionsIn("x() // #no" + "sec G301\ny() //lint:" + "ignore SA1000 because the pattern is one of ours\n"); n != 2 || len(bare) != 1 {
		t.Errorf("found %d suppressions, %d without reason; want 2 and 1", n, len(bare))
	}
}

// secretFile matches files that must never be committed, and keyText what they hold.
var (
	secretFile = regexp.MustCompile(`(?i)(^|/)(\.env(\..*)?|.*\.(key|keys|pem|p12|pfx|db|sqlite)|password\.txt|id_(rsa|ed25519))$`)
	keyText    = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE ` + `KEY-----`)
)

func looksSecret(name string, content []byte) bool {
	return secretFile.MatchString(name) || keyText.Match(content)
}

// TestI9_NoSecretsInTheRepository is the part that needs no tool; scripts/test.sh runs gitleaks over the same files.
func TestI9_NoSecretsInTheRepository(t *testing.T) {
	for _, name := range tracked(t) {
		content, err := os.ReadFile(name)
		if os.IsNotExist(err) { // deleted and not yet committed
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if looksSecret(name, content) {
			t.Errorf("%s looks like a secret", name)
		}
	}
	script, err := os.ReadFile("scripts/test.sh")
	if err != nil || !strings.Contains(string(script), "gitleaks dir") {
		t.Errorf("scripts/test.sh does not run gitleaks (%v)", err)
	}
}

func TestI9_GuardCanFail(t *testing.T) {
	for name, content := range map[string]string{"prod.env/.env": "", "data/usher.key": "", "a.go": "-----BEGIN EC PRIVATE " + "KEY-----"} {
		if !looksSecret(name, []byte(content)) {
			t.Errorf("%s was let through", name)
		}
	}
}

// TestGuardsStandWhereTheirTableSays: a guard that has moved is noticed before its change lands, not by whoever runs all tests next.
func TestGuardsStandWhereTheirTableSays(t *testing.T) {
	cmd := exec.Command("go", "test", "-count=1", "-run", "^TestTheSuiteNoticesEachMissingGuard$", "./internal/guards")
	cmd.Env = append(os.Environ(), "USHER_LONG=", "USHER_GUARD=(none is taken out here)")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// unreached returns the packages whose tests have a volume of their own (USHER_LONG) that no line of proofs in the script runs.
func unreached(script string, reads map[string]string) (left []string) {
	var runs []string
	for line := range strings.Lines(strings.ReplaceAll(script, "\\\n", "")) {
		if strings.Contains(line, "proofs -") {
			runs = append(runs, strings.Fields(line)...)
		}
	}
	for dir, file := range reads {
		if !slices.ContainsFunc(runs, func(word string) bool {
			tree, all := strings.CutSuffix(word, "/...")
			return word == "./"+dir || all && strings.HasPrefix("./"+dir+"/", tree+"/")
		}) {
			left = append(left, file)
		}
	}
	return left
}

// TestTheLongRunReachesEveryVolume: what runs small in each change is run at its full volume by scripts/test-long.sh.
func TestTheLongRunReachesEveryVolume(t *testing.T) {
	script, err := os.ReadFile("scripts/test-long.sh")
	if err != nil {
		t.Fatal(err)
	}
	reads := map[string]string{}
	for _, file := range tracked(t, "*_test.go") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), `os.Getenv("USHER_`+`LONG")`) {
			reads[filepath.ToSlash(filepath.Dir(file))] = file
		}
	}
	if left := unreached(string(script), reads); len(reads) < 5 || len(left) > 0 {
		t.Errorf("of %d packages with a full volume, scripts/test-long.sh runs none of %v", len(reads), left)
	}
	if left := unreached("proofs -v ./session/... \\\n ./app\ngo test ./call", map[string]string{"session/sqlstore": "a", "app": "b", "call": "c", "sessions": "d"}); len(left) != 2 {
		t.Errorf("of four packages two are reached, left: %v", left)
	}
}
