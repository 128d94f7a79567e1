"""Every blueprint with its pages."""

from __future__ import annotations

from flask import Blueprint

from parta_journal.views import day, diary, kinds, lesson


def blueprints() -> list[Blueprint]:
    """All pages of the journal; a lesson's are on the blueprint of the journals."""
    return [part.blueprint for part in (lesson, day, diary, kinds)]
