"""The frame of the JSON API: one version, one description of what a school has on, one shape of errors."""

from __future__ import annotations

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask_smorest import Api as SmorestApi
from marshmallow import Schema, fields

from parta.kernel import access, modules

PREFIX = "/api/v1"
CONFIG = {
    "API_TITLE": "Parta",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal token: `parta token LOGIN`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "parta_session",
        "description": "The cookie of a signed-in browser; changes also need the header X-CSRF-Token.",
    },
}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

blueprint = Blueprint("openapi", __name__, url_prefix=PREFIX)


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest, leaving errors to the frame, which answers RFC 9457 problems."""

    def _register_error_handlers(self) -> None:
        """The application's own handlers answer (`parta.web.errors`)."""


def install(app: Flask, rest_blueprints: list[Any]) -> None:
    """Serve `rest_blueprints` under `/api/v1` of `app`, and their description."""
    app.config.update(CONFIG)
    api = Api(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(_name)})
    api.ma_plugin.converter.add_attribute_function(_exact)
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    for part in rest_blueprints:
        api.register_blueprint(part, url_prefix=PREFIX + (part.url_prefix or ""))
    app.extensions["parta_api"] = api
    app.extensions["parta_api_spec"] = _complete(api.spec.to_dict())
    app.register_blueprint(blueprint)


def _name(schema: type[Schema]) -> str:
    """How the description names a schema: `Course`, and `JournalCourse` for the plugin `journal`'s own."""
    found = resolve_schema_cls(schema)
    package = (found[0] if isinstance(found, list) else found).__module__.partition(".")[0]
    owner = package.removeprefix("parta").strip("_")
    return "".join(word.capitalize() for word in owner.split("_")) + resolver(schema)


def _exact(converter: Any, field: fields.Field[Any], ret: dict[str, Any], **options: Any) -> dict[str, Any]:
    """How the description tells of decimals that travel as text, so that no digit is lost."""
    if not isinstance(field, fields.Decimal) or not field.as_string:
        return {}
    return {"type": ["string", "null"] if field.allow_none else "string", "format": "decimal"}


def _complete(spec: dict[str, Any]) -> dict[str, Any]:
    """The description with one shape of errors and the ways to authenticate."""
    spec["security"] = [{name: []} for name in SECURITY]
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    schemas.pop("Error", None)
    spec["components"].pop("responses", None)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in spec["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict) and "responses" in operation:
                responses = operation["responses"]
                for status in [status for status in responses if status >= "400"]:
                    del responses[status]
                responses["default"] = {"description": "Refused.", "content": content}
    return spec


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of the API, of what this school has on."""
    access.public()
    return jsonify(describe(request.script_root))


def describe(root: str) -> dict[str, Any]:
    """The OpenAPI description of the school entered; `root` goes before every path."""
    extensions = current_app.extensions
    spec: dict[str, Any] = extensions["parta_api_spec"]
    owners: dict[str, str] = extensions["parta_owners"]
    on = modules.enabled() | {"core", "kernel"}
    paths = {
        path: operations
        for path, operations in spec["paths"].items()
        if all(owners.get(tag, "core") in on for tag in _tags(operations))
    }
    tags = [tag for tag in spec.get("tags", ()) if owners.get(tag["name"], "core") in on]
    return {**spec, "paths": paths, "tags": tags, "servers": [{"url": root or "/"}]}


def _tags(operations: dict[str, Any]) -> list[str]:
    return [
        tag
        for operation in operations.values()
        if isinstance(operation, dict)
        for tag in operation.get("tags", ())
    ]
