"""Hooks that the shelf owns."""

from __future__ import annotations

from parta.toolkit import School, hookspec


@hookspec
def shelf_books(school: School) -> list[str]:
    """School hook, collected: books that other plugins put on the shelf."""
