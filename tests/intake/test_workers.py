"""Two workers on one PostgreSQL: a person's updates and a chat's messages never overtake each other."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import open_engine
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk
from bot.intake import inbox
from tests.support.units import NOON, a_desk

SOON = 0.3  # seconds that a worker is given to wait for the other


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Engine]:
    engine = open_engine(postgres_url, kept=4)
    with engine.begin() as connection:
        migrate.upgrade(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(shelf: Library, tmp_path: Path) -> Iterator[Desk]:
    keys = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    yield a_desk(shelf, keys)
    keys.close()


def while_held(engine: Engine, first: Callable[[Connection], object], second: Callable[[Connection], object]) -> object:
    """What `second` finds when it begins while the unit of `first` is not yet committed; it must wait for it."""
    begun = threading.Event()

    def other() -> object:
        with engine.begin() as connection:
            begun.set()
            return second(connection)

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            first(connection)
            found = pool.submit(other)
            begun.wait()
            with pytest.raises(TimeoutError):
                found.result(timeout=SOON)  # long enough to overtake, if it could
        return found.result(timeout=10)


def test_the_second_message_of_a_chat_waits_for_the_first(shared: Engine, desk: Desk) -> None:
    with shared.begin() as connection:
        for key in ("first", "second"):
            outbox.put(
                connection,
                desk.vault,
                key=key,
                person_id=1,
                chat_id=5,
                urgency=Urgency.ANSWER,
                kind="say",
                payload={},
                now=NOON,
            )

    def claim(connection: Connection) -> object:
        return outbox.claim(connection, desk.vault, chat_id=5, now=NOON)

    assert while_held(shared, claim, claim) is None


def test_the_second_update_of_a_person_waits_until_the_first_is_done(shared: Engine, desk: Desk) -> None:
    updates = [{"update_id": number, "message": {"from": {"id": 5}}} for number in (1, 2)]
    with shared.begin() as connection:
        inbox.receive(connection, desk.vault, updates, bot_id=7, now=NOON)

    def first(connection: Connection) -> None:
        head = inbox.head(connection, 5, now=NOON)
        assert head is not None
        inbox.finish(connection, 7, head.update_id, "done")

    found = while_held(shared, first, lambda connection: inbox.head(connection, 5, now=NOON))
    assert isinstance(found, inbox.Head)
    assert found.update_id == 2
