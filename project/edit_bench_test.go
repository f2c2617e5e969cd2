package project

import (
	"encoding/json"
	"testing"
)

// BenchmarkApply is one property set in the longest page of the tutorial app.
func BenchmarkApply(b *testing.B) {
	tree := loadExample(b, "touristtrail")
	e := Edit{Op: OpSet, At: "/pages/login/body/0/container/width", Value: json.RawMessage(`"md"`)}
	for b.Loop() {
		if _, _, err := tree.Apply(e); err != nil {
			b.Fatal(err)
		}
	}
}
