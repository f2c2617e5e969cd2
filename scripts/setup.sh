#!/usr/bin/env bash
# Installs what the tests need and the machine lacks, then says what it has. Safe to run again: what is there is kept.
#   Go        must be there already (1.26 or later)
#   chromium  headless, for the journeys and the accessibility checks      Debian: chromium
#             and its shell, which needs less of the processor; without it the whole browser does
#             all journeys                                                 Debian: chromium-headless-shell
#   firefox   headless, for the journeys that two browsers must agree on   Debian: firefox-esr
#   node      18 or later, drives the browsers through playwright-core     Debian: nodejs npm
#   postgres  the tests start their own; a system service is left alone    Debian: postgresql
#   redis     likewise; valkey-server serves as well                       Debian: redis-server
#   strace    counts, from outside, the syncs before an acknowledgement    Debian: strace (Linux only)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: cannot go on: %s\n' "$*" >&2; exit 1; }

command -v go >/dev/null || fail "Go is not installed; see https://go.dev/dl/"

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing+=(firefox-esr)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
command -v valkey-server >/dev/null || command -v redis-server >/dev/null || missing+=(redis-server)
[[ $(uname -s) != Linux ]] || command -v strace >/dev/null || missing+=(strace)
if ((${#missing[@]})); then
	command -v apt-get >/dev/null || fail "please install: ${missing[*]} (this script knows Debian's apt-get only)"
	sudo=()
	if ((EUID != 0)); then
		command -v sudo >/dev/null || fail "please install as root: apt-get install ${missing[*]}"
		sudo=(sudo)
	fi
	say "installing ${missing[*]}"
	"${sudo[@]}" apt-get update -qq >/dev/null || fail "apt-get update failed (is the network there?)"
	DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
		fail "apt-get could not install ${missing[*]}"
fi

if ! command -v chromium-headless-shell >/dev/null; then
	sudo=()
	((EUID == 0)) || sudo=(sudo -n)
	{ "${sudo[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends chromium-headless-shell; } >/dev/null 2>&1 ||
		say "there is no chromium-headless-shell here: the journeys use the whole browser, and take longer"
fi

major=$(node -p 'process.versions.node.split(".")[0]')
((major >= 18)) || fail "node 18 or later is needed, this is $(node --version)"

# The npm packages are pinned by lock files; their scripts are never run.
for dir in e2e studio/ui; do
	[[ -f $dir/package-lock.json ]] || continue
	if [[ ! -f $dir/node_modules/.installed ]] || ! cmp -s "$dir/package-lock.json" "$dir/node_modules/.installed"; then
		say "npm ci in $dir"
		(cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund --silent) || fail "npm ci failed in $dir"
		cp "$dir/package-lock.json" "$dir/node_modules/.installed"
	fi
done
say "go $(go env GOVERSION), $(chromium --version 2>/dev/null | head -1), node $(node --version)"
