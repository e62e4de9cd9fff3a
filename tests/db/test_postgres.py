"""What only PostgreSQL does: conflicts that are tried again, connections that die, errors that poison a transaction."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from bot.db import postgres
from bot.db.session import Database
from bot.errors import BrokenAssumption, DatabaseUnusable


def statement(connection: Connection, sql: str) -> None:
    connection.exec_driver_sql(sql)


def add(connection: Connection, number: int, amount: int = 0) -> None:
    connection.execute(text("INSERT INTO notes VALUES (:id, :amount)"), {"id": number, "amount": amount})


def amounts(connection: Connection) -> dict[int, int]:
    return {row[0]: row[1] for row in connection.execute(text("SELECT id, amount FROM notes ORDER BY id"))}


def plain_url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url, threads=2)
    database.run_sync(statement, "CREATE TABLE notes (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)")
    yield database
    database.close_sync()


def raise_amount(connection: Connection, order: tuple[int, int], meeting: threading.Barrier, runs: list[int]) -> None:
    """Lock two rows in the given order; the first runs of both units meet in between, so that they collide."""
    runs.append(1)
    for number in order:
        connection.execute(text("UPDATE notes SET amount = amount + 1 WHERE id = :id"), {"id": number})
        if not meeting.broken:
            try:
                meeting.wait(60)
            except threading.BrokenBarrierError:
                continue
            meeting.abort()


@pytest.mark.asyncio
async def test_a_deadlock_is_tried_again_and_counts_once(database: Database) -> None:
    await database.run(add, 1)
    await database.run(add, 2)
    meeting, runs = threading.Barrier(2), list[int]()
    await asyncio.gather(
        database.run(raise_amount, (1, 2), meeting, runs), database.run(raise_amount, (2, 1), meeting, runs)
    )
    assert await database.run(amounts) == {1: 2, 2: 2}
    assert len(runs) >= 3  # more when the one tried again takes its first row before the other has woken


@pytest.mark.asyncio
async def test_a_serialization_failure_is_tried_again(database: Database, postgres_url: str) -> None:
    await database.run(add, 1, 10)
    runs: list[int] = []

    def doubles(connection: Connection) -> int:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        seen = amounts(connection)[1]
        runs.append(seen)
        if len(runs) == 1:
            with psycopg.connect(plain_url(postgres_url)) as other:
                other.execute("UPDATE notes SET amount = 50 WHERE id = 1")
        connection.execute(text("UPDATE notes SET amount = :amount"), {"amount": 2 * seen})
        return 2 * seen

    assert await database.run(doubles) == 100
    assert runs == [10, 50]
    assert await database.run(amounts) == {1: 100}


@pytest.mark.asyncio
async def test_a_connection_that_died_is_replaced_without_anyone_noticing(
    database: Database, postgres_url: str
) -> None:
    with psycopg.connect(plain_url(postgres_url), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await asyncio.gather(*(database.run(add, number) for number in range(8)))
    assert len(await database.run(amounts)) == 8


@pytest.mark.asyncio
async def test_a_unit_whose_connections_die_each_time_is_told_and_keeps_nothing(database: Database) -> None:
    def dies(connection: Connection) -> None:
        add(connection, 1)
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseUnusable, match="PostgreSQL"):
        await database.run(dies)
    assert await database.run(amounts) == {}


@pytest.mark.asyncio
async def test_a_swallowed_error_is_never_taken_for_a_commit(database: Database) -> None:
    await database.run(add, 1)

    def swallows(connection: Connection) -> str:
        add(connection, 2)
        with contextlib.suppress(IntegrityError):
            add(connection, 1)
        return "all is well"

    with pytest.raises(BrokenAssumption, match="swallowed"):
        await database.run(swallows)
    assert await database.run(amounts) == {1: 0}


@pytest.mark.asyncio
async def test_a_wrong_statement_keeps_its_own_exception(database: Database) -> None:
    with pytest.raises(ProgrammingError):
        await database.run(statement, "SELECT absent FROM nowhere")
    assert await database.run(amounts) == {}


@pytest.mark.asyncio
async def test_a_deferred_constraint_fails_its_unit_at_the_commit(database: Database) -> None:
    await database.run(statement, "CREATE TABLE marks (note INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(IntegrityError):
        await database.run(statement, "INSERT INTO marks VALUES (404)")
    assert await database.run(amounts) == {}


@pytest.mark.asyncio
async def test_an_idle_transaction_ends_after_five_seconds(database: Database) -> None:
    def reads(connection: Connection) -> object:
        return connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()

    assert await database.run(reads) == "5s"


@pytest.mark.asyncio
async def test_units_run_beside_each_other(database: Database) -> None:
    meeting = threading.Barrier(2)

    def meets(_connection: Connection) -> int:
        return meeting.wait(60)

    assert sorted(await asyncio.gather(database.run(meets), database.run(meets))) == [0, 1]


@pytest.mark.asyncio
async def test_a_read_only_server_is_reported_plainly(database: Database) -> None:
    def refuses(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        add(connection, 1)

    with pytest.raises(DatabaseUnusable, match="25006"):
        await database.run(refuses)
    await database.run(add, 2)
    assert await database.run(amounts) == {2: 0}


TERMINATES = """
CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION dies()
"""


@pytest.mark.asyncio
async def test_a_connection_lost_at_the_commit_is_told_and_not_tried_again(database: Database) -> None:
    await database.run(statement, TERMINATES)
    runs: list[int] = []

    def adds(connection: Connection) -> None:
        runs.append(1)
        add(connection, 1)

    with pytest.raises(DatabaseUnusable):
        await database.run(adds)
    assert runs == [1]


@pytest.mark.parametrize("afterwards", ["raises", "returns"])
@pytest.mark.asyncio
async def test_a_unit_that_hides_the_death_of_its_connection_keeps_nothing(database: Database, afterwards: str) -> None:
    def hides(connection: Connection) -> None:
        add(connection, 1)
        with contextlib.suppress(Exception):
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        if afterwards == "raises":
            raise LookupError

    with pytest.raises(LookupError if afterwards == "raises" else DatabaseUnusable):
        await database.run(hides)
    await database.run(add, 2)
    assert await database.run(amounts) == {2: 0}


@pytest.mark.asyncio
async def test_a_connection_that_dies_unseen_does_not_change_what_its_unit_raised(
    database: Database, postgres_url: str
) -> None:
    def dies(connection: Connection) -> None:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(plain_url(postgres_url), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(dies)
    await database.run(add, 2)
    assert await database.run(amounts) == {2: 0}


@pytest.mark.asyncio
async def test_a_database_that_is_gone_is_reported_plainly(postgres_url: str, postgres_server: str) -> None:
    database = Database(postgres_url, threads=1)
    name = plain_url(postgres_url).partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    with pytest.raises(DatabaseUnusable):
        await database.run(statement, "SELECT 1")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await database.run(statement, "SELECT 1")
    await database.close()


@pytest.mark.asyncio
async def test_a_defect_of_the_thread_itself_leaves_nobody_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "_is_aborted", lambda _connection: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await database.run(add, 1)
    assert await database.run(amounts) == {}
