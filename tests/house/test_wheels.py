"""Every distribution stands alone: built as a wheel, installed with only what it declares, it runs."""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "core"
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheels")]


def run(*words, cwd=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PARTA_")}
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A folder with the wheel of every distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in (CORE, *PLUGINS):
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source)
    return folder


@pytest.fixture
def room():
    """A folder that the system user of the embedded server can pass through; pytest's own are closed."""
    made = Path(tempfile.mkdtemp(prefix="parta-wheels-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def environment(folder, *words):
    """A new virtual environment with `words` installed; returns the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    run(programs / "python", "-m", "pip", "install", "--quiet", *words)
    return programs


def names(folder, beginning):
    return [path for path in folder.iterdir() if path.name.startswith(beginning)]


def test_the_core_installs_and_runs_alone(wheels, room):
    [wheel] = names(wheels, "parta-0")
    programs = environment(room / "venv", "-c", ROOT / "constraints.txt", wheel)
    assert "version" in run(programs / "parta", "--version", cwd=room)
    assert run(programs / "parta", "plugins", "--check", cwd=room) == ""
    run(programs / "python", "-c", "import parta.app", cwd=room)
    listing = "print(*(path.name for path in Path(parta.__file__).parent.rglob('*')))"
    files = f"import parta; from pathlib import Path; {listing}"
    held = run(programs / "python", "-c", files, cwd=room).split()
    assert {"tabler.min.css", "htmx.min.js", "icons.svg", "messages.po", "sign_in.html", "py.typed"} <= set(
        held
    )


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_installs_and_runs_with_only_the_core(plugin, wheels, room):
    [wheel] = names(wheels, f"parta_{plugin.name}-")
    links = ("--find-links", wheels, "-c", ROOT / "constraints.txt")
    programs = environment(room / "venv", *links, wheel)
    assert run(programs / "parta", "plugins", "--check", cwd=room).startswith(f"{plugin.name}\t")


def test_the_oldest_versions_declared_work(wheels, room):
    """The core's own kernel tests pass with the lowest version of everything the core asks for."""
    declared = tomllib.loads((CORE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    oldest = [text.split(",")[0].replace(">=", "==") for text in declared]
    [wheel] = names(wheels, "parta-0")
    tools = ["pytest", "pytest-xdist", "hypothesis", "time-machine"]
    programs = environment(room / "venv", wheel, *oldest, *tools)
    tests = ["tests/core/kernel", "tests/core/web/test_frame.py"]
    options = ["-q", "-n", "0", "-m", "not slow", "-W", "default"]
    run(programs / "python", "-m", "pytest", *options, *tests, cwd=ROOT)
