"""Both partners, the beats and the sender at once on one PostgreSQL: units never deadlock, and none fails."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.app import unreachable
from bot.content.library import Library
from bot.conversation import housekeeping, leaving, service
from bot.conversation.incoming import Returned, Sender, Tapped
from bot.db import locks, migrate, people
from bot.db.keystore import KeyStore
from bot.db.models import Letter
from bot.db.session import Database
from bot.delivery.buttons import act
from bot.delivery.turn import Desk, Turn
from bot.letters import drafts, reading
from bot.letters import service as letters
from bot.nudges import service as nudges
from bot.nudges import snooze
from tests.support.units import NOON, World, a_desk

COUPLES = 3
UNITS = 400
SHARED = 400
_letters = Letter
BEATS = (letters.release_due, reading.fold_due, reading.remind_due, nudges.plan_due, snooze.return_due)


def couples(connection: Connection, desk: Desk) -> None:
    migrate.upgrade(connection)
    world = World(connection, desk)
    for number in range(COUPLES):
        one, other = (world.knows(world.phone(name, 100 + 2 * number + place)) for place, name in enumerate("AB"))
        world.joins(one, other)


def writes(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    person = locks.begin(connection, chat)
    assert person is not None
    turn = Turn(connection=connection, desk=desk, person=person, now=NOON, key=f"k{number}")
    drafts.add_part(turn, letter=f"r{number}", kind="text", ref=9000 + number, text="We walked.", file="")
    letters.seal(turn, letter=f"r{number}")


def taps(connection: Connection, desk: Desk, chat: int, number: int, name: str) -> None:
    """A button of some letter of theirs."""
    person = people.by_telegram(connection, chat)
    assert person is not None
    theirs = _letters.c.reader_id if name == "open" else _letters.c.writer_id
    query = select(_letters.c.id).where(theirs == person.id, _letters.c.state.in_(("waiting", "sealed")))
    for letter_id in connection.execute(query.limit(1)).scalars():
        tapped = Tapped(Sender(chat, "en"), 1, act("l", letter_id, name), "q")
        service.handle(connection, desk, tapped, key=f"k{number}", now=NOON)


def closes(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    person = people.by_telegram(connection, chat)
    assert person is not None
    unreachable(connection, person.id, NOON)


def comes_back(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    service.handle(connection, desk, Returned(Sender(chat, "en")), key=f"k{number}", now=NOON)


def beats(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    BEATS[number % len(BEATS)](connection, desk, now=NOON)
    housekeeping.end_waits(connection, desk, now=NOON)


def leaves(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    person = locks.begin(connection, chat)
    assert person is not None
    leaving.leave_partner(Turn(connection=connection, desk=desk, person=person, now=NOON, key=f"k{number}"))


def erases(connection: Connection, desk: Desk, chat: int, number: int) -> None:
    person = locks.begin(connection, chat)
    assert person is not None
    leaving.erase(Turn(connection=connection, desk=desk, person=person, now=NOON, key=f"k{number}"))


def shares(connection: Connection, desk: Desk) -> None:
    """Former partners have many letters of each other, opened and not."""
    world = World(connection, desk)
    for number in range(COUPLES):
        ids = [people.by_telegram(connection, 100 + 2 * number + place).id for place in (0, 1)]  # type: ignore[union-attr]
        for letter in range(SHARED):
            writer, reader = ids[letter % 2], ids[1 - letter % 2]
            values = {"ref": f"s{letter}", "writer_id": writer, "reader_id": reader, "kind": "letter"}
            values |= {"state": "opened", "created_at": NOON, "page": 0, "guide": "blank"}
            connection.execute(insert(_letters).values(id=desk.chance.new_id(world.now), **values))


@pytest.mark.asyncio
async def test_former_partners_who_delete_everything_at_once_end_in_no_deadlock(
    postgres_url: str, shelf: Library, tmp_path: Path
) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    desk, database = a_desk(shelf, keys), Database(postgres_url, threads=8)
    chats = range(100, 100 + 2 * COUPLES)
    try:
        await database.run(couples, desk)
        await asyncio.gather(*(database.run(leaves, desk, chat, chat) for chat in chats))
        await database.run(shares, desk)
        await asyncio.gather(*(database.run(erases, desk, chat, 1000 + chat) for chat in chats))

        def deadlocks(connection: Connection) -> int:
            query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            return int(connection.execute(query).scalar_one())

        assert await database.run(deadlocks) == 0
    finally:
        await database.close()
        keys.close()


@pytest.mark.asyncio
async def test_partners_beats_and_blocks_at_once_end_in_no_deadlock(
    postgres_url: str, shelf: Library, tmp_path: Path
) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    desk, rng = a_desk(shelf, keys), random.Random(11)
    database = Database(postgres_url, threads=8)
    try:
        await database.run(couples, desk)
        chats = range(100, 100 + 2 * COUPLES)

        async def some_unit(number: int) -> None:
            chat = rng.choice(chats)
            what = rng.choice(
                (writes, writes, "open", "open", "withdraw", closes, comes_back, comes_back, beats, beats)
            )
            if isinstance(what, str):
                await database.run(taps, desk, chat, number, what)
            else:
                await database.run(what, desk, chat, number)

        await asyncio.gather(*(database.run(writes, desk, chat, chat) for chat in chats))
        await database.run(letters.release_due, desk, now=NOON)
        await asyncio.gather(*(some_unit(1000 + number) for number in range(UNITS)))
        await asyncio.gather(*(database.run(leaves, desk, chat, 9000 + chat) for chat in chats))

        def found(connection: Connection) -> tuple[int, int, int]:
            opened = select(_letters.c.id).where(_letters.c.opened_at.is_not(None))
            joined = text("SELECT count(*) FROM person WHERE couple_id IS NOT NULL")
            deadlocks = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            return (
                len(connection.execute(opened).all()),
                connection.execute(joined).scalar_one(),
                connection.execute(deadlocks).scalar_one(),
            )

        opened, joined, deadlocks = await database.run(found)
    finally:
        await database.close()
        keys.close()
    assert opened >= 1, "they wrote and read in the middle of it"
    assert joined == 0
    assert deadlocks == 0
