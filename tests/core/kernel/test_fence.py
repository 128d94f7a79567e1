"""Whoever breaks a rule that keeps plugins apart is refused with the reason, and the others run."""

import pytest
from parta import boot

START = """
import click
from flask import Blueprint
from flask_smorest import Blueprint as RestBlueprint
from parta import toolkit
from parta.toolkit import hookimpl
info = toolkit.PluginInfo("bad", "Bad", "Breaks a rule.")
blueprint = Blueprint("bad", __name__, url_prefix="/bad")
"""
REFUSALS = {
    "an import that raises": ("raise OSError('no shelf')", "it failed while loading: OSError: no shelf"),
    "a permission without its prefix": (
        "@hookimpl\ndef permissions(): return [toolkit.Permission('shelf:loan:view', 'See')]",
        "'shelf:loan:view' in permissions does not begin with 'bad:'",
    ),
    "a setting without its prefix": (
        "@hookimpl\ndef settings(): return [toolkit.Setting('worse.x', 'X', 'yes_no', True)]",
        "'worse.x' in settings does not begin with 'bad.'",
    ),
    "a job without its prefix": (
        "@hookimpl\ndef jobs(): return [toolkit.Job('badly', print)]",
        "'badly' in jobs does not begin with 'bad.'",
    ),
    "a filter without its prefix": (
        "@hookimpl\ndef template_filters(): return {'date': str}",
        "'date' in template_filters does not begin with 'bad_'",
    ),
    "a command without its prefix": (
        "@hookimpl\ndef commands(): return [click.Command('upgrade')]",
        "'upgrade' in commands does not begin with 'bad-'",
    ),
    "a name twice": (
        "@hookimpl\ndef permissions(): return [toolkit.Permission('bad:a:b', title) for title in 'AB']",
        "it has 'bad:a:b' twice in permissions",
    ),
    "a blueprint named as one of the core": (
        "@hookimpl\ndef blueprints(): return [Blueprint('auth', __name__)]",
        "'auth' in blueprints does not begin with 'bad_'",
    ),
    "one name for a page and for a part of the API": (
        "@hookimpl\ndef blueprints(): return [blueprint]\n"
        "@hookimpl\ndef rest_blueprints(): return [RestBlueprint('bad', __name__, url_prefix='/bad')]",
        "'bad' names both a blueprint and a rest_blueprint",
    ),
    "an address without its prefix": (
        "other = Blueprint('bad', __name__)\n"
        "@other.get('/sign-in')\ndef view(): return ''\n"
        "@hookimpl\ndef blueprints(): return [other]",
        "its address /sign-in does not begin with /bad",
    ),
    "an address twice": (
        "other = Blueprint('bad_other', __name__)\n"
        "for found in (blueprint, other):\n"
        "    found.add_url_rule('/' if found is blueprint else '/bad/', 'x', lambda: '')\n"
        "@hookimpl\ndef blueprints(): return [blueprint, other]",
        "“bad_other” and “bad” both answer to GET /bad/",
    ),
    "a hook that nobody specifies": (
        "@hookimpl\ndef nonsense(school): return []",
        "it implements an unknown hook “nonsense”",
    ),
    "an app hook that raises": (
        "@hookimpl\ndef jobs(): raise LookupError('none')",
        "it failed while loading: LookupError: none",
    ),
}
APP_WIDE = {
    "before_app_request": "blueprint.before_app_request(lambda: None)",
    "after_app_request": "blueprint.after_app_request(lambda response: response)",
    "teardown_app_request": "blueprint.teardown_app_request(lambda error: None)",
    "app_context_processor": "blueprint.app_context_processor(dict)",
    "app_errorhandler": "blueprint.app_errorhandler(404)(lambda error: '')",
    "app_url_defaults": "blueprint.app_url_defaults(lambda endpoint, values: None)",
    "app_url_value_preprocessor": "blueprint.app_url_value_preprocessor(lambda endpoint, values: None)",
    "app_template_filter": "blueprint.app_template_filter('bad_x')(str)",
    "app_template_test": "blueprint.app_template_test('bad_x')(bool)",
    "app_template_global": "blueprint.app_template_global('bad_x')(str)",
    "teardown_appcontext": "blueprint.record(lambda state: state.app.teardown_appcontext(print))",
}
TABLES = {
    "a table without the prefix": (
        "class T(Base):\n    __tablename__ = 'shelf_thing'\n"
        "    id = mapped_column(Integer, primary_key=True)",
        "its table shelf_thing does not begin with bad_",
    ),
    "a table with a schema": (
        "class T(Base):\n    __tablename__ = 'bad_thing'\n    __table_args__ = {'schema': 'parta'}\n"
        "    id = mapped_column(Integer, primary_key=True)",
        "its table parta.bad_thing names a schema",
    ),
    "an ENUM": (
        "class T(Base):\n    __tablename__ = 'bad_thing'\n"
        "    id = mapped_column(Enum('a', name='bad_kind'), primary_key=True)",
        "bad_thing.id is an ENUM; use text with a check",
    ),
    "a reference to what may not be referred to": (
        "from parta.accounts.models import Token\n"
        "class T(Base):\n    __tablename__ = 'bad_thing'\n"
        "    id = mapped_column(ForeignKey(Token.id), primary_key=True)",
        "bad_thing.id refers to accounts_token, which is not in toolkit.REFERENCEABLE",
    ),
    "a reference to what is no key": (
        "class T(Base):\n    __tablename__ = 'bad_thing'\n"
        "    id = mapped_column(ForeignKey(toolkit.tables.person.c.sort_key), primary_key=True)",
        "bad_thing.id refers to people_person.sort_key, which is not its key",
    ),
    "no base": ("del Base", "parta_bad.models has no `Base = plugin_base()`"),
    "no migrations": ("", "parta_bad has tables and no folder `migrations`"),
}
MODELS = """
from parta import toolkit
from sqlalchemy import Enum, ForeignKey, Integer
from sqlalchemy.orm import mapped_column
Base = toolkit.plugin_base()
"""


