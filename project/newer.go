package project

import (
	"encoding/json"
	"fmt"
)

// Newer returns an error when the app was made for a grammar that this Usher does not know: whoever does not understand a file leaves it
// as it is.
func (t *Tree) Newer() error {
	raw, _ := t.Value("/app/usher")
	var version int
	if json.Unmarshal(raw, &version) != nil || version <= Version {
		return nil
	}
	return fmt.Errorf("this app was made for a newer Usher (grammar %d; this one reads %d)", version, Version)
}
