"""Alembic's entry: migrates the connection that the caller put into the configuration."""

from alembic import context

from bot.db.models import METADATA

connection = context.config.attributes["connection"]
batch = connection.dialect.name == "sqlite"
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=batch)
with context.begin_transaction():
    context.run_migrations()
