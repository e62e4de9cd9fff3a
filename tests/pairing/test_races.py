"""Many hands on one link, on a PostgreSQL with many connections: one of them gets it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from bot.content.library import Library
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.models import Invitation
from bot.db.session import open_engine
from bot.delivery.turn import Turn
from bot.pairing import service as pairing
from bot.pairing.service import Invited, Refused
from tests.support.units import NOON, World, a_desk

HANDS = 24
ROUNDS = 4


def test_of_many_at_once_one_gets_the_link(postgres_url: str, shelf: Library, tmp_path: Path) -> None:
    keys = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    desk, engine = a_desk(shelf, keys), open_engine(postgres_url, kept=HANDS)
    with engine.begin() as connection:
        migrate.upgrade(connection)
        world = World(connection, desk)
        world.knows(world.phone("Ana", 1))
        phones = [world.knows(world.phone(f"P{number}", 100 + number)) for number in range(HANDS)]
        rows = [phone.row for phone in phones]
    with ExitStack() as opened:  # no hand comes late because its connection does
        for _ in range(HANDS):
            opened.enter_context(engine.connect())
    for number in range(ROUNDS):
        code = f"code-{number}"
        with engine.begin() as connection:
            inviter = people.by_telegram(connection, 1)
            assert inviter is not None
            values = {"id": number + 1, "inviter_id": inviter.id, "state": "open", "code_hash": pairing._hash(code)}
            rows_of = Invitation
            connection.execute(rows_of.insert().values(**values, created_at=NOON, expires_at=NOON + pairing.LASTS))
        start = threading.Barrier(HANDS)

        def redeem(person: people.PersonRow, code: str = code, start: threading.Barrier = start) -> Invited | Refused:
            with engine.begin() as connection:
                start.wait()
                turn = Turn(connection=connection, desk=desk, person=person, now=NOON, key=f"{code}:{person.id}")
                return pairing.redeem(turn, code)

        with ThreadPoolExecutor(HANDS) as pool:
            found = list(pool.map(redeem, rows))
        winners = [row for row, one in zip(rows, found, strict=True) if isinstance(one, Invited)]
        assert len(winners) == 1
        with engine.connect() as connection:
            query = select(Invitation.c.invitee_id).where(Invitation.c.id == number + 1)
            assert connection.execute(query).scalar_one() == winners[0].id
    keys.close()
    engine.dispose()
