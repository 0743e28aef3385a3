# Two commands: `make site` shows the site, `make test` proves it. Both set up what they need.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
# What was saved since the site was built, or whether that was for another address. No list of files: a name with a space or a colon breaks it.
SAVED := $(if $(wildcard site/index.html),$(shell \
	find mkdocs.yml docs snippets -type f -not -name '*.pyc' -newer site/index.html | head -n 1; \
	test "$$SITE_URL" = "$$(cat .cache/built-for 2>/dev/null)" || echo for another address))

export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The site is built from pinned versions; the theme's notices of other ones would only distract.
export NO_MKDOCS_2_WARNING := true

.PHONY: saved site build test newcomer types mutate flaky bench outputs verified runs figures locks newest zensical twice sbom clean

site: build  ## build, serve on loopback, and build anew what is saved
	@$(BIN)/python -m docs.plugins.serving.watch site $(PORT)

build: site/index.html  ## build into site/

test: $(VENV)/test.stamp  ## run every test
	@$(BIN)/python -m pytest $(PARALLEL)

types:  ## check the types that the figures' scripts state; needs Node.js
	@command -v npx >/dev/null || { echo "npx is needed: install Node.js (on Debian: apt-get install npm), or leave this to the CI." >&2; exit 1; }
	@npx --yes --package typescript@7.0.2 tsc --project tests/tsconfig.json

mutate: $(VENV)/test.stamp  ## break everything in every place, one at a time, and see what notices
	@$(BIN)/python -m pytest -q $(PARALLEL) --break-all \
		-k "test_breaks or mechanical or go_red or slip or that_are_changed" \
		tests/test_breaks.py tests/np_nn/test_zoo.py tests/equations/test_equations.py tests/checking/test_numbers.py

newcomer: $(VENV)/test.stamp  ## do what CONTRIBUTING tells an author in a copy, and run every test there
	@$(BIN)/python -m pytest -q -n 0 --whole tests/test_newcomer.py

RUNS ?= 50
flaky: $(VENV)/test.stamp  ## run every test RUNS times, each time in another order, up to the first that fails
	@for seed in $$(seq $(RUNS)); do \
		echo "run $$seed of $(RUNS)"; \
		$(BIN)/python -m pytest -q $(PARALLEL) --shuffle $$seed || exit 1; \
	done

bench: build $(VENV)/bench.stamp  ## weigh every page; time np_nn beside PyTorch, scikit-learn and bare matrix products
	@$(BIN)/python tests/measure/weights.py
	@$(BIN)/python tests/measure/bench.py

outputs: $(VENV)/test.stamp  ## rewrite what the blocks of PAGES="docs/lessons/xor.md" or all print, the table of lessons, the places
	@$(BIN)/python -m docs.plugins.running.outputs $(PAGES)
	@$(BIN)/python -m docs.plugins.reading.course
	@$(BIN)/python -m docs.plugins.finishing.permalinks

verified: $(VENV)/test.stamp  ## run the pages, PAGES="docs/lessons/xor.md" or all, and write down what was verified
	@$(BIN)/python -m pytest -q --verified $(PAGES)

runs: build $(VENV)/test.stamp  ## run every block in a browser, and write down which do something else there
	@$(BIN)/python -m docs.plugins.runtime.measure site

figures: $(VENV)/test.stamp  ## draw docs/figures anew, FIGURES="descent" or all
	@$(BIN)/python -m figures $(FIGURES)

locks: $(VENV)/site.stamp $(VENV)/locks.stamp  ## write locks/ anew, from pyproject.toml and constraints.txt
	@for lock in site:site test:tools bench:bench-tools zensical:zensical locks:locks; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11.5 --generate-hashes \
			--no-annotate --custom-compile-command "make locks" --constraint constraints.txt \
			--group $${lock#*:} --output-file locks/$${lock%:*}.txt; \
	done

newest: $(VENV)/test.stamp  ## pin the newest NumPy and PyTorch, to see whether all holds with them
	@$(BIN)/python -m pip install --quiet --upgrade numpy torch
	@$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt
	@$(MAKE) locks

zensical: build $(VENV)/zensical.stamp  ## build the same pages with Zensical, and say what it lacks
	@$(BIN)/python tests/measure/zensical.py

TWICE := $(CURDIR)/.cache/twice
twice: $(VENV)/site.stamp  ## build in two places, homes and time zones, and compare every byte
	@rm -rf $(TWICE) && mkdir -p $(TWICE)/elsewhere
	@git ls-files -z | tar cf - --null -T - | tar xf - -C $(TWICE)/elsewhere
	@$(BIN)/python -m mkdocs build --quiet --strict --site-dir $(TWICE)/one
	@cd $(TWICE)/elsewhere && HOME=$(TWICE) TZ=Asia/Tokyo PYTHONHASHSEED=1 \
		$(CURDIR)/$(BIN)/python -m mkdocs build --quiet --strict --site-dir $(TWICE)/other
	@diff -r $(TWICE)/one $(TWICE)/other && echo "Both builds are the same, byte by byte."

sbom: site/index.html $(VENV)/locks.stamp  ## list what the site is built with, in site/sbom.json
	@$(BIN)/cyclonedx-py requirements --output-reproducible --output-file site/sbom.json locks/site.txt

clean:  ## remove everything that was set up or built
	rm -rf $(VENV) site .cache

site/index.html: $(VENV)/site.stamp $(if $(SAVED),saved)
	@mkdir -p .cache && touch .cache/begun
	@$(BIN)/python -m mkdocs build --strict --site-dir .cache/site
	@rm -rf site && mv .cache/site site
	@echo "$$SITE_URL" > .cache/built-for
	@touch -r .cache/begun $@  # what was saved meanwhile is newer

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1): name another one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module: on Debian and Ubuntu, apt-get install python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet pip==26.3

# A package docs of somebody else, in PYTHONPATH, does not come before ours.
define OURS_FIRST
import os, sysconfig
with open(os.path.join(sysconfig.get_path("purelib"), "ours_first.pth"), "w", encoding="utf-8") as file:
    file.write(f"import sys; sys.path.insert(0, {os.getcwd()!r})\n")
endef
export OURS_FIRST

# By hash; what is left, torch, by its exact version.
$(VENV)/%.stamp: $(VENV)/bin/pip pyproject.toml constraints.txt locks/%.txt
	@echo "Setting up $(VENV) ($*) ..."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement locks/$*.txt
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --group $*
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c "$$OURS_FIRST"
	@touch $@
