"""Column types of our own: moments in UTC and sealed words. Imports SQLAlchemy and errors only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import BrokenAssumption

EPOCH = datetime(1970, 1, 1, tzinfo=UTC_ZONE)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SealedBytes:
    """Ciphertext of somebody's words, made and opened by `vault` only; the one value a Sealed column takes."""

    data: bytes = field(repr=False)


class UTC(TypeDecorator[datetime]):
    """An aware moment, always read back in UTC; a naive one raises (StatementError around BrokenAssumption).

    SQLite keeps whole microseconds since 1970 as an integer, which sorts and compares as time does; PostgreSQL
    keeps `timestamp with time zone`.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column of this dialect."""
        column: TypeEngine[Any] = BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(column)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To the database: microseconds on SQLite, an aware moment elsewhere."""
        return _microseconds if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """From the database: aware, in UTC."""
        return _moment if dialect.name == "sqlite" else _in_utc


def _aware(value: datetime) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise BrokenAssumption("A moment without a time zone reached the database.")
    return value


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else _aware(value).astimezone(UTC_ZONE)


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (_aware(value) - EPOCH) // _MICROSECOND


def _moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


class Sealed(TypeDecorator[SealedBytes]):
    """Ciphertext; binding a plain str or bytes raises, so that words cannot be stored open by accident."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[SealedBytes | None], bytes | None]:  # noqa: ARG002
        """To the database: the bytes inside."""
        return _bytes_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], SealedBytes | None]:  # noqa: ARG002
        """From the database: still sealed."""
        return _still_sealed


def _bytes_of(value: SealedBytes | None) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, SealedBytes):
        raise BrokenAssumption(f"A Sealed column was given {type(value).__name__}; seal it with the vault first.")
    return value.data


def _still_sealed(value: Any) -> SealedBytes | None:
    return None if value is None else SealedBytes(bytes(value))
