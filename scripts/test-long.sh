#!/usr/bin/env bash
# What takes longer than a change should wait: every fuzz target for a while, the racy parts many times, and every proof that has a
# volume of its own at that volume. One package runs after the other, so that none disturbs another's figures; a part that fails is
# named at the end and keeps none of the others from running.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
fuzztime=${FUZZTIME:-60s}
export USHER_REQUIRE_SERVERS=1 # a proof without its server would count as passed
export USHER_IDLE=${USHER_IDLE:-10m} # for so long a server that nobody uses is watched

failures=()
part() { # part WHAT COMMAND...
	local what=$1 began=$SECONDS
	shift
	printf '\n== %s\n' "$what"
	"$@" || failures+=("$what")
	printf -- '-- %d s\n' $((SECONDS - began))
}
proofs() { USHER_LONG=1 go test -count=1 -v -p 1 "$@" | grep -v '^=== '; }

packages=$(go list -f '{{.ImportPath}} {{.Dir}}' ./...) || exit 1
while read -r pkg dir; do
	for target in $(grep -hoE '^func Fuzz\w+' "$dir"/*_test.go 2>/dev/null | awk '{print $2}'); do
		part "$pkg $target" go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" "$pkg"
	done
done <<<"$packages"
part "SQLite watched for races as well" env CGO_ENABLED=1 go test -race -count=1 -timeout 30m ./session/sqlstore ./internal/sqldb
part "the session core, many times" env CGO_ENABLED=1 go test -race -gcflags=github.com/ncruces/go-sqlite3-wasm/...=-race=false -count=10 -timeout 30m ./session/...
part "every guard, taken out of a copy of the source: a test must notice" proofs -timeout 60m ./internal/guards
part "the proofs at full volume, a soak of ${SOAK:-3m} and ten minutes of an idle server among them" \
	proofs -timeout 90m ./session/... ./internal/hostile ./app ./call ./cmd/usher ./render ./project ./internal/folder ./studio ./value
part "the presets' journeys against real backends, which writes the table of docs/backends.md" scripts/interop.sh
for target in linux/arm64 darwin/amd64 windows/arm64; do
	part "a build for $target" env CGO_ENABLED=0 GOOS="${target%/*}" GOARCH="${target#*/}" go build -trimpath -o /dev/null ./cmd/usher
done
part "the binary that browsers meet" go build -trimpath -o .build/usher ./cmd/usher
part "the window after which a closed browser is logged out" env USHER_LONG=1 node --test --test-timeout=600000 e2e/closed.test.mjs
part "all pages come light and do not move, on a wide screen as well" env USHER_LONG=1 node --test --test-timeout=600000 e2e/firstload.test.mjs
part "every widget's page of the gallery in dark, and from right to left on a phone" env USHER_LONG=1 node --test --test-timeout=600000 e2e/gallery.test.mjs
part "every widget of the studio's palette is added" env USHER_LONG=1 node --test --test-timeout=600000 e2e/studio-canvas.test.mjs
part "a thousand strings and attacks in every place that shows text, in a browser with the content policy and without it" \
	env USHER_LONG=1 node --test --test-timeout=3600000 e2e/naughty.test.mjs

printf '\n'
((${#failures[@]} == 0)) || { printf 'failed: %s\n' "${failures[@]}"; exit 1; }
printf 'all passed in %d s\n' "$SECONDS"
