"""The blueprint with every page in it."""

from __future__ import annotations

from parta_journal.views import blueprint, diary, journals, kinds, lesson

__all__ = ["blueprint", "diary", "journals", "kinds", "lesson"]
