"""The plugin that docs/plugins.md builds is extracted from it, installed and tested as the page says."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from parta import boot
from sqlalchemy import make_url

GUIDE = (Path(__file__).resolve().parent.parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def written(tmp_path):
    """The folder with the plugin's files, and the metadata that installing it would leave."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    metadata = tmp_path / "parta_lost-0.1.0.dist-info"
    metadata.mkdir()
    lines = ["Metadata-Version: 2.4", f"Name: {project['name']}", f"Version: {project['version']}"]
    lines += [f"Requires-Dist: {needed}" for needed in project["dependencies"]]
    (metadata / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ((name, place),) = project["entry-points"]["parta.plugins"].items()
    (metadata / "entry_points.txt").write_text(f"[parta.plugins]\n{name} = {place}\n", encoding="utf-8")
    return tmp_path


def test_every_block_of_code_is_a_file_of_the_example():
    assert len(FILES) == len(re.findall(r"^```\w+$", GUIDE, re.MULTILINE)) == 9


def test_the_example_runs_and_its_own_tests_pass(written, parta_server_url):
    environment = {
        **os.environ,
        "PYTHONPATH": str(written),
        "PARTA_TEST_DATABASE_URL": make_url(parta_server_url).render_as_string(hide_password=False),
    }
    words = ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        [sys.executable, *words], cwd=written, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_the_example_is_not_refused(written, monkeypatch):
    monkeypatch.syspath_prepend(written)
    registry = boot.registry()
    assert "lost" in registry.plugins, registry.refused
    for name in [name for name in sys.modules if name.startswith("parta_lost")]:
        monkeypatch.delitem(sys.modules, name)
