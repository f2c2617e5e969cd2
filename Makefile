# Each target does its own set-up. Lists them: make help
.DEFAULT_GOAL := help
SHELL := /bin/bash
export CGO_ENABLED ?= 0

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what the tests need (Chromium, Firefox, Node, npm packages), once
	@./scripts/setup.sh

build: ## bin/usher
	go build -trimpath -o bin/usher ./cmd/usher

test: setup ## every check that a change must pass; needs nothing beforehand but Go
	./scripts/test.sh

test-long: setup ## what takes longer: fuzzing, many repeats of races, power cuts, kills, storms, a soak of SOAK=3m
	./scripts/test-long.sh

interop: setup ## start the real backends of interop/, play the presets' journeys against them, and write the table of docs/backends.md
	./scripts/interop.sh

bench: ## ratios against bare net/http, html/template and plain SQL, storms, start-up, memory, size
	./scripts/bench.sh

generate: setup ## rebuild the studio's bundle and the goldens
	go test ./studio -run Icons -update
	go -C tools run ./bundle ../studio/ui
	go test ./render -update
	go test ./project -update -update-broken
	go test ./examples -update

.PHONY: help setup build test test-long interop bench generate
