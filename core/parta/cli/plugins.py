"""`parta plugins`: what is installed, and what was refused."""

from __future__ import annotations

import sys

import click

from parta.boot import registry


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Exit with 1 when a plugin was refused.")
@click.pass_context
def plugins(ctx: click.Context, check: bool) -> None:
    """Print the plugins that run, and those refused with the reason."""
    if ctx.invoked_subcommand:
        return
    found = registry()
    for name, plugin in found.plugins.items():
        click.echo(f"{name}\t{plugin.version}\t{plugin.info.summary}")
    for refused in found.refused:
        click.echo(f"{refused.name}\t{refused.version}\trefused: {refused.reason}")
    if check and found.refused:
        sys.exit(1)
