"""What only SQLite does: full disks that roll everything back, savepoint traps, locks, files that vanish, kill -9."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.db import sqlite
from bot.db.jobs import Jobs
from bot.db.session import Database, open_engine, sqlite_path
from bot.errors import AlreadyRunning, BrokenAssumption, DatabaseUnusable

ROOT = Path(__file__).parents[2]
TABLE = "CREATE TABLE notes (id INTEGER PRIMARY KEY, word TEXT NOT NULL)"


def statement(connection: Connection, sql: str) -> None:
    connection.exec_driver_sql(sql)


def add(connection: Connection, number: int, size: int = 1) -> int:
    connection.execute(text("INSERT INTO notes VALUES (:id, :word)"), {"id": number, "word": "x" * size})
    return number


def numbers(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT id FROM notes ORDER BY id")).scalars())


def limit_pages(connection: Connection, more: int) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(sqlite, "MAX_SECONDS", 60.0)  # what waits together is one group, however busy the machine is
    database = Database(sqlite_url, busy_seconds=0.05)
    database.run_sync(statement, TABLE)
    yield database
    database.close_sync()


async def together(database: Database, *units: Callable[[Connection], Any]) -> list[Any]:
    """Run the units in one group: they all wait by the time the thread is free."""
    entered, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def holds(_connection: Connection) -> None:
        loop.call_soon_threadsafe(entered.set)
        go_on.wait(60)

    first = asyncio.create_task(database.run(holds))
    await entered.wait()
    tasks = [asyncio.create_task(database.run(unit)) for unit in units]
    await asyncio.sleep(0)
    go_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(DatabaseUnusable):
        await first
    return results


def counted(number: int, runs: list[int], size: int = 1) -> Callable[[Connection], int]:
    """A unit that tells how often it ran and returns which run it was."""

    def unit(connection: Connection) -> int:
        runs.append(number)
        add(connection, number, size)
        return runs.count(number)

    return unit


@pytest.mark.asyncio
async def test_a_full_disk_inside_a_group_fails_only_the_unit_that_does_not_fit(database: Database) -> None:
    await database.run(limit_pages, 6)
    runs: list[int] = []
    units = [counted(1, runs), counted(2, runs), counted(3, runs, 1_000_000), counted(4, runs)]
    results = await together(database, *units)
    assert isinstance(results[2], DatabaseUnusable)
    assert "the disk is full" in results[2].message
    assert [results[0], results[1]] == [2, 2]  # the group was thrown away: the second run is the one that counts
    assert results[3] == runs.count(4)
    assert await database.run(numbers) == [1, 2, 4]


@pytest.mark.asyncio
async def test_a_unit_that_swallows_a_full_disk_keeps_nothing(database: Database) -> None:
    await database.run(limit_pages, 6)

    def swallows(connection: Connection) -> str:
        try:
            add(connection, 5, 1_000_000)
        except OperationalError:
            add(connection, 6)
        return "all is well"

    results = await together(database, lambda connection: add(connection, 1), swallows)
    assert results[0] == 1
    assert isinstance(results[1], DatabaseUnusable)
    assert await database.run(numbers) == [1]


@pytest.mark.asyncio
async def test_a_full_disk_inside_a_savepoint_of_the_unit_is_told_as_such(database: Database) -> None:
    await database.run(limit_pages, 6)

    def nested(connection: Connection) -> None:
        with connection.begin_nested():
            add(connection, 5, 1_000_000)

    results = await together(database, lambda connection: add(connection, 1), nested)
    assert results[0] == 1
    assert isinstance(results[1], DatabaseUnusable)
    assert "the disk is full" in results[1].message
    assert await database.run(numbers) == [1]


@pytest.mark.asyncio
async def test_a_disk_full_at_the_commit_is_never_taken_for_a_success(database: Database) -> None:
    await database.run(statement, "PRAGMA cache_size = 1")
    await database.run(limit_pages, 3)
    results = await together(database, *(counted(number, [], 3000) for number in range(10)))
    kept = await database.run(numbers)
    told = [number for number, result in enumerate(results) if not isinstance(result, BaseException)]
    assert kept == told
    assert 0 < len(kept) < 10


@pytest.mark.asyncio
async def test_a_conflict_that_rolls_everything_back_spares_the_others(database: Database) -> None:
    await database.run(add, 1)

    def drastic(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT OR ROLLBACK INTO notes VALUES (1, 'again')")

    def swallows(connection: Connection) -> None:
        add(connection, 8)
        try:
            drastic(connection)
        except IntegrityError:
            add(connection, 9)

    units = [lambda connection: add(connection, 2), drastic, swallows, lambda connection: add(connection, 3)]
    results = await together(database, *units)
    assert [results[0], results[3]] == [2, 3]
    assert isinstance(results[1], IntegrityError)
    assert isinstance(results[2], IntegrityError)
    assert await database.run(numbers) == [1, 2, 3]


@pytest.mark.asyncio
async def test_an_integrity_error_in_the_middle_does_not_run_the_others_twice(database: Database) -> None:
    await database.run(add, 2)
    runs: list[int] = []
    results = await together(database, *(counted(number, runs) for number in (1, 2, 3)))
    assert results[0::2] == [1, 1]
    assert isinstance(results[1], IntegrityError)
    assert runs == [1, 2, 3]
    assert await database.run(numbers) == [1, 2, 3]


@pytest.mark.asyncio
async def test_a_statement_that_fails_halfway_leaves_none_of_its_rows(database: Database) -> None:
    await database.run(add, 12)

    def several(connection: Connection) -> str:
        add(connection, 5)
        try:
            connection.execute(text("INSERT INTO notes SELECT value, 'x' FROM (VALUES (10), (11), (12)) AS v(value)"))
        except (IntegrityError, OperationalError):
            return "refused"
        return "taken"

    def rows(connection: Connection) -> str:
        add(connection, 5)
        try:
            connection.exec_driver_sql("INSERT INTO notes SELECT column1, 'x' FROM (VALUES (10), (11), (12))")
        except IntegrityError:
            return "refused"
        return "taken"

    assert await database.run(rows) == "refused"
    assert await database.run(numbers) == [5, 12]
    with pytest.raises(IntegrityError):
        await database.run(several)


@pytest.mark.asyncio
async def test_a_deferred_constraint_fails_its_own_unit_at_the_commit(database: Database) -> None:
    await database.run(
        statement,
        "CREATE TABLE marks (note INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED)",
    )

    def dangles(connection: Connection) -> None:
        statement(connection, "INSERT INTO marks VALUES (404)")

    results = await together(database, lambda connection: add(connection, 1), dangles)
    assert results[0] == 1
    assert isinstance(results[1], IntegrityError)
    assert await database.run(numbers) == [1]


@pytest.mark.asyncio
async def test_groups_have_a_limit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "MAX_UNITS", 3)
    results = await together(database, *(counted(number, []) for number in range(10)))
    assert results == [1] * 10
    monkeypatch.setattr(sqlite, "MAX_SECONDS", -1)
    assert await together(database, *(counted(number, []) for number in range(10, 14))) == [1] * 4


@pytest.mark.asyncio
async def test_a_database_held_by_another_process_loses_nothing_and_comes_back(
    database: Database, sqlite_url: str
) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(database.run(add, 1), database.run(add, 2), return_exceptions=True)
    assert all(isinstance(result, DatabaseUnusable) for result in results)
    assert "another process holds it" in str(results[0])
    other.execute("ROLLBACK")
    other.close()
    assert await database.run(add, 3) == 3
    assert await database.run(numbers) == [3]


@pytest.mark.asyncio
async def test_a_database_that_became_read_only_is_reported_and_comes_back(database: Database) -> None:
    await database.run(statement, "PRAGMA query_only = ON")
    with pytest.raises(DatabaseUnusable, match="read-only"):
        await database.run(add, 1)
    assert await database.run(add, 2) == 2
    assert await database.run(numbers) == [2]


@pytest.mark.asyncio
async def test_a_file_moved_away_takes_no_more_commits_and_returns(database: Database, sqlite_url: str) -> None:
    await database.run(add, 1)
    path = sqlite_path(sqlite_url)
    away = path.with_name("away.db")
    path.rename(away)
    for _ in range(2):
        with pytest.raises(DatabaseUnusable, match="gone"):
            await database.run(add, 2)
    assert not path.exists()
    away.rename(path)
    assert await database.run(add, 3) == 3
    assert await database.run(numbers) == [1, 3]


def test_a_second_process_is_refused_until_the_first_has_closed(database: Database, sqlite_url: str) -> None:
    with pytest.raises(AlreadyRunning) as refused:
        Database(sqlite_url)
    assert str(sqlite_path(sqlite_url)) in refused.value.message
    beside = Database(sqlite_url, lock=False)
    assert beside.run_sync(add, 1) == 1
    beside.close_sync()
    database.close_sync()
    Database(sqlite_url).close_sync()


@pytest.mark.parametrize("kind", ["folder", "garbage", "nowhere"])
def test_a_file_that_cannot_be_a_database_is_refused_plainly(tmp_path: Path, kind: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "garbage").write_bytes(b"no database at all, but long enough to look at" * 100)
    path = tmp_path / ("nowhere/deep.db" if kind == "nowhere" else kind)
    for lock in (False, True):
        with pytest.raises(DatabaseUnusable) as refused:
            Database(f"sqlite:///{path}", lock=lock)
        assert str(path) in refused.value.message


def test_memory_is_no_database() -> None:
    with pytest.raises(BrokenAssumption):
        Database("sqlite://")


def test_every_connection_is_durable_and_checks_references(sqlite_url: str, database: Database) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert database.run_sync(pragmas) == ["wal", 2, 1]
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        assert pragmas(connection) == ["wal", 2, 1]
        add(connection, 1)
    engine.dispose()
    assert database.run_sync(numbers) == [1]


@pytest.mark.asyncio
async def test_a_disk_full_for_one_statement_is_told_as_such(database: Database) -> None:
    await database.run(limit_pages, 6)

    def many(connection: Connection) -> None:
        rows = "SELECT column1, hex(zeroblob(200000)) FROM (VALUES (10), (11), (12))"
        connection.exec_driver_sql(f"INSERT INTO notes {rows}")

    results = await together(database, lambda connection: add(connection, 1), many)
    assert results[0] == 1
    assert "the disk is full" in str(results[1])
    assert await database.run(numbers) == [1]


@pytest.mark.asyncio
async def test_a_disk_error_inside_a_unit_opens_the_file_anew(database: Database) -> None:
    def sick(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        add(connection, 1)

    with pytest.raises(DatabaseUnusable, match="read-only"):
        await database.run(sick)
    assert await database.run(add, 2) == 2


@pytest.mark.asyncio
async def test_a_unit_that_ends_the_transaction_by_hand_fails_alone(database: Database) -> None:
    def meddles(connection: Connection) -> None:
        add(connection, 2)
        connection.exec_driver_sql("ROLLBACK")

    results = await together(database, lambda connection: add(connection, 1), meddles, counted(3, []))
    assert results[0] == 1
    assert isinstance(results[1], Exception)
    assert results[2] == 1
    assert await database.run(numbers) == [1, 3]


@pytest.mark.asyncio
async def test_a_file_that_vanishes_between_the_group_and_the_second_try_fails_them_all(
    database: Database, sqlite_url: str
) -> None:
    path = sqlite_path(sqlite_url)

    def vanishes(connection: Connection) -> None:
        path.rename(path.with_name("away.db"))
        connection.exec_driver_sql("SELECT absent FROM nowhere")

    results = await together(database, lambda connection: add(connection, 1), vanishes)
    assert all(isinstance(result, DatabaseUnusable) for result in results)
    path.with_name("away.db").rename(path)
    assert await database.run(numbers) == []


def test_a_database_held_by_another_process_at_the_start_is_waited_for_later(
    database: Database, sqlite_url: str
) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    beside = Database(sqlite_url, lock=False, busy_seconds=0.01)
    with pytest.raises(DatabaseUnusable, match="another process"):
        beside.run_sync(add, 1)
    other.close()
    assert beside.run_sync(add, 1) == 1
    beside.close_sync()


@pytest.mark.asyncio
async def test_a_defect_of_the_thread_itself_leaves_nobody_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sqlite.SqliteWorker, "_commit", lambda _worker: 1 / 0)
        results = await asyncio.gather(database.run(add, 1), database.run(add, 2), return_exceptions=True)
    assert all(isinstance(result, ZeroDivisionError) for result in results)
    assert await database.run(numbers) == []


def test_a_connection_that_closed_itself_takes_no_more_statements(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "x.db")
    raw.close()
    sqlite._shelter(raw)
    assert not sqlite._in_transaction(raw)
    worker = sqlite.SqliteWorker(tmp_path / "x.db", Jobs(), busy_seconds=0)
    for unopened in (worker._pair, worker._require_raw):
        with pytest.raises(DatabaseUnusable):
            unopened()


WRITER = """
import asyncio, sys
from bot.db.jobs import Jobs
from bot.db.session import Database
from sqlalchemy import text

def add(connection, number):
    connection.execute(text("INSERT INTO notes VALUES (:n, 'x')"), {"n": number})
    return number

async def main():
    database = Database(sys.argv[1])
    async def forever(start):
        number = start
        while True:
            print(await database.run(add, number), flush=True)
            number += 8
    await asyncio.gather(*(forever(start) for start in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 40, 333])
def test_what_was_confirmed_survives_kill_9(database: Database, sqlite_url: str, lines: int) -> None:
    database.close_sync()
    command = [sys.executable, "-c", WRITER, sqlite_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        confirmed = [int(process.stdout.readline()) for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        confirmed += [int(line) for line in process.stdout if line.endswith("\n")]
    reopened = Database(sqlite_url)
    kept = reopened.run_sync(numbers)
    reopened.close_sync()
    assert set(confirmed) <= set(kept)
    assert len(kept) - len(confirmed) <= 8  # those under way
