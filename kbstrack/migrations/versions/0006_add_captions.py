"""Add captions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("draft_file", "version_file")


def upgrade() -> None:
    # What was handed in before has no caption: the default is for those rows only.
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("caption", sa.Text(), nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("caption", existing_type=sa.Text(), server_default=None)
    protect_version_files()


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("caption")
    protect_version_files()


def protect_version_files() -> None:
    """SQLite makes the table anew to change it, and its triggers go with the old one."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER version_file_no_{change.lower()} BEFORE {change} ON version_file "
            "BEGIN SELECT RAISE(ABORT, 'rows of version_file are only ever added'); END"
        )
    op.execute(
        "CREATE TRIGGER version_file_no_replace BEFORE INSERT ON version_file "
        "WHEN EXISTS (SELECT 1 FROM version_file WHERE "
        "version_id = NEW.version_id AND upload_id = NEW.upload_id) "
        "BEGIN SELECT RAISE(ABORT, 'rows of version_file are only ever added'); END"
    )
