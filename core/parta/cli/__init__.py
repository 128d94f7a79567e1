"""The `parta` command: what an operator does from a terminal. One module a group of commands."""

from __future__ import annotations

import click

from parta.cli import access, backups, demo, imports, persons, plugins, processes, schools, tokens, upgrades
from parta.cli.base import Command


@click.group(cls=Command)
@click.version_option(package_name="parta")
def main() -> None:
    """Run a school's record."""


for command in (
    schools.school,
    plugins.plugins,
    persons.person,
    processes.serve,
    processes.web,
    processes.worker,
    upgrades.upgrade,
    upgrades.migrate,
    backups.backup,
    backups.restore,
    demo.demo,
    imports.imports,
    tokens.token,
    access.access,
):
    main.add_command(command)
