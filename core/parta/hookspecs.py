"""Every door that a plugin may use; each is described in `docs/hooks.md`.

App hooks run once at boot over all installed plugins and return values. School hooks run over the
plugins that a school has on; their first argument is `school`.
"""

from __future__ import annotations

import click
import pluggy

hookspec = pluggy.HookspecMarker("parta")


@hookspec
def commands() -> list[click.Command]:  # type: ignore[empty-body]
    """App hook: commands that join the `parta` command."""
