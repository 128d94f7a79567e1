"""Composes everything into one WSGI application; nobody imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from parta import boot
from parta.kernel import i18n, installation, settings
from parta.kernel.db import Database
from parta.kernel.plugins import Registry
from parta.kernel.settings import Settings
from parta.rest import api
from parta.web import errors, requests, templating
from parta.web.assets import Assets
from parta.web.locating import Locator

HERE = Path(__file__).resolve().parent
LARGEST_NUMBER = 2**63 - 1
LARGEST_UPLOAD = 60 * 1024 * 1024


class Number(IntegerConverter):
    """Numbers in addresses, as large as keys of the database are."""

    def __init__(self, map: Any, fixed_digits: int = 0, min: int | None = None) -> None:
        super().__init__(map, fixed_digits, min, LARGEST_NUMBER)


def application() -> Flask:
    """The application of one web process, as a server starts it, on the database that already runs."""
    chosen = settings.load()
    registry = boot.registry(trace=chosen.trace_hooks)
    return create_app(chosen, registry, installation.open_database(chosen, registry))


def create_app(chosen: Settings, registry: Registry, database: Database) -> Flask:
    """The application for these settings, plugins and database."""
    app = Flask("parta", static_folder=None, template_folder=None)
    app.config.update(
        PARTA=chosen,
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        TRUSTED_HOSTS=list(chosen.trusted_hosts) or None,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=1,
        COMPRESS_MIN_SIZE=1000,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.converters["int"] = Number
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions.update(parta_registry=registry, parta_database=database)
    Compress(app)
    requests.install(app)
    errors.install(app)
    folders = _folders(registry)
    assets = Assets(folders["static"], chosen.data / "static")
    assets.compose()
    templating.install(app, assets, folders["templates"], registry)
    for folder in folders["translations"].values():
        i18n.add_folder(folder)
    _add_blueprints(app, registry)
    app.wsgi_app = assets.wrap(Locator(app.wsgi_app, database))  # type: ignore[method-assign,assignment]
    if chosen.proxy_hops:
        hops = chosen.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _folders(registry: Registry) -> dict[str, dict[str, Path]]:
    """Where the core and each plugin keep templates, static files and translations, by convention."""
    homes = {"parta": HERE / "web"}
    homes |= {name: Path(str(plugin.module.__file__)).parent for name, plugin in registry.plugins.items()}
    return {
        kind: {name: home / kind for name, home in homes.items() if (home / kind).is_dir()}
        for kind in ("static", "templates", "translations")
    }


def _add_blueprints(app: Flask, registry: Registry) -> None:
    found: Any = registry.contributions
    owners = {name: owned.owner for name, owned in {**found.blueprints, **found.rest_blueprints}.items()}
    app.extensions["parta_owners"] = owners
    for owned in found.blueprints.values():
        app.register_blueprint(owned.value)
    api.install(app, [owned.value for owned in found.rest_blueprints.values()])
