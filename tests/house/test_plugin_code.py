"""Rules about the code of plugins: what they may import, and the doors that switching off could not close."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HOMES = sorted([*(ROOT / "plugins").glob("*/parta_*"), *(ROOT / "tests" / "plugins").glob("parta_*")])
FILES = sorted(path for home in HOMES for path in home.rglob("*.py"))
PACKAGES = {home.name for home in HOMES}
CORE = sorted((ROOT / "core").rglob("*.py"))
CODE = [path for path in FILES if "migrations" not in path.parts]
CHAINS = [path for path in FILES if "migrations" in path.parts]
SHIPPED = [home for home in HOMES if home.parent.parent == ROOT / "plugins"]


def shown(path):
    """A path as a test's name."""
    return str(path.relative_to(ROOT))


def imported(path):
    """Every module that a file imports, with the names taken from packages: (`parta`, `toolkit`)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            taken = [alias.name for alias in node.names]
            whole = node.module in {"parta", *PACKAGES}
            yield from (f"{node.module}.{name}" for name in taken) if whole else [node.module]


def package_of(path):
    """The plugin's package that a file lies in."""
    return next(part for part in path.parts if part in PACKAGES)


def test_every_module_of_a_plugin_imports_with_no_database_and_no_network():
    script = (
        "import importlib, socket, sys\n"
        "def closed(*a, **k): raise AssertionError('a module opens a connection when imported')\n"
        "socket.socket.connect = closed\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
    )
    names = [
        ".".join(path.relative_to(home.parent).with_suffix("").parts).removesuffix(".__init__")
        for home in SHIPPED
        for path in home.rglob("*.py")
        if "migrations" not in path.parts
    ]
    assert "parta_journal.plugin" in names
    subprocess.run([sys.executable, "-c", script, *names], check=True, env={"PATH": "/nowhere"})


@pytest.mark.parametrize(
    "path", [f for f in FILES if "migrations" not in f.parts], ids=lambda p: str(p)[-40:]
)
def test_a_plugin_imports_the_toolkit_and_of_others_their_api(path):
    mine = package_of(path)
    for name in imported(path):
        top = name.split(".")[0]
        if top == "parta":
            assert name == "parta.toolkit" or name.startswith("parta.toolkit."), name
        elif top in PACKAGES - {mine}:
            assert name == f"{top}.api" or name.startswith(f"{top}.api."), name


@pytest.mark.parametrize(
    "home", [h for h in HOMES if h.parent.parent == ROOT / "plugins"], ids=lambda p: p.name
)
def test_a_plugin_declares_whose_api_it_imports(home):
    project = tomllib.loads((home.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w-]", text)[0].replace("-", "_") for text in project["dependencies"]}
    requires = re.search(r"requires=\(([^)]*)\)", (home / "plugin.py").read_text(encoding="utf-8"))
    required = set(re.findall(r"\w+", requires[1])) if requires else set()
    used = {name.split(".")[0] for path in home.rglob("*.py") for name in imported(path)} & PACKAGES - {
        home.name
    }
    assert "parta" in declared
    assert used <= declared
    assert {name.removeprefix("parta_") for name in used} <= required


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_plugin_leaves_doors_alone_that_could_not_be_closed(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    banned = {"procrastinate", "apscheduler", "threading", "multiprocessing", "sqlalchemy.event"}
    assert not banned & set(imported(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"sqlalchemy", "sqlalchemy.orm"}:
            assert "event" not in {alias.name for alias in node.names}, "events of the ORM know no school"
        if isinstance(node, ast.keyword):
            assert node.arg != "specname", "pluggy calls such an implementation of a plugin that is off"
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"autocommit_block", "listens_for"}
            assert not node.attr.startswith(("before_app_", "after_app_", "teardown_app", "app_")), node.attr


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_plugins_files_and_functions_stay_small_and_import_at_the_top(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60 or "migrations" in path.parts, node.name
            assert not [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)], node.name


@pytest.mark.parametrize("path", CHAINS, ids=shown)
def test_a_plugins_migrations_import_only_alembic_and_sqlalchemy(path):
    assert {name.split(".")[0] for name in imported(path)} <= {"alembic", "sqlalchemy"}


@pytest.mark.parametrize("path", CORE, ids=shown)
def test_the_core_imports_no_plugin_and_never_the_toolkit(path):
    for name in imported(path):
        assert not name.startswith(("parta_", "parta.toolkit")), name
