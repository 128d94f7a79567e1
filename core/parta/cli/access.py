"""`parta access`: a way in for who cannot get in any more, and for a school's first director."""

from __future__ import annotations

import click

from parta.accounts.services import codes, users
from parta.accounts.services.users import UserRow
from parta.cli.base import fail
from parta.cli.entering import SCHOOL, attached, entered
from parta.kernel import directory, settings
from parta.kernel.context import School
from parta.kernel.db import Database


@click.command()
@click.argument("who", metavar="LOGIN-OR-NAME", nargs=-1, required=True)
@SCHOOL
def access(who: tuple[str, ...], slug: str) -> None:
    """Print a new access code for a person, with which they register or choose a new password.

    A closed account is opened again.
    """
    with attached() as database, entered(database, slug) as unit:
        found = _only(users.find(" ".join(who)), " ".join(who))
        if found.user_id is not None and not found.is_active:
            users.set_active(found.user_id, True)
            click.echo("The account was closed and is open again")
        code = codes.issue(found.person_id)
        say_code(database, unit.school, found.name, code)


def say_code(database: Database, school: School, name: str, code: str) -> None:
    """Print whom a code is for, the code, and where it is used; nothing keeps it."""
    click.echo(f"{name}: {code}")
    place = f"{_address(database, school)}/register/{code}"
    click.echo(f"It works once, for {codes.VALID_FOR.days} days, at {place}")


def _address(database: Database, school: School) -> str:
    """Where the school answers, as far as this machine knows; an only school needs no slug."""
    if school.host:
        return f"https://{school.host}"
    configured = settings.load()
    with database.directory() as connection:
        below = f"/{school.slug}" if len(directory.all_schools(connection)) > 1 else ""
    return f"http://{configured.host}:{configured.port}{below}"


def _only(found: list[UserRow], words: str) -> UserRow:
    if not found:
        fail(f"nobody has the login or name “{words}”")
    if len(found) > 1:
        names = ", ".join(f"{row.name} ({row.login or 'no account'})" for row in found)
        fail(f"“{words}” may be several people: {names}")
    return found[0]
