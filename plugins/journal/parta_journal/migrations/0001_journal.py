"""Lessons, works, marks and attendance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "journal_0001"
down_revision = None


def number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(table: str, column: str, target: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}"),
    ]


def weight(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("weight", sa.Numeric(4, 1), nullable=False),
        sa.CheckConstraint("weight > 0", name=f"ck_{table}_weight"),
    ]


def lists() -> None:
    op.create_table(
        "journal_work_kind",
        number(),
        text("name"),
        text("short"),
        *weight("journal_work_kind"),
        integer("position"),
        sa.PrimaryKeyConstraint("id", name="pk_journal_work_kind"),
        sa.UniqueConstraint("name", name="uq_journal_work_kind_name"),
    )
    op.create_table(
        "journal_attendance_code",
        number(),
        text("code"),
        text("title"),
        text("category"),
        flag("counts_as_absence"),
        sa.PrimaryKeyConstraint("id", name="pk_journal_attendance_code"),
        sa.UniqueConstraint("code", name="uq_journal_attendance_code_code"),
        sa.CheckConstraint(
            "category in ('absent', 'ill', 'excused', 'late')", name="ck_journal_attendance_code_category"
        ),
    )


def lessons() -> None:
    op.create_table(
        "journal_lesson",
        number(),
        *link("journal_lesson", "course_id", "school_course.id"),
        sa.Column("day", sa.Date(), nullable=False),
        integer("number"),
        text("topic"),
        text("homework"),
        moment("homework_published_at", nullable=True),
        integer("version"),
        sa.PrimaryKeyConstraint("id", name="pk_journal_lesson"),
        sa.UniqueConstraint("course_id", "day", "number", name="uq_journal_lesson_course_id_day_number"),
        sa.CheckConstraint("number between 0 and 20", name="ck_journal_lesson_number"),
    )
    op.create_index("ix_journal_lesson_day", "journal_lesson", ["day"])
    op.create_table(
        "journal_work",
        number(),
        *link("journal_work", "lesson_id", "journal_lesson.id"),
        *link("journal_work", "kind_id", "journal_work_kind.id"),
        *weight("journal_work"),
        text("title"),
        flag("is_default"),
        sa.PrimaryKeyConstraint("id", name="pk_journal_work"),
    )
    op.create_index("ix_journal_work_lesson_id", "journal_work", ["lesson_id"])
    op.create_index(
        "uq_journal_work_default",
        "journal_work",
        ["lesson_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )


def cells(table: str, place: str, target: str, *value: sa.schema.SchemaItem) -> None:
    """A table of cells: one row a student and `place`."""
    op.create_table(
        table,
        number(),
        *link(table, place, target),
        *link(table, "student_id", "people_student.person_id"),
        *value,
        text("comment"),
        integer("version"),
        sa.Column("entry", sa.Uuid()),
        *link(table, "set_by", "people_person.id", nullable=True),
        moment("set_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(place, "student_id", name=f"uq_{table}_{place}_student_id"),
    )
    op.create_index(f"ix_{table}_student_id", table, ["student_id"])


def upgrade() -> None:
    lists()
    lessons()
    marks: sa.Column[object] = sa.Column("marks", postgresql.ARRAY(sa.Text()), nullable=False)
    cells("journal_mark", "work_id", "journal_work.id", marks)
    code = link("journal_attendance", "code_id", "journal_attendance_code.id", nullable=True)
    cells("journal_attendance", "lesson_id", "journal_lesson.id", *code)


def downgrade() -> None:
    for table in ("attendance", "mark", "work", "lesson", "attendance_code", "work_kind"):
        op.drop_table(f"journal_{table}")
