"""Statements given to the driver directly: the same values, the same errors, and the same ears for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import ColumnElement, Connection, Engine, ExceptionContext, bindparam, event, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.db.models import METADATA, Inbox, Person
from bot.db.prepared import Prepared, either, put_new, with_defaults
from bot.db.session import Database
from bot.db.types import SealedBytes
from bot.errors import BrokenAssumption

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
_people = Person
_inbox = Inbox
_add = Prepared(
    _people.insert().inline().values(with_defaults(_people, ("id", "lang", "created_at", "seen_at", "name")))
)
_all = Prepared(select(_people).order_by(_people.c.id))
_seen = Prepared(
    update(_people)
    .where(_people.c.id == bindparam("which"))
    .values(seen_at=bindparam("at"), last_nudge_on=bindparam("on"))
)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    database.run_sync(METADATA.create_all)
    yield database
    database.close_sync()


def add(connection: Connection, number: int, name: object = None) -> None:
    _add.run(connection, id=number, lang="en", created_at=NOON, seen_at=NOON, name=name)


def test_values_go_in_and_out_as_with_any_other_statement(database: Database) -> None:
    def unit(connection: Connection) -> None:
        add(connection, 1, SealedBytes(b"sealed"))
        assert _seen.run(connection, which=1, at=NOON, on=date(2026, 3, 4)) == 1
        assert _seen.run(connection, which=2, at=NOON, on=None) == 0
        ordinary = connection.execute(select(_people)).all()
        assert _all.all(connection) == ordinary
        row = _all.first(connection)
        assert (row.name, row.last_nudge_on, row.seen_at) == (SealedBytes(b"sealed"), date(2026, 3, 4), NOON)
        assert (row.nudge_minute, row.nudges_off, row.path) == (540, False, "solo")  # the defaults

    database.run_sync(unit)


def test_what_is_there_already_is_not_put_again(database: Database) -> None:
    names = ("bot_id", "update_id", "sender_id", "kind", "received_at", "state", "next_try_at")
    put = put_new(_inbox, *names, returning="update_id")
    values = dict(zip(names, (7, 1, 5, "message", NOON, "open", NOON), strict=True))

    def unit(connection: Connection) -> list[int | None]:
        return [put.scalar(connection, **values) for _ in range(2)]

    assert database.run_sync(unit) == [1, None]


def test_one_of_several_values(database: Database) -> None:
    def unit(connection: Connection) -> list[int]:
        for number, path in enumerate(("solo", "together", "other"), 1):
            add(connection, number)
            connection.execute(update(_people).where(_people.c.id == number).values(path=path))
        paths: ColumnElement[str] = _people.c.path
        return Prepared(select(_people.c.id).where(either(paths, "solo", "other"))).scalars(connection)

    assert sorted(database.run_sync(unit)) == [1, 3]


def test_a_doubled_key_is_an_integrity_error_that_undoes_the_unit_alone(database: Database) -> None:
    database.run_sync(add, 1)
    with pytest.raises(IntegrityError):
        database.run_sync(add, 1)
    assert [row.id for row in database.run_sync(_all.all)] == [1]


def test_a_naive_moment_and_a_forgotten_parameter_are_refused(database: Database) -> None:
    with pytest.raises((StatementError, BrokenAssumption)):
        database.run_sync(lambda connection: _seen.run(connection, which=1, at=datetime(2026, 3, 4), on=None))  # noqa: DTZ001
    with pytest.raises(KeyError):
        database.run_sync(lambda connection: _seen.run(connection, which=1, on=None))


def test_errors_are_heard_by_those_who_listen_and_tell_no_values(engine: Engine) -> None:
    heard: list[ExceptionContext] = []
    listen = heard.append
    event.listen(engine, "handle_error", listen)
    try:
        _doubled(engine)
    finally:
        event.remove(engine, "handle_error", listen)
    assert len(heard) == 1


def _doubled(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, 1, SealedBytes(b"a word that is nobody's business"))
        with pytest.raises(DBAPIError) as raised:
            add(connection, 1, SealedBytes(b"a word that is nobody's business"))
        connection.rollback()
    assert "nobody" not in str(raised.value)


def test_it_begins_a_transaction_as_every_statement_does(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, 1)
        assert connection.in_transaction()
        connection.rollback()
        assert _all.all(connection) == []
