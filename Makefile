# The whole vocabulary: make run, make test, make lint, make bench, make chaos, make translations, make lock.
# Needed: Python 3.11 or later with pip, and make. Nothing else.

.DEFAULT_GOAL := run
.PHONY: run test lint bench chaos translations lock clean

VENV := .venv
BIN := $(VENV)/bin
# The user's own settings of Python and pip have no say in here; where pip finds its packages stays theirs.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONDONTWRITEBYTECODE
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS PIP_REQUIRE_VIRTUALENV
unexport PIP_REQUIREMENT PIP_CONSTRAINT PIP_REQUIRE_HASHES PIP_NO_BINARY PIP_PRE PIP_NO_BUILD_ISOLATION

# A Python that is new enough and has pip; looked for only when something is to be installed.
FIND_PYTHON = python=$$(for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	    $$name -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	if [ -z "$$python" ]; then echo "MediConnect needs Python 3.11 or later with pip; please install it." >&2; exit 1; fi
# pip works on an environment from outside: Debian ships Python without ensurepip.
PIP = $$python -m pip --disable-pip-version-check --quiet --python
# First what is locked, with its hashes; then the project itself, which needs nothing more. It is built in
# the environment, by the setuptools that is locked: a build of its own would fetch one that nobody checked.
INSTALL_LOCKED = $(FIND_PYTHON); \
	    $(PIP) $(BIN)/python install --no-user --require-hashes --requirement $(1) && \
	    $(PIP) $(BIN)/python install --no-user --no-deps --no-build-isolation --editable .

# Where the environment's Python was taken away, by an upgrade of the system, nothing of it can be used.
$(shell test -x $(BIN)/python || rm -f $(VENV)/installed $(VENV)/installed-dev)
$(BIN)/python:
	@$(FIND_PYTHON); $$python -m venv --clear --without-pip $(VENV)

$(VENV)/installed: pyproject.toml requirements/run.txt | $(BIN)/python
	@echo "Installing (the first time takes a minute) …"
	@$(call INSTALL_LOCKED,requirements/run.txt) && touch $@

$(VENV)/installed-dev: pyproject.toml requirements/dev.txt | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(call INSTALL_LOCKED,requirements/dev.txt) && touch $@ $(VENV)/installed

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
$(VENV)/installed-bench: requirements/bench.txt | $(VENV)/installed-dev
	@echo "Installing what the benchmark compares with …"
	@$(FIND_PYTHON); $$python -m venv --clear --without-pip $(VENV)/aiogram && \
	    $(PIP) $(VENV)/aiogram/bin/python install --no-user --require-hashes --requirement $< && touch $@

bench: $(VENV)/installed-bench
	@$(BIN)/python -m tests.bench $(ARGS)

# Processes are killed on the way; whatever it starts, it ends.
chaos: $(VENV)/installed-dev
	@$(BIN)/python -m tests.chaos $(ARGS)

# Finds what the bot says, brings the catalogues up to date, and compiles them. A new language: NEW=fr.
CATALOGUES := bot/locale
TEMPLATE := $(VENV)/messages.pot
translations: $(VENV)/installed
	@$(BIN)/pybabel --quiet extract --no-default-keywords --keywords='say phrase' --keywords='say_in:1c,2 phrase_in:1c,2' \
	    --keywords=say_count:1,2 --add-comments=Translators: --strip-comments --add-location=file --sort-by-file --width=100 \
	    --project=MediConnect --output=$(TEMPLATE) bot
	@$(if $(NEW),$(BIN)/pybabel --quiet init --input-file=$(TEMPLATE) --output-dir=$(CATALOGUES) --locale=$(NEW) --width=100)
	@$(BIN)/pybabel --quiet update --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete --width=100 \
	    --input-file=$(TEMPLATE) --output-dir=$(CATALOGUES)
	@$(BIN)/pybabel compile --statistics --directory=$(CATALOGUES)

# Writes anew what is locked, for every supported Python and system at once. All becomes as new as
# pyproject.toml allows; ARGS=--no-upgrade changes only what does not fit any more, ARGS='--upgrade-package
# pydantic' that one. uv does not read pip's settings: it looks where PIP_INDEX_URL says, or its own UV_… do.
LOCK = $(VENV)/lock/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command 'make lock' $(if $(PIP_INDEX_URL),--default-index '$(PIP_INDEX_URL)') \
	    $(or $(ARGS),--upgrade)

$(VENV)/installed-lock: | $(BIN)/python
	@$(FIND_PYTHON); $$python -m venv --clear --without-pip $(VENV)/lock && \
	    $(PIP) $(VENV)/lock/bin/python install --no-user 'uv>=0.13,<1' && touch $@

lock: $(VENV)/installed-lock
	@$(LOCK) pyproject.toml requirements/build.in --extra dev --output-file requirements/dev.txt
	@$(LOCK) pyproject.toml requirements/build.in --constraints requirements/dev.txt --output-file requirements/run.txt
	@$(LOCK) requirements/bench.in --output-file requirements/bench.txt

clean:
	rm -rf $(VENV)
