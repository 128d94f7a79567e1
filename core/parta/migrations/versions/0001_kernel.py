"""The audit record, which cannot be rewritten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

GUARD = """
create function kernel_audit_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('parta.erasing', true) = 'on' then
        return new;
    end if;
    raise exception 'the audit record may only grow';
end $$
"""

TRIGGER = """
create trigger kernel_audit_guard before update or delete on kernel_audit
for each row execute function kernel_audit_guard()
"""

ERASE = """
create function kernel_audit_erase(erased bigint, at timestamptz, actor bigint, actor_name text)
returns bigint language plpgsql as $$
declare
    blanked bigint;
begin
    perform set_config('parta.erasing', 'on', true);
    update kernel_audit set before = null, after = null
    where person_id = erased and (before is not null or after is not null);
    get diagnostics blanked = row_count;
    perform set_config('parta.erasing', 'off', true);
    insert into kernel_audit (at, actor_id, actor_name, action, object_table, object_id, person_id, after)
    values (at, actor, actor_name, 'audit.erase', 'kernel_audit', null, erased,
            jsonb_build_object('rows', blanked));
    return blanked;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "kernel_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger()),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_table", sa.Text(), nullable=False),
        sa.Column("object_id", sa.BigInteger()),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_audit"),
    )
    op.create_index("ix_kernel_audit_person_id", "kernel_audit", ["person_id"])
    for statement in (GUARD, TRIGGER, ERASE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("kernel_audit")
    op.execute("drop function kernel_audit_guard()")
    op.execute("drop function kernel_audit_erase(bigint, timestamptz, bigint, text)")
