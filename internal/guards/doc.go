// Package guards holds no code: its tests show that the suite notices when a guard of the product is gone.
//
// Each line of its table takes one guard out of a copy of one source file, hands that copy to the compiler
// (go test -overlay) and requires that a test of the guarded package fails. The product has no switch for
// any of this and never sees it. Why so: docs/adr/0004-guards-by-overlay.md.
package guards
