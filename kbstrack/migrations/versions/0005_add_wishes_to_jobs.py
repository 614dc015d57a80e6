"""Add what a job's kind needs to know beside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wish", sa.Text(), nullable=False, server_default="{}"))
    # New rows always say it; only those that were there needed something.
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.alter_column("wish", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("wish")
