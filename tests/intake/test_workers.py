"""Two workers on one database: updates and messages never overtake each other, nor do releases."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, update

from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.models import DialogSession
from bot.db.session import open_engine
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk
from bot.errors import NewerRelease
from bot.intake import inbox
from tests.support.units import NOON, Phone, World, a_desk

_sessions = DialogSession
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
        return found.result(timeout=60)


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


def test_what_a_newer_release_has_begun_is_left_to_its_workers_while_they_are_there(world: World, ana: Phone) -> None:
    ana.commands("practise")
    newest = world.desk.library.book.release + 1
    world.connection.execute(update(_sessions).values(release=newest))
    raw = {"update_id": 1, "message": {"message_id": 77, "date": 1, "text": "Guide me", **a_chat(ana)}}
    inbox.receive(world.connection, world.desk.vault, [raw], bot_id=7, now=world.now)

    def works(desk: Desk) -> inbox.Done | None:
        return inbox.process_next(world.connection, desk, ana.id, now=world.now)

    with pytest.raises(NewerRelease) as left, world.connection.begin_nested():
        works(replace(world.desk, newest=newest))
    inbox.leave_to(world.connection, ana.id, release=left.value.release, now=world.now)
    assert inbox.waiting(world.connection, now=world.now, release=newest - 1) == []
    assert works(replace(world.desk, newest=newest)) is None, "the older worker leaves it, and what comes after it"
    assert inbox.waiting(world.connection, now=world.now) == [ana.id]
    book = replace(world.desk.library.book, release=newest)
    newer = replace(world.desk, library=replace(world.desk.library, book=book), newest=newest)
    before = world.connection.execute(select(_sessions.c.turn)).scalar_one()
    assert works(newer) is not None
    after = world.connection.execute(select(_sessions.c.turn, _sessions.c.release)).one()
    assert after == (before + 1, newest), "the dialog went on"


def test_when_the_newer_workers_are_gone_nobody_is_stranded(world: World, ana: Phone) -> None:
    ana.commands("practise")
    newest = world.desk.library.book.release + 1
    world.connection.execute(update(_sessions).values(release=newest))
    raw = {"update_id": 1, "message": {"message_id": 77, "date": 1, "text": "Guide me", **a_chat(ana)}}
    inbox.receive(world.connection, world.desk.vault, [raw], bot_id=7, now=world.now)
    inbox.leave_to(world.connection, ana.id, release=newest, now=world.now)
    desk = replace(world.desk, newest=newest - 1)
    assert inbox.process_next(world.connection, desk, ana.id, now=world.now) is not None


def a_chat(phone: Phone) -> dict[str, object]:
    """Whose message it is."""
    user = {"id": phone.id, "is_bot": False, "first_name": phone.name, "language_code": "en"}
    return {"from": user, "chat": {"id": phone.id, "type": "private"}}
