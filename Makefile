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
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: demo
demo: $(INSTALLED) ## the main job before your eyes: agent → TLS → collector → embedded store
	@bin/forwarder demo

.PHONY: demo-fleet
demo-fleet: $(INSTALLED) ## a fleet before your eyes: etcd, an authority, two collectors, three agents
	@test/prepare --only etcd etcd-server
	@bin/forwarder demo --fleet

.PHONY: format
format: $(INSTALLED) ## format the sources
	@oxfmt src test bench packaging

.PHONY: check
check: lint ## format, lint, types, unit tests (which also hold the generated docs): about a minute
	@ava 'test/unit/**/*.test.ts'

.PHONY: lint
lint: $(INSTALLED) ## format, lint and types only
	@oxfmt --check src test bench packaging > /dev/null || { oxfmt --list-different src test bench packaging; echo "run 'make format'" >&2; exit 1; }
	@oxlint --type-aware --deny-warnings > /dev/null || oxlint --type-aware --deny-warnings
	@tsc

.PHONY: test
test: lint ## everything, with real servers
	@test/prepare
	@ava
	@echo "once more, with the single executable:"
	@FORWARDER_UNDER_TEST=$$(node test/helpers/packages/single-executable.ts) ava $(WITH_EITHER_PROGRAM)

# Tests that start whole processes; of the fleet's one, as the others show nothing else of the executable.
WITH_EITHER_PROGRAM := $(addprefix test/integration/,end-to-end/program.test.ts end-to-end/embedded.test.ts \
  end-to-end/elasticsearch.test.ts end-to-end/logstash-layout.test.ts end-to-end/reload.test.ts \
  end-to-end/seed-configuration.test.ts end-to-end/stdin.test.ts cli/demo.test.ts cli/process.test.ts \
  fleet/hosted-authority.test.ts)

.PHONY: laws
laws: $(INSTALLED) ## the titles of all tests, which are the specification; LAWS='test/unit/files/**/*.test.ts' for some
	@node --disable-warning=ExperimentalWarning test/helpers/sources/list-laws.ts $(if $(LAWS),'$(LAWS)')

.PHONY: test-matrix
test-matrix: $(INSTALLED) ## the stores' tests on every supported version of Elasticsearch and OpenSearch
	@test/matrix

.PHONY: bench
bench: $(INSTALLED) ## events a second, CPU and memory beside Filebeat, in one run; BENCH="--rounds 5 …"
	@node bench/run.ts $(BENCH)

.PHONY: dist
dist: dist/SHA256SUMS ## single executables for linux-x64 and linux-arm64, with sums, bill of materials and licences, in dist/
	@cd dist && sha256sum --check --status SHA256SUMS 2> /dev/null || { cd .. && node packaging/dist.ts; }

# Made anew when a source is newer than it, or when a file is no longer what it says.
dist/SHA256SUMS: $(INSTALLED) package.json package-lock.json $(shell find src packaging -name '*.ts')
	@echo "building single executables …"
	@node packaging/dist.ts

.PHONY: packages
packages: dist ## .deb and .rpm of both executables, in dist/
	@test/prepare --only rpmbuild rpm
	@node packaging/packages.ts

.PHONY: install uninstall
install: $(INSTALLED) ## this machine gets it; PREFIX=/usr/local DESTDIR=…, and bindir, mandir, sysconfdir, … (docs/installation.md)
	@node packaging/install.ts install $(PLACES)

uninstall: $(INSTALLED) ## takes it away again; configuration and state stay
	@node packaging/install.ts uninstall $(PLACES)

# What was given of these, each as it was written.
PLACES = $(foreach name,DESTDIR DIST PREFIX prefix bindir sysconfdir localstatedir datarootdir mandir docdir systemdunitdir \
  sysusersdir bashcompletiondir zshcompletiondir fishcompletiondir,$(if $($(name)),'$(name)=$($(name))'))

.PHONY: release
release: $(INSTALLED) ## the files of a release, of a clean commit: built twice, verified, summed, signed with KEY=FILE
	@test/prepare --only qemu-aarch64-static qemu-user-static
	@test/prepare --only rpm rpm
	@$(if $(KEY),test/prepare --only minisign minisign)
	@node packaging/release.ts $(if $(KEY),--key '$(KEY)') $(if $(KEY_PASSWORD_FILE),--password-file '$(KEY_PASSWORD_FILE)')

.PHONY: verify-release
verify-release: $(INSTALLED) ## whether DIR=… is the release that was signed with the key of PUBLIC_KEY=…
	@test/prepare --only minisign minisign
	@node packaging/release/verify.ts '$(DIR)' '$(PUBLIC_KEY)'

.PHONY: docs
docs: $(INSTALLED) ## write docs/configuration.md from the schema
	@node src/config/reference/reference.ts > docs/configuration.md

.PHONY: clean
clean: ## remove what was built and fetched
	@rm -rf node_modules vendor build dist
