# Needs Linux x86-64, Python 3.11 or 3.12 with venv, and make. Everything else is brought along.

# The first Python that will do; PYTHON=... chooses another.
FITS = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PYTHON = $(shell for name in python3 python3.12 python3.11 .venv/bin/python; do \
	$$name -c '$(FITS)' >/dev/null 2>&1 && echo $$name && break; done)
LOCAL = $(or $(PYTHON),$(error Python 3.11 or 3.12 with venv is needed (on Debian: python3 and python3-venv))) -m poverty.local

.PHONY: help run test lint bench lock clean

help:
	@echo 'make run      set up and run everything on 127.0.0.1 (PORT=8000); Ctrl-C ends it'
	@echo 'make test     set up and run everything that must pass (T="tests/areas -k name" runs only that)'
	@echo 'make lint     ruff, templates, import direction'
	@echo 'make bench    the figures, on a fresh database (B="..." is passed on)'
	@echo 'make lock     resolve pyproject.toml anew into the lock files (needs uv)'
	@echo 'make clean    delete the environment and the browser libraries; the data stays'

run:
	@$(LOCAL) run

test:
	@$(LOCAL) test $(T)

lint:
	@$(LOCAL) lint

bench:
	@$(LOCAL) bench $(B)

# One resolution for Python 3.11 and 3.12; the lock for tests holds all of the other one.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --strip-extras \
	--no-emit-index-url --no-header --no-annotate

lock:
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra test --constraint requirements.lock --output-file requirements-test.lock
	$(COMPILE) --group bench --constraint requirements.lock --output-file requirements-bench.lock

clean:
	rm -rf .venv .local/vendor .local/vendor.stamp .local/static .local/chromium .local/bench-venv
