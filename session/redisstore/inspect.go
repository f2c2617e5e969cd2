package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/rueidis"
)

// ErrForgets says that the server may lose logins, or bring spent refresh tokens back, in its
// ordinary working. Config.AcceptLoss overrules it.
var ErrForgets = errors.New("it may lose acknowledged logins")

// ErrNewer says that the rows were written by a newer program. They are left as they were.
var ErrNewer = errors.New("the database was made by a newer version")

// Warnings says, a sentence each, what the server did not promise when it was opened. None means:
// what is acknowledged survives a crash and a power cut of this one server.
//
//	appendonly no                      refused: a restart loses logins, or goes back to spent tokens
//	appendfsync no                     refused: half a minute is lost at a power cut
//	maxmemory with an allkeys policy   refused: logins are thrown away when memory runs short
//	settings that may not be asked     refused if that is the append-only file, else a warning
//	appendfsync everysec               a warning: about a second is lost at a power cut
//	replicas                           a warning: a failover may lose the newest changes
func (s *Store) Warnings() []string { return s.warnings }

// facts are what one server tells of itself.
type facts struct {
	replica   bool
	replicas  int
	aof       string // "1", "0", or empty where it does not tell
	fsync     string // likewise
	evictsAll bool
}

// judge returns what may be lost in ordinary working, and what only a disaster costs.
func (f facts) judge() (losses, warnings []string) {
	switch {
	case f.aof == "":
		losses = append(losses, "it does not tell whether it keeps an append-only file")
	case f.aof != "1":
		losses = append(losses, "it keeps no append-only file (appendonly no): a restart loses logins, or goes back to refresh tokens that are spent")
	case f.fsync == "no":
		losses = append(losses, "it leaves syncing to the system (appendfsync no): a power cut loses about half a minute")
	case f.fsync == "":
		warnings = append(warnings, "it does not tell how it syncs its append-only file: with everysec a power cut loses about a second")
	case f.fsync != "always":
		warnings = append(warnings, "it syncs its append-only file once a second (appendfsync everysec): a power cut loses about a second; with always nothing")
	}
	if f.evictsAll {
		losses = append(losses, "it throws keys away when memory runs short (maxmemory-policy): people would be logged out; use noeviction")
	}
	if f.replicas > 0 {
		warnings = append(warnings, "it has replicas, which follow it asynchronously: a failover may lose the newest changes")
	}
	return losses, warnings
}

// inspect asks each server, refuses those that forget, and marks the database as ours.
func (s *Store) inspect(ctx context.Context, acceptLoss bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*s.patience)
	defer cancel()
	servers := s.client.Nodes()
	for _, c := range servers {
		f, err := ask(ctx, c)
		if err != nil {
			return err
		}
		if f.replica {
			if len(servers) > 1 { // of a cluster
				continue
			}
			return errors.New("it is a replica and takes no writes")
		}
		losses, warnings := f.judge()
		if len(losses) > 0 && !acceptLoss {
			return fmt.Errorf("%w: %s", ErrForgets, strings.Join(losses, "; "))
		}
		s.warnings = append(s.warnings, append(losses, warnings...)...)
	}
	return s.checkSchema(ctx)
}

func ask(ctx context.Context, c rueidis.Client) (facts, error) {
	var f facts
	info := map[string]string{}
	for _, section := range []string{"persistence", "replication", "memory"} {
		text, err := c.Do(ctx, c.B().Info().Section(section).Build()).ToString()
		if _, refused := rueidis.IsRedisErr(err); err != nil && !refused {
			return f, err
		}
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			info[name] = value
		}
	}
	settings, err := c.Do(ctx, c.B().ConfigGet().Parameter("appendfsync").Build()).AsStrMap()
	if _, refused := rueidis.IsRedisErr(err); err != nil && !refused {
		return f, err
	}
	f.aof, f.fsync = info["aof_enabled"], settings["appendfsync"]
	f.replica = info["role"] == "slave"
	f.replicas, _ = strconv.Atoi(info["connected_slaves"])
	f.evictsAll = info["maxmemory"] != "0" && strings.HasPrefix(info["maxmemory_policy"], "allkeys-")
	return f, nil
}

// checkSchema refuses rows of a newer program before anything is written.
func (s *Store) checkSchema(ctx context.Context) error {
	get := func() (string, error) {
		return s.client.Do(ctx, s.client.B().Get().Key(schemaKey).Build()).ToString()
	}
	have, err := get()
	if rueidis.IsRedisNil(err) {
		set := s.client.B().Set().Key(schemaKey).Value(strconv.Itoa(schema)).Nx().Build()
		if err := s.client.Do(ctx, set).Error(); err != nil && !rueidis.IsRedisNil(err) { // nil: another node was first
			return err
		}
		have, err = get()
	}
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(have); err != nil || n > schema {
		return fmt.Errorf("%w: its schema is %q, this program knows %d", ErrNewer, have, schema)
	}
	return nil
}
