"""A PostgreSQL thread: a connection of its own, one unit one transaction, again after a conflict.

May run a unit twice; only what the last run did is kept. A connection lost at COMMIT leaves the outcome unknown.
"""

import time
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from bot.db.jobs import Job, Jobs, Outcome, deliver
from bot.errors import BrokenAssumption, Busy, DatabaseUnusable

TRIES = 6
_BACK_OFF = 0.01  # seconds, doubled at each try
_CONFLICTS = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, a lock that was not waited for
_OUTAGES = (
    "08",
    "53",
    "57P",
    "58",
    "25006",
    "28",
)  # SQLSTATE: connection, resources, shutdown, system, read-only, login
_IDLE_LIMIT = "SET idle_in_transaction_session_timeout = '5s'"
_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}


def _limit_idle(raw: DBAPIConnection, _record: object) -> None:
    cursor = raw.cursor()
    cursor.execute(_IDLE_LIMIT)
    cursor.close()
    raw.commit()


def _is_aborted(connection: Connection) -> bool:
    raw: Any = connection.connection.dbapi_connection
    return bool(raw.info.transaction_status == TransactionStatus.INERROR)


def _sqlstate(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def _is_outage(error: DBAPIError) -> bool:
    return error.connection_invalidated or (_sqlstate(error) or "08000").startswith(_OUTAGES)


def unusable(error: DBAPIError) -> DatabaseUnusable:
    """The plain sentence for a server that does not take the transaction."""
    plain = DatabaseUnusable(f"PostgreSQL does not answer or refuses (code {_sqlstate(error) or 'none'}).")
    plain.__cause__ = error
    return plain


class PostgresWorker:
    """One of a few threads; `open` in any thread, then `work` in one thread until the jobs end."""

    def __init__(self, url: str, jobs: Jobs, *, number: int = 0) -> None:
        self._engine = self._make_engine(url)
        self._unit_ends = False
        self._jobs = jobs
        self._number = number
        self._connection: Connection | None = None

    def open(self) -> Connection:
        """The open connection; raises DatabaseUnusable."""
        if self._connection is None:
            try:
                self._connection = self._engine.connect()
            except DBAPIError as error:
                raise unusable(error) from error
        return self._connection

    def work(self) -> None:
        """Run units until the jobs are closed and drained."""
        while (job := self._jobs.take()) is not None:
            try:
                outcome = self._run(job)
            except BaseException as error:  # noqa: BLE001  a defect here must not leave a caller waiting for ever
                outcome = Outcome(error=error)
                self._close()
            deliver([(job, outcome)])
        self._close()

    def _make_engine(self, url: str) -> Engine:
        """Without a pool; parameters never show in its errors, and units cannot commit."""
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=dict(_CONNECT))
        event.listen(engine, "connect", _limit_idle)
        event.listen(engine, "commit", self._refuse_commit)
        return engine

    def _refuse_commit(self, _connection: Connection) -> None:
        if not self._unit_ends:
            raise BrokenAssumption("A unit never commits; whoever runs it does.")

    def _run(self, job: Job) -> Outcome:
        """Repeats after a conflict, and once on a new connection if this one was dead."""
        for tried in range(1, TRIES + 1):
            outcome, again = self._attempt(job)
            if not again or tried == TRIES:
                break
            time.sleep(_BACK_OFF * 2**tried * (1 + self._number / 4))  # threads step aside by different lengths
        return outcome

    def _attempt(self, job: Job) -> tuple[Outcome, bool]:
        """One transaction: its outcome, and whether another try may help."""
        try:
            fresh = self._connection is None
            connection = self.open()
        except DatabaseUnusable as error:
            return Outcome(error=error), False
        try:
            connection.begin()
            value = job.call(connection)
        except BaseException as error:  # noqa: BLE001  whatever a unit raises belongs to its caller alone
            return self._after_failure(connection, error, fresh=fresh)
        return self._commit(connection, value)

    def _after_failure(self, connection: Connection, error: BaseException, *, fresh: bool) -> tuple[Outcome, bool]:
        if not isinstance(error, DBAPIError):
            self._roll_back(connection)
            return Outcome(error=error), isinstance(error, Busy)
        if _is_outage(error):
            self._close()
            return Outcome(error=unusable(error)), not fresh
        self._roll_back(connection)
        return Outcome(error=error), _sqlstate(error) in _CONFLICTS

    def _commit(self, connection: Connection, value: object) -> tuple[Outcome, bool]:
        if connection.invalidated:
            self._close()
            return Outcome(error=DatabaseUnusable("The connection to PostgreSQL died in the middle of a unit.")), False
        if _is_aborted(connection):  # its COMMIT would roll back without a word
            self._roll_back(connection)
            return Outcome(error=BrokenAssumption("A unit swallowed an error of the database.")), False
        self._unit_ends = True
        try:
            connection.commit()
        except DBAPIError as error:
            if _is_outage(error):
                self._close()
                return Outcome(error=unusable(error)), False
            self._roll_back(connection)
            return Outcome(error=error), _sqlstate(error) in _CONFLICTS
        finally:
            self._unit_ends = False
        return Outcome(value=value), False

    def _roll_back(self, connection: Connection) -> None:
        if connection.invalidated:
            self._close()
            return
        try:
            connection.rollback()
            connection.connection.rollback()  # a refused commit left the real transaction open
        except (DBAPIError, psycopg.Error):  # died without a statement to notice it
            self._close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
