"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
% if append_only:

# Rows of these tables are only ever added; the database itself refuses the rest.
APPEND_ONLY = (
% for table in append_only:
    "${table}",
% endfor
)
% endif


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
% if append_only:
    protect()
% endif


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
% if append_only and first:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kbstrack_refuse_change()")
% endif
% if append_only:


def protect() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
                )
            # REPLACE deletes without asking the trigger above, unless its connection wants it.
            taken = " OR ".join(
                f"EXISTS (SELECT 1 FROM {table} WHERE "
                + " AND ".join(f"{column} = NEW.{column}" for column in key)
                + ")"
                for key in keys_of(table)
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )
        return
% if first:
    op.execute(
        """
        CREATE FUNCTION kbstrack_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END
        $$
        """
    )
% endif
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kbstrack_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kbstrack_refuse_change()"
        )


def keys_of(table: str) -> list[list[str]]:
    known = sa.inspect(op.get_bind())
    unique = [found["column_names"] for found in known.get_unique_constraints(table)]
    return [known.get_pk_constraint(table)["constrained_columns"], *sorted(unique)]
% endif
