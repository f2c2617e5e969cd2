package client_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

// childVar makes the test binary another program that shares a login file.
const childVar = "USHER_CLIENT_CHILD"

func TestMain(m *testing.M) {
	if job := os.Getenv(childVar); job != "" {
		if err := child(strings.Split(job, "|")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// fatal lets a child use the helpers of tests.
type fatal struct{}

func (fatal) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// child does its job: count|PATH adds 20 to a row, get|PATH|URL asks for URL/data.
func child(job []string) error {
	ctx := context.Background()
	st, err := client.SealedFile(job[1], nil)
	if err != nil {
		return err
	}
	if job[0] == "count" {
		for range 20 {
			_, err := st.Store.Update(ctx, "k", func(r session.Row) (session.Row, error) { r.Data++; return r, nil })
			if err != nil {
				return err
			}
		}
		return nil
	}
	c, err := client.New(config(fatal{}, job[2], st))
	if err != nil {
		return err
	}
	r, err := c.HTTPClient().Get(job[2] + "/data")
	if err != nil {
		return err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	fmt.Print(r.StatusCode, " ", string(body))
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

// start runs a child.
func start(t *testing.T, job ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out = &bytes.Buffer{}
	cmd = exec.CommandContext(t.Context(), self, "-test.run=^$")
	cmd.Env = append(os.Environ(), childVar+"="+strings.Join(job, "|"))
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}
