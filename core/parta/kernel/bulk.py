"""Many rows in one statement whose text is the same for any number of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Text, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

Kind = TypeEngine[Any] | type[TypeEngine[Any]]


def as_table(name: str, types: Mapping[str, Kind], rows: Sequence[Mapping[str, Any]]) -> TableValuedAlias:
    """`rows` as a table `name` to select from, its columns as `types` says.

    What JSON does not know (days, moments, decimals, uuids) travels as text and is read by PostgreSQL.
    """
    plain = bindparam(None, json.dumps(rows, default=str, ensure_ascii=False), Text)
    columns = [column(title, kind) for title, kind in types.items()]
    made = func.jsonb_to_recordset(cast(plain, JSONB)).table_valued(*columns, name=name)
    return made.render_derived(with_types=True)
