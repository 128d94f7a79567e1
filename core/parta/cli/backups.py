"""`parta backup` and `parta restore`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from parta.boot import registry
from parta.cli.base import school_named
from parta.kernel import access, directory, installation, migrations, settings
from parta.kernel import backup as backups
from parta.kernel.db import Database
from parta.people.services import custody, erasures

ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("slug", metavar="[SCHOOL]", required=False)
@click.option("--to", "folder", type=FOLDER, required=True, help="The folder for the archives.")
def backup(slug: str | None, folder: Path) -> None:
    """Write a back-up of SCHOOL, or of every school, each to an archive of its own."""
    with installation.attached(settings.load()) as database:
        with database.directory() as connection:
            schools = [school_named(connection, slug)] if slug else directory.all_schools(connection)
        for school in schools:
            click.echo(str(backups.save(database, school, folder)))


@click.command()
@click.argument("archive", type=ARCHIVE)
@click.option("--as", "slug", default="", help="Bring it back as another school with this slug.")
@click.option("--replace", is_flag=True, help="Put it in the place of the school that is there now.")
@click.option(
    "--verify", is_flag=True, help="Only try it out, in a database made for this and dropped again."
)
def restore(archive: Path, slug: str, replace: bool, verify: bool) -> None:
    """Bring a school back from ARCHIVE, under its own slug or another."""
    found = registry()
    with installation.attached(settings.load(), found) as database:
        if verify:
            manifest = backups.verify(database, archive)
            rows, kept = sum(manifest.rows.values()), len(manifest.digests) - 1
            click.echo(f"The back-up is whole: {len(manifest.rows)} tables, {rows} rows, {kept} files")
            return
        owners = installation.owners(found)
        restored = backups.restore(database, archive, owners, slug=slug, replace=replace)
        click.echo(f"The school “{restored.school.name}” stands at /{restored.school.slug}")
        if restored.aside:
            click.echo(f"What was there before is kept in the schema {restored.aside}")
        _upgrade(database, restored, owners)
        _erase_again(database, restored)


def _upgrade(database: Database, restored: backups.Restored, owners: list[migrations.Owner]) -> None:
    """Bring an older back-up to this version."""
    waiting = {name for name, _, _ in migrations.pending(database, restored.school, owners)}
    if waiting:
        behind = [owner for owner in owners if owner.name in waiting]
        migrations.upgrade_school(database, restored.school, behind)
        click.echo(f"Upgraded: {', '.join(sorted(waiting))}")


def _erase_again(database: Database, restored: backups.Restored) -> None:
    """Erase whom the school has erased since the back-up was made, in a copy of it too."""
    kept = restored.manifest.school
    with database.directory() as connection:
        origin = directory.find_by_slug(connection, str(kept["slug"]))
    with database.enter(restored.school), access.acting(access.SYSTEM):
        if origin is not None and (origin.schema, origin.id != restored.school.id) == (kept["schema"], True):
            erasures.take_over(origin)
        again = custody.erase_again(datetime.fromisoformat(restored.manifest.made_at))
    if again:
        click.echo(f"Erased again, as they were after the back-up: {len(again)} persons")
