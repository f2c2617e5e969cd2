package usher

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Rows are the promises (A1, F18) and the features (F001, three digits) that tests are named after: TestF040_…, TestF041_F047_…,
// and 'F041 F043 …' in the journeys.
var (
	rowName  = regexp.MustCompile(`^(F\d{3}|[A-I]\d{1,2})$`)
	goTest   = regexp.MustCompile(`(?m)^func (?:Test|Fuzz)(\w+)\(`)
	journey  = regexp.MustCompile("\\btest\\(['\"`]([^'\"`]+)")
	tableRow = regexp.MustCompile(`(?m)^\| ([A-I]\d+) \|`)
)

const (
	promisesDoc = "docs/promises.md"
	featuresDoc = "docs/features.md"
)

// docOf says which document explains a row.
func docOf(row string) string {
	if len(row) == len("F001") {
		return featuresDoc
	}
	return promisesDoc
}

// leadingRows returns the rows that a name begins with.
func leadingRows(name, sep string) []string {
	words := strings.Split(name, sep)
	for i, w := range words {
		if !rowName.MatchString(w) {
			return words[:i]
		}
	}
	return words
}

// testedRows returns the rows that the names of tests in src begin with.
func testedRows(file, src string) []string {
	pattern, sep := goTest, "_"
	if strings.HasSuffix(file, ".mjs") {
		pattern, sep = journey, " "
	}
	var rows []string
	for _, m := range pattern.FindAllStringSubmatch(src, -1) {
		rows = append(rows, leadingRows(m[1], sep)...)
	}
	return rows
}

// rowFaults compares the rows that tests are named after with those that the documents explain. tested maps a row to the file of one
// of its tests, documented a row to the documents in which it stands.
func rowFaults(tested map[string]string, documented map[string][]string) []string {
	var faults []string
	for _, row := range slices.Sorted(maps.Keys(tested)) {
		if len(documented[row]) == 0 {
			faults = append(faults, fmt.Sprintf("%s names a test after %s, which %s does not explain", tested[row], row, docOf(row)))
		}
	}
	for _, row := range slices.Sorted(maps.Keys(documented)) {
		if docs := documented[row]; len(docs) > 1 {
			faults = append(faults, fmt.Sprintf("%s is explained twice: %s", row, strings.Join(docs, ", ")))
		} else if docs[0] != docOf(row) {
			faults = append(faults, fmt.Sprintf("%s belongs into %s, not %s", row, docOf(row), docs[0]))
		}
		if tested[row] == "" {
			faults = append(faults, fmt.Sprintf("%s explains %s, and no test is named after it", documented[row][0], row))
		}
	}
	return faults
}

func TestEveryRowIsExplainedAndTested(t *testing.T) {
	tested := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != "."):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".test.mjs"):
			return nil
		}
		src, err := os.ReadFile(path)
		for _, row := range testedRows(path, string(src)) {
			tested[row] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, doc := range []string{promisesDoc, featuresDoc} {
		src, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tableRow.FindAllStringSubmatch(string(src), -1) {
			documented[m[1]] = append(documented[m[1]], doc)
		}
	}
	if len(tested) < 100 || len(documented) < 100 {
		t.Errorf("only %d tested and %d documented rows were found", len(tested), len(documented))
	}
	for _, f := range rowFaults(tested, documented) {
		t.Error(f)
	}
}

// TestRowsCanFail shows that the guard above reads names as it should and sees a row without test, without words, in the wrong
// document and twice.
func TestRowsCanFail(t *testing.T) {
	src := "func TestF041_F047_Once(t *testing.T) {}\nfunc FuzzF18_Cookie(f *testing.F) {}\nfunc TestB2(t *testing.T) {}\nfunc TestF0418_No(t *testing.T) {}\nfunc TestBlocks(t *testing.T) {}\n// func TestA1_No()\n"
	if got := testedRows("x_test.go", src); !slices.Equal(got, []string{"F041", "F047", "F18", "B2"}) {
		t.Errorf("rows of Go tests: %v", got)
	}
	if got := testedRows("x.test.mjs", "test('A4 A13 log in', f)\ntest(`F015 two`, f)\ntest('a F016 b', f)\ncontest('F017', f)"); !slices.Equal(got, []string{"A4", "A13", "F015"}) {
		t.Errorf("rows of journeys: %v", got)
	}
	both := map[string][]string{"A1": {promisesDoc}, "F001": {featuresDoc}}
	tests := map[string]string{"A1": "a_test.go", "F001": "a_test.go"}
	if got := rowFaults(tests, both); len(got) != 0 {
		t.Errorf("a sound pair has faults: %v", got)
	}
	for name, broken := range map[string]struct {
		tested     map[string]string
		documented map[string][]string
	}{
		"no words":       {tests, map[string][]string{"A1": {promisesDoc}}},
		"no test":        {map[string]string{"A1": "a_test.go"}, both},
		"wrong document": {tests, map[string][]string{"A1": {promisesDoc}, "F001": {promisesDoc}}},
		"twice":          {tests, map[string][]string{"A1": {promisesDoc, promisesDoc}, "F001": {featuresDoc}}},
	} {
		if got := rowFaults(broken.tested, broken.documented); len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
