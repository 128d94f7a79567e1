"""What the core and the plugins contribute at boot, each under its name and with its owner.

A name is used once, and a plugin's names begin with the plugin's own: whoever breaks this is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import click
import flask
import pluggy

from parta.kernel.contributions import Job, Permission, Setting

T = TypeVar("T")


class ContributionError(Exception):
    """Something contributed cannot be taken; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Owned(Generic[T]):
    """Something contributed, and by whom: `core` or a plugin's name."""

    owner: str
    value: T


@dataclass(slots=True)
class Contributions:
    """Everything contributed at boot, by name, in the order in which its owners were loaded."""

    commands: dict[str, Owned[click.Command]] = field(default_factory=dict)
    blueprints: dict[str, Owned[flask.Blueprint]] = field(default_factory=dict)
    rest_blueprints: dict[str, Owned[flask.Blueprint]] = field(default_factory=dict)
    permissions: dict[str, Owned[Permission]] = field(default_factory=dict)
    settings: dict[str, Owned[Setting]] = field(default_factory=dict)
    jobs: dict[str, Owned[Job]] = field(default_factory=dict)
    template_filters: dict[str, Owned[Callable[..., Any]]] = field(default_factory=dict)


SEPARATORS = {
    "commands": "-",
    "blueprints": "_",
    "rest_blueprints": "_",
    "permissions": ":",
    "settings": ".",
    "jobs": ".",
    "template_filters": "_",
}
MAY_BEAR_THE_NAME_ITSELF = frozenset(("commands", "blueprints", "rest_blueprints"))
SHARED = {"rest_blueprints": "blueprints", "blueprints": "rest_blueprints"}


def gather(
    manager: pluggy.PluginManager,
    owner: str,
    taken: Contributions,
    check_blueprint: Callable[[flask.Blueprint], None] | None = None,
) -> None:
    """Add to `taken` what `owner`, registered with `manager`, contributes: all of it or nothing.

    `check_blueprint` is given for a plugin, whose names must begin with its own. Raises ContributionError,
    and whatever `check_blueprint` raises.
    """
    others = [plugin for name, plugin in manager.list_name_plugin() if name != owner]
    found: dict[str, dict[str, Owned[Any]]] = {hook: {} for hook in SEPARATORS}
    for hook in SEPARATORS:
        if hasattr(manager.hook, hook):
            results = manager.subset_hook_caller(hook, remove_plugins=others)()
            found[hook] = _named(hook, owner, _items(results), fenced=check_blueprint is not None)
    _check_free(found, taken)
    for blueprint in (*found["blueprints"].values(), *found["rest_blueprints"].values()):
        if check_blueprint is not None:
            check_blueprint(blueprint.value)
    for hook, items in found.items():
        getattr(taken, hook).update(items)


def _items(results: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for result in results:
        if isinstance(result, dict):
            yield from result.items()
        else:
            yield from ((item.name or "", item) for item in result)


def _named(hook: str, owner: str, items: Iterable[tuple[str, Any]], *, fenced: bool) -> dict[str, Owned[Any]]:
    named: dict[str, Owned[Any]] = {}
    for name, item in items:
        if name in named:
            raise ContributionError(f"it has {name!r} twice in {hook}")
        if fenced:
            _check_prefix(hook, owner, name)
        named[name] = Owned(owner, item)
    return named


def _check_prefix(hook: str, owner: str, name: str) -> None:
    prefix = owner + SEPARATORS[hook]
    if not name.startswith(prefix) and not (name == owner and hook in MAY_BEAR_THE_NAME_ITSELF):
        raise ContributionError(f"{name!r} in {hook} does not begin with {prefix!r}")


def _check_free(found: dict[str, dict[str, Owned[Any]]], taken: Contributions) -> None:
    for hook, items in found.items():
        for name in items:
            for other in (hook, SHARED.get(hook, hook)):
                if name in getattr(taken, other):
                    owner = getattr(taken, other)[name].owner
                    raise ContributionError(f"{name!r} in {hook} is taken by “{owner}”")
    for name in found["blueprints"].keys() & found["rest_blueprints"].keys():
        raise ContributionError(f"{name!r} is both one of its blueprints and one of its rest_blueprints")
