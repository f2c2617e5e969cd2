package session_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/session"
)

const canary = "canary-7f3a9c"

func TestH2_SecretPrintsRedactedThroughEveryDoor(t *testing.T) {
	secret := session.NewSecret(canary)
	auth := session.AuthData{Token: secret, RefreshToken: secret, UID: "u"}
	update := session.Update{Token: &secret}
	sess := session.Session{Auth: auth}
	doors := map[string]string{"error": fmt.Errorf("x: %v %w", secret, fmt.Errorf("%+v", auth)).Error()}
	for _, v := range []any{secret, &secret, auth, &auth, update, sess, []session.Secret{secret}, map[string]session.Secret{"k": secret}, struct{ s session.Secret }{secret}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			doors[fmt.Sprintf("%s of %T", verb, v)] = fmt.Sprintf(verb, v)
		}
		b, err := json.Marshal(v)
		doors[fmt.Sprintf("json of %T", v)] = fmt.Sprint(string(b), err)
		y, err := yaml.Marshal(v)
		doors[fmt.Sprintf("yaml of %T", v)] = fmt.Sprint(string(y), err)
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
		doors[fmt.Sprintf("slog of %T", v)] = log.String()
		var page bytes.Buffer
		err = template.Must(template.New("").Parse("{{.}}")).Execute(&page, v)
		doors[fmt.Sprintf("template of %T", v)] = fmt.Sprint(page.String(), err)
		doors[fmt.Sprintf("reflection of %T", v)] = dump(v)
	}
	var g bytes.Buffer
	if err := gob.NewEncoder(&g).Encode(auth); err != nil {
		t.Error(err)
	}
	doors["gob"] = g.String()
	x, err := xml.Marshal(secret)
	doors["xml"] = fmt.Sprint(string(x), err)
	for door, out := range doors {
		if strings.Contains(out, canary) || strings.Contains(out, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows the secret: %s", door, out)
		}
	}
	if got := fmt.Sprintf("%v %s", secret, session.Secret{}); got != "[redacted] [redacted]" {
		t.Errorf("prints %q", got)
	}
	if secret.Reveal() != canary || secret.IsZero() || !(session.Secret{}).IsZero() || !session.NewSecret("").IsZero() {
		t.Error("Reveal or IsZero")
	}
}

// dump prints by reflection, as a debugger does.
func dump(v any) string {
	var b strings.Builder
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			b.WriteString(v.String() + " ")
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i)) // the unexported ones as well
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key())
				walk(it.Value())
			}
		case reflect.Uint8:
			b.WriteByte(byte(v.Uint()))
		default:
			fmt.Fprintf(&b, "%v ", v)
		}
	}
	walk(reflect.ValueOf(v))
	return b.String()
}

func TestKeysPrintNothing(t *testing.T) {
	keys := session.NewKeys([32]byte([]byte("0123456789abcdef0123456789abcdef")))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(verb, keys); out != "[redacted]" {
			t.Errorf("%s prints %q", verb, out)
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "usher.key")
	if _, _, err := session.LoadKeys(path, false); err == nil {
		t.Error("a missing file was made without being asked for")
	}
	first, created, err := session.LoadKeys(path, true)
	if err != nil || !created {
		t.Fatal(created, err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, st.Mode(), err)
		}
	}
	again, created, err := session.LoadKeys(path, true)
	if err != nil || created {
		t.Fatal(created, err)
	}
	if b, err := again.Open("p", []byte("a"), first.Seal("p", []byte("a"), []byte("x"))); err != nil || string(b) != "x" {
		t.Errorf("opened %q, %v", b, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := session.LoadKeys(path, true); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
	for _, text := range []string{"", "# nothing\n", "usher-key-v1 AAAA\n", "usher-key-v2 " + strings.Repeat("A", 43) + "=\n"} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := session.LoadKeys(bad, true); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestA10_SealedBytesOpenOnlyWhereTheyBelong(t *testing.T) {
	keys := testKeys()
	sealed := keys.Seal("page", []byte("session 1"), []byte(canary))
	if bytes.Contains(sealed, []byte(canary)) {
		t.Fatal("not sealed")
	}
	if b, err := keys.Open("page", []byte("session 1"), sealed); err != nil || string(b) != canary {
		t.Fatalf("opened %q, %v", b, err)
	}
	if _, err := keys.Open("page", []byte("session 2"), sealed); err == nil {
		t.Error("opened with other associated data")
	}
	if _, err := keys.Open("other", []byte("session 1"), sealed); err == nil {
		t.Error("opened for another purpose")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := keys.Open("page", []byte("session 1"), bad); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
		if _, err := keys.Open("page", []byte("session 1"), sealed[:i]); err == nil {
			t.Errorf("opened when cut at %d", i)
		}
	}
}
