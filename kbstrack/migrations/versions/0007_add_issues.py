"""Add issues."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Rows of these tables are only ever added; the database itself refuses the rest.
APPEND_ONLY = ("issue",)


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("portfolio_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("extract_sha256", sa.String(length=64), nullable=False),
        sa.Column("ledger_sequence", sa.Integer(), nullable=False),
        sa.Column("ledger_hash", sa.String(length=64), nullable=False),
        sa.Column("noted", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('interim', 'gateway')", name=op.f("ck_issue_kind_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_issue_number_from_one")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_issue_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["extract_sha256"], ["stored_file.sha256"], name=op.f("fk_issue_extract_sha256")
        ),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_issue_frozen_by")),
        sa.ForeignKeyConstraint(
            ["pdf_sha256"], ["stored_file.sha256"], name=op.f("fk_issue_pdf_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["record_sha256"], ["stored_file.sha256"], name=op.f("fk_issue_record_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("code", name=op.f("uq_issue_code")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_issue_enrolment_id_number")),
        sa.UniqueConstraint("job_id", name=op.f("uq_issue_job_id")),
        sa.UniqueConstraint("pdf_sha256", name=op.f("uq_issue_pdf_sha256")),
    )
    protect()


def downgrade() -> None:
    op.drop_table("issue")


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
