"""Pages: templates get plain values and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from parta.accounts.services import roles
from parta.kernel import access, context, i18n, modules
from parta.kernel.contributions import Link, NavItem
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Paging
from parta.school.services import profile
from parta.web import security

LARGEST_PAGE = 200
GROUPS = ("today", "teaching", "my_class", "school", "reports", "administration")
Crumb = tuple[str, Link | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation as shown."""

    title: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of navigation entries."""

    name: str
    title: str
    items: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """The person signed in, as the frame names them."""

    name: str
    initials: str
    url: str


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the frame's own controls lead."""

    home: str
    search: str
    sign_in: str
    sign_out: str
    account: str
    preferences: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around a page's own content."""

    school_name: str
    short_name: str
    nav: tuple[Group, ...]
    person: Who | None
    role_titles: tuple[str, ...]
    crumbs: tuple[tuple[str, str | None], ...]
    languages: dict[str, str]
    language: str
    theme: str
    demo: bool
    urls: Urls
    can_search: bool
    messages: tuple[tuple[str, str], ...]
    storage_key: str


def page(template: str, *, crumbs: Sequence[Crumb] = (), **values: Any) -> str:
    """The page `template` inside the frame; `crumbs` lead to it from home, each title with its link."""
    shown = tuple((title, address(link) if link else None) for title, link in crumbs)
    return render_template(template, frame=_frame(shown), **values)


def partial(template: str, **values: Any) -> str:
    """A part of a page, without the frame: what htmx asks for."""
    return render_template(template, **values)


def error_page(status: int, title: str, message: str) -> str:
    """The page of a refusal; a plain one when even the frame cannot be shown."""
    values = {"status": status, "title": title, "message": message}
    if context.school_or_none() is not None and status < 500:
        try:
            return render_template("parta/error.html", frame=_frame(()), **values)
        except SQLAlchemyError:
            context.session().rollback()
    return render_template("parta/error_bare.html", language=i18n.language(), **values)


def address(link: Link) -> str:
    """The address of a page of this school."""
    return url_for(link.endpoint, **link.values)


def say(text: str, kind: str = "success") -> None:
    """Show `text` on the next page, this one or the one that the answer redirects to."""
    g.setdefault("messages", []).append((kind, text))


def paging(*, sort: str = "", size: int = 50) -> Paging:
    """What the address asks of a list: `q`, `sort`, `desc`, `page`, `size`."""
    asked = request.args
    return Paging(
        q=asked.get("q", "").strip()[:100],
        sort=asked.get("sort", sort),
        desc=asked.get("desc") == "1",
        page=max(1, min(asked.get("page", 1, type=int), 10**6)),
        size=max(1, min(asked.get("size", size, type=int), LARGEST_PAGE)),
    )


def query_url(**changes: Any) -> str:
    """This page's address with some of its query changed; None takes a parameter out."""
    query: MultiDict[str, Any] = MultiDict(request.args)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    values = {**(request.view_args or {}), **query.to_dict(flat=False)}
    return url_for(request.endpoint or "home.home", **values)


def _frame(crumbs: tuple[tuple[str, str | None], ...]) -> Frame:
    actor = access.current()
    shown = profile.get()
    return Frame(
        school_name=shown.full_name,
        short_name=shown.short_name,
        nav=_navigation() if actor.is_authenticated else (),
        person=_who(actor) if actor.is_authenticated else None,
        role_titles=tuple(str(roles.TITLES[name]) for name in roles.in_order(actor.roles)),
        crumbs=crumbs,
        languages=i18n.LANGUAGES,
        language=i18n.language(),
        theme=g.signed_in.theme,
        demo=bool(modules.setting("core.demo")),
        urls=_urls(),
        can_search=actor.is_authenticated,
        messages=security.take_messages(),
        storage_key=storage_key(),
    )


def storage_key() -> str:
    """Whose page this is: what the browser keeps is kept under this key, and shown to nobody else."""
    return f"{context.school().id}:{access.current().user_id or 0}"


def _urls() -> Urls:
    return Urls(
        home=url_for("home.home"),
        search=url_for("search.search"),
        sign_in=url_for("auth.sign_in"),
        sign_out=url_for("auth.sign_out"),
        account=url_for("account.account"),
        preferences=url_for("account.preferences"),
        csrf=url_for("auth.csrf"),
    )


def _who(actor: access.Actor) -> Who:
    words = actor.name.split()
    return Who(actor.name, "".join(word[0] for word in words[:2]), url_for("account.account"))


def _navigation() -> tuple[Group, ...]:
    actor = access.current()
    items: list[NavItem] = modules.hooks().collect_contained("navigation", school=context.school())
    allowed = [item for item in items if not item.permissions or actor.may(*item.permissions)]
    allowed.sort(key=lambda item: (item.order, item.name))
    addresses = {item.name: address(item.link) for item in allowed}
    here = _nearest(addresses)
    titles = {
        "today": _("Today"),
        "teaching": _("Teaching"),
        "my_class": _("My class"),
        "school": _("School"),
        "reports": _("Reports"),
        "administration": _("Administration"),
    }
    groups = []
    for name in GROUPS:
        entries = tuple(
            Entry(str(item.title), addresses[item.name], item.icon, item.name == here)
            for item in allowed
            if item.group == name
        )
        if entries:
            groups.append(Group(name, titles[name], entries))
    return tuple(groups)


def _nearest(addresses: dict[str, str]) -> str:
    """The entry under which this page lies: its own, else the longest address that this one begins with."""
    here, home = request.script_root + request.path, url_for("home.home")
    inside = [
        name
        for name, url in addresses.items()
        if here == url or (url != home and here.startswith(url.rstrip("/") + "/"))
    ]
    return max(inside, key=lambda name: len(addresses[name]), default="")
