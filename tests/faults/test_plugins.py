"""A plugin that fails while a demonstration is built leaves no half of a school behind."""

import pytest
from click.testing import CliRunner
from parta.cli import main
from sqlalchemy import text

pytestmark = pytest.mark.slow

SPOILT = """
from parta import toolkit
info = toolkit.PluginInfo("spoilt", "Spoilt", "It fails whenever a demonstration is built.")

@toolkit.hookimpl
def demo_data(school, plan):
    raise LookupError("no more today")
"""


def test_a_plugin_that_fails_in_a_demonstration_leaves_nothing(make_world, install, monkeypatch, tmp_path):
    install("spoilt", code=SPOILT)
    world = make_world(on=False)
    monkeypatch.setenv("DATABASE_URL", world.url)
    monkeypatch.setenv("PARTA_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(main, ["demo", "--students", "5"])
    assert done.exit_code == 1
    assert done.output.endswith(
        "parta: demo-school: not built, nothing is left: LookupError: no more today\n"
    )
    with world.database.directory() as connection:
        slugs = connection.execute(text("select slug from parta.schools")).scalars().all()
        schemas = "select nspname from pg_namespace where starts_with(nspname, 'school_')"
        schemas = connection.execute(text(schemas)).scalars().all()
    assert slugs == [world.school.slug]
    assert schemas == [world.school.schema]
