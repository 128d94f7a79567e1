"""The guest brings a book if there is a shelf."""

from __future__ import annotations

from parta import toolkit
from parta.toolkit import hookimpl

info = toolkit.PluginInfo("guest", "Guest", "Brings a book if there is a shelf.")


@hookimpl(optionalhook=True)
def shelf_books(school: toolkit.School) -> list[str]:
    return ["Сказки"]


@hookimpl
def health(school: toolkit.School) -> list[toolkit.HealthItem]:
    return [toolkit.HealthItem("guest", "Seat", "warning", "the guest stands")]
