"""An installation of real processes with a small demonstration school, which every test finds serving."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent))

from real import Installation, Journal


@pytest.fixture(scope="session")
def running():
    """The installation of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="parta-faults-"))
    folder.chmod(0o755)
    made = Installation(folder)
    try:
        built = made.run("demo", "--students", "60")
        assert built.returncode == 0, built.stderr
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def parta(running):
    """The installation, serving and well."""
    running.heal()
    return running


@pytest.fixture
def journal(parta):
    """The journal of a course that the demonstration's teacher teaches, with cells to write in."""
    return Journal(parta, "teacher")
