"""The core's resources: who I am, years, classes, courses."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from parta.kernel import access
from parta.rest import schemas
from parta.school.services import classes, years

blueprint = Blueprint("school", __name__, description="The school's structure.")


@blueprint.get("/me")
@blueprint.response(200, schemas.MeSchema)
def me() -> dict[str, Any]:
    """Who is signed in, with roles and rights."""
    actor = access.signed_in()
    return {
        "person_id": actor.person_id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
        "language": actor.language,
    }


@blueprint.get("/years")
@blueprint.response(200, schemas.YearSchema(many=True))
def all_years() -> list[years.YearRow]:
    """The academic years, the newest first."""
    return years.all_years()


@blueprint.get("/classes")
@blueprint.arguments(schemas.ClassQuerySchema, location="query")
@blueprint.response(200, schemas.ClassSchema(many=True))
def all_classes(query: dict[str, Any]) -> list[classes.ClassRow]:
    """The classes of a year."""
    return classes.classes(query["year"] or years.current().id)


@blueprint.get("/courses")
@blueprint.arguments(schemas.ClassQuerySchema, location="query")
@blueprint.response(200, schemas.CourseSchema(many=True))
def all_courses(query: dict[str, Any]) -> list[classes.CourseRow]:
    """The courses of a year."""
    return classes.courses(query["year"] or years.current().id)
