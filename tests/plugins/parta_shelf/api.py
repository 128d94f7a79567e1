"""What other plugins may use of the shelf."""

from __future__ import annotations

from parta.toolkit import hooks, school


def books() -> list[str]:
    """The books on the shelf."""
    return sorted(hooks().collect("shelf_books", school=school()))
