"""What the core itself contributes, through the same hooks as every plugin."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from parta.accounts.services import custody as accounts_custody
from parta.accounts.services import sweeping
from parta.kernel.context import School
from parta.kernel.contributions import ExportPart, Found, Job, NavItem, Permission, Setting
from parta.kernel.i18n import lazy_gettext
from parta.kernel.plugins import hookimpl
from parta.rest import resources
from parta.rights import PERMISSIONS
from parta.web import finding
from parta.web.navigation import ENTRIES
from parta.web.views import (
    account,
    auth,
    classes,
    courses,
    groups,
    home,
    imports,
    modules,
    outside,
    people,
    profile,
    subjects,
    users,
    years,
)
from parta.web.views import search as search_pages


@hookimpl
def blueprints() -> list[Blueprint]:
    return [
        outside.blueprint,
        auth.blueprint,
        home.blueprint,
        account.blueprint,
        search_pages.blueprint,
        people.blueprint,
        imports.blueprint,
        classes.blueprint,
        groups.blueprint,
        courses.blueprint,
        subjects.blueprint,
        years.blueprint,
        profile.blueprint,
        users.blueprint,
        modules.blueprint,
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
def jobs() -> list[Job]:
    return [Job("accounts.sweep", sweeping.sweep, at="03:40")]


@hookimpl
def navigation(school: School) -> list[NavItem]:
    return list(ENTRIES)


@hookimpl
def search(school: School, words: str, limit: int) -> list[Found]:
    return finding.find(words, limit)


@hookimpl
def export_person(school: School, person_id: int) -> list[ExportPart]:
    return accounts_custody.export(person_id)


@hookimpl
def erase_person(school: School, person_id: int) -> None:
    accounts_custody.erase(person_id)


@hookimpl
def merge_persons(school: School, kept_id: int, dropped_id: int) -> None:
    accounts_custody.merge(kept_id, dropped_id)
