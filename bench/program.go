package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/usherdev/usher/examples"
)

// program measures the built command: time from start to the first page, idle memory, size. USHER_BINARY names it.
func program(dir string) error {
	binary := os.Getenv("USHER_BINARY")
	if binary == "" {
		fmt.Println("USHER_BINARY is not set: start-up, memory and size are not measured (make bench sets it)")
		return nil
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	app := filepath.Join(dir, "app")
	if err := os.CopyFS(app, examples.TouristTrail()); err != nil {
		return err
	}
	var starts []float64
	var rss string
	for range rounds {
		took, mem, err := startOnce(binary, app, filepath.Join(dir, "data"))
		if err != nil {
			return err
		}
		starts, rss = append(starts, took.Seconds()*1000), mem
	}
	fmt.Printf("the program (stripped)\n  size             %8.1f MiB\n  start to page    %8.0f ms  (median of %d: process start to the whole log-in page)\n  idle memory      %s\n",
		float64(info.Size())/(1<<20), median(starts), rounds, rss)
	return nil
}

func startOnce(binary, app, data string) (time.Duration, string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, "", err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return 0, "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	began := time.Now()
	cmd := exec.CommandContext(ctx, binary, "serve", app, "--listen", addr, "--data", data)
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		return 0, "", err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself; Wait tells
		_ = cmd.Wait()
	}()
	_, port, _ := net.SplitHostPort(addr)
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/login", nil)
		if err != nil {
			return 0, "", err
		}
		req.Host = "touristtrail.localhost:" + port
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err == nil && resp.StatusCode == http.StatusOK {
				break
			}
		}
		if ctx.Err() != nil {
			return 0, "", fmt.Errorf("the program did not answer: %w", ctx.Err())
		}
		time.Sleep(2 * time.Millisecond)
	}
	took := time.Since(began)
	return took, memory(cmd.Process.Pid), nil
}

// memory reads the resident set of a process where the system tells it so.
func memory(pid int) string {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "(not known on this system)"
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if v, ok := strings.CutPrefix(sc.Text(), "VmRSS:"); ok {
			var kb float64
			if _, err := fmt.Sscan(v, &kb); err == nil {
				return fmt.Sprintf("%8.1f MiB resident", kb/1024)
			}
		}
	}
	return "(not known)"
}
