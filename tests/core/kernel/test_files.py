"""Attachments: kept by digest, swept when they belong to nobody."""

import io
import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from parta.kernel import clock, files
from parta.kernel.errors import Invalid, NotFound
from parta.kernel.models import File
from sqlalchemy import text

TOMORROW = datetime.now(UTC) + timedelta(days=1, hours=1)


def attach(content=b"content", name="plan.pdf"):
    return files.add(name, "application/pdf", io.BytesIO(content))


def test_an_attachment_is_kept_and_read(unit):
    row = attach(name="C:\\Users\\me\\ план  урока.pdf")
    assert (row.name, row.size, row.media_type) == ("план урока.pdf", 7, "application/pdf")
    found, content = files.get(row.id)
    with content:
        assert (found.id, content.read()) == (row.id, b"content")
    path = files.store().path(row.digest)
    assert path.is_relative_to(unit.files / unit.school.schema)
    assert path.stat().st_mode & 0o077 == 0


def test_equal_contents_are_kept_once(unit):
    first, second = attach(), attach(name="copy.pdf")
    assert first.digest == second.digest
    assert first.id != second.id
    assert len([p for p in files.store().folder.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [(b"", "a.pdf", "empty"), (b"123", " ", "name"), (b"12345", "a.pdf", "larger")],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(unit, content, name, message):
    with pytest.raises(Invalid, match=message):
        files.add(name, "text/plain", io.BytesIO(content), most=4)
    assert list(files.store().folder.rglob("new-*")) == []


def test_a_missing_file_is_not_found(unit):
    with pytest.raises(NotFound):
        files.get(404)
    with pytest.raises(ValueError, match="digest"):
        files.store().path("../secret_key")


def test_a_store_keeps_its_contract(unit):
    place = files.store()
    digest = place.put(io.BytesIO(b"abc"))
    assert place.size(digest) == 3
    with place.open(digest) as content:
        assert content.read() == b"abc"
    place.delete(digest)
    place.delete(digest)
    assert place.size(digest) is None
    with pytest.raises(FileNotFoundError):
        place.open(digest)


def test_what_a_rolled_back_unit_left_is_swept_after_a_day(parta_database, school):
    with pytest.raises(RuntimeError, match="no"), parta_database.enter(school):
        digest = attach().digest
        raise RuntimeError("no")
    with parta_database.enter(school):
        files.sweep()
        assert files.store().size(digest) == 7
    with time_machine.travel(TOMORROW), parta_database.enter(school):
        files.sweep()
        assert files.store().size(digest) is None


def test_a_file_that_a_row_refers_to_stays_and_one_that_none_does_goes(parta_database, school):
    with parta_database.enter(school) as unit:
        kept, lost = attach(b"kept"), attach(b"lost")
        unit.session.execute(text("create table test_note (file_id bigint references kernel_file)"))
        unit.session.execute(text("insert into test_note values (:id)"), {"id": kept.id})
    for day in (1, 2):
        with time_machine.travel(TOMORROW + timedelta(days=day)), parta_database.enter(school):
            files.sweep()
    with parta_database.enter(school) as unit:
        assert [row.id for row in unit.session.query(File)] == [kept.id]
        assert (files.store().size(kept.digest), files.store().size(lost.digest)) == (4, None)


def test_an_upload_cut_off_is_swept(unit):
    place = files.store()
    attach()
    half = place.folder / "new-half"
    half.write_bytes(b"ha")
    os.utime(half, (0, 0))
    assert list(place.old(clock.now().timestamp() - 60)) == []
    assert not half.exists()


def test_a_sweep_waits_for_whoever_is_adding(parta_database, school):
    with parta_database.enter(school):
        attach()
        with parta_database.enter(school) as other:
            other.session.execute(text("set local lock_timeout = '100ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                files.sweep()
            other.session.rollback()
