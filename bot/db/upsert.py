"""INSERT that may meet a row which is there already, in the dialect of the connection."""
# ruff: noqa: PLC0415 - PostgreSQL's dialect and driver cost 12 MB and 60 ms where they are not used

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert(connection: Connection, into: Table) -> postgresql.Insert | sqlite.Insert:
    """Both have `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name != "postgresql":
        return sqlite.insert(into)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(into)
