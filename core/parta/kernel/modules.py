"""What the school entered has on, and what it has set.

Read once in a unit of work, and kept across units as long as the school's revision stays the same. Switching
plugins on and off is `parta.kernel.switching`, setting `parta.kernel.options`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from parta.kernel import context, memory
from parta.kernel.contributions import Setting
from parta.kernel.db import Base
from parta.kernel.migrations import CORE
from parta.kernel.plugins import Registry, SchoolHooks

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


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a school has chosen: the plugins that are on, and the settings that differ from their default."""

    enabled: frozenset[str]
    values: Mapping[str, Value]


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


def _chosen() -> Chosen:
    return memory.remembered(KEY, _read)


def _read() -> Chosen:
    rows = context.session().execute(select(SettingRow.name, SettingRow.value))
    on = set(context.session().scalars(select(PluginRow.name).where(PluginRow.state == ON)))
    return Chosen(_with_what_they_require(on), {row.name: row.value for row in rows})


def _with_what_they_require(on: Set[str]) -> frozenset[str]:
    """Those of `on` that run and whose requirements are on: a new version may require more than before."""
    found: set[str] = set()
    for name, plugin in registry().plugins.items():
        if name in on and found.issuperset(plugin.info.requires):
            found.add(name)
    return frozenset(found)