def refusal(install, code, needs="parta>=0.1,<0.2"):
    """The reason against the plugin “bad”; the guest beside it runs."""
    install("guest")
    install("bad", code=code, needs=needs)
    registry = boot.registry()
    assert list(registry.plugins) == ["guest"]
    assert [refused.name for refused in registry.refused] == ["bad"]
    assert {name for name, _ in registry.manager.list_name_plugin()} == {"kernel", "core", "guest"}
    return registry.refused[0].reason


@pytest.mark.parametrize(("code", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_what_refuses_a_plugin(install, code, reason):
    assert refusal(install, START + code) == reason


@pytest.mark.parametrize(("name", "code"), APP_WIDE.items(), ids=APP_WIDE)
def test_a_blueprint_that_acts_on_the_whole_application(install, name, code):
    start = f"{START}\n@hookimpl\ndef blueprints(): return [blueprint]\n"
    assert refusal(install, start + code) == f"the blueprint “bad” has {name} for the whole application"


@pytest.mark.parametrize(("code", "reason"), TABLES.values(), ids=TABLES)
def test_tables_that_break_a_rule(install, tmp_path, code, reason):
    package = tmp_path / "site" / "parta_bad"
    install("bad", code=START)
    (package / "models.py").write_text(MODELS + code)
    if code:
        (package / "migrations").mkdir()
    assert boot.registry().refused[0].reason == reason


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        ("parta>=0.2", "it needs parta >=0.2, installed is 0.1.0"),
        ("", "its distribution does not say which parta it needs"),
        ("parta >> 1", "its distribution's requirements cannot be read: 'parta >> 1': "),
    ],
)
def test_a_plugin_for_another_core(install, needs, reason):
    assert refusal(install, START, needs).startswith(reason)


@pytest.mark.parametrize(
    "name", ["people", "school", "core", "kernel", "accounts_more", "Shelf", "sms-gateway"]
)
def test_a_name_that_no_plugin_may_have(install, name):
    install(name, code=f"from parta import toolkit\ninfo = toolkit.PluginInfo('{name}', 'T', 'S')")
    (refused,) = boot.registry().refused
    assert "reserved" in refused.reason or "small Latin letters" in refused.reason


def test_plugins_whose_tables_could_be_taken_for_each_other(install):
    for name in ("sms", "sms_gateway"):
        install(name, code=f"from parta import toolkit\ninfo = toolkit.PluginInfo('{name}', 'T', 'S')")
    registry = boot.registry()
    assert list(registry.plugins) == ["sms"]
    assert registry.refused[0].reason == "tables of “sms_gateway” and of “sms” could be taken for each other"


def test_a_plugin_is_named_as_its_entry_point(install):
    for distribution in ("good", "worse"):
        install(distribution, code="from parta import toolkit\ninfo = toolkit.PluginInfo('good', 'T', 'S')")
    registry = boot.registry()
    assert list(registry.plugins) == ["good"]
    assert registry.refused[0].reason == "its entry point is “worse”, its info says “good”"


def test_a_hook_of_its_own_bears_the_plugins_name(install):
    code = """
import sys
from parta import toolkit

@toolkit.hookspec
def books(school):
    \"\"\"Books.\"\"\"

info = toolkit.PluginInfo("bad", "Bad", "Owns a hook.", hookspecs=sys.modules[__name__])
"""
    assert refusal(install, code) == "its own hook “books” does not begin with bad_"
