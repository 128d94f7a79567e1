PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help install demo test test-slow test-all lint bench messages

help:
	@echo "make demo · make test · make test-all · make lint · make bench"

$(INSTALLED): core/hatch_build.py core/assets/package-lock.json core/assets/icons.txt
$(INSTALLED): constraints.txt pyproject.toml core/pyproject.toml plugins/journal/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e core -e plugins/journal --group dev
	touch $@

install: $(INSTALLED)

demo: install
	$(BIN)/parta demo
	$(BIN)/parta serve

test: install
	$(BIN)/python -m pytest -n 2 -m "not slow" --durations=20

test-slow: install
	$(BIN)/python -m pytest -n 2 -m slow --durations=20

test-all: test test-slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m bench

messages: install
	$(BIN)/python -m parta.testing.messages core/parta plugins/*/parta_*
