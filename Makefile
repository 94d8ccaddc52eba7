# The whole vocabulary: make run, make test, make lint.
# Needed: Python 3.11 or later with pip, and make. Nothing else.

.DEFAULT_GOAL := run
.PHONY: run test lint clean

VENV := .venv
BIN := $(VENV)/bin
# The user's own Python settings have no say in here.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_USER

# A Python that is new enough and has pip; looked for only when something is to be installed.
FIND_PYTHON = python=$$(for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	    $$name -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	if [ -z "$$python" ]; then echo "MediConnect needs Python 3.11 or later with pip; please install it." >&2; exit 1; fi
# pip works on the environment from outside: Debian ships Python without ensurepip.
INSTALL = $(FIND_PYTHON); $$python -m pip --python $(BIN)/python --disable-pip-version-check --quiet install --editable

$(BIN)/python:
	@$(FIND_PYTHON); $$python -m venv --without-pip $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing (the first time takes a minute) …"
	@$(INSTALL) . && touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(INSTALL) '.[dev]' && touch $@ $(VENV)/installed

# What keeps it from starting (status 2) is said in one line; make need not add another.
run: $(VENV)/installed
	@$(BIN)/python -m bot || [ $$? -eq 2 ]

test: $(VENV)/installed-dev
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

clean:
	rm -rf $(VENV)
