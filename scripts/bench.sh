#!/usr/bin/env bash
# Prints ratios, each against a baseline measured in the same run: see docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .build
go build -trimpath -ldflags='-s -w' -o .build/usher-bench ./cmd/usher
USHER_BINARY=$PWD/.build/usher-bench go -C bench run .
