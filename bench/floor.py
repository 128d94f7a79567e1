"""The floor: the same Flask, server and driver answering one indexed query in a school, with no template."""

from __future__ import annotations

import os

from flask import Flask, Response
from parta.kernel import directory, installation, settings
from sqlalchemy import text


def application() -> Flask:
    """The floor of the school `BENCH_SCHOOL`."""
    app = Flask("floor", static_folder=None)
    database = installation.open_database(settings.load())
    with database.directory() as connection:
        school = directory.find_by_slug(connection, os.environ["BENCH_SCHOOL"])
    assert school is not None
    query = text("select id, surname, first_name from people_person where id = :id")

    @app.get("/")
    def floor() -> Response:
        with database.enter(school) as unit:
            row = unit.session.execute(query, {"id": 1}).one()
        return Response(f"{row.id} {row.surname} {row.first_name}", mimetype="text/plain")

    return app
