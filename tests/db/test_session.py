"""The database thread on both databases: results after commits, failures that reach only their caller."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.db.session import Database, open_engine
from bot.errors import BrokenAssumption, DatabaseUnusable

metadata = MetaData()
notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("word", String, nullable=False))


def add(connection: Connection, number: int, word: str = "x") -> int:
    connection.execute(insert(notes).values(id=number, word=word))
    return number * 10


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(notes)).scalar_one()


def numbers(connection: Connection) -> list[int]:
    return list(connection.execute(select(notes.c.id).order_by(notes.c.id)).scalars())


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    database.run_sync(metadata.create_all)
    yield database
    database.close_sync()


async def gather(database: Database, amount: int) -> list[int]:
    return await asyncio.gather(*(database.run(add, number) for number in range(amount)))


@pytest.mark.asyncio
async def test_a_result_comes_back_after_the_commit(database: Database, url: str) -> None:
    assert await database.run(add, 4, word="four") == 40
    engine = open_engine(url)
    with engine.connect() as other:
        assert other.execute(select(notes.c.word)).scalar_one() == "four"
    engine.dispose()


@pytest.mark.asyncio
async def test_many_waiting_units_all_get_their_own_result(database: Database) -> None:
    assert await gather(database, 300) == [number * 10 for number in range(300)]
    assert await database.run(count) == 300


@pytest.mark.asyncio
async def test_a_failing_unit_among_good_ones_fails_alone(database: Database) -> None:
    def breaks(connection: Connection) -> None:
        add(connection, 1000)
        raise LookupError("mine")

    def repeats(connection: Connection) -> None:
        add(connection, 1001)
        add(connection, 500)

    await database.run(add, 500)
    good = [database.run(add, number) for number in range(20)]
    results = await asyncio.gather(
        *good[:10], database.run(breaks), database.run(repeats), *good[10:], return_exceptions=True
    )
    assert isinstance(results[10], LookupError)
    assert isinstance(results[11], IntegrityError)
    assert [result for result in results if isinstance(result, int)] == [number * 10 for number in range(20)]
    assert await database.run(numbers) == [*range(20), 500]


@pytest.mark.asyncio
async def test_a_unit_may_catch_a_conflict_in_a_savepoint_of_its_own(database: Database) -> None:
    def careful(connection: Connection) -> str:
        add(connection, 1)
        try:
            with connection.begin_nested():
                add(connection, 2)
                add(connection, 1)
        except IntegrityError:
            add(connection, 3)
        return "kept"

    assert await database.run(careful) == "kept"
    assert await database.run(numbers) == [1, 3]


@pytest.mark.asyncio
async def test_a_savepoint_left_open_is_kept_with_the_unit(database: Database) -> None:
    def forgetful(connection: Connection) -> None:
        connection.begin_nested()
        add(connection, 1)

    await asyncio.gather(database.run(add, 0), database.run(forgetful), database.run(add, 2))
    assert await database.run(numbers) == [0, 1, 2]


@pytest.mark.asyncio
async def test_a_unit_that_commits_is_refused_and_leaves_nothing(database: Database) -> None:
    def commits(connection: Connection) -> None:
        add(connection, 1)
        connection.commit()

    results = await asyncio.gather(database.run(add, 0), database.run(commits), return_exceptions=True)
    assert isinstance(results[1], BrokenAssumption)
    assert await database.run(numbers) == [0]


@pytest.mark.asyncio
async def test_a_unit_that_rolls_back_loses_only_its_own_rows(database: Database) -> None:
    def changes_its_mind(connection: Connection) -> None:
        add(connection, 1)
        connection.rollback()
        add(connection, 2)

    def gives_up(connection: Connection) -> None:
        add(connection, 4)
        connection.rollback()

    units = [database.run(add, 0), database.run(changes_its_mind), database.run(gives_up), database.run(add, 3)]
    await asyncio.gather(*units)
    assert await database.run(numbers) == [0, 2, 3]


@pytest.mark.asyncio
async def test_a_wrong_statement_reaches_only_its_caller(database: Database) -> None:
    def wrong(connection: Connection) -> None:
        add(connection, 100)
        connection.execute(text("SELECT absent FROM nowhere"))

    results = await asyncio.gather(
        database.run(add, 0), database.run(wrong), database.run(add, 1), return_exceptions=True
    )
    assert isinstance(results[1], DBAPIError)
    assert results[0::2] == [0, 10]
    assert await database.run(numbers) == [0, 1]


@pytest.mark.asyncio
async def test_words_never_show_in_an_error(database: Database) -> None:
    await database.run(add, 1)
    with pytest.raises(IntegrityError) as refused:
        await database.run(add, 1, word="canary")
    assert "canary" not in str(refused.value)


@pytest.mark.asyncio
async def test_a_cancelled_caller_does_not_cancel_the_unit(database: Database) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add(connection, 7)
        inside.set()
        go_on.wait(60)

    task = asyncio.create_task(database.run(slow))
    await asyncio.to_thread(inside.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    while await database.run(count) == 0:
        pass
    assert await database.run(numbers) == [7]


@pytest.mark.asyncio
async def test_closing_first_runs_what_waits(url: str) -> None:
    database = Database(url)
    await database.run(metadata.create_all)
    waiting = [asyncio.ensure_future(database.run(add, number)) for number in range(50)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == [number * 10 for number in range(50)]
    with pytest.raises(BrokenAssumption, match="closed"):
        await database.run(count)
    again = Database(url)
    assert again.run_sync(count) == 50
    again.close_sync()


def test_a_unit_cannot_wait_for_another_unit(database: Database) -> None:
    def nests(_connection: Connection) -> int:
        return database.run_sync(count)

    with pytest.raises(BrokenAssumption, match="cannot wait"):
        database.run_sync(nests)


def test_threads_without_a_loop_get_results_and_exceptions(database: Database) -> None:
    assert database.run_sync(add, 3) == 30
    with pytest.raises(IntegrityError):
        database.run_sync(add, 3)
    with pytest.raises(BrokenAssumption, match="StopIteration"):
        database.run_sync(lambda _connection: next(iter(())))


def test_an_unreachable_server_is_reported_plainly() -> None:
    with pytest.raises(DatabaseUnusable, match="does not answer") as refused:
        Database("postgresql+psycopg://ana:canary@127.0.0.1:1/none")
    assert "canary" not in refused.value.message
