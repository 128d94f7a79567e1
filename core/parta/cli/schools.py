"""`parta school`: the schools of this installation."""

from __future__ import annotations

import shutil

import click

from parta.accounts.services import founding
from parta.cli.access import say_code
from parta.cli.base import fail, school_named
from parta.cli.entering import attached, entered
from parta.kernel import clock, directory, i18n, installation, migrations, settings


@click.group()
def school() -> None:
    """Schools of this installation."""


@school.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The school's full name.")
@click.option("--timezone", default="Europe/Moscow", show_default=True, help="Its time zone.")
@click.option("--director", help="The director's name: surname, first name, patronymic.")
def create(slug: str, name: str, timezone: str, director: str | None) -> None:
    """Add the school SLUG, with all the tables it needs, and print the director's access code."""
    first = None if director is None else founding.named(director)
    with attached() as database:
        with database.directory() as connection:
            made = directory.add(connection, slug=slug, name=name, timezone=timezone, created_at=clock.now())
            migrations.upgrade(connection, made, [migrations.CORE])
        click.echo(f"The school “{made.name}” stands at /{made.slug}")
        if director and first:
            with entered(database, slug), i18n.reading(i18n.DEFAULT_LANGUAGE):
                code = founding.appoint_director(first)
            say_code(database, made, director, code)


@school.command("list")
def list_all() -> None:
    """Print every school: slug, name, time zone, and the host name where it has one."""
    with installation.attached(settings.load()) as database, database.directory() as connection:
        for found in directory.all_schools(connection):
            own = f"\t{found.host}" if found.host else ""
            click.echo(f"{found.slug}\t{found.name}\t{found.timezone}{own}")


@school.command("move")
@click.argument("slug")
@click.option("--slug", "new_slug", help="The new slug.")
@click.option("--host", help="The host name at which it answers; an empty one takes it away.")
def move(slug: str, new_slug: str | None, host: str | None) -> None:
    """Give the school SLUG another slug or a host name of its own."""
    with installation.attached(settings.load()) as database, database.directory() as connection:
        found = school_named(connection, slug)
        new_host = found.host if host is None else host.lower() or None
        directory.move(connection, found, slug=new_slug or slug, host=new_host)
    click.echo(f"The school “{found.name}” stands at {new_host or f'/{new_slug or slug}'}")


@school.command("delete")
@click.argument("slug")
@click.option("--yes", help="The slug once more, to delete without being asked.")
def delete(slug: str, yes: str | None) -> None:
    """Delete the school SLUG for ever: its record, its files, its place in the directory."""
    configured = settings.load()
    with installation.attached(configured) as database, database.directory() as connection:
        found = school_named(connection, slug)
        asked = f"Type the slug to delete “{found.name}” with everything in it"
        if (yes or click.prompt(asked)) != slug:
            fail("nothing was deleted")
        directory.remove(connection, found)
    shutil.rmtree(configured.data / "files" / found.schema, ignore_errors=True)
    click.echo(f"The school “{found.name}” is gone")
