package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// studioEdits measures the time from an edit in the studio to the canvas's page that has it, in a project of n pages: the edit is posted, spliced,
// saved durably, checked, shown and run, and the page fetched as the frame fetches it. The browser's painting is not in it. Beside it: the file
// written without any of that, and the page of the canvas loaded. USHER_BINARY names the command.
func studioEdits(ctx context.Context, dir string, n int) error {
	binary := os.Getenv("USHER_BINARY")
	if binary == "" {
		fmt.Println("USHER_BINARY is not set: edits in the studio are not measured (make bench sets it)")
		return nil
	}
	folder := filepath.Join(dir, "edited")
	for name, b := range many(n) {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, b, 0o600)); err != nil {
			return err
		}
	}
	s, err := openStudio(ctx, binary, folder, filepath.Join(dir, "edited-data"))
	if err != nil {
		return err
	}
	defer s.close()
	var edits, bare, ratios []float64
	for i := range 8 * rounds {
		took, err := s.edit(fmt.Sprintf("Edition %d of a title", i))
		if err != nil {
			return err
		}
		alone, err := s.bare(filepath.Join(dir, "beside.yaml"))
		if err != nil {
			return err
		}
		if i < rounds { // the first ones warm up
			continue
		}
		edits, bare, ratios = append(edits, took), append(bare, alone), append(ratios, took/alone)
	}
	fmt.Printf("an edit in the studio, up to the canvas's page that has it, at %d pages\n  the edit         %8.1f ms  (promise: at most 100 ms)\n  a file saved and the page loaded, with nothing between %8.1f ms\n  ratio            %8.2f\n\n", n, median(edits), median(bare), median(ratios))
	return nil
}

// opened is a studio that this process has opened as its builder.
type opened struct {
	cmd      *exec.Cmd
	client   *http.Client
	origin   string // of the studio
	page     string // address of the canvas's page
	revision string
	text     []byte // the page's file
	path     string
}

var launchLink = regexp.MustCompile(`(http://\S+/launch\?\S+)\s`)

func openStudio(ctx context.Context, binary, folder, data string) (_ *opened, err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{}
	s := &opened{path: filepath.Join(folder, "pages", "page7.yaml"), client: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, addr)
		}, // whatever the name
	}}}
	if s.text, err = os.ReadFile(s.path); err != nil {
		return nil, err
	}
	out := &said{found: make(chan string, 1)}
	s.cmd = exec.CommandContext(ctx, binary, "dev", folder, "--listen", addr, "--data", data, "--trust")
	s.cmd.Stdout, s.cmd.Stderr = out, io.Discard
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	select {
	case link := <-out.found:
		return s, s.launch(link)
	case <-time.After(30 * time.Second):
		return nil, errors.New("usher dev printed no link")
	}
}

// said finds the launch link in what the program prints.
type said struct {
	seen  bytes.Buffer
	found chan string
}

func (o *said) Write(p []byte) (int, error) {
	o.seen.Write(p)
	if link := launchLink.FindSubmatch(o.seen.Bytes()); link != nil {
		select {
		case o.found <- string(link[1]):
		default:
		}
	}
	return len(p), nil
}

func (s *opened) close() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself; Wait tells
	_ = s.cmd.Wait()
}

// launch spends the link and finds the canvas.
func (s *opened) launch(link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	s.origin = u.Scheme + "://" + u.Host
	if _, err := s.ask(http.MethodGet, link, nil); err != nil {
		return err
	}
	var page struct{ Revision, Canvas string }
	if err := s.json(http.MethodGet, "/api/page/page7", nil, &page); err != nil {
		return err
	}
	s.revision, s.page = page.Revision, page.Canvas
	return nil
}

// edit changes the page's title text and returns how many milliseconds passed until the canvas had it.
func (s *opened) edit(text string) (float64, error) {
	began := time.Now()
	value, err := json.Marshal(text)
	if err != nil {
		return 0, err
	}
	var next struct{ Revision string }
	request := map[string]any{"revision": s.revision, "label": "text", "edits": []map[string]any{{"op": "set", "at": "/pages/page7/body/0/container/children/0/text/text", "value": json.RawMessage(value)}}}
	if err := s.json(http.MethodPost, "/api/edit", request, &next); err != nil {
		return 0, err
	}
	s.revision = next.Revision
	drawn, err := s.ask(http.MethodGet, s.page, nil)
	if err != nil {
		return 0, err
	}
	if !strings.Contains(string(drawn), text) {
		return 0, fmt.Errorf("the canvas does not show %q", text)
	}
	return time.Since(began).Seconds() * 1000, nil
}

// bare writes a file of the same size, durably, and loads the page.
func (s *opened) bare(file string) (float64, error) {
	began := time.Now()
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	_, err = f.Write(s.text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	_, err = s.ask(http.MethodGet, s.page, nil)
	return time.Since(began).Seconds() * 1000, err
}

func (s *opened) json(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	raw, err := s.ask(method, s.origin+path, body)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, out)
}

func (s *opened) ask(method, address string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(address, "/api/") {
		req.Header.Set("X-Usher", "1")
		req.Header.Set("Origin", s.origin)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: %s: %.200s", method, strings.SplitN(address, "?", 2)[0], resp.Status, raw)
	}
	return raw, nil
}
