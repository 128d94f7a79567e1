"""What runs beside requests (schedule, jobs waiting once, files), and more of who changed what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kernel_schedule",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_kernel_schedule"),
    )
    op.create_table(
        "kernel_pending",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("job_id", sa.BigInteger()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kernel_pending"),
    )
    op.create_index("ix_kernel_pending_job_id", "kernel_pending", ["job_id"])
    op.create_table(
        "kernel_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_file"),
    )
    op.create_index("ix_kernel_file_digest", "kernel_file", ["digest"])
    op.add_column("kernel_audit", sa.Column("for_user_id", sa.BigInteger()))
    op.add_column("kernel_audit", sa.Column("address", sa.Text()))
    op.add_column("kernel_audit", sa.Column("batch", sa.Uuid()))


def downgrade() -> None:
    for column in ("batch", "address", "for_user_id"):
        op.drop_column("kernel_audit", column)
    for table in ("kernel_file", "kernel_pending", "kernel_schedule"):
        op.drop_table(table)
