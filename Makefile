# Two commands do all the set-up:   make run   make test
PYTHON ?= python3
BIN    := .venv/bin

.PHONY: run test check lint coverage generate bench conformance soak lock clean
run: .venv/ready            ## the main job: two simulated hosts talk, the ladder is printed
	$(BIN)/wirelab demo
test: .venv/ready           ## the whole test suite
	$(BIN)/pytest -n 2
check: lint test            ## what CI runs: lint, formatting, types, import rules, generated code, tests
lint: .venv/ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m wirelab.codecs.compiler --check
coverage: .venv/ready       ## which lines no test runs
	$(BIN)/coverage run -m pytest && $(BIN)/coverage report
generate: .venv/ready       ## rewrite what is derived from the schemas: protocols/, docs/protocols/
	$(BIN)/python -m wirelab.codecs.compiler
bench: .venv/ready          ## measure side by side and rewrite benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run
conformance: .venv/ready    ## what the RFCs demand beside the tests that show it; writes docs/conformance.md
	$(BIN)/python -m tests.conformance.run
soak: .venv/ready           ## TCP on 20,000 bad paths, 5,000 stories of hosts, the codecs with 5 million inputs (40 minutes on two cores)
	$(BIN)/python -m tests.soak.exactly_once --examples 20000
	$(BIN)/python -m tests.soak.tcp_invariants --examples 2000
	$(BIN)/python -m tests.soak.host_stories --examples 5000
	$(BIN)/python -m tests.soak.fuzz_codecs --inputs 5000000
lock:                       ## needs uv; rewrites requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock
clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
