package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

type exportArchiveCmd struct {
	Dir string `arg:"" help:"${dir_help}" default:"."`
	Out string `short:"o" help:"File to make, which must not be there; - is standard output. Without it, the folder's name and .zip." placeholder:"FILE.zip"`
}

func (exportArchiveCmd) Help() string {
	return `Packs the app's files, assets, journeys and README into one zip file. Equal files give equal bytes. What is hidden or private stays behind: .env, .git, session
databases, keys. What else stands in the folder and stays behind is listed.

Examples:
  usher export archive .
  usher export archive shop -o shop-2026.zip`
}

// Run packs the folder.
func (c exportArchiveCmd) Run(con *console) error {
	f, err := openFolder(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	files, left, err := f.Contents()
	if err != nil {
		return fmt.Errorf("packing %s: %w", c.Dir, err)
	}
	var b bytes.Buffer
	if err := project.WriteArchive(&b, files); err != nil {
		return fmt.Errorf("packing %s: %w", c.Dir, err)
	}
	if c.Out == "-" {
		_, err := con.Out.Write(b.Bytes())
		return err
	}
	if c.Out == "" {
		abs, err := filepath.Abs(c.Dir)
		if err != nil {
			return err
		}
		c.Out = filepath.Base(abs) + ".zip"
	}
	if err := writeNewFile(c.Out, b.Bytes()); errors.Is(err, fs.ErrExist) {
		return hinted(fmt.Errorf("%s is there already", c.Out), "name another file with -o")
	} else if err != nil {
		return fmt.Errorf("writing %s: %w", c.Out, err)
	}
	fmt.Fprintf(con.Out, "Packed %s into %s.\n", count(len(files), "file"), c.Out)
	printLeft(con, left)
	return nil
}

func printLeft(con *console, left []string) {
	if len(left) > 0 {
		fmt.Fprintf(con.Out, "Left out, for it is no part of the app: %s\n", strings.Join(left, ", "))
	}
}

// writeNewFile makes a file that is not there; what is half written is taken away.
func writeNewFile(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

type importArchiveCmd struct {
	File string `arg:"" help:"The archive; - is standard input." placeholder:"FILE.zip"`
	Dir  string `arg:"" help:"Folder to make; it must be empty or not exist."`
}

func (importArchiveCmd) Help() string {
	return `Unpacks an app that usher export archive, or any other program, has packed: all of it or nothing, and never over what is there. An archive that would write
elsewhere, grow beyond 64 MiB or mean other files on other systems is refused. Then the app is checked. Nothing of it is run and nobody is called.

Example:
  usher import archive shop.zip shop`
}

// Run unpacks the archive and checks the app.
func (c importArchiveCmd) Run(con *console) error {
	files, left, err := c.read(con)
	if err != nil {
		return fmt.Errorf("reading %s: %w", c.File, err)
	}
	if err := folder.CreateOf(c.Dir, files); err != nil {
		return hinted(fmt.Errorf("unpacking into %s: %w", c.Dir, err), "choose a folder that is empty or does not exist")
	}
	fmt.Fprintf(con.Out, "Made %s of %s.\n", c.Dir, count(len(files), "file"))
	printLeft(con, left)
	tree, err := readTree(c.Dir)
	if err != nil {
		return err
	}
	printProblems(con, tree.Check(project.CheckOptions{}))
	return nil
}

func (c importArchiveCmd) read(con *console) (map[string][]byte, []string, error) {
	if c.File == "-" {
		src, err := io.ReadAll(io.LimitReader(con.In, project.MaxArchiveBytes+1))
		if err != nil {
			return nil, nil, err
		}
		return project.ReadArchive(bytes.NewReader(src), int64(len(src)))
	}
	file, err := os.Open(c.File)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	return project.ReadArchive(file, info.Size())
}
