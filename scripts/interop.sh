#!/usr/bin/env bash
# Installs the real backends of interop/ at their pinned versions, plays the journeys of their presets against them, and writes what
# passed into the table of docs/backends.md. What cannot be installed is said and left out; with CI or USHER_REQUIRE_SERVERS set it is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'interop: %s\n' "$*"; }
missing=()
without() { # NAME WHY
	say "$1 cannot be had: $2" >&2
	missing+=("$1")
}

say "building PocketBase"
mkdir -p .build
CGO_ENABLED=0 go -C interop/pocketbase build -trimpath -ldflags='-s -w' -o ../../.build/pocketbase . ||
	{ rm -f .build/pocketbase; without pocketbase "its Go modules do not come, or do not build"; }

# SimpleJWT is a Debian package; its server refuses to be another version than the one that is pinned.
simplejwt() { /usr/bin/python3 interop/simplejwt/server.py --version-only; }
rm -f .build/simplejwt
if ! simplejwt 2>/dev/null && command -v apt-get >/dev/null && ((EUID == 0)); then
	say "installing python3-djangorestframework-simplejwt"
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-djangorestframework-simplejwt; } >/dev/null || true
fi
if simplejwt; then
	touch .build/simplejwt
else
	without simplejwt "it needs Debian's python3-djangorestframework-simplejwt, in the version of interop/simplejwt"
fi

# The npm packages are pinned by lock files; their scripts are never run. Each server has a folder of its own: they do not agree on what they need.
for dir in interop/*/; do
	dir=${dir%/}
	[[ -f $dir/package-lock.json ]] || continue
	name=${dir##*/}
	needs=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).engines.node.slice(2)' "$dir/package.json")
	if ! node -e 'const n = v => { const [a, b = 0] = v.split(".").map(Number); return a * 1000 + b }
		process.exit(n(process.versions.node) >= n(process.argv[1]) ? 0 : 1)' "$needs"; then
		rm -rf "$dir/node_modules"
		without "$name" "it needs node $needs, this is $(node --version)"
	elif ! cmp -s "$dir/package-lock.json" "$dir/node_modules/.installed"; then
		say "npm ci in $dir"
		if (cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund --silent); then
			cp "$dir/package-lock.json" "$dir/node_modules/.installed"
		else
			rm -rf "$dir/node_modules"
			without "$name" "npm ci failed: the registry refuses it or is away"
		fi
	fi
done
if ((${#missing[@]})) && [[ -n ${CI:-}${USHER_REQUIRE_SERVERS:-} ]]; then
	say "cannot go on without: ${missing[*]}" >&2
	exit 1
fi
USHER_INTEROP=1 go test -count=1 -v -timeout 20m -run '^TestPresetsPassAgainstRealBackends$' ./cmd/usher -update | grep -v '^=== '
go test -count=1 -run '^TestTheTableOfBackends' ./cmd/usher
((${#missing[@]} == 0)) || say "not tried: ${missing[*]}"
