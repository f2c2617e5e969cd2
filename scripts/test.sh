#!/usr/bin/env bash
# Every check that a change must pass. `make test` calls it after scripts/setup.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
export GORACE="${GORACE-} atexit_sleep_ms=0" # a process that watches for races else waits a second before it ends
export GOFLAGS="${GOFLAGS-} -trimpath" # as releases are built, so that what one step has compiled serves the others

# step NAME: begins a step and says how long the one before it took.
took() { [[ -z ${doing-} ]] || printf -- '-- %s: %d s\n' "$doing" $((SECONDS - since)); }
step() {
	took
	doing=$* since=$SECONDS
	printf '\n== %s\n' "$doing"
}
began=$SECONDS

step "gofmt"
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l)
[[ -z $unformatted ]] || { echo "not formatted: $unformatted"; exit 1; }

step "no file is larger than what people write"
large=$(git ls-files -coz --exclude-standard | xargs -0 -r sh -c 'find "$@" -maxdepth 0 -size +1024k 2>/dev/null || true' sh)
[[ -z $large ]] || { echo "over 1 MiB, perhaps something that was built: $large"; exit 1; }

step "go vet, staticcheck, gosec, gitleaks"
mkdir -p .build
go mod verify >/dev/null
go vet ./...
go -C tools vet ./...
go -C interop vet ./...
go -C tools build -o ../.build/ honnef.co/go/tools/cmd/staticcheck github.com/securego/gosec/v2/cmd/gosec github.com/zricethezav/gitleaks/v8
.build/staticcheck ./...
# Rules left out, each for a reason: G104 wants every error of Close and hash.Write handled, which staticcheck and review judge better;
# G304 forbids opening files that a flag names, which is what a command is for; G404 minds jitter and drawn pictures, where no secret depends on chance.
# internal/testserver is test code: it starts the servers that it finds. The version of Go is told, or one rule asks `go list` for it at every loop.
GOSECGOVERSION=$(go list -m -f '{{.GoVersion}}') .build/gosec -quiet -exclude=G104,G304,G404 -exclude-dir=.build -exclude-dir=e2e -exclude-dir=bench -exclude-dir=tools -exclude-dir=interop -exclude-dir=internal/testserver ./...
.build/gitleaks dir --no-banner --log-level warn .

step "cross-builds (CGO off)"
for target in linux/amd64 darwin/arm64 windows/amd64; do # test-long has the others
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} go build -o /dev/null ./cmd/usher
done

step "go test -race"
# SQLite comes as a translated program: to watch each of its steps for races that are not ours would take as long as all else. go vet has run.
USHER_REQUIRE_SERVERS=1 CGO_ENABLED=1 go test -race -vet=off -gcflags=github.com/ncruces/go-sqlite3-wasm/...=-race=false -timeout 12m ./...

step "the benchmarks' own checks"
go -C bench test ./...
go -C tools test ./schema # the JSON Schemas, held against our files by a validator of somebody else's

step "the studio's bundle is what its sources make, and its types hold"
scripts/studio-check.sh

step "journeys in real browsers"
go build -o .build/usher ./cmd/usher
go -C interop build -o ../.build/openidprovider ./openidprovider # a real identity provider, see interop/
node --test --test-concurrency=3 --test-timeout=600000 e2e/*.test.mjs
took

printf '\nall checks passed in %d s\n' $((SECONDS - began))
