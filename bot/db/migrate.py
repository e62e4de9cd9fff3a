"""Brings a database to the newest migration. Alembic is loaded only where a step is due, which is seldom."""
# ruff: noqa: PLC0415 - it costs 9 MB and a tenth of a second

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, func, inspect, select

from bot.db.models import METADATA
from bot.db.revisions import head, known

LOCK = 7_215_514_233  # any number of our own: PostgreSQL's advisory lock for migrating
VERSION = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def upgrade(connection: Connection) -> None:
    """Migrates to the newest revision; one process at a time on PostgreSQL, as SQLite's write lock does it.

    An empty database gets the tables of the models at once: the same as step by step, as the tests make sure.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if not inspect(connection).get_table_names():
        create(connection)
    elif current(connection) != head():
        from bot.db import steps

        steps.upgrade(connection)


def create(connection: Connection) -> None:
    """Every table, in an empty database."""
    METADATA.create_all(connection, checkfirst=False)
    VERSION.create(connection)
    connection.execute(VERSION.insert().values(version_num=head()))


def current(connection: Connection) -> str | None:
    """The revision of the database; None for an empty one."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION.c.version_num)).scalar()


def is_current(connection: Connection) -> bool:
    """Whether nothing of ours is missing. A newer release's database is current: it only ever adds first."""
    found = current(connection)
    return found is not None and (found == head() or found not in known())
