"""Switching plugins on and off in the school entered, and deleting what one has left behind.

A plugin whose tables are missing is switched on by a job, because migrations run only in a process of their
own; until then its state is `enabling`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from parta.kernel import access, audit, clock, context, fence, jobs, memory, migrations, modules, upgrades
from parta.kernel.errors import Conflict, NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.migrations import Owner
from parta.kernel.modules import ENABLING, FAILED, OFF, ON, PluginRow, SettingRow
from parta.kernel.plugins import Plugin, Refused, SchoolHooks

VIEW = "school:modules:view"
EDIT = "school:modules:edit"
ENABLE_JOB = "kernel.enable_plugin"
LONGEST_REASON = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A plugin as a school sees it.

    `requires` and `needed_by` are names of plugins: what switching it on pulls, and what of that which is on
    switching it off drops. `running` is false for one that is no longer installed and has left data here.
    """

    name: str
    title: str
    summary: str
    version: str
    requires: tuple[str, ...]
    needed_by: tuple[str, ...]
    state: str
    reason: str
    changed_at: datetime | None
    has_settings: bool
    running: bool


def states() -> list[ModuleState]:
    """Every plugin that runs, then those that are gone and have left something in this school."""
    access.require(VIEW, EDIT)
    query = select(PluginRow).execution_options(populate_existing=True)
    rows = {row.name: row for row in context.session().scalars(query)}
    names = [*_plugins(), *sorted({*rows, *modules.owners_here()} - _plugins().keys())]
    return [_state(name, rows.get(name), rows) for name in names]


def state(name: str) -> ModuleState:
    """One plugin as this school sees it.

    Raises NotFound.
    """
    for found in states():
        if found.name == name:
            return found
    raise NotFound(_("There is no module “%(name)s”.", name=name))


def refused() -> list[Refused]:
    """The installed plugins that do not run, with the reason."""
    access.require(VIEW, EDIT)
    return list(modules.registry().refused)


def enable(name: str) -> str:
    """Switch on a plugin and what it requires; returns its state: on, enabling or failed.

    Raises NotFound for a plugin that does not run.
    """
    access.require(EDIT)
    wanted = _missing(name)
    if not wanted:
        return ON
    if missing_tables(name):
        _mark(wanted, ENABLING)
        jobs.defer(ENABLE_JOB, plugin=name)
        return ENABLING
    return _switch_on(name, wanted)


def enable_when_migrated(plugin: str) -> None:
    """The job behind `enable`: bring the plugin's tables, then switch it on. Once more does no harm."""
    if _state_of(plugin) != ENABLING:
        return
    for owner in missing_tables(plugin):
        try:
            upgrades.migrate_in_subprocess(context.school().slug, owner.name)
        except upgrades.MigrationFailed as failure:
            _give_up(plugin, _missing(plugin), str(failure))
            return
    if _state_of(plugin) == ENABLING:
        _switch_on(plugin, _missing(plugin))


def missing_tables(name: str) -> list[Owner]:
    """Whose tables must be brought to their newest revision before the plugin can be switched on."""
    connection = context.session().connection()
    owners = [owner for needed in _missing(name) if (owner := _plugins()[needed].owner)]
    return [owner for owner in owners if migrations.revision(connection, owner) != migrations.head(owner)]


def disable(name: str) -> list[str]:
    """Switch off a plugin and what requires it; their data stays. Returns the names of all switched off.

    Raises NotFound for one that is neither installed nor known here.
    """
    access.require(EDIT)
    found = state(name)
    dropped = [*reversed(found.needed_by), name] if found.state != OFF else []
    for each in dropped:
        if each in modules.enabled():
            modules.hooks().notify("plugin_disabled", school=context.school(), name=each)
    _mark(dropped, OFF)
    return dropped


