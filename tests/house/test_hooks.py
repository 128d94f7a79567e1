"""Every hook is documented under its exact signature and has a test named after it."""

import inspect
import re
from pathlib import Path

import pytest
from parta import hookspecs

ROOT = Path(__file__).resolve().parent.parent.parent
HOOKS = {name: value for name, value in vars(hookspecs).items() if hasattr(value, "parta_spec")}
DOCUMENTED = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def test_there_are_hooks():
    assert HOOKS


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_documented_under_its_signature(name):
    signature = f"### {name}({', '.join(inspect.signature(HOOKS[name]).parameters)})"
    assert signature in DOCUMENTED.splitlines()


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_a_test_named_after_it(name):
    assert re.search(rf"^def test_{name}_hook\b", TESTS, re.MULTILINE)


def test_nothing_is_documented_that_is_no_hook():
    documented = re.findall(r"^### (\w+)\(", DOCUMENTED, re.M)
    assert sorted(documented) == sorted(HOOKS)


def test_every_example_is_a_part_of_a_plugin_that_the_tests_run():
    examples = re.findall(r"```python\n(.*?)```", DOCUMENTED, re.S)
    source = (ROOT / "tests" / "plugins" / "parta_shelf" / "plugin.py").read_text(encoding="utf-8")
    assert len(examples) == len(HOOKS)
    for example in examples:
        assert example in source
