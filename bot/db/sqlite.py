"""The SQLite thread: waiting units run one after another, each in a savepoint, and are committed together.

May run a unit twice (group, then alone); only what the last run did is kept, and only its result is handed back.
"""

import contextlib
import fcntl
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.db.jobs import Job, Jobs, Outcome, deliver
from bot.errors import AlreadyRunning, BrokenAssumption, DatabaseUnusable

MAX_UNITS = 128  # a group; more waiting units make the next one
MAX_SECONDS = 0.01  # a group takes no new unit after this

_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another process holds it",
    sqlite3.SQLITE_LOCKED: "another process holds it",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
    sqlite3.SQLITE_PROTOCOL: "another process holds it",
}
_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})  # no reason to open it anew


class GroupConnection(sqlite3.Connection):
    """To SQLAlchemy a transaction is the unit's savepoint; only the worker ends the group's real one."""

    unit_ends = False

    def commit(self) -> None:
        """Keep the unit; refused while it still runs, because others share the transaction."""
        if not self.unit_ends:
            raise BrokenAssumption("A unit never commits; whoever runs it does.")
        self.execute("RELEASE unit")

    def rollback(self) -> None:
        """Undo what the unit did so far."""
        if self.in_transaction:
            self.execute("ROLLBACK TO unit")


