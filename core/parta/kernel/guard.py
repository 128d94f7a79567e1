"""What plugins have to say on access: a veto on one thing, and its twin for lists.

The right itself is checked by `access.require` and the object by the service; only then are the plugins asked
that the school has on.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select

from parta.kernel import access, context, modules
from parta.kernel.errors import Forbidden

Query = TypeVar("Query", bound=Select[Any])


def allowed(permission: str, subject: Any) -> None:
    """Let whoever acts use `permission` on `subject`, unless a plugin has a reason against.

    `subject` is a row or plain value. Raises Forbidden with the reasons.
    """
    reasons = modules.hooks().collect(
        "can", school=context.school(), actor=access.current(), permission=permission, subject=subject
    )
    if reasons:
        raise Forbidden(" ".join(str(reason) for reason in reasons), needs=[permission])


def visible(query: Query, permission: str, entity: Any) -> Query:
    """`query` over `entity` without the rows on which a plugin has a reason against `permission`."""
    conditions = modules.hooks().collect(
        "visible", school=context.school(), actor=access.current(), permission=permission, entity=entity
    )
    return query.where(*conditions)
