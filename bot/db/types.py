"""Column types of our own: moments in UTC and sealed words. Imports SQLAlchemy and errors only."""

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

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database: microseconds on SQLite, an aware moment elsewhere."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise BrokenAssumption("A moment without a time zone reached the database.")
        return (value - EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC_ZONE)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        moment: datetime = value.astimezone(UTC_ZONE)
        return moment


class Sealed(TypeDecorator[SealedBytes]):
    """Ciphertext; binding a plain str or bytes raises, so that words cannot be stored open by accident."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: SealedBytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """To the database: the bytes inside."""
        if value is None:
            return None
        if not isinstance(value, SealedBytes):
            raise BrokenAssumption(f"A Sealed column was given {type(value).__name__}; seal it with the vault first.")
        return value.data

    def process_result_value(self, value: Any, dialect: Dialect) -> SealedBytes | None:  # noqa: ARG002
        """From the database: still sealed."""
        return None if value is None else SealedBytes(bytes(value))
