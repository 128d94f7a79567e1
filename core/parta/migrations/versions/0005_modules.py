"""Which plugins a school has on, and what it has set."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "kernel_plugin",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name="pk_kernel_plugin"),
        sa.CheckConstraint("state in ('on', 'off', 'enabling', 'failed')", name="ck_kernel_plugin_state"),
    )
    op.create_table(
        "kernel_setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_kernel_setting"),
    )


def downgrade() -> None:
    op.drop_table("kernel_setting")
    op.drop_table("kernel_plugin")
