"""Lists find, sort and page in one statement."""

import pytest
from parta.kernel.listing import Paging, paginate
from sqlalchemy import Integer, String, column, select, values

NAMES = [(1, "семенова алена"), (2, "ежиков петр"), (3, "петров иван"), (4, "100% верно")]
TABLE = values(column("id", Integer), column("key", String), name="people").data(NAMES)


def page(paging):
    return paginate(
        select(TABLE),
        paging,
        lambda row: row.id,
        sorts={"name": TABLE.c.key, "id": TABLE.c.id},
        default="id",
        search=TABLE.c.key,
        tie=TABLE.c.id,
    )


@pytest.mark.parametrize(
    ("paging", "rows", "total"),
    [
        (Paging(), [1, 2, 3, 4], 4),
        (Paging(sort="name"), [4, 2, 3, 1], 4),
        (Paging(sort="name", desc=True), [1, 3, 2, 4], 4),
        (Paging(sort="drop table"), [1, 2, 3, 4], 4),
        (Paging(q="ПЁТР"), [2, 3], 2),
        (Paging(q="петр еж"), [2], 1),
        (Paging(q="%"), [4], 1),
        (Paging(q="никого"), [], 0),
        (Paging(page=2, size=3), [4], 4),
        (Paging(page=9, size=3), [1, 2, 3], 4),
    ],
)
def test_paginate(unit, paging, rows, total):
    got = page(paging)
    assert (got.rows, got.total) == (rows, total)


def test_a_list_counts_its_pages(unit):
    assert page(Paging(size=3)).pages == 2
    assert page(Paging(q="никого")).pages == 1
