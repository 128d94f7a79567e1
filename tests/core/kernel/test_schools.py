"""One school, one schema: nothing of a school can be reached from outside it."""

import threading

import pytest
from parta.kernel import audit, clock, context, db, directory, migrations
from parta.kernel.errors import Invalid
from parta.people import models as _tables  # noqa: F401  # the tables of all areas join the core's
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError


def test_a_school_sees_its_own_rows_only(parta_database, make_school):
    ours, theirs = make_school(), make_school()
    with parta_database.enter(ours):
        audit.record("test.first", "kernel_audit", None)
    with parta_database.enter(theirs):
        assert db.session().execute(text("select count(*) from kernel_audit")).scalar() == 0
    with parta_database.enter(ours):
        assert db.session().execute(text("select action from kernel_audit")).scalars().all() == ["test.first"]


def test_the_search_path_is_exactly_the_school(parta_database, school):
    with parta_database.enter(school) as unit:
        path = unit.session.execute(text("select current_setting('search_path')")).scalar()
        assert path == f'"{school.schema}"'
        assert unit.session.execute(text("select current_setting('lock_timeout')")).scalar() == "3s"
        assert unit.session.execute(text("select current_setting('statement_timeout')")).scalar() == "30s"


def test_a_savepoint_leaves_the_school_entered(parta_database, school):
    with parta_database.enter(school) as unit:
        with unit.session.begin_nested():
            audit.record("test.nested", "kernel_audit", None)
        assert unit.session.execute(text("select count(*) from kernel_audit")).scalar() == 1


def test_raw_sql_outside_any_school_finds_no_table(parta_database, school):
    with pytest.raises(ProgrammingError, match="kernel_audit"), parta_database.directory() as connection:
        connection.execute(text("select * from kernel_audit"))


def test_a_connection_leaves_the_school_with_its_transaction(parta_database, school):
    with parta_database.enter(school):
        db.session().execute(text("select 1"))
    with parta_database.directory() as connection:
        assert connection.execute(text("show search_path")).scalar() in {"", '""'}


def test_code_outside_any_school_is_told_so():
    with pytest.raises(context.NoSchoolEntered):
        db.session()


def test_an_exception_undoes_the_unit_of_work(parta_database, school):
    with pytest.raises(ZeroDivisionError), parta_database.enter(school):
        audit.record("test.lost", "kernel_audit", None)
        raise ZeroDivisionError
    with parta_database.enter(school):
        assert db.session().execute(text("select count(*) from kernel_audit")).scalar() == 0


def test_threads_stand_in_schools_of_their_own(parta_database, make_school):
    seen: dict[str, str] = {}

    def work(school):
        with parta_database.enter(school) as unit:
            unit.session.execute(text("select pg_sleep(0.05)"))
            seen[school.slug] = unit.session.execute(text("select current_schema()")).scalar_one()

    schools = [make_school() for _ in range(3)]
    threads = [threading.Thread(target=work, args=(school,)) for school in schools]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {school.slug: school.schema for school in schools}


def test_a_connection_is_closed_after_many_schools(parta_database, school, monkeypatch):
    monkeypatch.setattr(db, "SCHOOLS_PER_CONNECTION", 1)
    with parta_database.enter(school) as unit:
        first = unit.session.execute(text("select pg_backend_pid()")).scalar()
    with parta_database.enter(school) as unit:
        assert unit.session.execute(text("select pg_backend_pid()")).scalar() != first


@pytest.mark.parametrize("slug", ["", "a", "Школа", "Upper", "-x-", "x_y", "a" * 41, "static", "sign-in"])
def test_a_slug_unfit_for_addresses_is_refused(slug):
    with pytest.raises(Invalid) as refusal:
        directory.check_slug(slug)
    assert set(refusal.value.fields) == {"slug"}


