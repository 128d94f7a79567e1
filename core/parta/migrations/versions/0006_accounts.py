"""Accounts: users, granted roles, sessions, API tokens, access codes, failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def yes_no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def table(name: str, *items: sa.schema.SchemaItem, unique: tuple[str, ...], link: str = "") -> None:
    """A table with its number, one unique constraint, and a foreign key to a person or user."""
    if link:
        target = "people_person" if link == "person_id" else "accounts_user"
        items += (
            sa.Column(link, sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint([link], [f"{target}.id"], name=f"fk_{name}_{link}"),
        )
    op.create_table(
        name,
        number(),
        *items,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}"),
    )
    if link and link not in unique:
        op.create_index(f"ix_{name}_{link}", name, [link])


def upgrade() -> None:
    table(
        "accounts_user",
        text("login"),
        text("login_key"),
        text("password_hash"),
        text("language", nullable=True),
        text("theme"),
        yes_no("is_active"),
        yes_no("must_change_password"),
        moment("created_at"),
        sa.UniqueConstraint("login_key", name="uq_accounts_user_login_key"),
        unique=("person_id",),
        link="person_id",
    )
    table(
        "accounts_role_grant",
        text("role"),
        moment("granted_at"),
        unique=("person_id", "role"),
        link="person_id",
    )
    table(
        "accounts_session",
        text("token_hash"),
        moment("created_at"),
        moment("seen_at"),
        text("address"),
        text("agent"),
        unique=("token_hash",),
        link="user_id",
    )
    table(
        "accounts_token",
        text("token_hash"),
        text("name"),
        moment("created_at"),
        unique=("token_hash",),
        link="user_id",
    )
    table(
        "accounts_code",
        text("code_hash"),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.Column("issued_by", sa.BigInteger()),
        unique=("code_hash",),
        link="person_id",
    )
    table(
        "accounts_attempt",
        text("login_key"),
        text("address"),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("failed_at"),
        unique=("login_key", "address"),
    )


def downgrade() -> None:
    for name in ("attempt", "code", "token", "session", "role_grant", "user"):
        op.drop_table(f"accounts_{name}")
