# make run    opens the monitor (creates .venv and installs what it needs first)
# make test   the same with the test tools, then the whole suite
# make check  format, lint, types, import contracts
# make demo   a recorded day, offline
# make bench  measurements, side by side, as ratios; ARGS=name for one
# make images the pictures of README, from the demo
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: run test check demo bench format images clean

run: $(VENV)/.installed
	@$(BIN)/newswatch $(ARGS)

demo: $(VENV)/.installed
	@$(BIN)/newswatch demo $(ARGS)

test: $(VENV)/.installed-dev
	@$(BIN)/pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench $(ARGS)

images: $(VENV)/.installed-dev
	@$(BIN)/python docs/make_images.py
	@$(BIN)/python docs/make_recording.py

clean:
	rm -rf $(VENV) build dist

# A stamp is newer than what it was made from, so a second call starts at once. What is installed editable is never
# compiled where PYTHONDONTWRITEBYTECODE is set, and would be compiled anew at each start: it is done here, once.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "newswatch: installing into $(VENV)" >&2
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable .
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
endif
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "newswatch: installing into $(VENV), with the test tools" >&2
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
endif
	@$(BIN)/python -m compileall -q src
	@touch $(VENV)/.installed $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newswatch needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make run PYTHON=python3.12")'
ifdef UV
	@$(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif
