"""The reader puts its own book on the shelf."""

from __future__ import annotations

from parta import toolkit
from parta.toolkit import hookimpl
from parta_shelf import api

info = toolkit.PluginInfo("reader", "Reader", "Reads what is on the shelf.", requires=("shelf",))


@hookimpl
def shelf_books(school: toolkit.School) -> list[str]:
    return ["Букварь"]


@hookimpl
def health(school: toolkit.School) -> list[toolkit.HealthItem]:
    return [toolkit.HealthItem("reader", "Reader", "ok", ", ".join(api.books()))]
