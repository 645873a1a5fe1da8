# Every target installs what it needs, once and quietly. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
INSTALLED := node_modules/.installed

$(INSTALLED): package.json package-lock.json
	@echo "installing node modules (once) …"
	@npm ci --loglevel=error --no-audit --no-fund > /dev/null
	@touch $@

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: demo
demo: $(INSTALLED) ## end-to-end demo: agent → TLS → collector → embedded store
	@bin/forwarder demo

.PHONY: demo-fleet
demo-fleet: $(INSTALLED) ## end-to-end demo of a fleet: etcd, an authority, two collectors, three agents
	@test/prepare --only etcd etcd-server
	@bin/forwarder demo --fleet

.PHONY: format
format: $(INSTALLED) ## format the sources
	@oxfmt src test bench packaging

.PHONY: check
check: lint ## check format, lint rules, types and generated docs, and run the unit tests: about a minute
	@ava 'test/unit/**/*.test.ts'

.PHONY: lint
lint: $(INSTALLED) ## check format, lint rules and types
	@oxfmt --check src test bench packaging > /dev/null || { oxfmt --list-different src test bench packaging; echo "run 'make format'" >&2; exit 1; }
	@oxlint --type-aware --deny-warnings > /dev/null || oxlint --type-aware --deny-warnings
	@tsc

.PHONY: test
test: lint ## run all tests, with real servers
	@test/everything $(WITH_EITHER_PROGRAM)

# Tests that start whole processes. One fleet test is enough: the others would test the executable no further.
WITH_EITHER_PROGRAM := $(addprefix test/integration/,end-to-end/program.test.ts end-to-end/embedded.test.ts \
  end-to-end/elasticsearch.test.ts end-to-end/logstash-layout.test.ts end-to-end/reload.test.ts \
  end-to-end/seed-configuration.test.ts end-to-end/stdin.test.ts cli/demo.test.ts cli/process.test.ts \
  fleet/hosted-authority.test.ts)

.PHONY: laws
laws: $(INSTALLED) ## print the titles of all tests, which are the specification; LAWS='test/unit/files/**/*.test.ts' for some
	@node --disable-warning=ExperimentalWarning test/helpers/sources/list-laws.ts $(if $(LAWS),'$(LAWS)')

.PHONY: test-matrix
test-matrix: $(INSTALLED) ## run the store tests on every supported version of Elasticsearch and OpenSearch, and all cases of the sampled tests
	@test/matrix
	@FORWARDER_TEST_WHOLE=1 ava $(SAMPLED)

.PHONY: torture
torture: $(INSTALLED) ## run all cases of the tests of which make test runs only a sample
	@test/prepare
	@FORWARDER_TEST_WHOLE=1 ava $(SAMPLED)

# The files that call `sampleOf`, or ask `isWhole`.
SAMPLED := $(addprefix test/integration/,fleet/orders.test.ts files/logrotate.test.ts files/large-copies.test.ts) \
  test/fault/receiver/hostile.test.ts

.PHONY: model
model: $(INSTALLED) ## run the model of files that are alike for ten minutes, or MODEL_SECONDS=…
	@node test/helpers/files/collisions/search-collisions.ts --seconds $(or $(MODEL_SECONDS),600)

.PHONY: mutants
mutants: $(INSTALLED) ## bring old faults back into a copy of the sources: the model has to find each within a minute
	@node test/helpers/files/collisions/run-mutants.ts

.PHONY: bench
bench: $(INSTALLED) ## throughput, latency, CPU and memory compared with other senders, into bench/RESULTS.md; BENCH="--measures start …"
	@node bench/run.ts $(BENCH)

.PHONY: dist
dist: dist/SHA256SUMS ## single executables for linux-x64 and linux-arm64, with checksums, bill of materials and licences, in dist/
	@cd dist && sha256sum --check --status SHA256SUMS 2> /dev/null || { cd .. && node packaging/dist.ts; }

# Rebuilt when a source is newer, or when a file no longer has its checksum.
dist/SHA256SUMS: $(INSTALLED) package.json package-lock.json $(shell find src packaging -name '*.ts')
	@echo "building single executables …"
	@node packaging/dist.ts

.PHONY: packages
packages: dist ## .deb and .rpm of both executables, in dist/
	@test/prepare --only rpmbuild rpm
	@node packaging/packages.ts

.PHONY: install uninstall
install: $(INSTALLED) ## install on this machine; PREFIX=/usr/local DESTDIR=…, bindir, mandir, sysconfdir, … (docs/installation.md)
	@node packaging/install.ts install $(PLACES)

uninstall: $(INSTALLED) ## uninstall from this machine; configuration and state stay
	@node packaging/install.ts uninstall $(PLACES)

# Those of these variables that are set, with their values as written.
PLACES = $(foreach name,DESTDIR DIST PREFIX prefix bindir sysconfdir localstatedir datarootdir mandir docdir systemdunitdir \
  sysusersdir bashcompletiondir zshcompletiondir fishcompletiondir,$(if $($(name)),'$(name)=$($(name))'))

.PHONY: release
release: $(INSTALLED) ## build the release files of a clean commit: built twice, verified, checksummed, signed with KEY=FILE
	@test/prepare --only qemu-aarch64-static qemu-user-static
	@test/prepare --only rpm rpm
	@$(if $(KEY),test/prepare --only minisign minisign)
	@node packaging/release.ts $(if $(KEY),--key '$(KEY)') $(if $(KEY_PASSWORD_FILE),--password-file '$(KEY_PASSWORD_FILE)')

.PHONY: verify-release
verify-release: $(INSTALLED) ## verify that DIR=… is the release signed with the key of PUBLIC_KEY=…
	@test/prepare --only minisign minisign
	@node packaging/release/verify.ts '$(DIR)' '$(PUBLIC_KEY)'

.PHONY: docs
docs: $(INSTALLED) ## generate docs/configuration.md from the schema
	@node src/config/reference/reference-page.ts > docs/configuration.md
	@node src/pipeline/reference/processors-page.ts > docs/processors.md
	@node src/pipeline/reference/formats-page.ts > docs/formats.md

.PHONY: kernel
kernel: $(INSTALLED) ## assemble the WebAssembly of the encoder from its text
	@node packaging/line-kernel.ts

.PHONY: schemas
schemas: $(INSTALLED) ## compile the schemas of configurations with ajv, after a change of them
	@node src/config/compile/compile-schemas.ts src/config/schema/compiled

.PHONY: clean
clean: ## remove all built and fetched files
	@rm -rf node_modules vendor build dist
