"""Column types: moments keep their instant and order; words cannot be stored unsealed."""

from collections.abc import Iterator
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from bot.db.session import open_engine
from bot.db.types import UTC, Sealed, SealedBytes
from bot.errors import BrokenAssumption

metadata = MetaData()
rows = Table(
    "rows", metadata, Column("id", Integer, primary_key=True), Column("seen_at", UTC()), Column("words", Sealed())
)
DIALECTS = [sqlite.dialect(), postgresql.dialect()]
aware = st.datetimes(timezones=st.timezones(), allow_imaginary=False).filter(lambda moment: 2 < moment.year < 9998)


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
@given(moment=aware)
def test_a_moment_comes_back_as_the_same_instant_in_utc(dialect: Any, moment: datetime) -> None:
    kind = UTC()
    back = kind.result_processor(dialect, None)(kind.bind_processor(dialect)(moment))
    assert back == moment.astimezone(UTC_ZONE)
    assert back is not None
    assert back.utcoffset() == timedelta(0)


@given(first=aware, second=aware)
def test_stored_moments_sort_as_time_does(first: datetime, second: datetime) -> None:
    kind, dialect = UTC(), sqlite.dialect()
    stored = [kind.bind_processor(dialect)(moment) for moment in (first, second)]
    instants = [moment.astimezone(UTC_ZONE) for moment in (first, second)]
    assert (stored[0] < stored[1]) == (instants[0] < instants[1])


@pytest.mark.parametrize("value", [datetime.fromisoformat("2026-01-01"), "2026-01-01", 5])
def test_a_naive_moment_is_refused(connection: Connection, value: object) -> None:
    with pytest.raises(StatementError) as refused:
        connection.execute(insert(rows).values(seen_at=value))
    assert isinstance(refused.value.orig, BrokenAssumption)


@pytest.mark.parametrize("value", ["plain words", b"plain bytes"])
def test_words_that_are_not_sealed_are_refused_and_not_shown(connection: Connection, value: object) -> None:
    with pytest.raises(StatementError) as refused:
        connection.execute(insert(rows).values(words=value))
    assert isinstance(refused.value.orig, BrokenAssumption)
    assert "plain" not in str(refused.value)


def test_a_row_keeps_its_moment_and_its_sealed_words(connection: Connection) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    connection.execute(insert(rows).values(id=1, seen_at=moment, words=SealedBytes(b"\x00\xff")))
    connection.execute(insert(rows).values(id=2, seen_at=None, words=None))
    kept = connection.execute(select(rows.c.seen_at, rows.c.words).order_by(rows.c.id)).all()
    assert [tuple(row) for row in kept] == [(moment, SealedBytes(b"\x00\xff")), (None, None)]
    assert kept[0].seen_at.tzinfo is UTC_ZONE
    later = select(rows.c.id).where(rows.c.seen_at > moment - timedelta(microseconds=1))
    assert connection.execute(later).scalars().all() == [1]


def test_sealed_bytes_never_show() -> None:
    assert "canary" not in repr(SealedBytes(b"canary"))
