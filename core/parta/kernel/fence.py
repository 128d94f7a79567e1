"""What a plugin may not do, found out before it runs.

A fence against accidents: installing a plugin is trusting it.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
from sqlalchemy import Enum, ForeignKey, Table

from parta.kernel.db import Base
from parta.kernel.migrations import CORE, Owner

NAME = re.compile(r"[a-z](?:[a-z0-9_]{0,30}[a-z0-9])?")
CONVERTER = re.compile(r"<[^>]*>")
RESERVED = frozenset(
    (
        "accounts", "alembic_version", "api", "app", "assets", "backup", "core", "demo", "duties", "import",
        "kernel", "migrate", "notices", "parta", "people", "person", "plugins", "rest", "restore", "school",
        "serve", "static", "testing", "token", "upgrade", "web", "worker",
    )
)  # fmt: skip


class FenceError(Exception):
    """What a plugin did that none may do; the message says what is expected."""


def check_name(name: str, others: Iterable[str]) -> None:
    """Refuse a name that is malformed or reserved, or whose tables could be taken for another plugin's.

    Raises FenceError.
    """
    if not NAME.fullmatch(name):
        raise FenceError(f"its name “{name}” is not made of small Latin letters, digits and underscores")
    if is_reserved(name):
        raise FenceError(f"the name “{name}” is reserved")
    for other in others:
        if f"{name}_".startswith(f"{other}_") or f"{other}_".startswith(f"{name}_"):
            raise FenceError(f"tables of “{name}” and of “{other}” could be taken for each other")


def is_reserved(name: str) -> bool:
    """Whether tables of a plugin of this name could be taken for the core's."""
    return name in RESERVED or f"{name}_".startswith(CORE.prefixes)


def tables_of(module: ModuleType) -> Owner | None:
    """The tables of a plugin: by convention `models.Base` beside its module, and the folder `migrations`.

    Raises FenceError for one without the other, or for a table that breaks a rule.
    """
    package = module.__name__.rpartition(".")[0]
    if not package or importlib.util.find_spec(f"{package}.models") is None:
        return None
    models = importlib.import_module(f"{package}.models")
    base = getattr(models, "Base", None)
    if base is None:
        raise FenceError(f"{package}.models has no `Base = plugin_base()`")
    folder = Path(str(models.__file__)).parent / "migrations"
    if not folder.is_dir():
        raise FenceError(f"{package} has tables and no folder `migrations`")
    name: str = module.info.name
    for table in base.metadata.tables.values():
        _check_table(table, f"{name}_", base.metadata.tables)
    return Owner(name, base.metadata, folder, (f"{name}_",))


def _check_table(table: Table, prefix: str, own: Mapping[str, Table]) -> None:
    if table.schema is not None:
        raise FenceError(f"its table {table.fullname} names a schema")
    if not table.name.startswith(prefix):
        raise FenceError(f"its table {table.name} does not begin with {prefix}")
    for column in table.columns:
        if isinstance(column.type, Enum) and column.type.native_enum:
            raise FenceError(f"{table.name}.{column.name} is an ENUM; use text with a check")
        for key in column.foreign_keys:
            _check_reference(f"{table.name}.{column.name}", key, own)


def _check_reference(where: str, key: ForeignKey, own: Mapping[str, Table]) -> None:
    table, _, column = key.target_fullname.rpartition(".")
    if table in own:
        return
    target = Base.metadata.tables.get(table)
    if target is None or not target.info.get("referenceable"):
        raise FenceError(f"{where} refers to {table}, which is not in toolkit.REFERENCEABLE")
    if not target.columns[column].primary_key:
        raise FenceError(f"{where} refers to {table}.{column}, which is not its key")


def addresses(blueprint: flask.Blueprint, *, fenced: bool = True) -> set[str]:
    """What the blueprint answers to, `GET /shelf/<>`: registered with an application made for this.

    Raises FenceError when it is `fenced` and would act outside its own addresses, where it could not be
    switched off.
    """
    probe = flask.Flask("probe", static_folder=None)
    untouched = _app_wide(probe)
    probe.register_blueprint(blueprint)
    if fenced:
        _check_app_wide(blueprint.name, probe, untouched)
    return {
        f"{method} {CONVERTER.sub('<>', rule.rule)}"
        for rule in probe.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def _check_app_wide(name: str, probe: flask.Flask, untouched: dict[str, Any]) -> None:
    for what, present in _app_wide(probe).items():
        if present != untouched[what]:
            raise FenceError(f"the blueprint “{name}” has {what} for the whole application")
    for rule in probe.url_map.iter_rules():
        if not rule.endpoint.startswith(f"{name}."):
            raise FenceError(f"the blueprint “{name}” adds the address {rule.rule} beside its own")


def _app_wide(app: flask.Flask) -> dict[str, Any]:
    """What acts on every request of an application, as far as it is set."""
    return {
        "before_app_request": list(app.before_request_funcs.get(None, ())),
        "after_app_request": list(app.after_request_funcs.get(None, ())),
        "teardown_app_request": list(app.teardown_request_funcs.get(None, ())),
        "teardown_appcontext": list(app.teardown_appcontext_funcs),
        "app_context_processor": list(app.template_context_processors.get(None, ())),
        "app_url_value_preprocessor": list(app.url_value_preprocessors.get(None, ())),
        "app_url_defaults": list(app.url_default_functions.get(None, ())),
        "app_errorhandler": {code: dict(found) for code, found in app.error_handler_spec[None].items()},
        "app_template_filter": dict(app.jinja_env.filters),
        "app_template_test": dict(app.jinja_env.tests),
        "app_template_global": dict(app.jinja_env.globals),
    }
