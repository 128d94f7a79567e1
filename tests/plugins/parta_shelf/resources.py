"""The shelf in the JSON API."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from parta import toolkit

from parta_shelf import services

blueprint: Any = Blueprint("shelf_api", __name__, url_prefix="/shelf")


@blueprint.get("/loans/<int:person_id>")
@blueprint.response(200)
def loans(person_id: int) -> dict[str, Any]:
    """The books that a person has."""
    toolkit.require(services.VIEW)
    return {"books": services.loans(person_id)}
