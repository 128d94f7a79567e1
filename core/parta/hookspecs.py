"""Every door that a plugin may use; each is described in `docs/hooks.md`.

App hooks run once at boot over all installed plugins and return values. School hooks run over the core and
the plugins that a school has on; their first argument is `school`. Custody hooks run over every installed
plugin that has tables in the school, on or off.
"""

# A specification has no body:
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from flask import Blueprint
    from flask_smorest import Blueprint as RestBlueprint
    from sqlalchemy import ColumnElement

    from parta.kernel.access import Actor
    from parta.kernel.context import School
    from parta.kernel.contributions import (
        Card,
        ExportPart,
        Found,
        HealthItem,
        Job,
        NavItem,
        Permission,
        Setting,
        Tab,
    )

hookspec = pluggy.HookspecMarker("parta")


# App hooks


@hookspec
def commands() -> list[click.Command]:
    """App hook: commands that join the `parta` command."""


@hookspec
def blueprints() -> list[Blueprint]:
    """App hook: pages. Each answers 404 in a school that has the plugin off."""


@hookspec
def rest_blueprints() -> list[RestBlueprint]:
    """App hook: parts of the JSON API under `/api/v1`; 404 in a school that has the plugin off."""


@hookspec
def permissions() -> list[Permission]:
    """App hook: rights, named `plugin:resource:action`, with the roles that hold them by default."""


@hookspec
def settings() -> list[Setting]:
    """App hook: what a school may set, named `plugin.name`."""


@hookspec
def jobs() -> list[Job]:
    """App hook: work done outside requests, named `plugin.name`."""


@hookspec
def template_filters() -> dict[str, Callable[..., Any]]:
    """App hook: filters for templates, named `plugin_name`."""


# School hooks


@hookspec
def navigation(school: School) -> list[NavItem]:
    """School hook, collected: entries of the navigation."""


@hookspec
def home_cards(school: School) -> list[Card]:
    """School hook, collected: what the person who acts should see first today."""


@hookspec
def person_tabs(school: School, person_id: int) -> list[Tab]:
    """School hook, collected: tabs on the page of a person."""


@hookspec
def class_tabs(school: School, class_id: int) -> list[Tab]:
    """School hook, collected: tabs on the page of a class."""


@hookspec
def search(school: School, words: str, limit: int) -> list[Found]:
    """School hook, collected: at most `limit` answers to `words` that the person who acts may know of."""


@hookspec
def health(school: School) -> list[HealthItem]:
    """School hook, collected: how the plugin does in this school."""


@hookspec
def can(school: School, actor: Actor, permission: str, subject: Any) -> list[str]:
    """School hook, collected: reasons against `actor` using `permission` on `subject`; empty lets it pass."""


@hookspec
def visible(school: School, actor: Actor, permission: str, entity: Any) -> list[ColumnElement[bool]]:
    """School hook, collected: conditions, in SQL, on rows of `entity` that `can` would let pass."""


@hookspec
def plugin_enabled(school: School, name: str) -> None:
    """School hook, all or nothing: the plugin `name` has been switched on; its tables are there."""


@hookspec
def plugin_disabled(school: School, name: str) -> None:
    """School hook, notified: the plugin `name` is being switched off; its data stays."""


@hookspec
def demo_data(school: School, plan: Any) -> None:
    """School hook, all or nothing: fill the demonstration school; `plan` says how much, with which chance."""


# Custody hooks


@hookspec
def export_person(school: School, person_id: int) -> list[ExportPart]:
    """Custody hook: everything the owner keeps about a person."""


@hookspec
def erase_person(school: School, person_id: int) -> None:
    """Custody hook: delete what is kept about a person, or take the person out of what must stay."""


@hookspec
def merge_persons(school: School, kept_id: int, dropped_id: int) -> None:
    """Custody hook: settle rows of two persons who are one that could not both stand; runs before the core
    re-points every foreign key from `dropped_id` to `kept_id`."""


@hookspec
def purge(school: School) -> None:
    """Custody hook: remove what the plugin keeps outside its tables; its tables are dropped after it."""
