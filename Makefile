# The whole vocabulary: make run, make test, make lint, make bench, make chaos.
# Needed: Python 3.11 or later with pip, and make. Nothing else.

.DEFAULT_GOAL := run
.PHONY: run test lint bench chaos clean

VENV := .venv
BIN := $(VENV)/bin
# The user's own settings of Python and pip have no say in here; where pip finds its packages stays theirs.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONDONTWRITEBYTECODE
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS PIP_REQUIRE_VIRTUALENV

# A Python that is new enough and has pip; looked for only when something is to be installed.
FIND_PYTHON = python=$$(for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	    $$name -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	if [ -z "$$python" ]; then echo "MediConnect needs Python 3.11 or later with pip; please install it." >&2; exit 1; fi
# pip works on the environment from outside: Debian ships Python without ensurepip.
INSTALL = $(FIND_PYTHON); $$python -m pip --python $(BIN)/python --disable-pip-version-check --quiet \
	    install --no-user --editable

# Where the environment's Python was taken away, by an upgrade of the system, nothing of it can be used.
$(shell test -x $(BIN)/python || rm -f $(VENV)/installed $(VENV)/installed-dev)
$(BIN)/python:
	@$(FIND_PYTHON); $$python -m venv --clear --without-pip $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing (the first time takes a minute) …"
	@$(INSTALL) . && touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(INSTALL) '.[dev]' && touch $@ $(VENV)/installed

# What keeps it from starting (status 2) is said in one line; make need not add another. What is sent
# to make goes on to the bot, and the shell stays until that is gone: so no process is left behind.
run: $(VENV)/installed
	@$(BIN)/python -m bot & bot=$$!; \
	trap 'stopped=yes; kill $$bot 2>/dev/null' INT TERM HUP; \
	while :; do wait $$bot 2>/dev/null; status=$$?; kill -0 $$bot 2>/dev/null || break; done; \
	[ "$$stopped" ] || [ $$status -eq 0 ] || [ $$status -eq 2 ]

test: $(VENV)/installed-dev
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

# aiogram has an environment of its own: what it needs must not decide what we run on.
$(VENV)/installed-bench: pyproject.toml | $(VENV)/installed-dev
	@echo "Installing what the benchmark compares with …"
	@$(FIND_PYTHON); $$python -m venv --clear --without-pip $(VENV)/aiogram && \
	    $$python -m pip --python $(VENV)/aiogram/bin/python --disable-pip-version-check --quiet \
	    install --no-user 'aiogram>=3.31,<4' && touch $@

bench: $(VENV)/installed-bench
	@$(BIN)/python -m tests.bench $(ARGS)

# Processes are killed on the way; whatever it starts, it ends.
chaos: $(VENV)/installed-dev
	@$(BIN)/python -m tests.chaos $(ARGS)

clean:
	rm -rf $(VENV)
