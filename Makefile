# make demo   today's issue from the seed, delivered to a local inbox      (needs Python 3.11+ only)
# make check  lint, types, import contracts and the fast tests             (Python packages only)
# make test   everything; as root on Debian it installs the servers and browsers that tests use
# make soak   the long proofs, half an hour: a line of figures each, for docs/reliability.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The locks are whole: nothing is resolved (--no-deps), and every file is checked against its hash.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Two more than the cores of a small machine: a quarter of their time tests wait for servers and limits.
WORKERS ?= 4
# Where the surroundings forbid it, each of the hundreds of processes of the suite would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo check test suite lint servers lock wheel soak clean

demo: $(VENV)/.run
	$(BIN)/newsletter demo

# Code is typed beside the tests: both wait too often to keep two cores busy alone.
check: $(VENV)/.compiled
	$(MAKE) --jobs lint suite ONLY='-q -m "not servers and not browser and not quality and not slow"'

# While packages are fetched and unpacked, the other core compiles the tests.
test:
	$(MAKE) --jobs servers $(VENV)/.compiled
	$(MAKE) --jobs lint suite

# A worker takes whole files: what a file starts is started once. The dearest come first (tests/conftest.py).
suite: $(VENV)/.dev
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ONLY)

# Subjects of commits that origin/main does not have: at most 60 characters. Without an origin/main there are none.
lint: $(VENV)/.dev
	@! git log --no-merges --format='Too long: %s' origin/main.. 2>/dev/null | LC_ALL=C.UTF-8 grep -E '^.{71}'
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

servers:
	sh tests/support/install-servers.sh

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.lock requirements-build.lock pyproject.toml
	$(PIP) install --no-deps --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --no-deps --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

# Once, where else each worker of the first run would do it.
$(VENV)/.compiled: $(VENV)/.dev
	$(BIN)/pytest -q --collect-only >$@ || { cat $@; rm $@; exit 1; }

wheel: $(VENV)/.run
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

# Versions and hashes, and no host names.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra dev -o requirements-dev.lock
	printf 'hatchling>=1.27\neditables>=0.5\n' | $(LOCK) - -o requirements-build.lock

soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak

clean:
	rm -rf $(VENV) .demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
