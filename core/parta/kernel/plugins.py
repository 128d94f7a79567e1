"""Plugins: finding them, judging them, loading them, and calling their hooks.

A plugin is an entry point of group `parta.plugins` that names a module with `info = PluginInfo(...)` and
functions marked `@hookimpl`. One that cannot be used is refused with its reason; the others run.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from types import ModuleType
from typing import Any

import pluggy
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from sqlalchemy.exc import DBAPIError

from parta.kernel import context
from parta.kernel.apphooks import ContributionError, Contributions, gather
from parta.kernel.fence import FenceError, check_name, tables_of
from parta.kernel.migrations import Owner

GROUP = "parta.plugins"
PROJECT = "parta"

log = logging.getLogger(__name__)
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """What a plugin says of itself.

    `name` is the prefix of its tables, permissions and addresses; `requires` are names of other plugins;
    `hookspecs` a module with hooks that this plugin owns.
    """

    name: str
    title: str
    summary: str
    requires: tuple[str, ...] = ()
    hookspecs: ModuleType | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An installed plugin before it is imported: what its distribution's metadata tells."""

    name: str
    module: str
    distribution: str
    version: str
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that runs; `owner` is None when it has no tables."""

    info: PluginInfo
    module: ModuleType
    distribution: str
    version: str
    owner: Owner | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An installed plugin that does not run, and why."""

    name: str
    distribution: str
    version: str
    reason: str


class RefusalError(Exception):
    """Why a candidate cannot be used."""


def discover() -> list[Candidate]:
    """Every installed candidate, by name; nothing is imported."""
    found = []
    for entry in metadata.entry_points(group=GROUP):
        distribution = entry.dist
        if distribution is None:
            continue
        found.append(
            Candidate(
                entry.name,
                entry.value,
                distribution.name,
                distribution.version,
                tuple(distribution.requires or ()),
            )
        )
    return sorted(found, key=lambda candidate: candidate.name)


class Registry:
    """The plugins of this process: which run, which were refused, their hooks and what they contribute."""

    def __init__(self, specs: ModuleType, core_version: str) -> None:
        self.manager = pluggy.PluginManager(PROJECT)
        self.manager.add_hookspecs(specs)
        self.core_version = core_version
        self.plugins: dict[str, Plugin] = {}
        self.refused: list[Refused] = []
        self.contributions = Contributions()

    def load(self, candidates: Iterable[Candidate]) -> None:
        """Load every candidate that can be used, in the order of what requires what."""
        for candidate in self._in_order([one for one in candidates if self._is_readable(one)]):
            try:
                self._load(candidate)
            except (RefusalError, ContributionError, FenceError) as refusal:
                self._refuse(candidate, str(refusal))
            except Exception as error:
                log.exception("plugin %s cannot be loaded", candidate.name)
                self._refuse(candidate, f"it failed while loading: {type(error).__name__}: {error}")

    def add_core(self, module: ModuleType, name: str) -> None:
        """Let the core's own implementations go through the same hooks; before the plugins are loaded.

        Raises ContributionError when the core contributes a name twice.
        """
        self.manager.register(module, name)
        gather(self.manager, name, self.contributions, fenced=False)

    def trace(self) -> Callable[[], None]:
        """Log every hook call with its result; returns what ends it."""

        def before(name: str, implementations: Sequence[Any], values: Any) -> None:
            log.info("hook %s(%s) → %s", name, ", ".join(values), [i.plugin_name for i in implementations])

        def after(outcome: Any, name: str, implementations: Sequence[Any], values: Any) -> None:
            log.info("hook %s ← %r", name, outcome.exception or outcome.get_result())

        return self.manager.add_hookcall_monitoring(before, after)

    def _is_readable(self, candidate: Candidate) -> bool:
        """Whether the distribution's requirements can be read; refuses the candidate when not."""
        try:
            for text in candidate.requirements:
                Requirement(text)
        except InvalidRequirement as error:
            self._refuse(candidate, f"its distribution's requirements cannot be read: {text!r}: {error}")
            return False
        return True

    def _in_order(self, candidates: list[Candidate]) -> list[Candidate]:
        by_distribution = {canonicalize_name(c.distribution): c for c in candidates}
        graph = {
            name: {
                needed
                for text in candidate.requirements
                if (needed := canonicalize_name(Requirement(text).name)) in by_distribution
            }
            for name, candidate in by_distribution.items()
        }
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            for name in set(error.args[1]):
                self._refuse(by_distribution[name], f"these require each other in a circle: {circle}")
            return self._in_order([c for n, c in by_distribution.items() if n not in error.args[1]])
        return [by_distribution[name] for name in order]

    def _load(self, candidate: Candidate) -> None:
        self._check_core(candidate)
        module = importlib.import_module(candidate.module)
        info = self._info(candidate, module)
        for needed in info.requires:
            if needed not in self.plugins:
                raise RefusalError(f"it requires the plugin “{needed}”, which is not running")
        owner = tables_of(module)
        if info.hookspecs is not None:
            _check_specs(info)
            self.manager.add_hookspecs(info.hookspecs)
        self.manager.register(module, info.name)
        try:
            self._check_hooks(info.name)
            gather(self.manager, info.name, self.contributions)
        except Exception:
            self.manager.unregister(name=info.name)
            raise
        self.plugins[info.name] = Plugin(info, module, candidate.distribution, candidate.version, owner)

    def _check_core(self, candidate: Candidate) -> None:
        for text in candidate.requirements:
            requirement = Requirement(text)
            if canonicalize_name(requirement.name) != PROJECT:
                continue
            if not requirement.specifier.contains(self.core_version, prereleases=True):
                raise RefusalError(
                    f"it needs {PROJECT} {requirement.specifier}, installed is {self.core_version}"
                )
            return
        raise RefusalError(f"its distribution does not say which {PROJECT} it needs")

    def _info(self, candidate: Candidate, module: ModuleType) -> PluginInfo:
        info = getattr(module, "info", None)
        if not isinstance(info, PluginInfo):
            raise RefusalError(f"{candidate.module} has no `info = PluginInfo(...)`")
        if info.name != candidate.name:
            raise RefusalError(f"its entry point is “{candidate.name}”, its info says “{info.name}”")
        if info.name in self.plugins:
            other = self.plugins[info.name].distribution
            raise RefusalError(f"the name “{info.name}” is taken by {other}")
        check_name(info.name, self.plugins)
        return info

    def _check_hooks(self, name: str) -> None:
        """Refuse a plugin that implements a hook nobody specifies."""
        for caller in self.manager.get_hookcallers(self.manager.get_plugin(name)) or ():
            if caller.spec is None:
                unknown = [i for i in caller.get_hookimpls() if i.plugin_name == name and not i.optionalhook]
                if unknown:
                    raise RefusalError(f"it implements an unknown hook “{caller.name}”")

    def _refuse(self, candidate: Candidate, reason: str) -> None:
        self.refused.append(Refused(candidate.name, candidate.distribution, candidate.version, reason))


