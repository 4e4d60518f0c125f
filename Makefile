# The two commands of the README are `make demo` and `make test`.
PYTHON ?= python3
STORE ?= sqlite
PORT ?= 8000
# Each starts a Neo4j and a browser of its own; a file of tests stays with one of them. A server that is given is one.
WORKERS ?= $(if $(MAILLAGE_TEST_NEO4J_URI),1,2)
BIN := .venv/bin
CACHE := .cache

.PHONY: demo test nightly bench lint types locks clean

demo: .venv/.demo
	@mkdir -p $(CACHE)
ifeq ($(STORE),neo4j)
	@$(BIN)/python -m maillage.local_neo4j $(BIN)/python -m maillage.demo --port $(PORT)
else
	@MAILLAGE_STORE=sqlite:$(CACHE)/demo.db $(BIN)/python -m maillage.demo --port $(PORT)
endif

test: lint types
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not nightly"

nightly: lint types
	MAILLAGE_NIGHTLY=1 $(BIN)/pytest -n $(WORKERS) --dist loadfile

bench: .venv/.dev
	@$(BIN)/python -m benchmarks

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy
	$(BIN)/pyright

# Both locks hold hashes and no index address; the package itself is built with the hatchling of the lock.
.venv/.demo: requirements.lock requirements-build.lock
	@echo "Première installation : une à deux minutes…"
	@$(PYTHON) -c 'import sys; sys.exit("Maillage demande Python 3.11 ou plus récent (essayez : make demo PYTHON=python3.12)." if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock -r requirements-build.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Maillage demande Python 3.11 ou plus récent." if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Needs uv on the path.
locks:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -o requirements-build.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev --group build pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv $(CACHE) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
