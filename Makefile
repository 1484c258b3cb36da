# Every command of this project. `make help` lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup develop run test faults bench check lock messages format

# The Python in .venv goes first, so that nothing is looked for twice. Each candidate is tried, not just looked up:
# version managers leave shims that exist and fail. PYTHON=... names one and makes .venv anew if its version differs.
PYTHONS := $(if $(PYTHON),"$(PYTHON)",.venv/bin/python python3.13 python3.12 python3.11 python3 python)
define setup_with
@for python in $(PYTHONS); do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		exec "$$python" -m tools.setup $(1); \
	fi; \
done; \
echo "Python 3.11 or newer is needed, and $(if $(PYTHON),$(PYTHON) is none,none was found). Name one: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3" >&2; \
exit 1
endef

help: ## list the commands
	@echo "make COMMAND, where COMMAND is one of"
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' Makefile | awk -F'|' '{ printf "%-10s %s\n", $$1, $$2 }'

setup: ## make .venv, the style sheet, translations and static files, where something changed
	$(call setup_with)

develop: ## the same with what tests and checks need
	$(call setup_with,--develop)

run: setup ## start the demo on 127.0.0.1; PORT=8000, DATA_DIR=data
	@trap : INT; .venv/bin/python tools/run.py || test $$? -eq 130 # Ctrl-C is how it is meant to end

test: develop ## run every test on SQLite, and on PostgreSQL where a server answers; ARGS=...
	@.venv/bin/python -m tools.test $(ARGS)

faults: develop ## kill, stop and hang what can be, at full size, and print the figures; about an hour
	@FAULTS=full .venv/bin/python -m tools.test tests/faults $(ARGS)

check: develop ## format, lint, types, templates, translations, migrations, known vulnerabilities
	@.venv/bin/python -m tools.check

bench: develop ## measure pages, mails and memory beside bare ones, against their budgets
	@.venv/bin/python -m tests.benchmarks

lock: develop ## pin what pyproject.toml and package.json ask for; ARGS=--upgrade takes newer releases
	@.venv/bin/python -m tools.lock $(ARGS)

messages: develop ## bring locale/ up to date with the texts in code and templates
	@.venv/bin/python -m tools.messages extract

format: develop ## format the Python code
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix .
