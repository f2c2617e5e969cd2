#!/usr/bin/env bash
# The studio's browser code: its types hold, and the committed bundle is what its sources make (promise I4).
set -euo pipefail
cd "$(dirname "$0")/.."
studio/ui/node_modules/.bin/tsc --noEmit -p studio/ui
go -C tools run ./bundle -check ../studio/ui
