"""What Alembic runs: the migrations, on the connection and in the transaction it was handed."""

from alembic import context

from kbstrack.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot change most of a table in place.
    render_as_batch=True,
)
context.run_migrations()
