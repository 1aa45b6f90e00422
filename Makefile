# Every target makes what it needs; nothing has to be installed first but Python 3.11 or later.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
SPARK := .venv-spark
ON_CLUSTER := tests/test_queries.py tests/test_cube.py tests/test_store.py tests/cluster/test_same_frames.py

.PHONY: run test test-cluster test-sail test-spark check lint format bench lock clean

run: $(VENV)/.installed  ## serve the app on localhost
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/.installed-dev  ## every test, browser tests included
	$(BIN)/python tests/ensure_browser.py
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

test-cluster: test-sail  ## events read by Sail, and by Apache Spark where Java is found
	@if command -v java >/dev/null; then $(MAKE) test-spark; else echo "no Java here: Apache Spark is left out"; fi

test-sail: $(VENV)/.installed-cluster
	$(BIN)/python -m pytest -p tests.cluster.servers --cluster sail $(ON_CLUSTER) tests/cluster/test_recovery.py

test-spark: $(VENV)/.installed-cluster $(SPARK)/.installed
	SPARK_HOME=$$(echo $(CURDIR)/$(SPARK)/lib/python3*/site-packages/pyspark) \
		$(BIN)/python -m pytest -p tests.cluster.servers --cluster spark $(ON_CLUSTER) tests/cluster/test_worker_killed.py

check: lint test  ## what a commit must pass

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_import_rules.py
	$(BIN)/python -m tension check-data

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev  ## ratios, all measured in one run; results go to docs/benchmarks.md by hand
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	$(BIN)/python tests/ensure_browser.py
	$(BIN)/python -m bench

lock:  ## compile the pinned files for Linux, macOS and Windows
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-team.in -o requirements-team.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-bench.in -o requirements-bench.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-cluster.in -o requirements-cluster.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-cluster-tests.in -o requirements-cluster-tests.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet requirements-spark.in -o requirements-spark.txt

clean:
	rm -rf $(VENV) $(SPARK) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (on Debian: apt install python3 python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-cluster: requirements-cluster-tests.txt $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-cluster-tests.txt
	@touch $@

# Apache Spark's package and its client's have one name, so the server has an environment of its own.
$(SPARK)/.installed: requirements-spark.txt
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	@touch $@
