"""Templates: where they are found, and the functions and filters they may use."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from parta.kernel import clock, i18n
from parta.kernel.plugins import Registry
from parta.people.contacts import shown_phone
from parta.web import pages, security
from parta.web.assets import Assets

ICONS = "parta/vendor/icons.svg"


def install(app: Flask, assets: Assets, folders: Mapping[str, Path], registry: Registry) -> None:
    """Let `app` find the templates in `folders` and give them the frame's functions and filters."""
    environment = app.jinja_env
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders.values()])
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=False, pgettext=i18n.pgettext
    )
    environment.globals.update(
        asset=assets.url,
        draw_icon=functools.cache(functools.partial(icon, assets.url(ICONS))),
        csrf_token=security.csrf_token,
        query_url=pages.query_url,
        address=pages.address,
        _=i18n.gettext,
        ngettext=i18n.ngettext,
        pgettext=i18n.pgettext,
    )
    environment.filters.update(date=day, moment=moment, weekday=weekday, number=number, browser=browser)
    environment.filters["phone"] = shown_phone
    environment.filters.update(
        {name: owned.value for name, owned in registry.contributions.template_filters.items()}
    )


def icon(sprite: str, name: str, classes: str = "") -> Markup:
    """An icon of the curated list, decoration beside words."""
    form = '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return Markup(form).format(f"icon {classes}".strip(), sprite, name)


def day(value: date | None, form: str = "medium") -> str:
    """A date as the reader writes it; `form` is short, medium, long, full or a pattern of Babel's."""
    return format_date(value, form, locale=i18n.language()) if value else ""


def moment(value: datetime | None, form: str = "medium") -> str:
    """A moment on the school's own clock."""
    if value is None:
        return ""
    return format_datetime(value, form, tzinfo=clock.zone(), locale=i18n.language())


def weekday(value: date, width: str = "wide") -> str:
    """The day of the week; `width` is wide, abbreviated or short."""
    names = Locale.parse(i18n.language()).days["stand-alone"]
    return str(names.get(width, names["wide"])[value.weekday()])


def number(value: Decimal | float | int | None, places: int = 2) -> str:
    """A number with a comma or point as the reader writes it, nothing for None."""
    if value is None:
        return ""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if i18n.language() == "ru" else text


BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """A browser as people call it, `Firefox, Windows`, from what it says of itself."""
    known = [next((title for sign, title in table if sign in agent), "") for table in (BROWSERS, DEVICES)]
    return ", ".join(filter(None, known)) or agent[:60] or i18n.gettext("unknown browser")