def connect(path: Path, *, busy_seconds: float, create: bool, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    """A raw connection with our pragmas; raises DatabaseUnusable naming the path."""
    address = f"file:{quote(str(path.absolute()))}?mode={'rwc' if create else 'rw'}"
    raw = None
    try:
        raw = sqlite3.connect(
            address, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False, factory=factory
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")
        _try_writing(raw)
    except sqlite3.Error as error:
        if raw is not None:
            raw.close()
        raise unusable(path, error) from error
    return raw


def connect_reader(path: Path, *, busy_seconds: float) -> sqlite3.Connection:
    """A raw connection that can write nothing; raises DatabaseUnusable naming the path."""
    try:
        raw = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=busy_seconds, check_same_thread=False
        )
        raw.execute("PRAGMA query_only=ON")  # mode=ro could not open a WAL that nobody else has open
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    return raw


def unusable(path: Path, error: sqlite3.Error) -> DatabaseUnusable:
    """The plain sentence for an error of the file itself."""
    reason = _REASONS.get(_code(error), "it does not answer")
    return DatabaseUnusable(f"The database {path} cannot be used: {reason}.")


def _code(error: BaseException | None) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def hold_lock(path: Path) -> IO[bytes]:
    """Take the lock file beside the database until it is closed; raises AlreadyRunning if another process has it."""
    beside = path.with_name(path.name + ".lock")
    try:
        lock = beside.open("wb")
    except OSError as error:
        raise DatabaseUnusable(f"{beside} cannot be written. Give the bot the right to write this folder.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(
            f"Another process of this bot already uses {path}. Stop it first, or name another DATABASE_URL."
        ) from None
    return lock


def _absent(path: Path) -> DatabaseUnusable:
    return DatabaseUnusable(f"The database {path} is gone. Put the file back.")


def _in_transaction(raw: sqlite3.Connection) -> bool:
    try:
        return raw.in_transaction
    except sqlite3.ProgrammingError:  # closed
        return False


def _try_writing(raw: sqlite3.Connection) -> None:
    try:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if _code(error) != sqlite3.SQLITE_BUSY:
            raise


def _shelter(raw: sqlite3.Connection) -> None:
    """Outside of a transaction what the unit still does would be kept at once: give it one to be thrown away."""
    try:
        raw.execute("BEGIN")
        raw.execute("SAVEPOINT unit")
    except sqlite3.Error:
        raw.close()


def _growing(jobs: Jobs, taken: list[Job]) -> Iterator[Job]:
    """The jobs of one group: the one taken, then those that wait by the time their turn comes."""
    yield taken[0]
    last_moment = time.monotonic() + MAX_SECONDS
    for _ in range(MAX_UNITS - 1):
        job = jobs.take_waiting() if time.monotonic() < last_moment else None
        if job is None:
            return
        taken.append(job)
        yield job


class SqliteWorker:
    """The only writer. `open` in any thread, then `work` in one thread until the jobs end."""

    def __init__(self, path: Path, jobs: Jobs, *, busy_seconds: float) -> None:
        self._path = path
        self._jobs = jobs
        self._busy_seconds = busy_seconds
        self._raw: GroupConnection | None = None
        self._connection: Connection | None = None
        self._inode = 0
        self._suspect: sqlite3.Error | None = None  # an error that a savepoint may not have undone
        self._lost: sqlite3.Error | None = None  # the error that took the whole transaction with it
        self._engine = self._make_engine()

    def open(self, *, create: bool = True) -> None:
        """Open the file and make sure that it can be written; raises DatabaseUnusable."""
        raw = connect(self._path, busy_seconds=self._busy_seconds, create=create, factory=GroupConnection)
        assert isinstance(raw, GroupConnection)  # noqa: S101  what `factory` makes
        self._raw = raw
        self._connection = self._engine.connect()
        with contextlib.suppress(OSError):  # gone already: the first transaction will notice
            self._inode = self._path.stat().st_ino

    def work(self) -> None:
        """Run groups until the jobs are closed and drained, then close the file."""
        while (first := self._jobs.take()) is not None:
            taken = [first]
            try:
                settled = self._run_group(taken)
            except BaseException as error:  # noqa: BLE001  a defect here must not leave callers waiting for ever
                settled = [(job, Outcome(error=error)) for job in taken]
                self._close()
            deliver(settled)
        self._close()

    def _make_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", creator=self._require_raw, poolclass=NullPool, pool_reset_on_return=None, hide_parameters=True
        )
        event.listen(engine, "handle_error", self._note_error)
        return engine

    def _require_raw(self) -> GroupConnection:
        if self._raw is None:
            raise _absent(self._path)
        return self._raw

    def _pair(self) -> tuple[GroupConnection, Connection]:
        if self._connection is None:
            raise _absent(self._path)
        return self._require_raw(), self._connection

    def _run_group(self, taken: list[Job]) -> list[tuple[Job, Outcome]]:
        """Run `taken` and what waits behind it (added to `taken`); outcomes after a real commit or rollback."""
        settled: list[tuple[Job, Outcome]] = []
        try:
            self._begin()
        except DatabaseUnusable as error:
            return [(job, Outcome(error=error)) for job in _growing(self._jobs, taken)]
        for job in _growing(self._jobs, taken):
            settled.append((job, self._attempt(job)))
            if self._suspect or self._lost:
                break
        if not self._suspect and not self._lost and self._commit() is None:
            return settled
        self._roll_back()
        return self._run_alone([job for job, _ in settled])

    def _run_alone(self, jobs: list[Job]) -> list[tuple[Job, Outcome]]:
        """One transaction a unit; what cannot even begin fails for all that are left, without waiting for each."""
        settled: list[tuple[Job, Outcome]] = []
        for position, job in enumerate(jobs):
            try:
                self._begin()
            except DatabaseUnusable as error:
                return settled + [(late, Outcome(error=error)) for late in jobs[position:]]
            settled.append((job, self._finish_alone(self._attempt(job))))
        return settled

    def _finish_alone(self, outcome: Outcome) -> Outcome:
        """Commit a good unit; a unit that swallowed the loss of its transaction has failed all the same."""
        error = outcome.error
        if self._lost is not None:
            error = self._failure(self._lost)
        elif error is None and (failure := self._commit()) is not None:
            error = self._failure(failure)
        if error is None:
            return outcome
        self._roll_back()
        self._drop_if_broken(error.orig if isinstance(error, DBAPIError) else error.__cause__)
        return Outcome(error=self._plain(error))

    def _failure(self, error: sqlite3.Error) -> Exception:
        if isinstance(error, sqlite3.IntegrityError):
            return IntegrityError("COMMIT", None, error, hide_parameters=True)
        plain = unusable(self._path, error)
        plain.__cause__ = error
        return plain

    def _plain(self, error: BaseException) -> BaseException:
        """DatabaseUnusable in place of an error of the file itself; any other error as it is."""
        if not isinstance(error, DBAPIError) or not isinstance(error.orig, sqlite3.Error):
            return error
        if _code(error.orig) not in _REASONS:
            return error
        plain = unusable(self._path, error.orig)
        plain.__cause__ = error
        return plain

    def _attempt(self, job: Job) -> Outcome:
        """Run one unit inside its savepoint; a failing one leaves no trace in the transaction."""
        raw, connection = self._pair()
        try:
            raw.execute("SAVEPOINT unit")
            value = job.call(connection)  # SQLAlchemy begins with its first statement: 40 us that most units save
            self._release(raw, connection)
            return Outcome(value=value)
        except BaseException as error:  # noqa: BLE001  whatever a unit raises belongs to its caller alone
            self._undo(raw, connection)
            return Outcome(error=error)

    def _release(self, raw: GroupConnection, connection: Connection) -> None:
        if self._lost:
            return
        raw.unit_ends = True
        try:
            if connection.in_transaction():
                connection.commit()
            else:
                raw.commit()
        finally:
            raw.unit_ends = False

    def _undo(self, raw: GroupConnection, connection: Connection) -> None:
        try:
            connection.rollback()  # also clears what a refused commit left half closed
            raw.execute("ROLLBACK TO unit")
            raw.execute("RELEASE unit")
        except (sqlite3.Error, DBAPIError) as error:
            original = error.orig if isinstance(error, DBAPIError) else error
            self._lost = self._lost or (original if isinstance(original, sqlite3.Error) else sqlite3.Error())

    def _note_error(self, context: ExceptionContext) -> None:
        """Called by SQLAlchemy at each failed statement, before the unit sees the exception."""
        error, raw = context.original_exception, self._raw
        if raw is None or not isinstance(error, sqlite3.Error):
            return
        if not isinstance(error, sqlite3.IntegrityError):
            self._suspect = error
        if not _in_transaction(raw):
            self._lost = error
            _shelter(raw)

    def _begin(self) -> None:
        """Begin the real transaction on a file that is still there; raises DatabaseUnusable."""
        self._suspect = self._lost = None
        self._reopen_if_needed()
        try:
            self._require_raw().execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._drop_if_broken(error)
            raise unusable(self._path, error) from error

    def _drop_if_broken(self, error: BaseException | None) -> None:
        """A connection opened on a sick disk stays sick when the disk is well again: the next unit opens anew."""
        code = _code(error)
        if code in _REASONS and code not in _PASSING:
            self._close()

    def _commit(self) -> sqlite3.Error | None:
        """End the real transaction; a commit outside of one would "succeed", so that is an error as well."""
        raw = self._require_raw()
        if not raw.in_transaction:
            return sqlite3.OperationalError("the transaction was lost")
        try:
            raw.execute("COMMIT")
        except sqlite3.Error as error:
            return error
        return None

    def _roll_back(self) -> None:
        raw, connection = self._pair()
        try:
            connection.rollback()
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        except (sqlite3.Error, DBAPIError):
            self._close()

    def _reopen_if_needed(self) -> None:
        """A file that was moved away would take commits and lose them: look before each transaction (1 us)."""
        try:
            unchanged = self._path.stat().st_ino == self._inode
        except OSError:
            self._close()
            raise _absent(self._path) from None
        if self._raw is None or not unchanged:
            self._close()
            self.open(create=False)

    def _close(self) -> None:
        raw, connection = self._raw, self._connection
        self._raw = self._connection = None
        if connection is not None:
            connection.invalidate()
            connection.close()
        if raw is not None:
            raw.close()
