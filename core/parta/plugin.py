"""What the core itself contributes, through the same hooks as every plugin."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from parta.accounts.services import custody as accounts_custody
from parta.kernel.context import School
from parta.kernel.contributions import ExportPart, Link, NavItem, Permission, Setting
from parta.kernel.i18n import lazy_gettext
from parta.kernel.plugins import hookimpl
from parta.people.imports import RUN as IMPORT
from parta.rest import resources
from parta.rights import PERMISSIONS
from parta.web.views import account, auth, home, imports, outside, search


@hookimpl
def blueprints() -> list[Blueprint]:
    return [
        outside.blueprint,
        auth.blueprint,
        home.blueprint,
        account.blueprint,
        search.blueprint,
        imports.blueprint,
    ]


@hookimpl
def rest_blueprints() -> list[Any]:
    return [resources.blueprint]


@hookimpl
def permissions() -> list[Permission]:
    return list(PERMISSIONS)


@hookimpl
def settings() -> list[Setting]:
    return [Setting("core.demo", lazy_gettext("This is a demonstration school"), "yes_no", False)]


@hookimpl
def navigation(school: School) -> list[NavItem]:
    return [
        NavItem("home", lazy_gettext("Today"), Link("home.home"), "home", "today", order=0),
        NavItem(
            "imports",
            lazy_gettext("Import of people"),
            Link("imports.upload"),
            "table-import",
            "school",
            order=90,
            permissions=(IMPORT,),
        ),
    ]


@hookimpl
def export_person(school: School, person_id: int) -> list[ExportPart]:
    return accounts_custody.export(person_id)


@hookimpl
def erase_person(school: School, person_id: int) -> None:
    accounts_custody.erase(person_id)


@hookimpl
def merge_persons(school: School, kept_id: int, dropped_id: int) -> None:
    accounts_custody.merge(kept_id, dropped_id)
