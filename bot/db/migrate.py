"""Brings a database to the newest migration, and says whether models and migrations agree."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.db.models import Base

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 7_215_514_233  # any number of our own: PostgreSQL's advisory lock for migrating


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for this connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Migrates to the newest revision; one process at a time on PostgreSQL, as SQLite's write lock does it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    command.upgrade(configuration(connection), "head")


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Goes back to `revision`."""
    command.downgrade(configuration(connection), revision)


def drift(connection: Connection) -> list[Any]:
    """The differences between the migrated database and the models; empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))