def purge(name: str) -> list[str]:
    """Delete everything that a plugin keeps in this school, installed or not; returns its tables.

    Raises NotFound when it keeps nothing here, Conflict when it is still on.
    """
    access.require(EDIT)
    found = state(name)
    if found.state in {ON, ENABLING}:
        raise Conflict(_("“%(name)s” is on; switch it off first.", name=name))
    if found.running:
        hooks = SchoolHooks.of_one(modules.registry(), name)
        hooks.all_or_nothing("purge", school=context.school())
    tables = _tables(name)
    if tables:
        context.session().execute(text(f"drop table {', '.join(tables)}"))
    session = context.session()
    session.execute(delete(SettingRow).where(SettingRow.name.startswith(f"{name}.", autoescape=True)))
    session.execute(delete(PluginRow).where(PluginRow.name == name))
    audit.record("modules.purge", "kernel_plugin", None, before={"name": name, "tables": tables})
    memory.changed()
    return tables


def _plugins() -> dict[str, Plugin]:
    return modules.registry().plugins


def _state(name: str, row: PluginRow | None, rows: dict[str, PluginRow]) -> ModuleState:
    plugin = _plugins().get(name)
    on = {other for other, found in rows.items() if found.state != OFF}
    owners = {owned.owner for owned in modules.registry().contributions.settings.values()}
    state, reason = (row.state, row.reason) if row else (OFF, "")
    if plugin and state == ON and name not in modules.enabled():
        state, reason = FAILED, _("It needs a module that is off; switch it on again.")
    return ModuleState(
        name,
        plugin.info.title if plugin else name,
        plugin.info.summary if plugin else "",
        plugin.version if plugin else "",
        tuple(_required(name))[:-1] if plugin else (),
        tuple(other for other in _plugins() if other in on and other != name and name in _required(other)),
        state,
        reason,
        row.changed_at if row else None,
        name in owners,
        plugin is not None,
    )


def _required(name: str) -> list[str]:
    """What the plugin requires, directly or not, and last itself, in the order of loading."""
    needed = {name}
    for other in reversed(_plugins()):
        if other in needed:
            needed.update(_plugins()[other].info.requires)
    return [other for other in _plugins() if other in needed]


def _missing(name: str) -> list[str]:
    """The plugin and what it requires, as far as they are not on."""
    if name not in _plugins():
        raise NotFound(_("There is no module “%(name)s”.", name=name))
    return [other for other in _required(name) if other not in modules.enabled()]


def _state_of(name: str) -> str | None:
    """The state as it stands now; None when there is none or the plugin does not run."""
    if name not in _plugins():
        return None
    return context.session().scalar(select(PluginRow.state).where(PluginRow.name == name))


def _switch_on(name: str, wanted: Sequence[str]) -> str:
    """Mark on and let everybody know, all of it or nothing; a failure becomes the plugin's state."""
    try:
        with context.session().begin_nested():
            _mark(wanted, ON)
            for each in wanted:
                modules.hooks().all_or_nothing("plugin_enabled", school=context.school(), name=each)
    except Exception as error:
        log.exception("plugin %s could not be switched on", name)
        _give_up(name, wanted, f"{type(error).__name__}: {error}")
        return FAILED
    return ON


def _give_up(name: str, wanted: Iterable[str], reason: str) -> None:
    """Say why the plugin is not on; what it would have pulled stays off."""
    _mark([other for other in wanted if other != name], OFF)
    _mark([name], FAILED, reason[:LONGEST_REASON])


def _mark(names: Iterable[str], new: str, reason: str = "") -> None:
    for name in names:
        row = {
            "name": name,
            "state": new,
            "reason": reason,
            "changed_at": clock.now(),
            "changed_by": access.current().user_id,
        }
        statement = insert(PluginRow).values(row)
        context.session().execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
        audit.record(f"modules.{new}", "kernel_plugin", None, after={"name": name, "reason": reason})
    memory.changed()


def _tables(name: str) -> list[str]:
    """The tables of a plugin in this school by their prefix, its version table among them."""
    if fence.is_reserved(name) or not fence.NAME.fullmatch(name):
        raise NotFound(_("There is no module “%(name)s”.", name=name))
    longer = [other for other in modules.owners_here() if other.startswith(f"{name}_")]
    query = text("select tablename from pg_tables where schemaname = current_schema() order by tablename")
    return [
        table
        for table in context.session().execute(query).scalars()
        if table == f"alembic_version_{name}"
        or (table.startswith(f"{name}_") and not table.startswith(tuple(f"{other}_" for other in longer)))
    ]
