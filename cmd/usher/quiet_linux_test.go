package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// alone starts the command in a network of its own that leads nowhere: what it tries to send is counted by the kernel and goes no further.
func alone(t *testing.T, args ...string) (*exec.Cmd, *lockedLog) {
	t.Helper()
	log := &lockedLog{}
	cmd := exec.CommandContext(t.Context(), "usher", args...) // TestMain puts it there
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	err := cmd.Start()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skip("this machine gives no process a network of its own, so what is sent cannot be told apart from others' packets")
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, log
}

// network is the kernel's count of one process's network; it outlives the process.
type network struct {
	t      *testing.T
	v4, v6 *os.File
}

func networkOf(t *testing.T, pid int) network {
	t.Helper()
	n := network{t: t}
	var err error
	if n.v4, err = os.Open(fmt.Sprintf("/proc/%d/net/snmp", pid)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.v4.Close() })
	if n.v6, err = os.Open(fmt.Sprintf("/proc/%d/net/snmp6", pid)); err == nil { // absent where there is no IPv6
		t.Cleanup(func() { n.v6.Close() })
	}
	return n
}

// sent returns how many packets have been sent, or would have been if there were a way.
func (n network) sent() (total int) {
	n.t.Helper()
	rows := strings.Split(n.read(n.v4), "\n")
	names, values := strings.Fields(rows[0]), strings.Fields(rows[1])
	if n.v6 != nil {
		pairs := strings.Fields(n.read(n.v6))
		for i := 0; i+1 < len(pairs); i += 2 {
			names, values = append(names, pairs[i]), append(values, pairs[i+1])
		}
	}
	for i, name := range names {
		switch strings.TrimPrefix(name, "Ip6") {
		case "OutRequests", "OutNoRoutes":
			var count int
			if _, err := fmt.Sscan(values[i], &count); err != nil {
				n.t.Fatal(err)
			}
			total += count
		}
	}
	return total
}

func (n network) read(f *os.File) string {
	n.t.Helper()
	b := make([]byte, 16<<10)
	size, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		n.t.Fatal(err)
	}
	return string(b[:size])
}

// TestH8_NothingIsSentUnasked: a server that nobody uses sends no packet and tries to send none. USHER_IDLE=10m watches for longer.
func TestH8_NothingIsSentUnasked(t *testing.T) {
	idle := 2 * time.Second
	if d, err := time.ParseDuration(os.Getenv("USHER_IDLE")); err == nil {
		idle = d
	}
	cmd, log := alone(t, "serve", filepath.Join(repoExamples(t), "touristtrail"), "--listen", "127.0.0.1:7070", "--data", t.TempDir(), "--metrics", "127.0.0.1:9090")
	net := networkOf(t, cmd.Process.Pid)
	eventually(t, "msg=serving", log)
	for end := time.Now().Add(idle); time.Now().Before(end); time.Sleep(50 * time.Millisecond) { // watching for something that must not happen
		if n := net.sent(); n != 0 {
			t.Fatalf("%d packets:\n%s", n, log)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log)
	}
}

// TestH8_GuardCanFail: a server that is told to use a store elsewhere is seen to try.
func TestH8_GuardCanFail(t *testing.T) {
	cmd, log := alone(t, "serve", filepath.Join(repoExamples(t), "touristtrail"), "--listen", "127.0.0.1:7070", "--data", t.TempDir(), "--store", "postgres://192.0.2.1/x")
	net := networkOf(t, cmd.Process.Pid)
	if err := cmd.Wait(); err == nil || net.sent() == 0 {
		t.Errorf("the attempt was not counted: %v\n%s", err, log)
	}
}

// eventually waits until a log says something.
func eventually(t *testing.T, want string, log *lockedLog) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(log.String(), want); {
		if time.Now().After(deadline) {
			t.Fatalf("no %q in:\n%s", want, log)
		}
		time.Sleep(5 * time.Millisecond) // between polls of a condition that has a deadline
	}
}