def test_a_prepared_statement_answers_from_the_school_entered(parta_database, make_school):
    """The server keeps a plan of what is asked often; entered elsewhere, it must be made anew."""
    one, other = make_school(), make_school()
    url = parta_database.url.render_as_string(hide_password=False)
    single = db.Database(url, pool_size=1)
    for school, number in ((one, 1), (other, 2)):
        with single.enter(school) as unit:
            unit.session.execute(text("create table kept (n int)"))
            unit.session.execute(text("insert into kept values (:n)"), {"n": number})
    for _turn in range(20):
        for school, number in ((one, 1), (other, 2)):
            with single.enter(school) as unit:
                assert unit.session.execute(text("select n from kept")).scalar_one() == number
    with single.enter(one) as unit:
        prepared = unit.session.execute(text("select count(*) from pg_prepared_statements")).scalar_one()
    single.dispose()
    assert prepared > 0


def test_a_taken_slug_is_refused_and_leaves_nothing(parta_database, make_school):
    make_school("lyceum-2")
    with pytest.raises(Invalid, match="lyceum-2"):
        make_school("lyceum-2")
    with parta_database.directory() as connection:
        assert [s.slug for s in directory.all_schools(connection)] == ["lyceum-2"]


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(Invalid, match="Europe/Moscow"):
        directory.check_timezone("Mars/Olympus")


def test_the_clock_stands_in_the_schools_zone(unit):
    assert str(clock.zone()) == "Europe/Moscow"
    assert clock.local_now().utcoffset().total_seconds() == 3 * 3600


def test_the_revision_grows(parta_database, school):
    with parta_database.directory() as connection:
        directory.bump_revision(connection, school.id)
        found = directory.find_by_slug(connection, school.slug)
    assert found.revision == school.revision + 1


def test_the_audit_record_cannot_be_changed(parta_database, school):
    with parta_database.enter(school):
        audit.record("test.kept", "kernel_audit", 1, person_id=7, before={"a": 1}, after={"a": 2})
    for statement in ("update kernel_audit set action = 'x'", "delete from kernel_audit"):
        with pytest.raises(DBAPIError, match="only grow"), parta_database.enter(school) as unit:
            unit.session.execute(text(statement))


def test_an_erasure_blanks_values_and_says_so(parta_database, school):
    with parta_database.enter(school) as unit:
        audit.record("test.kept", "kernel_audit", 1, person_id=7, before={"a": 1}, after={"a": 2})
        audit.record("test.other", "kernel_audit", 1, person_id=8, before={"a": 1}, after={"a": 2})
        blanked = unit.session.execute(text("select kernel_audit_erase(7, now(), null, 'system')")).scalar()
        assert blanked == 1
        rows = unit.session.execute(text("select action, before, after from kernel_audit order by id")).all()
    assert [tuple(row) for row in rows] == [
        ("test.kept", None, None),
        ("test.other", {"a": 1}, {"a": 2}),
        ("audit.erase", None, {"rows": 1}),
    ]
    with pytest.raises(DBAPIError, match="only grow"), parta_database.enter(school) as unit:
        unit.session.execute(text("update kernel_audit set action = 'x'"))


def test_migrations_go_up_agree_with_the_models_and_go_down(parta_database, make_school):
    school = make_school(migrate=False)
    with parta_database.engine().begin() as connection:
        migrations.upgrade(connection, school, [migrations.CORE])
        assert migrations.revision(connection, migrations.CORE) == migrations.head(migrations.CORE)
        assert migrations.differences(connection, migrations.CORE) == []
        migrations.downgrade(connection, school, migrations.CORE)
        left = connection.execute(
            text("select tablename from pg_tables where schemaname = :s"), {"s": school.schema}
        ).scalars()
        assert list(left) == ["alembic_version_core"]


def test_a_failing_migration_leaves_the_school_as_it_was(parta_database, make_school, tmp_path):
    broken = tmp_path / "0001_broken.py"
    broken.write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n\n"
        "def upgrade():\n    op.execute('create table lost_things (id bigint)')\n"
        "    raise RuntimeError('broken')\n"
    )
    owner = migrations.Owner("lost", db.Base.metadata, tmp_path, ("lost_",))
    school = make_school(migrate=False)
    with pytest.raises(RuntimeError, match="broken"):
        migrations.upgrade_school(parta_database, school, [migrations.CORE, owner])
    with parta_database.directory() as connection:
        tables = connection.execute(
            text("select count(*) from pg_tables where schemaname = :s"), {"s": school.schema}
        ).scalar()
    assert tables == 0
