package testserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
)

// Program is a server that speaks HTTP, such as the real backends of interop/.
type Program struct{ process }

// StartProgram starts what make returns for a folder of its own and a free port of 127.0.0.1, and waits until a GET of the path ready
// is answered, by no error of the server's. Close it.
func StartProgram(name, ready string, make func(dir string, port int) *exec.Cmd) (_ *Program, err error) {
	dir, err := os.MkdirTemp("", "program")
	if err != nil {
		return nil, err
	}
	p := &Program{process{name: name, dir: dir}}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	attr, err := childOf(dir, "")
	if err != nil {
		return nil, err
	}
	if p.port, err = freePort(); err != nil {
		return nil, err
	}
	p.make = func() *exec.Cmd {
		c := make(dir, p.port)
		c.SysProcAttr = attr
		return c
	}
	p.ready = func(ctx context.Context) error { return serves(ctx, p.URL()+ready) }
	return p, p.Start()
}

// URL is the server's address, without a path.
func (p *Program) URL() string { return "http://127.0.0.1:" + strconv.Itoa(p.port) }

func serves(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return nil
}
