"""`parta person`: handing out, erasing and bringing together what a school keeps about a person."""

from __future__ import annotations

import json
from pathlib import Path

import click

from parta.cli.base import fail
from parta.cli.entering import SCHOOL, attached, entered
from parta.people.services import custody, merging, persons

NUMBER = click.IntRange(1, 2**63 - 1)


@click.group()
def person() -> None:
    """Everything that a school keeps about one person."""


@person.command()
@click.argument("number", type=NUMBER)
@SCHOOL
@click.option("--to", type=click.Path(path_type=Path), help="Write to this file instead of printing.")
def export(number: int, slug: str, to: Path | None) -> None:
    """Hand out all data of the person NUMBER, as JSON."""
    with attached() as database, entered(database, slug):
        parts = custody.export(number)
    said = {part.name: {"title": str(part.title), "rows": list(part.rows)} for part in parts}
    text = json.dumps(said, ensure_ascii=False, indent=2)
    if to is None:
        click.echo(text)
        return
    to.touch(mode=0o600)
    to.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"Written to {to}")


@person.command()
@click.argument("number", type=NUMBER)
@SCHOOL
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(number: int, slug: str, yes: bool) -> None:
    """Erase the person NUMBER with all their data, for ever, in restored back-ups too."""
    with attached() as database, entered(database, slug):
        name = persons.get(number).name
        if not yes and not click.confirm(f"Erase “{name}” with everything kept about them?"):
            fail("nothing was erased")
        custody.erase(number)
    click.echo(f"{slug}: person {number} is erased")


@person.command()
@click.argument("kept", type=NUMBER)
@click.argument("dropped", type=NUMBER)
@SCHOOL
@click.option("--yes", is_flag=True, help="Do not ask.")
def merge(kept: int, dropped: int, slug: str, yes: bool) -> None:
    """Make one person of two entries: KEPT stays, and takes over everything of DROPPED."""
    with attached() as database, entered(database, slug):
        names = [persons.get(number).name for number in (kept, dropped)]
        if not yes and not click.confirm(f"Make “{names[0]}” of both, and drop “{names[1]}”?"):
            fail("nothing was changed")
        merging.merge(kept, dropped)
    click.echo(f"{slug}: person {dropped} is person {kept} now")
