"""Home is today: what must be done, what is late, what has changed."""

from __future__ import annotations

from flask import Blueprint

from parta.kernel import access, clock, context, modules
from parta.kernel.contributions import Card
from parta.web import pages

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """The cards that the core and the plugins have for whoever is signed in."""
    access.signed_in()
    cards: list[Card] = modules.hooks().collect_contained("home_cards", school=context.school())
    cards.sort(key=lambda card: (card.order, card.name))
    return pages.page("parta/home.html", cards=cards, today=clock.today())
