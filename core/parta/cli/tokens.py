"""`parta token`: a key to the JSON API for scripts."""

from __future__ import annotations

import click

from parta.accounts.services import tokens
from parta.cli.entering import SCHOOL, attached, entered


@click.command()
@click.argument("login")
@SCHOOL
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
def token(login: str, slug: str, name: str) -> None:
    """Print a new token for the JSON API with all the rights of LOGIN; it is shown this once."""
    with attached() as database, entered(database, slug):
        made = tokens.make(login, name)
    click.echo(made)
