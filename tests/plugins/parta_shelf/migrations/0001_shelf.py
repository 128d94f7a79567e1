"""Loans."""

import sqlalchemy as sa
from alembic import op

revision = "shelf_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "shelf_loan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shelf_loan"),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name="fk_shelf_loan_person_id"),
        sa.UniqueConstraint("person_id", "book", name="uq_shelf_loan_person_id_book"),
    )


def downgrade() -> None:
    op.drop_table("shelf_loan")
