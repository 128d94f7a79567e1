"""Plugins are found, judged, ordered, loaded or refused; hooks reach only those that a school has on."""

import logging
import sys
import types

import pytest
from parta.kernel import audit, db
from parta.kernel.plugins import Candidate, PluginInfo, Registry, SchoolHooks, hookimpl, hookspec
from sqlalchemy import text


@pytest.fixture
def specs():
    module = types.ModuleType("specs")

    @hookspec
    def things(school, n):
        """Things of a school."""

    module.things = things
    return module


@pytest.fixture
def install(monkeypatch):
    """Installs a module as plugin: returns its Candidate."""

    def make(name, *, requires=(), needs=("parta>=0.1,<0.2",), info=True, **functions):
        module = types.ModuleType(f"fake_{name}")
        if info:
            module.info = PluginInfo(name, name.title(), "A plugin of the tests.", requires)
        for function_name, function in functions.items():
            setattr(module, function_name, function)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        needed = (*needs, *(f"parta-{other}" for other in requires))
        return Candidate(name, module.__name__, f"parta-{name}", "1.0", needed)

    return make


@pytest.fixture
def registry(specs):
    return Registry(specs, "0.1.0")


def implementing(answer):
    @hookimpl
    def things(school, n):
        return answer(n) if callable(answer) else answer

    return things


def test_a_plugin_runs(registry, install):
    registry.load([install("shelf", things=implementing(["a"]))])
    assert list(registry.plugins) == ["shelf"]
    assert registry.refused == []


def test_what_is_required_is_loaded_first(registry, install):
    registry.load([install("books", requires=("shelf",)), install("shelf")])
    assert list(registry.plugins) == ["shelf", "books"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"needs": ("parta>=0.2",)}, "it needs parta >=0.2, installed is 0.1.0"),
        ({"needs": ()}, "does not say which parta"),
        ({"info": False}, "has no `info"),
        ({"requires": ("absent",)}, "requires the plugin “absent”"),
        ({"thinks": hookimpl(lambda school: None)}, "unknown hook “thinks”"),
        ({"things": hookimpl(lambda school, colour: None)}, "colour"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_refused_and_the_others_run(registry, install, options, reason):
    registry.load([install("bad", **options), install("good")])
    assert list(registry.plugins) == ["good"]
    assert [refused.name for refused in registry.refused] == ["bad"]
    assert reason in registry.refused[0].reason
    assert [name for name, _ in registry.manager.list_name_plugin()] == ["good"]


def test_a_plugin_that_raises_at_import_is_refused(registry, tmp_path, monkeypatch):
    (tmp_path / "raising_plugin.py").write_text("raise OSError('no shelf')\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry.load([Candidate("bad", "raising_plugin", "parta-bad", "1.0", ("parta>=0.1",))])
    assert registry.refused[0].reason == "it failed while loading: OSError: no shelf"


def test_plugins_that_require_each_other_are_refused(registry, install):
    registry.load([install("a", requires=("b",)), install("b", requires=("a",)), install("c")])
    assert list(registry.plugins) == ["c"]
    assert {refused.name for refused in registry.refused} == {"a", "b"}


def test_two_plugins_of_one_name(registry, install):
    first = install("shelf")
    second = Candidate("shelf", first.module, "other-shelf", "2.0", first.requirements)
    registry.load([first, second])
    assert "the name “shelf” is taken by" in registry.refused[0].reason


def test_hooks_reach_only_plugins_that_are_on(registry, install, school):
    registry.load([install("a", things=implementing(["a"])), install("b", things=implementing(["b"]))])
    assert SchoolHooks(registry, {"a", "b"}).collect("things", school=school, n=1) == ["a", "b"]
    assert SchoolHooks(registry, {"b"}).collect("things", school=school, n=1) == ["b"]
    assert SchoolHooks(registry, ()).collect("things", school=school, n=1) == []


def write(name, fail=False):
    def answer(n):
        audit.record(name, "kernel_audit", n)
        if fail:
            raise LookupError(name)

    return implementing(answer)


def written():
    return set(db.session().execute(text("select action from kernel_audit")).scalars())


def test_notify_undoes_only_the_one_that_failed(registry, install, unit):
    registry.load([install("a", things=write("a")), install("b", things=write("b", fail=True))])
    failed = SchoolHooks(registry, {"a", "b"}).notify("things", school=unit.school, n=1)
    assert failed == ["b"]
    assert written() == {"a"}


def test_all_or_nothing_undoes_everything(registry, install, unit):
    registry.load([install("a", things=write("a")), install("b", things=write("b", fail=True))])
    hooks = SchoolHooks(registry, {"a", "b"})
    with pytest.raises(LookupError):
        hooks.all_or_nothing("things", school=unit.school, n=1)
    assert written() == set()
    SchoolHooks(registry, {"a"}).all_or_nothing("things", school=unit.school, n=1)
    assert written() == {"a"}


def test_tracing_logs_every_call_until_it_is_ended(registry, install, school, caplog):
    registry.load([install("a", things=implementing(["a"]))])
    end = registry.trace()
    with caplog.at_level(logging.INFO, "parta.kernel.plugins"):
        registry.manager.hook.things(school=school, n=1)
        end()
        registry.manager.hook.things(school=school, n=2)
    assert [record.message for record in caplog.records] == [
        "hook things(school, n) → ['a']",
        "hook things ← [['a']]",
    ]


def test_a_plugin_may_own_hooks(registry, install, monkeypatch):
    owned = types.ModuleType("owned_specs")

    @hookspec
    def shelf_books(school):
        """Books on the shelf."""

    owned.shelf_books = shelf_books
    candidate = install("shelf")
    sys.modules[candidate.module].info = PluginInfo("shelf", "Shelf", "Owns a hook.", hookspecs=owned)

    @hookimpl(optionalhook=True)
    def shelf_books_of_guest(school):
        return None

    reader = install("reader", shelf_books=hookimpl(lambda school: ["book"]), requires=("shelf",))
    guest = install("guest", shelf_papers=hookimpl(optionalhook=True)(lambda school: None))
    registry.load([reader, candidate, guest])
    assert set(registry.plugins) == {"shelf", "reader", "guest"}
    assert registry.manager.hook.shelf_books(school=None) == [["book"]]
