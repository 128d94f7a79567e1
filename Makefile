PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help install test test-all lint

help:
	@echo "make test · make test-all · make lint"

$(INSTALLED): constraints.txt pyproject.toml core/pyproject.toml plugins/journal/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e core -e plugins/journal --group dev
	touch $@

install: $(INSTALLED)

test: install
	$(BIN)/python -m pytest -n 2 -m "not slow" --durations=20

test-all: install
	$(BIN)/python -m pytest -n 2 --durations=20

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
