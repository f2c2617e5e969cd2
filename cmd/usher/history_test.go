package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository makes one with two commits, and then says what is to be run.
func repository(t *testing.T, touch string) string {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=Ann Ex", "GIT_AUTHOR_EMAIL=a@x.test", "GIT_COMMITTER_NAME=Ann Ex", "GIT_COMMITTER_EMAIL=a@x.test", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "trunk")
	for _, subject := range []string{"Begin", "Say “hello” | $(touch " + touch + ")"} {
		if err := os.WriteFile(filepath.Join(dir, "app.yaml"), []byte("name: "+subject), 0o600); err != nil {
			t.Fatal(err)
		}
		git("add", ".")
		git("commit", "-q", "-m", subject)
	}
	signed(t, dir)
	return dir
}

// signed gives the last commit a signature, which git asks a program about.
func signed(t *testing.T, dir string) {
	t.Helper()
	git := func(in string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	head, message, _ := strings.Cut(git("", "cat-file", "commit", "HEAD"), "\n\n")
	name := git(head+"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"+message, "hash-object", "-t", "commit", "-w", "--stdin")
	git("", "update-ref", "refs/heads/trunk", strings.TrimSpace(name))
}

// TestE6_TheHistoryRunsNothing: the log of a repository is read, loose or packed, and nothing that its configuration, hooks or attributes name
// is run, also where git itself would run it.
func TestE6_TheHistoryRunsNothing(t *testing.T) {
	touch := filepath.Join(t.TempDir(), "touched")
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntouch "+touch+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir := repository(t, touch)
	config := "[log]\n\tshowSignature = true\n[gpg]\n\tprogram = " + program + "\n[core]\n\tfsmonitor = " + program + "\n\tpager = " + program + "\n\thooksPath = " + filepath.Dir(program) + "\n\tsshCommand = " + program + "\n[diff]\n\texternal = " + program +
		"\n[pager]\n\tlog = " + program + "\n[alias]\n\tlog = !" + program + "\n[extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = ext::" + program + "\n\tpromisor = true\n\tuploadpack = " + program + "\n[include]\n\tpath = " + program + "\n[safe]\n\tdirectory = *\n"
	for _, packed := range []bool{false, true} {
		if packed {
			cmd := exec.CommandContext(t.Context(), "git", "-c", "pack.packRefs=true", "gc", "-q")
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		plain, err := os.ReadFile(filepath.Join(dir, ".git", "config"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, ".git", "config"), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		commits, err := gitHistory{dir}.Commits(t.Context())
		if err != nil || len(commits) != 2 || commits[1].Subject != "Begin" || !strings.HasPrefix(commits[0].Subject, "Say “hello” | $(touch") || commits[0].Author != "Ann Ex" || commits[0].Time.Year() != 2026 || len(commits[0].Name) != 40 {
			t.Errorf("packed %v: %+v %v", packed, commits, err)
		}
		if err := os.WriteFile(filepath.Join(dir, ".git", "config"), plain, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(touch); err == nil {
		t.Error("something was run")
	}
	if err := os.WriteFile(filepath.Join(dir, ".git", "config"), []byte("[log]\n\tshowSignature = true\n[gpg]\n\tprogram = "+program+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := exec.CommandContext(t.Context(), "git", "log")
	plain.Dir = dir
	_ = plain.Run() // what it says is of no interest
	if _, err := os.Stat(touch); err != nil {
		t.Error("git itself runs nothing, so this proves nothing")
	}
}

// TestE6_RepositoriesOfOtherKindsHaveNoHistory: what leads out of the folder, or is none, is passed over without an error.
func TestE6_RepositoriesOfOtherKindsHaveNoHistory(t *testing.T) {
	real := repository(t, "/nowhere")
	for what, change := range map[string]func(dir string) error{
		"none":   func(string) error { return nil },
		"a file": func(dir string) error { return os.WriteFile(dir+"/.git", []byte("gitdir: "+real+"/.git\n"), 0o600) },
		"a link": func(dir string) error { return os.Symlink(real+"/.git", dir+"/.git") },
		"linked objects": func(dir string) error {
			return copied(dir, real, func() error { return os.Symlink(real+"/.git/objects", dir+"/.git/objects") })
		},
		"borrowed objects": func(dir string) error { return copied(dir, real, func() error { return borrowed(dir, real) }) },
		"a head that is no name": func(dir string) error {
			return headed(dir, real, func() error { return os.WriteFile(dir+"/.git/HEAD", []byte("--output=/tmp/x\n"), 0o600) })
		},
		"a head that is a pipe": func(dir string) error {
			return headed(dir, real, func() error { return errors.Join(os.Remove(dir+"/.git/HEAD"), pipe(dir+"/.git/HEAD")) })
		},
		"a head that never ends": func(dir string) error {
			return headed(dir, real, func() error { return os.Truncate(dir+"/.git/HEAD", 1<<40) })
		},
		"packed names that are a pipe": func(dir string) error {
			return headed(dir, real, func() error {
				return errors.Join(os.Remove(dir+"/.git/refs/heads/trunk"), pipe(dir+"/.git/packed-refs"))
			})
		},
		"a head outside": func(dir string) error {
			return headed(dir, real, func() error { return os.WriteFile(dir+"/.git/HEAD", []byte("ref: ../../../etc/hostname\n"), 0o600) })
		},
	} {
		dir := t.TempDir()
		if err := change(dir); err != nil {
			t.Fatal(err)
		}
		if commits, err := (gitHistory{dir}).Commits(t.Context()); err != nil || len(commits) > 0 {
			t.Errorf("%s: %+v %v", what, commits, err)
		}
	}
}

// copied makes a .git without objects that stands where real does, and changes it.
func copied(dir, real string, change func() error) error {
	for _, name := range []string{"HEAD", "refs/heads/trunk"} {
		src, err := os.ReadFile(filepath.Join(real, ".git", filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		full := filepath.Join(dir, ".git", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(full, src, 0o600); err != nil {
			return err
		}
	}
	return change()
}

// headed is copied with a place for objects, so that the head is looked at.
func headed(dir, real string, change func() error) error {
	return copied(dir, real, func() error { return errors.Join(os.Mkdir(dir+"/.git/objects", 0o700), change()) })
}

func borrowed(dir, real string) error {
	if err := os.MkdirAll(dir+"/.git/objects/info", 0o700); err != nil {
		return err
	}
	return os.WriteFile(dir+"/.git/objects/info/alternates", []byte(real+"/.git/objects\n"), 0o600)
}

// pipe makes one that nobody ever writes to.
func pipe(name string) error { return exec.Command("mkfifo", name).Run() }

// TestE6_TheHistoryHasAnEnd: of subjects that never end as much is read as there is room for, and whole commits alone.
func TestE6_TheHistoryHasAnEnd(t *testing.T) {
	dir := repository(t, "/nowhere")
	for _, subject := range []string{strings.Repeat("long ", 1<<18), "The newest"} {
		cmd := exec.CommandContext(t.Context(), "git", "-c", "user.name=Ann", "-c", "user.email=a@x.test", "commit", "-q", "--allow-empty", "-F", "-")
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(subject)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	commits, err := gitHistory{dir}.Commits(t.Context())
	if err != nil || len(commits) != 1 || commits[0].Subject != "The newest" {
		t.Errorf("%d commits, %v", len(commits), err)
	}
}
