"""The store of wrapped person keys (KEYS_URL), kept and backed up apart from the database.

It makes its own two tables (guarded DDL and a version row, no migrations); it never sees an unwrapped key.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db.session import BUSY_SECONDS, open_engine
from bot.db.types import UTC
from bot.errors import DatabaseUnusable

VERSION = 1
_DDL_LOCK = 7_346_011  # any number that nothing else locks
metadata = MetaData()
person_keys = Table(
    "person_keys",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("mark", LargeBinary, nullable=False, index=True),  # which service key wraps it
    Column("created_at", UTC),
)
facts = Table(
    "key_store", metadata, Column("name", String(32), primary_key=True), Column("value", LargeBinary, nullable=False)
)


class KeyStore:
    """Wrapped keys by person. Thread-safe; every call is its own transaction. Raises DatabaseUnusable."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = open_engine(url, busy_seconds=busy_seconds, kept=1 if self._is_sqlite else 4)
        with self._transaction() as connection:
            if not self._is_sqlite:  # SQLite's own write lock does it
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_DDL_LOCK})")
            metadata.create_all(connection)
        self.keep_fact("destroyed", bytes(8))
        version = int.from_bytes(self.keep_fact("version", VERSION.to_bytes(4)))
        if version > VERSION:
            self.close()
            raise DatabaseUnusable("The key store was made by a newer release. Start that release.")

    def get(self, person_id: int) -> bytes | None:
        """The wrapped key, None if there is none (any more)."""
        with self._transaction() as connection:
            return connection.execute(
                select(person_keys.c.wrapped).where(person_keys.c.person_id == person_id)
            ).scalar_one_or_none()

    def without(self, person_ids: Collection[int]) -> list[int]:
        """Those of a few hundred persons who have no key (any more)."""
        query = select(person_keys.c.person_id).where(person_keys.c.person_id.in_(person_ids))
        with self._transaction() as connection:
            known = set(connection.execute(query).scalars())
        return [person_id for person_id in person_ids if person_id not in known]

    def add(self, person_id: int, wrapped: bytes, *, mark: bytes, now: datetime | None) -> None:
        """Keep a new key; one that exists already stays."""
        try:
            with self._transaction() as connection:
                connection.execute(
                    insert(person_keys).values(person_id=person_id, wrapped=wrapped, mark=mark, created_at=now)
                )
        except IntegrityError:
            return

    def destroy(self, person_id: int) -> None:
        """Delete the key, count the deletion for other processes, and leave no copy in SQLite's own files."""
        with self._transaction() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.execute(delete(person_keys).where(person_keys.c.person_id == person_id))
            count = int.from_bytes(_fact(connection, "destroyed") or b"") + 1
            _set_fact(connection, "destroyed", count.to_bytes(8))
        if self._is_sqlite:
            self._empty_log()

    def destroyed(self) -> int:
        """How many keys were ever destroyed: who sees it rise forgets what it holds in memory."""
        with self._transaction() as connection:
            return int.from_bytes(_fact(connection, "destroyed") or b"")

    def marks(self) -> list[bytes]:
        """The marks in use, found by index in as many steps as there are marks."""
        marks: list[bytes] = []
        with self._transaction() as connection:
            query = select(func.min(person_keys.c.mark))
            while (mark := connection.execute(query).scalar_one()) is not None:
                marks.append(mark)
                query = select(func.min(person_keys.c.mark)).where(person_keys.c.mark > mark)
        return marks

    def wrapped_otherwise(self, mark: bytes, *, limit: int) -> list[tuple[int, bytes]]:
        """Some persons whose key another service key wraps, with that wrapped key."""
        query = select(person_keys.c.person_id, person_keys.c.wrapped).where(person_keys.c.mark != mark).limit(limit)
        with self._transaction() as connection:
            return [(row.person_id, row.wrapped) for row in connection.execute(query)]

    def rewrap(self, changes: list[tuple[int, bytes, bytes]], *, mark: bytes) -> None:
        """Put (person, old, new) in place; a key destroyed or changed meanwhile is left alone."""
        with self._transaction() as connection:
            for person_id, old, new in changes:
                connection.execute(
                    update(person_keys)
                    .where(person_keys.c.person_id == person_id, person_keys.c.wrapped == old)
                    .values(wrapped=new, mark=mark)
                )

    def keep_fact(self, name: str, value: bytes) -> bytes:
        """Store `value` under `name` unless there is one; the one that is kept."""
        try:
            with self._transaction() as connection:
                kept = _fact(connection, name)
                if kept is None:
                    connection.execute(insert(facts).values(name=name, value=value))
                    kept = value
                return kept
        except IntegrityError:  # another process was first
            return self.keep_fact(name, value)

    def change_fact(self, name: str, value: bytes) -> None:
        """Store `value` under a name that is kept already."""
        with self._transaction() as connection:
            _set_fact(connection, name, value)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise DatabaseUnusable("The key store (KEYS_URL) does not answer or cannot be written.") from error

    def _empty_log(self) -> None:
        with self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101  just checked out
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def _fact(connection: Connection, name: str) -> bytes | None:
    query = select(facts.c.value).where(facts.c.name == name).with_for_update()
    return connection.execute(query).scalar_one_or_none()


def _set_fact(connection: Connection, name: str, value: bytes) -> None:
    connection.execute(update(facts).where(facts.c.name == name).values(value=value))
