# Every target installs what it needs, once and quietly. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
INSTALLED := node_modules/.installed

$(INSTALLED): package.json package-lock.json
	@echo "installing node modules (once) …"
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: demo
demo: $(INSTALLED) ## the main job before your eyes: agent → TLS → collector → embedded store
	@bin/forwarder demo

.PHONY: format
format: $(INSTALLED) ## format the sources
	@oxfmt src test bench

.PHONY: check
check: $(INSTALLED) ## format, lint, types, generated docs, unit tests: under a minute
	@oxfmt --check src test bench
	@oxlint --type-aware --deny-warnings
	@tsc
	@ava 'test/unit/**/*.test.ts'

.PHONY: test
test: $(INSTALLED) ## everything, with real servers
	@test/prepare
	@ava

.PHONY: clean
clean: ## remove what was built and fetched
	@rm -rf node_modules vendor build dist
