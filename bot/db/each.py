"""One after the other, each in a savepoint: what fails for one person holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import Busy, DatabaseUnusable
from bot.log import log

T = TypeVar("T")


def each(
    connection: Connection,
    items: Iterable[T],
    do: Callable[[T], list[int]],
    otherwise: Callable[[T], object] = lambda _: None,
) -> list[int]:
    """All that `do` returns; an item that fails is left as it was, but for what is done `otherwise`.

    Raises what is the database's own trouble, which is nobody's fault.
    """
    found: list[int] = []
    for item in items:
        try:
            with connection.begin_nested():
                found += do(item)
        except (Busy, DatabaseUnusable, DBAPIError):
            raise
        except Exception as error:  # noqa: BLE001 - an edge: a defect about one person is that person's alone
            log.error("beat_failed_for_one", exc_info=error)
            otherwise(item)
    return found
