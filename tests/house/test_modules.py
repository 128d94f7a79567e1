"""Rules about the code itself that a linter does not know."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parent.parent.parent / "core"
FILES = sorted(path for path in (CORE / "parta").rglob("*.py") if "migrations" not in path.parts)
NAMES = [".".join(path.relative_to(CORE).with_suffix("").parts).removesuffix(".__init__") for path in FILES]


def test_every_module_imports_with_no_database_and_no_network():
    script = (
        "import importlib, socket, sys\n"
        "def closed(*a, **k): raise AssertionError('a module opens a connection when imported')\n"
        "socket.socket.connect = closed\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", script, *NAMES], check=True, env={"PATH": "/nowhere"})


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_files_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_imported_inside_a_function(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            inner = [n.lineno for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{node.name}: line {inner}"


def test_migrations_import_only_alembic_and_sqlalchemy():
    for path in (CORE / "parta" / "migrations" / "versions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= {"alembic", "sqlalchemy"}, path.name
