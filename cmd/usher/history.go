package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/usherdev/usher/studio"
)

// gitHistory reads what git knows of a project's folder, and trusts nothing in it: the configuration of a repository can name programs to
// run, so git is shown the objects alone, from a repository of our own that is empty otherwise. Whoever has no git, or no
// repository of the plain kind, has no history.
type gitHistory struct{ dir string }

// Bounds of what is read of a repository, whoever has made it.
const (
	historyTime   = 5 * time.Second
	historyMost   = "200"
	maxRef        = 4 << 10  // bytes of a file that holds one name
	maxPackedRefs = 16 << 20 // bytes of the file that holds those of all branches
	maxLog        = 1 << 20  // bytes of what git tells of the commits
)

var commitName = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Commits implements studio.History, the newest first.
func (h gitHistory) Commits(ctx context.Context) ([]studio.Commit, error) {
	head, objects, err := h.head()
	if err != nil || head == "" {
		return nil, err
	}
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, nil // no git, no history
	}
	own, err := os.MkdirTemp("", "usher-history-")
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	defer os.RemoveAll(own)
	if err := emptyRepository(own, objects); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "log", "--stdin", "-z", "--max-count="+historyMost, "--no-show-signature", "--no-color", "--no-decorate", "--no-mailmap", "--format=%H%x01%at%x01%an%x01%s")
	cmd.Path, cmd.Dir, cmd.Stdin = git, own, strings.NewReader(head+"\n")
	cmd.Env = []string{"GIT_DIR=" + own, "HOME=" + own, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "LC_ALL=C.UTF-8"}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := firstOf(cmd, maxLog)
	if err != nil {
		return nil, fmt.Errorf("history: git: %w: %.200s", err, stderr.String())
	}
	return commitsOf(out), nil
}

// firstOf runs a command and reads what it says, up to so many bytes: a subject can be as long as somebody likes. The rest is not waited for.
func firstOf(cmd *exec.Cmd, most int64) (string, error) {
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	out, err := io.ReadAll(io.LimitReader(pipe, most+1))
	if int64(len(out)) > most {
		_ = cmd.Process.Kill() // what it has said is whole but for the last commit
		_ = cmd.Wait()
		return string(out[:bytes.LastIndexByte(out, 0)+1]), err
	}
	return string(out), errors.Join(err, cmd.Wait())
}

// head is the commit that the folder's repository stands at, and where its objects lie; "" when there is none that we read.
func (h gitHistory) head() (head, objects string, err error) {
	root, err := os.OpenRoot(filepath.Join(h.dir, ".git"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	} else if err != nil {
		return "", "", nil // a file or a link in its place is another kind of repository
	}
	defer root.Close()
	if info, err := os.Lstat(filepath.Join(h.dir, ".git")); err != nil || !info.IsDir() || !plainObjects(root) {
		return "", "", nil // the same
	}
	head = firstLine(root, "HEAD")
	if ref, is := strings.CutPrefix(head, "ref: "); is {
		if head = firstLine(root, ref); head == "" {
			head = packedRef(root, ref)
		}
	}
	if !commitName.MatchString(head) {
		return "", "", nil
	}
	objects, err = filepath.Abs(filepath.Join(h.dir, ".git", "objects"))
	if err != nil || strings.ContainsAny(objects, "\n\"") {
		return "", "", err
	}
	return head, objects, nil
}

// plainObjects reports whether all objects lie in the folder itself: no links, and no other repository that they are borrowed from.
func plainObjects(root *os.Root) bool {
	for _, dir := range []string{"objects", "objects/pack", "objects/info"} {
		entries, err := fs.ReadDir(root.FS(), dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false
		}
		for _, e := range entries {
			if e.Type()&fs.ModeSymlink != 0 || strings.Contains(e.Name(), "alternates") {
				return false
			}
		}
	}
	info, err := root.Lstat("objects")
	return err == nil && info.IsDir()
}

// smallFile reads a file of at most so many bytes; "" when there is none, it is larger, or it is no regular one: a pipe would never end.
func smallFile(root *os.Root, name string, most int64) string {
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return ""
	}
	file, err := root.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	src, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil || int64(len(src)) > most {
		return ""
	}
	return string(src)
}

// firstLine reads a short file; "" when there is none.
func firstLine(root *os.Root, name string) string {
	line, _, _ := strings.Cut(smallFile(root, name, maxRef), "\n")
	return strings.TrimSpace(line)
}

func packedRef(root *os.Root, ref string) string {
	for line := range strings.Lines(smallFile(root, "packed-refs", maxPackedRefs)) {
		if name, is := strings.CutSuffix(strings.TrimSpace(line), " "+ref); is {
			return name
		}
	}
	return ""
}

// emptyRepository makes one that has nothing but the objects of another.
func emptyRepository(dir, objects string) error {
	for _, sub := range []string{"refs", "objects/info"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(sub)), 0o700); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/none\n"), 0o600),
		os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(objects+"\n"), 0o600),
	)
}

func commitsOf(out string) []studio.Commit {
	var commits []studio.Commit
	for record := range strings.SplitSeq(out, "\x00") {
		fields := strings.SplitN(record, "\x01", 4)
		if len(fields) < 4 {
			continue
		}
		seconds, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			continue
		}
		commits = append(commits, studio.Commit{Name: fields[0], Time: time.Unix(seconds, 0).UTC(), Author: fields[2], Subject: fields[3]})
	}
	return commits
}
