"""What the school entered has on, and what it has set.

Read once in a unit of work, and kept across units as long as the school's revision stays the same. Switching
plugins on and off is `parta.kernel.switching`, setting `parta.kernel.options`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel import context
from parta.kernel.contributions import Setting
from parta.kernel.db import Base
from parta.kernel.migrations import CORE
from parta.kernel.plugins import Chosen, Registry, SchoolHooks

KEY = "modules"
VERSION_TABLES = "alembic_version_"
ON, OFF, ENABLING, FAILED = "on", "off", "enabling", "failed"

Value = str | int | bool


class PluginRow(Base):
    """Whether a plugin is on in the school: `state` is on, off, enabling or failed (`reason` says why)."""

    __tablename__ = "kernel_plugin"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[int | None] = mapped_column(BigInteger)


class SettingRow(Base):
    """What a school has set; what has no row has its default."""

    __tablename__ = "kernel_setting"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


class NoPlugins(RuntimeError):
    """The unit of work knows no plugins, its `Database` having no registry; a fault of the program."""


def registry() -> Registry:
    """The plugins of this process.

    Raises NoPlugins when the unit of work was opened without them.
    """
    found = context.unit().registry
    if found is None:
        raise NoPlugins("give the Database its registry")
    return found


def enabled() -> frozenset[str]:
    """The names of the plugins that run and that the school entered has on."""
    return _chosen().enabled


def hooks() -> SchoolHooks:
    """The school's hooks: the core's and those of the plugins that are on."""
    return SchoolHooks(registry(), enabled())


def owners_here() -> list[str]:
    """The names of all plugins that have tables in the school entered, installed or not."""
    query = text(
        "select substr(tablename, length(:prefix) + 1) from pg_tables"
        " where schemaname = current_schema() and starts_with(tablename, :prefix) order by tablename"
    )
    found = context.session().execute(query, {"prefix": VERSION_TABLES}).scalars()
    return [name for name in found if name != CORE.name]


def custody_hooks() -> SchoolHooks:
    """The hooks of whoever keeps data in the school: the core and the plugins with tables, on or off."""
    return SchoolHooks(registry(), owners_here())


def setting(name: str) -> Value:
    """What the school has set under `name`, or the default.

    Raises KeyError for a name that nobody declares.
    """
    declared: Setting = registry().contributions.settings[name].value
    return _chosen().values.get(name, declared.default)


def forget() -> None:
    """Read anew what was just changed in this unit of work."""
    unit = context.unit()
    unit.cache.pop(KEY, None)
    unit.cache[f"{KEY}.changed"] = True
    registry().chosen.pop(unit.school.id, None)


def _chosen() -> Chosen:
    unit = context.unit()
    found: Chosen | None = unit.cache.get(KEY)
    if found is None:
        found = unit.cache[KEY] = _kept()
    return found


def _kept() -> Chosen:
    """From the process's memory, or read; what this unit has changed is not yet everybody's."""
    unit, kept = context.unit(), registry().chosen
    revision, remembered = kept.get(unit.school.id, (None, None))
    if remembered is not None and revision == unit.school.revision:
        return remembered
    found = _read()
    if f"{KEY}.changed" not in unit.cache:
        kept[unit.school.id] = unit.school.revision, found
    return found


def _read() -> Chosen:
    on = context.session().scalars(select(PluginRow.name).where(PluginRow.state == ON))
    values = context.session().execute(select(SettingRow.name, SettingRow.value))
    return Chosen(
        frozenset(on) & registry().plugins.keys(),
        {row.name: row.value for row in values},
    )
