package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// secretFile keeps the secrets of an app's API groups in its data folder, sealed with a key of their own beside it. Values go in and never
// come out but to the calls. It is not for two writers at once: whoever writes replaces the file in one step.
type secretFile struct {
	path string
	app  string
	keys *session.Keys
	all  map[string]sealedSecret // by GROUP.NAME
}

// sealedSecret is one entry. Without Sealed it is dead: its origin changed.
type sealedSecret struct {
	Origin string `json:"origin"`
	Sealed []byte `json:"sealed,omitempty"`
}

const sealSecret = "secret" // purpose of the seal

// openSecrets reads the file of a data folder; one that is not there is empty, and made with its key by the first write.
func openSecrets(dir, app string) (*secretFile, error) {
	f := &secretFile{path: filepath.Join(dir, "secrets.json"), app: app, all: map[string]sealedSecret{}}
	if dir == "" {
		return f, nil
	}
	b, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &f.all)
	}
	if err != nil {
		return nil, fmt.Errorf("secrets: %w", err)
	}
	if f.keys, _, err = session.LoadKeys(f.keyFile(), false); err != nil {
		return nil, hinted(fmt.Errorf("secrets: %w", err), "without it they cannot be read: restore it, or remove "+f.path+" and set them anew")
	}
	return f, nil
}

func (f *secretFile) keyFile() string { return strings.TrimSuffix(f.path, ".json") + ".key" }

// aad binds a value to the app, the secret and the origin that it was given for.
func (f *secretFile) aad(id, origin string) []byte {
	return []byte(strings.Join([]string{f.app, id, origin}, "\x00"))
}

// set seals a value for an origin.
func (f *secretFile) set(id, origin, text string) (err error) {
	if f.keys == nil {
		if f.keys, _, err = session.LoadKeys(f.keyFile(), true); err != nil {
			return fmt.Errorf("secrets: %w", err)
		}
	}
	f.all[id] = sealedSecret{Origin: origin, Sealed: f.keys.Seal(sealSecret, f.aad(id, origin), []byte(text))}
	return f.save()
}

func (f *secretFile) drop(id string) error {
	if _, ok := f.all[id]; !ok {
		return fmt.Errorf("there is no secret %s", id)
	}
	delete(f.all, id)
	return f.save()
}

// bury wipes the values whose declared origin is another than the one that they were given for (E9); it returns their names.
func (f *secretFile) bury(p *project.Project) (dead []string, err error) {
	for _, d := range declaredSecrets(p) {
		if s, ok := f.all[d.id]; ok && s.Sealed != nil && s.Origin != d.origin {
			f.all[d.id] = sealedSecret{Origin: s.Origin}
			dead = append(dead, d.id)
		}
	}
	if len(dead) > 0 {
		err = f.save()
	}
	return dead, err
}

// values opens what calls may use.
func (f *secretFile) values() (map[string]call.Secret, error) {
	out := make(map[string]call.Secret, len(f.all))
	for id, s := range f.all {
		if s.Sealed == nil {
			out[id] = call.Secret{Origin: s.Origin}
			continue
		}
		plain, err := f.keys.Open(sealSecret, f.aad(id, s.Origin), s.Sealed)
		if err != nil {
			return nil, hinted(fmt.Errorf("secrets: %s: %w", id, err), "set it anew: usher secrets set "+id)
		}
		out[id] = call.Secret{Value: value.NewSecret(string(plain)), Origin: s.Origin}
	}
	return out, nil
}

// save replaces the file in one step: after a crash there is the old one or the new one. Mode 0600.
func (f *secretFile) save() error {
	b, err := json.MarshalIndent(f.all, "", "  ")
	if err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	if err := replaceFile(f.path, b); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	return nil
}

// replaceFile puts a file in the place of another in one step. Mode 0600.
func replaceFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// declaredSecret is a secret that an app's files name.
type declaredSecret struct{ id, name, origin string }

func declaredSecrets(p *project.Project) []declaredSecret {
	var out []declaredSecret
	for _, g := range p.Groups {
		for _, s := range g.Secrets {
			out = append(out, declaredSecret{g.Name + "." + s.Name, s.Name, s.Origin})
		}
	}
	slices.SortFunc(out, func(a, b declaredSecret) int { return strings.Compare(a.id, b.id) })
	return out
}

// appSecrets gives the secrets that the calls of an app may use.
func appSecrets(con *console, p *project.Project, dir, envFile string) (map[string]call.Secret, error) {
	return newKeeper(con, dir, envFile).of(p)
}

// keeper gives the secrets that calls may use: the environment and the env file win over what is sealed in the data folder. One from outside is
// bound to the origin that the app declares when it is asked for first: a later revision that names another does not get it.
type keeper struct {
	con          *console
	dir, envFile string
	mu           sync.Mutex
	bound        map[string]string // GROUP.NAME → origin, of those from outside; guarded by mu, as the file is
}

func newKeeper(con *console, dir, envFile string) *keeper {
	return &keeper{con: con, dir: dir, envFile: envFile, bound: map[string]string{}}
}

// of gives the secrets for a revision.
func (k *keeper) of(p *project.Project) (map[string]call.Secret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	declared := declaredSecrets(p)
	if len(declared) == 0 {
		return nil, nil
	}
	f, err := openSecrets(k.dir, p.App.ID)
	if err != nil {
		return nil, err
	}
	dead, err := f.bury(p)
	if err != nil {
		return nil, err
	}
	for _, id := range dead {
		k.con.Log.Warn("the origin of a secret changed, so its value was wiped", "secret", id)
	}
	values, err := f.values()
	if err != nil {
		return nil, err
	}
	outside, err := fromOutside(k.con, k.envFile)
	if err != nil {
		return nil, err
	}
	for _, d := range declared {
		if text, ok := outside(d.name); ok && text != "" {
			if _, ok := k.bound[d.id]; !ok {
				k.bound[d.id] = d.origin
			}
			values[d.id] = call.Secret{Value: value.NewSecret(text), Origin: k.bound[d.id]}
		}
	}
	return values, nil
}
