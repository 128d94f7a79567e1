"""`parta import`: lists from spreadsheets."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from parta.boot import registry
from parta.cli.base import fail, school_named
from parta.kernel import access, installation, migrations, settings
from parta.people.imports import service
from parta.people.imports.entries import Problem
from parta.people.imports.plan import TOTALS, Plan

CLASS = "class.new"  # said with their names
SPREADSHEET = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def imports() -> None:
    """Lists from spreadsheets."""


@imports.command()
@click.argument("file", type=SPREADSHEET)
@click.option("--school", "slug", required=True, help="The slug of the school.")
@click.option("--dry-run", is_flag=True, help="Only say what would change and what is wrong.")
@click.option("--year", help="The academic year of the classes; by default the present one, else the next.")
@click.option("--create-classes", is_flag=True, help="Add the classes that are not there yet.")
def people(file: Path, slug: str, dry_run: bool, year: str | None, create_classes: bool) -> None:
    """Students with their guardians, and staff, from FILE (XLSX, XLS, ODS, CSV): all of it or nothing."""
    found = registry()
    with installation.attached(settings.load(), found) as database:
        with database.directory() as connection:
            school = school_named(connection, slug)
        if migrations.pending(database, school, [migrations.CORE]):
            fail(f"the school “{slug}” is not upgraded yet; run: parta upgrade")
        with database.enter(school), access.acting(access.SYSTEM):
            data = file.read_bytes()
            plan = service.plan(data, file.name, year=year, create_classes=create_classes)
            if plan.is_good and not dry_run:
                plan = service.apply(data, file.name, year=year, create_classes=create_classes).plan
    _report(plan, dry_run)
    if plan.problems:
        sys.exit(1)


def _report(plan: Plan, dry_run: bool) -> None:
    for sheet, headings in plan.unknown:
        click.echo(f"Columns not read{f' in {sheet}' if sheet else ''}: {', '.join(headings)}")
    if plan.skipped:
        click.echo(f"Sheets without headings, not read: {', '.join(plan.skipped)}")
    for row in plan.rows:
        for note in row.notes:
            click.echo(f"{_place(row.sheet, row.row)}: {note}")
    if plan.problems:
        _print_problems(plan.problems)
        click.echo(f"Rows with mistakes: {plan.states['wrong']}; nothing was changed.")
        return
    counted = [
        f"{title}: {plan.counts[code]}"
        for code, title in TOTALS.items()
        if plan.counts[code] and code != CLASS
    ]
    if plan.classes:
        counted.append(f"Classes added: {', '.join(plan.classes)}")
    click.echo("\n".join(counted) or "Nothing to change.")
    if dry_run and counted:
        click.echo("This was a dry run; nothing was changed.")


def _place(sheet: str, row: int) -> str:
    return f"{sheet}, row {row}" if sheet else f"Row {row}"


def _print_problems(problems: list[Problem]) -> None:
    table = Table("Row", "Column", "Value", "What is wrong", title="What is wrong")
    for problem in problems:
        table.add_row(_place(problem.sheet, problem.row), problem.column, problem.value, problem.message)
    Console().print(table)
