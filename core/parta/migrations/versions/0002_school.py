"""What a school is made of: profile, years and terms, subjects, classes, study groups, courses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def number(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=True), nullable=False)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def link(table: str, column: str, target: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}"),
    ]


def upgrade() -> None:
    op.create_table(
        "school_profile",
        sa.Column("id", sa.BigInteger(), nullable=False),
        text("full_name"),
        text("short_name"),
        text("address"),
        small("days_per_week"),
        sa.Column("marks", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_school_profile"),
        sa.CheckConstraint("id = 1", name="ck_school_profile_one_row"),
        sa.CheckConstraint("days_per_week in (5, 6)", name="ck_school_profile_days"),
    )
    op.create_table(
        "school_year",
        number(),
        text("name"),
        day("starts"),
        day("ends"),
        sa.PrimaryKeyConstraint("id", name="pk_school_year"),
        sa.UniqueConstraint("name", name="uq_school_year_name"),
        sa.CheckConstraint("starts < ends", name="ck_school_year_order"),
    )
    op.create_table(
        "school_term",
        number(),
        *link("school_term", "year_id", "school_year"),
        text("scheme"),
        small("number"),
        text("name"),
        day("starts"),
        day("ends"),
        sa.PrimaryKeyConstraint("id", name="pk_school_term"),
        sa.UniqueConstraint("year_id", "scheme", "number", name="uq_school_term_year_id_scheme_number"),
        sa.CheckConstraint("starts < ends", name="ck_school_term_order"),
    )
    op.create_table(
        "school_subject",
        number(),
        text("name"),
        text("short_name"),
        text("sort_key"),
        sa.PrimaryKeyConstraint("id", name="pk_school_subject"),
        sa.UniqueConstraint("sort_key", name="uq_school_subject_sort_key"),
    )
    op.create_table(
        "school_class",
        number(),
        *link("school_class", "year_id", "school_year"),
        small("grade"),
        text("letter"),
        text("scheme"),
        sa.PrimaryKeyConstraint("id", name="pk_school_class"),
        sa.UniqueConstraint("year_id", "grade", "letter", name="uq_school_class_year_id_grade_letter"),
        sa.CheckConstraint("grade between 1 and 11", name="ck_school_class_grade"),
    )
    op.create_table(
        "school_group",
        number(),
        *link("school_group", "year_id", "school_year"),
        *link("school_group", "subject_id", "school_subject"),
        text("name"),
        sa.PrimaryKeyConstraint("id", name="pk_school_group"),
        sa.UniqueConstraint("year_id", "subject_id", "name", name="uq_school_group_year_id_subject_id_name"),
    )
    op.create_table(
        "school_course",
        number(),
        *link("school_course", "year_id", "school_year"),
        *link("school_course", "subject_id", "school_subject"),
        *link("school_course", "class_id", "school_class", nullable=True),
        *link("school_course", "group_id", "school_group", nullable=True),
        sa.Column("hours_per_week", sa.Numeric(4, 1), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_school_course"),
        sa.UniqueConstraint(
            "subject_id",
            "class_id",
            "group_id",
            name="uq_school_course_subject_id_class_id_group_id",
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint("num_nonnulls(class_id, group_id) = 1", name="ck_school_course_learners"),
        sa.CheckConstraint("hours_per_week > 0 and hours_per_week <= 40", name="ck_school_course_hours"),
    )


def downgrade() -> None:
    for table in ("course", "group", "class", "subject", "term", "year", "profile"):
        op.drop_table(f"school_{table}")
