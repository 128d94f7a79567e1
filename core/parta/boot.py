"""The plugins of this process: the core's own contributions first, then everything installed."""

from __future__ import annotations

from parta import hookspecs, plugin
from parta.kernel import installation
from parta.kernel.plugins import Registry


def registry(*, trace: bool = False) -> Registry:
    """Load everything once; who cannot be used is in `refused`. `trace` logs every hook call."""
    return installation.load_plugins(hookspecs, [plugin], trace=trace)
