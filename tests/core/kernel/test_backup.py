"""A school is saved, tried out, put back and copied, and no other is touched."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from parta.kernel import archives, audit, backup, dumps, files, jobs, migrations
from parta.kernel.archives import BackupError
from parta.kernel.dumps import DumpError
from parta.kernel.errors import Invalid
from parta.kernel.models import Pending
from sqlalchemy import text

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin/pg_dump")
OWNERS = [migrations.CORE]


@pytest.fixture
def filled(parta_database, school):
    with parta_database.enter(school) as unit:
        audit.record("test.kept", "kernel_audit", 1, after={"school_1": f"строка {school.schema}. \\. конец"})
        unit.session.execute(text("create table test_note (file_id bigint references kernel_file)"))
        row = files.add("plan.pdf", "application/pdf", io.BytesIO(b"content"))
        unit.session.execute(text("insert into test_note values (:id)"), {"id": row.id})
    return school


@pytest.fixture
def archive(parta_database, filled, tmp_path):
    return backup.save(parta_database, filled, tmp_path)


def actions(database, school):
    with database.enter(school) as unit:
        return unit.session.execute(text("select action, after from kernel_audit order by id")).all()


def forget(make_school, school):
    make_school.made.append(school)


def schemas(database):
    with database.directory() as connection:
        found = connection.execute(
            text("select nspname from pg_namespace where nspname !~ '^pg_' order by 1")
        )
        return list(found.scalars())


def rewritten(archive, **changes):
    """The same archive with another manifest."""
    new = archive.with_name("rewritten.parta")
    with tarfile.open(archive) as old, tarfile.open(new, "w") as made:
        for member in old.getmembers():
            content = old.extractfile(member).read()
            if member.name == archives.MANIFEST:
                content = json.dumps({**json.loads(content), **changes}).encode()
                member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return new


def test_an_archive_says_what_it_holds_and_is_private(parta_database, filled, archive):
    assert archive.name.startswith(filled.slug)
    assert archive.stat().st_mode & 0o077 == 0
    with archives.reading(archive) as opened:
        opened.check()
        manifest = opened.manifest
    assert manifest.school["name"] == filled.name
    assert manifest.revisions == {"core": migrations.head(migrations.CORE)}
    assert manifest.rows["kernel_audit"] == 1
    assert [name.split("/")[0] for name in manifest.digests] == ["record.dump", "files"]
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_a_school_is_put_back_and_what_stood_there_is_kept_aside(
    parta_database, filled, archive, make_school
):
    neighbour = make_school()
    before = actions(parta_database, filled)
    with parta_database.enter(filled) as unit:
        audit.record("test.later", "kernel_audit", 1)
        unit.session.execute(text("drop table test_note"))
    restored = backup.restore(parta_database, archive, OWNERS, replace=True)
    assert restored.school.revision > filled.revision
    assert (restored.school.id, restored.school.schema) == (filled.id, filled.schema)
    assert actions(parta_database, filled) == before
    with parta_database.engine().begin() as connection:
        aside = connection.execute(text(f"select action from {restored.aside}.kernel_audit order by id"))
        assert aside.scalars().all() == ["test.kept", "test.later"]
        connection.execute(text(f"drop schema {restored.aside} cascade"))
        connection.execute(text(f'set local search_path = "{filled.schema}"'))
        assert migrations.differences(connection, migrations.CORE) == []
    assert actions(parta_database, neighbour) == []
    with pytest.raises(Exception, match="only grow"), parta_database.enter(filled) as unit:
        unit.session.execute(text("delete from kernel_audit"))


def test_a_school_is_copied_under_another_slug(parta_database, filled, archive, make_school):
    copy = backup.restore(parta_database, archive, OWNERS, slug="copy-of-it").school
    forget(make_school, copy)
    assert copy.schema != filled.schema
    assert actions(parta_database, copy) == actions(parta_database, filled)
    with parta_database.enter(copy) as unit:
        audit.record("test.copy", "kernel_audit", 1)
        number = unit.session.execute(text("select id from kernel_file")).scalar()
        _, content = files.get(number)
        with content:
            assert content.read() == b"content"
    assert len(actions(parta_database, filled)) == 1


def test_a_school_is_brought_to_an_installation_without_it(parta_database, filled, archive, make_school):
    make_school.drop_all()
    made = backup.restore(parta_database, archive, OWNERS).school
    forget(make_school, made)
    assert (made.slug, made.name, made.timezone) == (filled.slug, filled.name, filled.timezone)
    assert len(actions(parta_database, made)) == 1


def test_work_that_waited_waits_again(parta_database, filled, tmp_path, make_school):
    with parta_database.enter(filled):
        jobs.defer_once("sweep", "kernel.sweep_files")
    archive = backup.save(parta_database, filled, tmp_path)
    copy = backup.restore(parta_database, archive, OWNERS, slug="copy-of-it").school
    forget(make_school, copy)
    with parta_database.enter(copy) as unit:
        number = unit.session.query(Pending).one().job_id
    with parta_database.directory() as connection:
        query = text("select args->>'school' from jobs.procrastinate_jobs where id = :id")
        assert connection.execute(query, {"id": number}).scalar() == str(copy.id)


def test_an_existing_school_is_not_replaced_unasked(parta_database, filled, archive):
    before = schemas(parta_database)
    with pytest.raises(BackupError, match="--replace"):
        backup.restore(parta_database, archive, OWNERS)
    with pytest.raises(Invalid, match="reserved"):
        backup.restore(parta_database, archive, OWNERS, slug="static")
    assert schemas(parta_database) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "newer Parta"),
        ({"revisions": {"core": "9999"}}, "upgrade first"),
        ({"server_major": 99}, "is older"),
        ({"digests": {"record.dump": "0" * 64}}, "has changed"),
        ({"digests": {"files/" + "0" * 64: "0" * 64}}, "is missing"),
        ({"rows": {"kernel_audit": 2}}, "another number of rows"),
        ({"unknown": 1}, "no manifest"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(parta_database, filled, archive, changes, message):
    before = schemas(parta_database)
    with pytest.raises(BackupError, match=message):
        backup.restore(parta_database, rewritten(archive, **changes), OWNERS, replace=True)
    assert schemas(parta_database) == before
    assert len(actions(parta_database, filled)) == 1


def test_a_record_that_breaks_off_is_refused_and_changes_nothing(parta_database, filled, archive, tmp_path):
    with archives.reading(archive) as opened:
        whole = opened.member(archives.RECORD).read()
    half = tmp_path / "half"
    half.write_bytes(whole[: len(whole) // 2])
    with tarfile.open(archive, "a") as appended:
        appended.add(half, archives.RECORD)
    broken = rewritten(archive, digests={archives.RECORD: archives.digest_of(half)})
    before = schemas(parta_database)
    with pytest.raises(DumpError):
        backup.restore(parta_database, broken, OWNERS, replace=True)
    assert schemas(parta_database) == before


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10240])
def test_what_is_no_archive_is_refused(parta_database, tmp_path, content):
    path = tmp_path / "some.parta"
    path.write_bytes(content)
    with pytest.raises(BackupError):
        backup.verify(parta_database, path)


def test_a_back_up_is_tried_out_and_leaves_nothing(parta_database, filled, archive):
    before = schemas(parta_database)
    assert backup.verify(parta_database, archive).rows["kernel_audit"] == 1
    with pytest.raises(BackupError, match="another number of rows"):
        backup.verify(parta_database, rewritten(archive, rows={"kernel_audit": 2}))
    assert schemas(parta_database) == before
    with parta_database.directory() as connection:
        names = connection.execute(text("select datname from pg_database")).scalars().all()
    assert not [name for name in names if name.startswith("parta_verify")]


def test_a_failing_swap_leaves_the_school(parta_database, filled, archive, monkeypatch):
    def full(*arguments):
        raise OSError("no space left on device")

    before = schemas(parta_database)
    monkeypatch.setattr(backup, "_bring_files", full)
    with pytest.raises(BackupError, match="no space left"):
        backup.restore(parta_database, archive, OWNERS, replace=True)
    assert schemas(parta_database) == before
    assert len(actions(parta_database, filled)) == 1


def test_rows_pass_as_they_are():
    script = [
        b"CREATE TABLE school_1.a (n bigint); -- school_12\n",
        b"SET transaction_timeout = 0;\n",
        b"COPY school_1.a (n) FROM stdin;\n",
        b"school_1.a\tSET transaction_timeout\n",
        b"\\.\n",
        b"ALTER TABLE ONLY school_1.a ADD FOREIGN KEY (n) REFERENCES school_1.b(id);\n",
    ]
    assert list(dumps.renamed(script, "school_1", "new_2")) == [
        b"CREATE TABLE new_2.a (n bigint); -- school_12\n",
        b"COPY new_2.a (n) FROM stdin;\n",
        b"school_1.a\tSET transaction_timeout\n",
        b"\\.\n",
        b"ALTER TABLE ONLY new_2.a ADD FOREIGN KEY (n) REFERENCES new_2.b(id);\n",
    ]


def test_programs_of_the_servers_own_version_are_taken():
    assert dumps.program("pg_dump", 18).parts[-3] == "pginstall18"
    with pytest.raises(DumpError, match="postgresql-client-99"):
        dumps.program("pg_dump", 99)


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="needs Debian's PostgreSQL 15")
def test_a_wrapper_on_the_path_is_not_preferred():
    assert dumps.program("pg_dump", 15) == DEBIAN_15
