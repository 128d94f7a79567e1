"""What answers outside any school: how the installation does."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from parta.web.requests import database

blueprint = Blueprint("outside", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Whether the installation serves: 200 with `{"status": "ok"}`, or 503 with what fails."""
    try:
        schools = database().ask(_count)
    except DBAPIError:
        response = jsonify(status="failing", database="down")
        response.status_code = 503
        return response
    registry = current_app.extensions["parta_registry"]
    return jsonify(status="ok", database="up", schools=schools, refused_plugins=len(registry.refused))


def _count(connection: Connection) -> int:
    return int(connection.execute(text("select count(*) from parta.schools")).scalar_one())