def _check_specs(info: PluginInfo) -> None:
    """Refuse hooks of a plugin's own that do not bear its name."""
    for name, value in vars(info.hookspecs).items():
        if hasattr(value, f"{PROJECT}_spec") and not name.startswith(f"{info.name}_"):
            raise RefusalError(f"its own hook “{name}” does not begin with {info.name}_")


class SchoolHooks:
    """Calls school hooks over the core and the plugins that one school has on.

    Built for each call and never kept: what is on may change between two requests.
    """

    def __init__(self, registry: Registry, enabled: Collection[str]) -> None:
        self._registry = registry
        self._off: list[object] = [p.module for name, p in registry.plugins.items() if name not in enabled]

    @classmethod
    def of_one(cls, registry: Registry, name: str) -> SchoolHooks:
        """The hooks of one plugin alone, without the core's."""
        hooks = cls(registry, ())
        hooks._off = [module for other, module in registry.manager.list_name_plugin() if other != name]
        return hooks

    def _caller(self, hook: str) -> pluggy.HookCaller:
        return self._registry.manager.subset_hook_caller(hook, remove_plugins=self._off)

    def collect(self, hook: str, **values: Any) -> list[Any]:
        """Everything the implementations return; lists are joined. A failure is the caller's failure."""
        joined: list[Any] = []
        for result in reversed(self._caller(hook)(**values)):
            joined.extend(result if isinstance(result, list | tuple) else [result])
        return joined

    def collect_contained(self, hook: str, **values: Any) -> list[Any]:
        """As `collect`, for what surrounds a page: a plugin that fails is logged and left out.

        A failed statement cannot be contained and is raised: it has ended the transaction.
        """
        joined: list[Any] = []
        for implementation in reversed(self._caller(hook).get_hookimpls()):
            try:
                joined.extend(self._call(implementation, values))
            except DBAPIError:
                raise
            except Exception:
                log.exception("plugin %s failed in %s", implementation.plugin_name, hook)
        return joined

    def notify(self, hook: str, **values: Any) -> list[str]:
        """Tell each plugin in a savepoint of its own; a failure is logged and undone alone.

        Returns the names of the plugins that failed.
        """
        failed = []
        for implementation in reversed(self._caller(hook).get_hookimpls()):
            try:
                with context.session().begin_nested():
                    self._call(implementation, values)
            except Exception:
                log.exception("plugin %s failed in %s", implementation.plugin_name, hook)
                failed.append(implementation.plugin_name)
        return failed

    def all_or_nothing(self, hook: str, **values: Any) -> None:
        """Tell every plugin in one savepoint: when one fails, what all of them did is undone."""
        with context.session().begin_nested():
            self._caller(hook)(**values)

    @staticmethod
    def _call(implementation: Any, values: dict[str, Any]) -> Any:
        return implementation.function(*(values[name] for name in implementation.argnames))
