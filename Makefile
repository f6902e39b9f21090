# Everything starts here: `make help`. Any Python 3 will do to begin with; Python 3.10 is looked
# for by the scripts (or name one: make run PYTHON=/path/to/python3.10).
PYTHON ?= python3
VENV := .venv/bin/python
PACKAGES := $(wildcard policies_kb bot actions benchmarks scripts)

.DEFAULT_GOAL := help
.PHONY: help run test check train eval bench soak setup python

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: python ## install, train what changed, start everything; Ctrl-C stops it
	@$(PYTHON) -m scripts run

test: train ## all tests; sets up by itself, needs nothing running
	@$(VENV) -m pytest

check: setup ## format, lint, types, data, fast tests: under a minute, nothing is trained
	@$(VENV) -m ruff format --check --quiet . || { echo "error: run $(VENV) -m ruff format ."; exit 1; }
	@$(VENV) -m ruff check --quiet .
	@$(VENV) -m mypy --no-error-summary $(PACKAGES)
	@$(VENV) -m policies_kb check
	@$(VENV) -m policies_kb index
	@$(VENV) -m pytest -n auto -m "not servers and not slow"

train: python ## train the model, if what it is made from has changed
	@$(PYTHON) -m scripts train

eval: train ## how well messages are understood: tables and pictures of docs/understanding.md, floors held
	@$(VENV) -m benchmarks.sentences
	@$(VENV) -m benchmarks.classifiers
	@$(VENV) -m benchmarks.understanding

bench: train ## ours against stock Rasa in one run; takes two hours, most of it stock's training
	@$(VENV) -m benchmarks.search
	@$(VENV) -m benchmarks

soak: train ## 300 bookings while every process is killed at random; takes twenty minutes (BOOKINGS=, SEED=)
	@$(VENV) -m tests.servers.soak $(if $(BOOKINGS),--bookings $(BOOKINGS)) $(if $(SEED),--seed $(SEED))

setup: python ## make .venv with exactly the packages of requirements.lock
	@$(PYTHON) -m scripts setup

python:
	@command -v $(PYTHON) >/dev/null || { echo "error: no $(PYTHON); install Python (Debian, Ubuntu: apt-get install python3 python3-venv)" >&2; exit 1; }
