"""What a school may set of its modules, and setting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert

from parta.kernel import access, audit, context, memory, modules
from parta.kernel.contributions import Setting
from parta.kernel.errors import Invalid
from parta.kernel.i18n import gettext as _
from parta.kernel.modules import SettingRow, Value
from parta.kernel.switching import EDIT, VIEW
from parta.kernel.text import squeeze

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Option:
    """A setting with the value that holds in the school."""

    setting: Setting
    value: Value


def options(owner: str) -> list[Option]:
    """What may be set of `owner`, a plugin's name or `core`, in the order in which it is declared."""
    access.require(VIEW, EDIT)
    declared = modules.registry().contributions.settings.values()
    return [Option(d.value, modules.setting(d.value.name)) for d in declared if d.owner == owner]


def set_settings(values: Mapping[str, Value]) -> None:
    """Set what the school wants to be different.

    Raises Invalid naming each setting at fault: unknown, of a plugin that is off, of another kind than
    declared, out of bounds, or not one of the choices.
    """
    access.require(EDIT)
    wrong: dict[str, str] = {}
    checked: dict[str, Value] = {}
    for name, value in values.items():
        try:
            checked[name] = _checked(_declared(name), value)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    before = {name: modules.setting(name) for name in checked}
    changed = {name: value for name, value in checked.items() if value != before[name]}
    if changed:
        _store(changed, before)


def _store(changed: Mapping[str, Value], before: Mapping[str, Value]) -> None:
    rows = [{"name": name, "value": value} for name, value in changed.items()]
    statement = insert(SettingRow).values(rows)
    set_value = {"value": statement.excluded.value}
    context.session().execute(statement.on_conflict_do_update(index_elements=["name"], set_=set_value))
    old = {name: before[name] for name in changed}
    audit.record("modules.settings", "kernel_setting", None, before=old, after=dict(changed))
    memory.changed()


def _declared(name: str) -> Setting:
    owned = modules.registry().contributions.settings.get(name)
    if owned is None or (owned.owner in modules.registry().plugins and owned.owner not in modules.enabled()):
        raise ValueError(_("There is no such setting in this school."))
    return owned.value


def _checked(setting: Setting, value: Value) -> Value:
    """`value` as it is stored. Raises ValueError saying what is expected."""
    if setting.kind == "yes_no":
        return _yes_no(value)
    if setting.kind == "number":
        return _number(setting, value)
    if setting.kind == "choice":
        return _choice(setting, value)
    return _text(value)


def _yes_no(value: Value) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Choose yes or no."))
    return value


def _number(setting: Setting, value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(_("Write a whole number."))
    if setting.least is not None and value < setting.least:
        raise ValueError(_("Write a number of at least %(n)s.", n=setting.least))
    if setting.most is not None and value > setting.most:
        raise ValueError(_("Write a number of at most %(n)s.", n=setting.most))
    return value


def _choice(setting: Setting, value: Value) -> str:
    if not isinstance(value, str) or value not in setting.choices:
        titles = ", ".join(str(title) for title in setting.choices.values())
        raise ValueError(_("Choose one of: %(choices)s.", choices=titles))
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(_("Write at most %(n)s letters.", n=LONGEST_TEXT))
    return squeeze(value)
