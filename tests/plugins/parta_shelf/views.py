"""Pages of the shelf."""

from __future__ import annotations

from flask import Blueprint
from parta import toolkit

from parta_shelf import services

blueprint = Blueprint("shelf", __name__, url_prefix="/shelf")


@blueprint.get("/")
def index() -> str:
    """How many books a person may have."""
    toolkit.require(services.VIEW)
    return f"shelf: {toolkit.setting('shelf.most')}"
