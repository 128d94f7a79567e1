"""People: staff, students, guardians, and where each belongs from when to when."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def link(table: str, column: str, target: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}"),
    ]


def span(table: str, *links: tuple[str, str]) -> None:
    """A table of places held from a day to a day."""
    op.create_table(
        table,
        *(item for column, target in links for item in link(table, column, target)),
        number(),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("ends >= starts", name=f"ck_{table}_order"),
    )
    for column, _ in links:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    op.create_table(
        "people_person",
        number(),
        text("surname"),
        text("first_name"),
        text("patronymic"),
        sa.Column("birth_date", sa.Date()),
        text("sex", nullable=True),
        text("phone", nullable=True),
        text("email", nullable=True),
        text("sort_key"),
        sa.PrimaryKeyConstraint("id", name="pk_people_person"),
        sa.CheckConstraint("sex in ('f', 'm')", name="ck_people_person_sex"),
    )
    op.create_index("ix_people_person_sort_key", "people_person", ["sort_key"])
    op.create_table(
        "people_staff",
        *link("people_staff", "person_id", "people_person.id"),
        text("position"),
        sa.PrimaryKeyConstraint("person_id", name="pk_people_staff"),
    )
    op.create_table(
        "people_student",
        *link("people_student", "person_id", "people_person.id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_people_student"),
    )
    op.create_table(
        "people_guardianship",
        number(),
        *link("people_guardianship", "guardian_id", "people_person.id"),
        *link("people_guardianship", "student_id", "people_student.person_id"),
        text("relation"),
        sa.PrimaryKeyConstraint("id", name="pk_people_guardianship"),
        sa.UniqueConstraint(
            "guardian_id", "student_id", name="uq_people_guardianship_guardian_id_student_id"
        ),
        sa.CheckConstraint("guardian_id <> student_id", name="ck_people_guardianship_two_people"),
    )
    op.create_index("ix_people_guardianship_student_id", "people_guardianship", ["student_id"])
    student, staff = "people_student.person_id", "people_staff.person_id"
    span("people_enrolment", ("student_id", student), ("class_id", "school_class.id"))
    op.create_index(
        "uq_people_enrolment_student_open",
        "people_enrolment",
        ["student_id"],
        unique=True,
        postgresql_where=sa.text("ends is null"),
    )
    span("people_group_membership", ("student_id", student), ("group_id", "school_group.id"))
    span("people_teaching", ("person_id", staff), ("course_id", "school_course.id"))
    span("people_homeroom", ("person_id", staff), ("class_id", "school_class.id"))


def downgrade() -> None:
    for table in ("homeroom", "teaching", "group_membership", "enrolment"):
        op.drop_table(f"people_{table}")
    for table in ("guardianship", "student", "staff", "person"):
        op.drop_table(f"people_{table}")
