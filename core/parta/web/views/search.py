"""Search over people, classes and pages: what the core and the plugins find."""

from __future__ import annotations

from flask import Blueprint, request

from parta.kernel import access, context, modules
from parta.kernel.contributions import Found
from parta.web import pages

blueprint = Blueprint("search", __name__)
LIMIT = 12
SHORTEST = 2


@blueprint.get("/search")
def search() -> str:
    """Answers to `q`: as a page, or as a list for the search dialog."""
    access.signed_in()
    words = request.args.get("q", "").strip()[:100]
    found: list[Found] = []
    if len(words) >= SHORTEST:
        values = {"school": context.school(), "words": words, "limit": LIMIT}
        found = modules.hooks().collect_contained("search", **values)
    if "HX-Request" in request.headers:
        return pages.partial("parta/search_results.html", found=found, words=words)
    return pages.page("parta/search.html", found=found, words=words)
