#!/usr/bin/env bash
# What takes longer than a change should wait: every fuzz target for a while, the racy parts many times, and the
# reliability proofs at full volume.
set -euo pipefail
cd "$(dirname "$0")/.."
fuzztime=${FUZZTIME:-60s}

go list ./... | while read -r pkg; do
	dir=$(go list -f '{{.Dir}}' "$pkg")
	for target in $(grep -hoE '^func (Fuzz\w+)' "$dir"/*_test.go 2>/dev/null | awk '{print $2}'); do
		printf '== %s %s\n' "$pkg" "$target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" "$pkg"
	done
done
printf '== the session core, many times\n'
CGO_ENABLED=1 go test -race -count=10 -timeout 30m ./session/...
printf '== every guard, taken out of a copy of the source: a test must notice\n'
USHER_LONG=1 go test -count=1 -timeout 60m ./internal/guards
printf '== the reliability proofs at full volume; each prints its figures\n'
USHER_LONG=1 go test -count=1 -v -timeout 90m ./session/... ./internal/hostile ./app ./call | grep -v '^=== '
printf '== restarts of 1,000 people, a full disk, and a soak of %s at a held rate\n' "${SOAK:-3m}"
USHER_LONG=1 go test -count=1 -v -timeout 60m -run '^Test(C4|C5|C17)_' ./cmd/usher | grep -v '^=== '
printf '== ten minutes of an idle server, and the window after which a closed browser is logged out\n'
USHER_IDLE=10m go test -count=1 -v -timeout 20m -run '^TestH8_' ./cmd/usher | grep -v '^=== '
go build -trimpath -o .build/usher ./cmd/usher
USHER_LONG=1 node --test --test-timeout=600000 e2e/closed.test.mjs
