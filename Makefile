# Two commands: `make site` shows the site, `make test` proves it. Both set up what they need.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SOURCES := mkdocs.yml $(shell find docs snippets -type f -not -name '*.pyc')

export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The site is built from pinned versions; the theme's notices of other ones would only distract.
export NO_MKDOCS_2_WARNING := true

.PHONY: site build watch test mutate outputs verified figures clean

site: build  ## build, and serve on loopback
	@$(BIN)/python -m docs.plugins.serve site $(PORT)

build: site/index.html  ## build into site/

watch: $(VENV)/site.stamp  ## serve while you write; a page is built anew when it is saved
	@$(BIN)/python -m mkdocs serve --dev-addr 127.0.0.1:$(PORT)

test: $(VENV)/test.stamp  ## run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

mutate: $(VENV)/test.stamp  ## break np_nn in every place, one at a time, and see its tests notice
	@$(BIN)/python tests/mutation.py

outputs: $(VENV)/test.stamp  ## rewrite what the blocks print, the table of lessons, the list of places
	@$(BIN)/python -m docs.plugins.outputs
	@$(BIN)/python -m docs.plugins.course
	@$(BIN)/python -m docs.plugins.anchors

verified: $(VENV)/test.stamp  ## run the pages, and write down what was verified
	@$(BIN)/python -m pytest -q --verified

figures: $(VENV)/test.stamp  ## draw docs/figures anew
	@$(BIN)/python snippets/figures.py

clean:  ## remove everything that was set up or built
	rm -rf $(VENV) site .cache

site/index.html: $(VENV)/site.stamp $(SOURCES)
	@$(BIN)/python -m mkdocs build --strict --site-dir .cache/site
	@rm -rf site && mv .cache/site site
	@touch $@

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1): name another one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module: on Debian and Ubuntu, apt-get install python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet pip==26.3

$(VENV)/%.stamp: $(VENV)/bin/pip pyproject.toml constraints.txt
	@echo "Setting up $(VENV) ($*) ..."
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --group $*
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
