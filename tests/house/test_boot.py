"""Parta starts with no plugin, each alone, all, and with some that cannot be used."""

import itertools
import logging

import pytest
from parta import boot, plugin
from parta.kernel.apphooks import ContributionError
from parta.kernel.plugins import hookimpl

ALL = ("guest", "reader", "shelf")
TOGETHER = [
    chosen
    for n in range(len(ALL) + 1)
    for chosen in itertools.combinations(ALL, n)
    if "shelf" in chosen or "reader" not in chosen
]


@pytest.mark.parametrize("names", TOGETHER, ids=["+".join(names) or "none" for names in TOGETHER])
def test_parta_starts_with_any_of_them(install, names):
    install(*names)
    registry = boot.registry()
    assert (set(registry.plugins), registry.refused) == (set(names), [])
    assert "permissions" in {caller.name for caller in registry.manager.get_hookcallers(plugin)}


def test_who_requires_one_that_is_not_there_is_refused(install):
    install("reader", "guest")
    registry = boot.registry()
    assert list(registry.plugins) == ["guest"]
    assert registry.refused[0].name == "reader"


def test_one_incompatible_drags_along_who_requires_it_and_nobody_else(install):
    install("shelf", needs="parta>=9")
    install("reader", "guest")
    registry = boot.registry()
    assert list(registry.plugins) == ["guest"]
    assert {refused.name: refused.reason for refused in registry.refused} == {
        "shelf": "it needs parta >=9, installed is 0.1.0",
        "reader": "it requires the plugin “shelf”, which is not running",
    }


def test_one_raising_at_import_leaves_the_others(install):
    install("raising", code="1 / 0")
    install(*ALL)
    registry = boot.registry()
    assert set(registry.plugins) == set(ALL)
    assert "ZeroDivisionError" in registry.refused[0].reason


class Twice:
    """A part of the core that contributes what the core has already."""

    @hookimpl
    def permissions(self):
        return list(plugin.permissions())


def test_a_name_twice_in_the_core_fails_the_start():
    registry = boot.registry()
    with pytest.raises(ContributionError, match="taken by “core”"):
        registry.add_core(Twice(), "again")


def test_the_trace_switch_logs_every_hook_call(install, caplog):
    install("guest")
    with caplog.at_level(logging.INFO, "parta.kernel.plugins"):
        boot.registry(trace=True)
    assert "hook permissions() → ['core']" in caplog.messages
    caplog.clear()
    with caplog.at_level(logging.INFO, "parta.kernel.plugins"):
        boot.registry()
    assert caplog.messages == []
