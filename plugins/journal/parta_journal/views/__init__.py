"""The journal's pages, a blueprint for each entry of the navigation."""

from __future__ import annotations
