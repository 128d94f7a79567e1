"""Entered by `parta.kernel.migrations`, which passes the connection and the owner's tables."""

from alembic import context

settings = context.config.attributes


def include_object(obj, name, kind, reflected, compare_to):  # type: ignore[no-untyped-def]  # alembic's signature
    """Compare only tables that carry the owner's prefix."""
    if kind != "table":
        return True
    return any(name.startswith(prefix) for prefix in settings["prefixes"])


context.configure(
    connection=settings["connection"],
    target_metadata=settings["metadata"],
    version_table=settings["version_table"],
    include_object=include_object,
    compare_type=True,
)
context.run_migrations()
