"""The one way into the database: a unit is a plain function of a connection, run in the database thread.

A result exists only after its commit. Units may run twice (conflicts, full disks), so they touch nothing else.
"""

import asyncio
import concurrent.futures
import functools
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import IO, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from bot import meters
from bot.db import sqlite
from bot.db.jobs import Call, Job, Jobs
from bot.errors import BrokenAssumption, DatabaseUnusable

P = ParamSpec("P")
T = TypeVar("T")
Unit = Callable[Concatenate[Connection, P], T]

BUSY_SECONDS = 5.0


class Database:
    """An open database with its threads.

    `url` is sqlite:///path or postgresql+psycopg://...; `lock=True` (SQLite) keeps a second process from starting
    and raises AlreadyRunning; other verbs pass False and wait up to `busy_seconds`. `threads` are PostgreSQL's.
    Raises DatabaseUnusable when the database cannot be opened or written.
    """

    def __init__(self, url: str, *, lock: bool = True, busy_seconds: float = BUSY_SECONDS, threads: int = 4) -> None:
        self.dialect = make_url(url).get_backend_name()
        self._jobs = Jobs()
        self._lock: IO[bytes] | None = None
        if self.dialect == "sqlite":
            works = [self._open_sqlite(sqlite_path(url), lock=lock, busy_seconds=busy_seconds)]
        else:
            works = self._open_postgres(url, threads)
        self._threads = [
            threading.Thread(target=work, name=f"database-{number}", daemon=True) for number, work in enumerate(works)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T]:
        """What `unit(connection, *args, **kwargs)` returns, after its commit.

        A cancelled caller does not cancel the unit. Raises what the unit raises (then nothing of it is kept), or
        DatabaseUnusable when the database does not take it; with PostgreSQL and a connection lost in the middle
        of COMMIT it may have been kept after all.
        """
        return self._run(functools.partial(_call, unit, args, kwargs), behind=False)

    def run_behind(self, unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T]:
        """The same for what no person is waiting for (beats, nudges, letters): others are run first, mostly."""
        return self._run(functools.partial(_call, unit, args, kwargs), behind=True)

    async def _run(self, call: Call, *, behind: bool) -> Any:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        asked = time.perf_counter()
        self._jobs.put(Job(call, future, loop, behind))
        try:
            return await future
        except (DatabaseUnusable, DBAPIError):
            meters.database_errors.add()
            raise
        finally:
            meters.unit_wait.add(time.perf_counter() - asked)

    def run_sync(self, unit: Unit[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for verbs and tests without a loop; blocks. Raises BrokenAssumption inside of a unit."""
        if threading.current_thread() in self._threads:
            raise BrokenAssumption("A unit cannot wait for another unit; call it as a function.")
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._jobs.put(Job(functools.partial(_call, unit, args, kwargs), future, None))
        return future.result()

    async def close(self) -> None:
        """Run what waits, then close; later calls raise BrokenAssumption."""
        await asyncio.to_thread(self.close_sync)

    def close_sync(self) -> None:
        """The same without a loop; blocks until the last commit."""
        self._jobs.close()
        for thread in self._threads:
            thread.join()
        if self._lock is not None:
            self._lock.close()

    def _open_sqlite(self, path: Path, *, lock: bool, busy_seconds: float) -> Callable[[], None]:
        if lock:
            self._lock = sqlite.hold_lock(path)
        worker = sqlite.SqliteWorker(path, self._jobs, busy_seconds=busy_seconds)
        try:
            worker.open()
        except BaseException:
            if self._lock is not None:
                self._lock.close()
            raise
        return worker.work

    def _open_postgres(self, url: str, threads: int) -> list[Callable[[], None]]:
        from bot.db import postgres  # noqa: PLC0415 - its driver costs 10 MB where it is not used

        workers = [postgres.PostgresWorker(url, self._jobs, number=number) for number in range(threads)]
        workers[0].open()
        return [worker.work for worker in workers]


def _call(unit: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object], connection: Connection) -> T:
    began = time.perf_counter()
    try:
        return unit(connection, *args, **kwargs)
    finally:
        meters.unit_work.add(time.perf_counter() - began)


def sqlite_path(url: str) -> Path:
    """The file of a sqlite:/// address; raises BrokenAssumption for one in memory."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise BrokenAssumption("A database in memory would forget everything.")
    return Path(database)


def open_engine(url: str, *, busy_seconds: float = BUSY_SECONDS, kept: int = 0) -> Engine:
    """A plain engine without threads, for migrations, tools and the key store; the caller begins, commits, disposes.

    `kept` connections stay open and are the most there can be; 0 opens a new one each time.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if kept:
        pool = {"poolclass": QueuePool, "pool_size": kept, "max_overflow": 0, "pool_timeout": busy_seconds}
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, connect_args={"connect_timeout": 5}, **pool)
    connect = functools.partial(
        sqlite.connect, sqlite_path(url), busy_seconds=busy_seconds, create=True, factory=sqlite3.Connection
    )
    engine = create_engine("sqlite://", creator=connect, hide_parameters=True, **pool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def open_reader(url: str) -> Engine:
    """An engine with one kept connection that only reads and holds up nobody who writes; the caller disposes.

    The file of an SQLite database must be there.
    """
    kept: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": BUSY_SECONDS}
    if make_url(url).get_backend_name() != "sqlite":
        options = {"connect_timeout": 5, "options": "-c default_transaction_read_only=on -c statement_timeout=10000"}
        return create_engine(url, hide_parameters=True, connect_args=options, **kept)
    connect = functools.partial(sqlite.connect_reader, sqlite_path(url), busy_seconds=BUSY_SECONDS)
    return create_engine("sqlite://", creator=connect, hide_parameters=True, **kept)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
