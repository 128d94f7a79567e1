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
from parta.kernel.fence import addresses

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
    addresses: dict[str, Owned[str]] = field(default_factory=dict)


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


def gather(manager: pluggy.PluginManager, owner: str, taken: Contributions, *, fenced: bool = True) -> None:
    """Add to `taken` what `owner`, registered with `manager`, contributes: all of it or nothing.

    `fenced` holds for plugins: names begin with the plugin's, blueprints keep to their addresses. Raises
    ContributionError, FenceError.
    """
    others = [plugin for name, plugin in manager.list_name_plugin() if name != owner]
    found: dict[str, dict[str, Owned[Any]]] = {hook: {} for hook in SEPARATORS}
    for hook in SEPARATORS:
        if hasattr(manager.hook, hook):
            results = manager.subset_hook_caller(hook, remove_plugins=others)()
            found[hook] = _named(hook, owner, _items(results), fenced=fenced)
    _check_shared(found, taken)
    found["addresses"] = _addresses(owner, found, fenced=fenced)
    _check_free(found, taken)
    for hook, items in found.items():
        getattr(taken, hook).update(items)


def _addresses(owner: str, found: dict[str, dict[str, Owned[Any]]], *, fenced: bool) -> dict[str, Owned[Any]]:
    """What the owner's blueprints answer to, those of the API apart; an address with the blueprint's name."""
    answered: dict[str, Owned[Any]] = {}
    for hook in ("blueprints", "rest_blueprints"):
        for name, owned in found[hook].items():
            for address in addresses(owned.value, fenced=fenced):
                if fenced:
                    _check_address(owner, address)
                key = f"{address} in {hook}"
                if key in answered:
                    raise ContributionError(f"“{name}” and “{answered[key].value}” both answer to {address}")
                answered[key] = Owned(owner, name)
    return answered


def _check_address(owner: str, address: str) -> None:
    path = address.partition(" ")[2]
    for prefix in {f"/{owner}", f"/{owner.replace('_', '-')}"}:
        if path == prefix or path.startswith(f"{prefix}/"):
            return
    raise ContributionError(f"its address {path} does not begin with /{owner}")


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
            if name in getattr(taken, hook):
                owner = getattr(taken, hook)[name].owner
                raise ContributionError(f"{name!r} in {hook} is taken by “{owner}”")


def _check_shared(found: dict[str, dict[str, Owned[Any]]], taken: Contributions) -> None:
    """Pages and parts of the API share the names of blueprints."""
    pages, parts = found["blueprints"], found["rest_blueprints"]
    both = (
        pages.keys() & parts.keys() | pages.keys() & taken.rest_blueprints | parts.keys() & taken.blueprints
    )
    if both:
        raise ContributionError(f"{min(both)!r} names both a blueprint and a rest_blueprint")
