"""What a search finds in the core: people, classes, pages."""

from __future__ import annotations

from parta.kernel import access, context, modules
from parta.kernel.contributions import Found, Link, NavItem
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.listing import Paging
from parta.kernel.text import search_key
from parta.people import services as people
from parta.people.services import listing
from parta.people.services.listing import PersonLine
from parta.school import services as school
from parta.school.services import classes, years


def find(words: str, limit: int) -> list[Found]:
    """Answers to `words` that whoever acts may know of: classes first, then people, then pages."""
    actor = access.current()
    found = _classes(words) if actor.may(school.VIEW) else []
    if actor.may(people.VIEW):
        found += [_person(row) for row in listing.people(Paging(q=words, size=limit)).rows]
    return [*found, *_pages(words)][:limit]


def _classes(words: str) -> list[Found]:
    """The class of the present year that is called so."""
    try:
        grade, letter = classes.parse_title(words)
    except Invalid:
        return []
    known = years.all_years()
    year = years.of_today(known) if known else None
    return [
        Found(row.title, year.name, Link("classes.class", {"class_id": row.id}), "school")
        for row in (classes.classes(year.id) if year else ())
        if year and row.grade == grade and row.letter.startswith(letter)
    ]


def _person(row: PersonLine) -> Found:
    detail = row.position or (_("student of %(title)s", title=row.class_title) if row.class_title else "")
    if not detail and row.wards:
        detail = _("guardian of %(name)s", name=row.wards[0][1])
    return Found(row.name, detail, Link("people.person", {"person_id": row.id}), "user")


def _pages(words: str) -> list[Found]:
    """Entries of the navigation whose title holds the words."""
    actor, wanted = access.current(), search_key(words)
    items: list[NavItem] = modules.hooks().collect_contained("navigation", school=context.school())
    return [
        Found(str(item.title), _("page"), item.link, item.icon)
        for item in items
        if wanted in search_key(str(item.title)) and (not item.permissions or actor.may(*item.permissions))
    ]
