"""What plugins and the core contribute through hooks: frozen, typed values, never HTML.

Titles may be lazy texts (`lazy_gettext`), which find the reader's language when shown. `endpoint` and
`values` name a page; only the web frame turns them into an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Permission:
    """A right, `plugin:resource:action`; `roles` hold it until a school decides otherwise."""

    name: str
    title: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Something a school may set, `plugin.name`.

    `least` and `most` bound numbers; `choices` map a value to its title.
    """

    name: str
    title: str
    kind: Literal["text", "number", "yes_no", "choice"]
    default: str | int | bool
    help: str = ""
    least: int | None = None
    most: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """Work done outside requests: `run(**arguments)` inside a unit of work of the school, as the system.

    Arguments are ids, never personal data; running twice does no harm. `at` is a time of day (`"03:30"`) on
    the school's clock at which it runs daily by itself, `""` when it runs only when deferred.
    """

    name: str
    run: Callable[..., None]
    queue: Literal["quick", "long"] = "quick"
    at: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the application: an endpoint with its values."""

    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation, shown to whoever holds any of `permissions` (to all signed in, when empty).

    `group` is one of today, teaching, my_class, school, reports, administration; `order` sorts within it.
    """

    name: str
    title: str
    link: Link
    icon: str
    group: Literal["today", "teaching", "my_class", "school", "reports", "administration"]
    order: int = 100
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a card: what, a short detail, a state that is also said in words, and where it leads."""

    text: str
    detail: str = ""
    state: Literal["", "good", "late", "changed"] = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A part of the home page; `empty` is said when there are no lines."""

    name: str
    title: str
    lines: tuple[CardLine, ...] = ()
    empty: str = ""
    more: Link | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab beside the others on the page of a person or class."""

    name: str
    title: str
    link: Link
    order: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An answer to a search."""

    title: str
    detail: str
    link: Link
    icon: str = "search"


@dataclass(frozen=True, slots=True)
class HealthItem:
    """How one part of the installation does."""

    name: str
    title: str
    state: Literal["ok", "warning", "failing"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A table of one person's data: `name` becomes a file's name, `rows` hold plain JSON values."""

    name: str
    title: str
    rows: tuple[Mapping[str, Any], ...]
