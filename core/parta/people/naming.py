"""Names as shown."""

from __future__ import annotations

from parta.kernel.text import squeeze


def full_name(surname: str, first_name: str, patronymic: str) -> str:
    """Surname, first name and patronymic."""
    return squeeze(f"{surname} {first_name} {patronymic}")


def short_name(surname: str, first_name: str, patronymic: str) -> str:
    """Surname and initials: Иванова А. П."""
    return squeeze(f"{surname} {_initial(first_name)} {_initial(patronymic)}")


def _initial(name: str) -> str:
    return f"{name[0]}." if name else ""
