"""Plugins of the tests (`tests/plugins`), installed as far as Python can tell: with metadata of their own."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from parta import boot
from parta.kernel import access, directory, installation, migrations, switching
from parta.kernel.context import School, Unit
from parta.kernel.db import Database
from parta.kernel.plugins import Registry, discover

FAKES = Path(__file__).resolve().parent / "plugins"
sys.path.append(str(FAKES))
REQUIRES = {"reader": ("parta-shelf",)}


@pytest.fixture
def install(tmp_path, monkeypatch) -> Iterator[Callable[..., None]]:
    """Installs plugins for this test and its subprocesses, in place of those of this environment.

    `needs` is what their distributions say of the core; `code` the source of the plugin's module, for one
    that has no folder in `tests/plugins`.
    """
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    known: set[str] = set()
    monkeypatch.setattr(installation, "discover", lambda: [one for one in discover() if one.name in known])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (site, FAKES))))

    def make(*names: str, needs: str = "parta>=0.1,<0.2", code: str | None = None) -> None:
        for name in names:
            described = site / f"parta_{name}-1.0.dist-info"
            described.mkdir()
            lines = ["Metadata-Version: 2.4", f"Name: parta-{name}", "Version: 1.0"]
            lines += [f"Requires-Dist: {needs}"] if needs else []
            lines += [f"Requires-Dist: {other}" for other in REQUIRES.get(name, ())]
            (described / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
            (described / "entry_points.txt").write_text(
                f"[parta.plugins]\n{name} = parta_{name}.plugin\n", encoding="utf-8"
            )
            if code is not None:
                package = site / f"parta_{name}"
                package.mkdir()
                (package / "__init__.py").touch()
                (package / "plugin.py").write_text(code, encoding="utf-8")
        known.update(names)
        monkeypatch.syspath_prepend(site)

    yield make
    for module in list(sys.modules):
        if (site / module.partition(".")[0]).is_dir():
            del sys.modules[module]


@dataclass(slots=True)
class World:
    """A school with plugins at hand: its registry, its database, and the school."""

    registry: Registry
    database: Database
    school: School

    @property
    def url(self) -> str:
        """The address of the database, as in `DATABASE_URL`."""
        return self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def enter(self) -> Iterator[Unit]:
        """A unit of work as the system, in the school as the directory knows it now."""
        with self.database.directory() as connection:
            found = directory.find_by_slug(connection, self.school.slug)
        with self.database.enter(found) as unit, access.acting(access.SYSTEM):
            yield unit

    def migrate(self, *names: str) -> None:
        """Give the school the tables of plugins."""
        owners = [owner for owner in installation.owners(self.registry) if owner.name in names]
        migrations.upgrade_school(self.database, self.school, owners)


@pytest.fixture
def make_world(parta_database, make_school, install, tmp_path) -> Iterator[Callable[..., World]]:
    """A function that makes a school, with plugins of the tests installed, their tables there, and on."""
    made: list[Database] = []

    def make(*names: str, on: bool = True) -> World:
        install(*names)
        registry = boot.registry()
        url = parta_database.url.render_as_string(hide_password=False)
        database = Database(url, registry=registry, secret="a secret", files=tmp_path / "data" / "files")
        made.append(database)
        installation.prepare(database)
        world = World(registry, database, make_school())
        if on:
            world.migrate(*names)
            with world.enter():
                for name in names:
                    switching.enable(name)
        return world

    yield make
    for database in made:
        database.dispose()
